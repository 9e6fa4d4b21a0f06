"""
How many claims were open, and how many overdue, at the end of each month, each as it was known then?

A claim is open on all evenings between two: one look finds both. Whether it is late may change with what is learnt
of it; only until the last of that has come is it judged evening by evening. From then on it is late from one
evening to another.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import Kind
from dashboard.metrics.as_of import known_by
from dashboard.metrics.claim_clocks import earliest_due_on, read_by, with_clock
from dashboard.metrics.claims import BINDING, CLAIMS, STOCKS, ended_at
from dashboard.metrics.evenings import among_evenings, each_evening, ended_by, evenings_of
from dashboard.metrics.packing import grouped
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH

_SPAN: Final = ("_first", "_behind")


def stock_by_month(
    claims: pl.LazyFrame, terms: Terms, *, months: Sequence[date], by: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    Count what was open and overdue at the end of each month, each as it was known then.

    The month of `as_of` is judged at the end of `as_of`, for later ones nothing is known.

    Args:
        claims: Rows of the claims fact.
        terms: As for `claims.judged`.
        months: First days of months; those after `as_of` are left out.
        by: Columns of the fact that make groups.

    Returns:
        One row per month and group in which something was open: `month`, the groups (as they came), and the
        `STOCKS` in cases.
    """
    known = sorted({month.replace(day=1) for month in months if month <= terms.as_of})
    days = [min(day, terms.as_of) for day in pl.Series(known, dtype=pl.Date).dt.month_end()]
    evenings = evenings_of(days, terms).with_columns(pl.Series(MONTH, known, dtype=pl.Date))
    read = {*ended_at().meta.root_names(), *(name for key, _ in BINDING for name in read_by(terms, key))}
    columns = dict.fromkeys([*by, "cases", str(CLAIMS.dated), *sorted(read)])
    # An instant that ends a claim is known as soon as it has come; only a decision not to go on may be dated and
    # known by the closing alone, and that is an end, too.
    open_then = among_evenings(
        claims.select(list(columns)).with_columns(pl.col("cases").fill_null(1)),
        evenings,
        ended_at(),
        received=str(CLAIMS.dated),
    )
    groups = {name: pl.col(name).cast(pl.Categorical).alias(f"_{name}") for name in by}
    is_open = open_then.with_columns(groups.values()).collect()
    late = _late(_may_be_late(is_open.lazy(), terms, evenings, read).collect(), terms, evenings)
    found = [
        _by_month(is_open, evenings, "is_open", groups),
        _by_month(late, evenings, "is_overdue", groups),
    ]
    types = claims.collect_schema()
    named = [pl.col(f"_{name}").cast(types[name]).alias(name) for name in by]
    return (
        pl.concat(found, how="diagonal")
        .lazy()
        .select(MONTH, *named, *STOCKS)
        .group_by(MONTH, *by)
        .agg(pl.col(name).sum() for name in STOCKS)
    )


def _by_month(spans: pl.DataFrame, evenings: pl.DataFrame, state: str, groups: Collection[str]) -> pl.DataFrame:
    """
    The cases of a state by month and group; those alike are counted first.
    """
    keys = [f"_{name}" for name in groups]
    alike = grouped(spans, [*_SPAN, *keys])
    then = each_evening(alike.lazy(), evenings).group_by(MONTH, *keys).agg(pl.col("cases").sum().alias(state))
    return then.collect()


def _may_be_late(
    open_then: pl.LazyFrame, terms: Terms, evenings: pl.DataFrame, read: Collection[str]
) -> pl.LazyFrame:
    """
    The claims that can be late on an evening: from which on (`_first`), and from which on all is known (`_known`).
    """
    due_on = pl.min_horizontal(earliest_due_on(terms, key) for key, _ in BINDING)
    instants = [name for name in sorted(read) if CLAIMS.by_name[name].kind is Kind.INSTANT]
    return open_then.with_columns(
        _first=pl.max_horizontal("_first", _from_day(due_on, evenings)),
        _known=ended_by(pl.max_horizontal(instants), evenings),
    ).filter(pl.col("_behind") > pl.col("_first"))


def _late(rows: pl.DataFrame, terms: Terms, evenings: pl.DataFrame) -> pl.DataFrame:
    """
    The same claims on the evenings on which they are late, one row for each span of evenings.
    """
    known, behind = pl.col("_known"), pl.col("_behind")
    learning = rows.lazy().with_columns(_behind=pl.min_horizontal("_known", "_behind"))
    learning = learning.filter(pl.col("_behind") > pl.col("_first"))
    places = evenings.with_columns(_at=pl.int_range(evenings.height, dtype=pl.Int32))
    then = known_by(each_evening(learning, places), CLAIMS, day=pl.col("_day"), end=pl.col("_end"))
    for key, prefix in BINDING:
        then = with_clock(then, terms, key, prefix, as_of=pl.col("_day"))
    is_late = pl.any_horizontal(f"is_{prefix}_overdue" for _, prefix in BINDING)
    one_by_one = then.filter(is_late).with_columns(_first=pl.col("_at"), _behind=pl.col("_at") + 1)

    settled = rows.lazy().with_columns(_first=pl.max_horizontal("_first", known)).filter(behind > pl.col("_first"))
    for key, prefix in BINDING:
        settled = with_clock(settled, terms, key, prefix)
    due_on = pl.min_horizontal(pl.when(f"is_{prefix}_running").then(f"{prefix}_due_on") for _, prefix in BINDING)
    from_then_on = settled.with_columns(_first=pl.max_horizontal("_first", _from_day(due_on, evenings)))
    columns = [name for name in rows.columns if name != "_known"]
    found = [one_by_one.select(columns), from_then_on.filter(behind > pl.col("_first")).select(columns)]
    return pl.concat(pl.collect_all(found))


def _from_day(day: pl.Expr, evenings: pl.DataFrame) -> pl.Expr:
    """
    The place of the first evening that isn't before a day, Int32; after all of them where there is no day.
    """
    place = pl.lit(evenings["_day"]).search_sorted(day, side="left").cast(pl.Int32)
    return pl.when(day.is_null()).then(evenings.height).otherwise(place).cast(pl.Int32)
