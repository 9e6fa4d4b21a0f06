"""
Rows as a source gave them, to rows of a fact: typed, complete in their columns, each marked good or bad.

A bad row stays in the table with the reason in `problem`, so that nothing vanishes in silence; who computes
figures reads only rows whose `problem` is null. The reasons, the first that holds:

    too_long:cause                     more than 10,000 characters; the first of them are kept, of a key none
    no_key:complaint_id                a part of the key is missing
    unreadable:decided_at              the value isn't of the contract's type
    missing:received_at                a required value is missing
    impossible_year:closed_at          before 1900 or after 2200
    before:decided_at<received_at      two moments the wrong way round
    future:decided_at                  more than a day after the refresh, in a column that doesn't hold plans
    negative:amount_paid               an amount or a count below zero
    exceeds:documents_fetched>documents_submitted   a part that is more than its whole
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import chain

import polars as pl

from dashboard.facts import PROBLEM, Column, Fact, Kind
from dashboard.intake.values import read_values, without_blanks

FIRST_YEAR = 1900
LAST_YEAR = 2200

# No id, code or name is longer. One text of megabytes would be sent to every viewer with every filter.
LONGEST_TEXT = 10_000

# A source's clock may run ahead of ours, and its day may have begun before ours; a day covers both.
CLOCKS_DIFFER = timedelta(days=1)

_LISTED = r"[^\s,;|/]+"


@dataclass(frozen=True, slots=True)
class Rows:
    """
    Rows of a fact, with what was found while reading them.

    Attributes:
        table: Every column of the contract in its order, then `problem`.
        filled: How many values each column of the result had.
        unreadable: Column to how many of them couldn't be read, and one of these.
        unknown: (column, code) to how many rows carry a code that isn't in the vocabulary.
    """

    table: pl.DataFrame
    filled: dict[str, int]
    unreadable: dict[str, tuple[int, str]] = field(default_factory=dict)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)


def check_rows(raw: pl.DataFrame, fact: Fact, zone: str, *, now: datetime) -> pl.DataFrame:
    """
    Convert a source's rows to rows of a fact and mark the bad ones.

    Args:
        raw: Columns named as in the contract, of whatever types the driver gave; optional ones may be absent.
        fact: The contract.
        zone: The IANA zone of timestamps that carry none.
        now: The moment of the refresh, with a zone.

    Returns:
        As many rows, with every column of the contract (typed nulls where absent) and `problem`, null where good.
    """
    return read_rows(raw, fact, zone, now=now).table


def read_rows(raw: pl.DataFrame, fact: Fact, zone: str, *, now: datetime) -> Rows:
    """
    Convert and mark rows as `check_rows` does, and count what couldn't be read and which codes are unknown.
    """
    values: dict[str, pl.Series] = {}
    failed: dict[str, pl.Series] = {}
    too_long: dict[str, pl.Series] = {}
    filled: dict[str, int] = {}
    unreadable: dict[str, tuple[int, str]] = {}
    for column in fact.columns:
        if column.name not in raw.columns:
            absent = pl.Series(column.name, [None], dtype=column.kind.dtype)
            values[column.name] = absent.new_from_index(0, raw.height)
            continue
        given = without_blanks(raw[column.name])
        if (is_too_long := _too_long(given)) is not None:
            too_long[column.name] = is_too_long
            given = _cut(given, is_too_long, keeping=0 if column.name in fact.keys else LONGEST_TEXT)
        read = read_values(given, column.kind, zone).alias(column.name)
        values[column.name] = read
        filled[column.name] = len(given) - given.null_count()
        if read.null_count() > given.null_count():
            failed[column.name] = given.is_not_null() & read.is_null()
            missed = given.filter(failed[column.name])
            unreadable[column.name] = (len(missed), str(missed[0]))
    table = pl.DataFrame([values[column.name] for column in fact.columns])
    problem = _problems(table, fact, set(raw.columns), too_long, failed, zone, now)
    table = _with_substitute_keys(table.with_columns(problem), fact)
    return Rows(table, filled, unreadable, _unknown_codes(table, fact))


def _too_long(given: pl.Series) -> pl.Series | None:
    """
    Which texts are longer than any may be; None if there are none.
    """
    # The length in bytes is known without reading the texts.
    if given.dtype != pl.String or (given.str.len_bytes().max() or 0) <= LONGEST_TEXT:  # type: ignore[operator]
        return None
    is_too_long = given.str.len_chars() > LONGEST_TEXT
    return is_too_long.fill_null(value=False) if is_too_long.any() else None


def _cut(given: pl.Series, is_too_long: pl.Series, *, keeping: int) -> pl.Series:
    short = (
        given.str.slice(0, keeping)
        if keeping
        else pl.Series([None], dtype=pl.String).new_from_index(0, len(given))
    )
    return short.zip_with(is_too_long, given).alias(given.name)


def _problems(
    table: pl.DataFrame,
    fact: Fact,
    given: set[str],
    too_long: dict[str, pl.Series],
    failed: dict[str, pl.Series],
    zone: str,
    now: datetime,
) -> pl.Series:
    problem = pl.Series(PROBLEM, [None], dtype=pl.String).new_from_index(0, table.height)
    judgements = chain(
        ((f"too_long:{name}", is_bad) for name, is_bad in too_long.items()),
        _judgements(table, fact, given, failed, zone, now),
    )
    for name, is_bad in judgements:
        if is_bad.any():
            fresh = problem.is_null() & is_bad.fill_null(value=False)
            problem = problem.set(fresh, name)
    return problem


def _judgements(
    table: pl.DataFrame, fact: Fact, given: set[str], failed: dict[str, pl.Series], zone: str, now: datetime
) -> Iterator[tuple[str, pl.Series]]:
    for name in fact.keys:
        if fact.by_name[name].required:
            yield f"no_key:{name}", table[name].is_null()
    for name, is_bad in failed.items():
        yield f"unreadable:{name}", is_bad
    for name in fact.required:
        yield f"missing:{name}", table[name].is_null()
    # Of columns the query doesn't give there is nothing more to judge.
    columns = [column for column in fact.columns if column.name in given]
    yield from _moments_judged(table, fact, columns, zone, now)
    for column in columns:
        if column.kind in (Kind.MONEY, Kind.COUNT):
            yield f"negative:{column.name}", table[column.name] < 0
    for part, whole in fact.within:
        if part in given and whole in given:
            yield f"exceeds:{part}>{whole}", table[part] > table[whole]


def _moments_judged(
    table: pl.DataFrame, fact: Fact, columns: list[Column], zone: str, now: datetime
) -> Iterator[tuple[str, pl.Series]]:
    moments = {column.name: column for column in columns if column.kind in (Kind.DAY, Kind.INSTANT)}
    for name, column in moments.items():
        first, after = _edges(column.kind, FIRST_YEAR), _edges(column.kind, LAST_YEAR + 1)
        yield f"impossible_year:{name}", (table[name] < first) | (table[name] >= after)
    for earlier, later in fact.order:
        if earlier in moments and later in moments:
            yield f"before:{later}<{earlier}", _is_before(table, fact, later, earlier, zone)
    latest = now.astimezone(UTC) + CLOCKS_DIFFER
    for name, column in moments.items():
        # When a row last changed is the database's own note; a clock ahead of ours is no reason to lose the row.
        if name != "updated_at" and not column.planned:
            yield f"future:{name}", table[name] > (latest.date() if column.kind is Kind.DAY else latest)


def _edges(kind: Kind, year: int) -> date:
    return date(year, 1, 1) if kind is Kind.DAY else datetime(year, 1, 1, tzinfo=UTC)


def _is_before(table: pl.DataFrame, fact: Fact, later: str, earlier: str, zone: str) -> pl.Series:
    kinds = {fact.by_name[later].kind, fact.by_name[earlier].kind}
    if kinds != {Kind.INSTANT}:
        return _local_day(table[later], zone) < _local_day(table[earlier], zone)
    swapped = table[later] < table[earlier]
    if not swapped.any():
        return swapped
    # A moment at local midnight sharp usually is a day without a time, and the same day is not before itself.
    at_midnight = table[later].dt.convert_time_zone(zone).dt.time() == datetime.min.time()
    same_day = _local_day(table[later], zone) == _local_day(table[earlier], zone)
    return swapped & ~(at_midnight & same_day)


def _local_day(moments: pl.Series, zone: str) -> pl.Series:
    return moments if moments.dtype == pl.Date else moments.dt.convert_time_zone(zone).dt.date()


def _with_substitute_keys(table: pl.DataFrame, fact: Fact) -> pl.DataFrame:
    # A row without a key is stored under a hash of all its values: read again, it is the same row, not another.
    names = [name for name in fact.keys if fact.by_name[name].required]
    is_keyless = table[PROBLEM].is_in([f"{why}:{name}" for why in ("no_key", "too_long") for name in names])
    is_keyless = is_keyless.fill_null(value=False)
    if not is_keyless.any():
        return table
    text_keys = [name for name in fact.keys if fact.by_name[name].kind.dtype == pl.String]
    keyless = table.filter(is_keyless).select(list(fact.schema))
    seen: Counter[str] = Counter()
    substitutes = []
    for row in keyless.iter_rows():
        digest = hashlib.sha256(repr(row).encode()).hexdigest()[:24]
        seen[digest] += 1
        substitutes.append(f"?{digest}" if seen[digest] == 1 else f"?{digest}-{seen[digest]}")
    position = is_keyless.arg_true()
    return table.with_columns(table[text_keys[0]].scatter(position, substitutes))


def _unknown_codes(table: pl.DataFrame, fact: Fact) -> Counter[tuple[str, str]]:
    unknown: Counter[tuple[str, str]] = Counter()
    for column in fact.columns:
        if not column.is_coded:
            continue
        codes = table[column.name].drop_nulls()
        if column.kind is Kind.CODES:
            codes = codes.str.extract_all(_LISTED).explode()
        strange = codes.filter(~codes.is_in(list(column.vocabulary)))
        for code, cases in strange.value_counts().iter_rows():
            unknown[column.name, code] += cases
    return unknown
