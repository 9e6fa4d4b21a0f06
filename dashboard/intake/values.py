"""
One column of a database, as its driver gave it, to one column of the contract. Strictly: nothing is guessed.

A value that can't be read becomes null, and the caller, who still holds the raw column, counts it. What a value
may look like:

* text: surrounding white space is dropped; if nothing is left, nothing was recorded. A whole number, be it kept
  as 7.0, is "7".
* truth: true and false, 1 and 0, t and f, yes and no, y and n, in any case; one bit of a bit field.
* count: whole numbers only; 2.5 is not a count, and isn't made into one.
* money: exact to four decimals. Decimals and text that are finer can't be read; the noise of floating-point
  numbers is rounded off.
* day, instant: dates, timestamps, or ISO text with or without time, fraction, `T`, `Z` and offset.

A timestamp without a zone is the wall clock of the source's zone. When the clock is put back, an hour comes
twice: the first of the two is meant. When it is put forward, an hour is skipped: a time within it is taken as a
clock would show it that nobody had put forward yet. Years before 1 and after 9999 (PostgreSQL's infinity too) are
held at the edges of that range, where the row check finds them impossible.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import polars as pl

from dashboard.facts import INSTANT, MONEY, Kind

_NAIVE = pl.Datetime("us")
_FIRST = datetime(1, 1, 2)  # noqa: DTZ001 - a wall clock; a day inside the edge, so that no zone leads beyond it
_LAST = datetime(9999, 12, 30)  # noqa: DTZ001
_TRUE = ["1", "t", "true", "y", "yes"]
_FALSE = ["0", "f", "false", "n", "no"]
_MONEY_BOUND = 1e16 - 1  # of amounts in sixteen digits before the point
_INSTANT_TEXT = (
    r"^(?<day>\d{4}-\d{2}-\d{2})(?:[T ](?<minute>\d{2}:\d{2})(?<second>:\d{2})?(?<fraction>\.\d{1,9})?)?"
    r"\s*(?:(?<utc>Z|z|UTC)|(?<sign>[+-])(?<hours>\d{2}):?(?<minutes>\d{2})?)?$"
)
_MONEY_TEXT = r"^[+-]?(\d{1,16}(\.\d{0,4}0*)?|\.\d{1,4}0*)$"


def without_blanks(raw: pl.Series) -> pl.Series:
    """
    The same column; text is trimmed, and text of nothing but white space is null.
    """
    if raw.dtype != pl.String:
        return raw
    trimmed = raw.str.strip_chars()
    return trimmed.set(trimmed == "", None) if (trimmed == "").any() else trimmed


def read_values(raw: pl.Series, kind: Kind, zone: str) -> pl.Series:
    """
    Convert a column, once through `without_blanks`, to the type of `kind`; null where a value can't be read.

    Args:
        raw: As the driver gave it, any type.
        kind: What the contract says it is.
        zone: The IANA zone of timestamps that carry none.
    """
    if raw.dtype == pl.Null:
        return pl.Series(raw.name, [None] * len(raw), dtype=kind.dtype)
    return _READERS[kind](raw, zone).cast(kind.dtype)


def _text(raw: pl.Series, _zone: str) -> pl.Series:
    if raw.dtype == pl.Binary:
        return _utf8(raw)
    if raw.dtype.is_float():
        whole = raw.cast(pl.Int64, strict=False)
        return _choose(raw == whole.cast(pl.Float64), whole.cast(pl.String), raw.cast(pl.String))
    return raw.cast(pl.String, strict=False)


def _utf8(raw: pl.Series) -> pl.Series:
    def decoded(value: bytes) -> str | None:
        try:
            return value.decode().strip() or None
        except UnicodeDecodeError:
            return None

    return raw.map_elements(decoded, return_dtype=pl.String)


def _truth(raw: pl.Series, _zone: str) -> pl.Series:
    if raw.dtype == pl.Boolean:
        return raw
    if raw.dtype == pl.Binary:
        numbers = raw.map_elements(lambda value: int.from_bytes(value, "big"), return_dtype=pl.Int64)
        return _zero_or_one(numbers)
    if raw.dtype == pl.String:
        lower = raw.str.to_lowercase()
        return _choose(lower.is_in(_TRUE), _constant(raw, value=True), _constant(raw, value=None)).set(
            lower.is_in(_FALSE), value=False
        )
    return _zero_or_one(raw) if raw.dtype.is_numeric() else _nothing(raw, pl.Boolean())


def _zero_or_one(raw: pl.Series) -> pl.Series:
    return _choose((raw == 0) | (raw == 1), raw == 1, _constant(raw, value=None))


def _count(raw: pl.Series, _zone: str) -> pl.Series:
    if raw.dtype.is_integer():
        return raw.cast(pl.Int64, strict=False)
    if raw.dtype.is_float() or raw.dtype.is_decimal():
        whole = raw.cast(pl.Int64, strict=False)
        return whole.set((whole.cast(raw.dtype, strict=False) != raw).fill_null(value=True), None)
    if raw.dtype == pl.String:
        return raw.str.replace(r"\.0*$", "").cast(pl.Int64, strict=False)
    return _nothing(raw, pl.Int64())


def _number(raw: pl.Series, _zone: str) -> pl.Series:
    if not (raw.dtype.is_numeric() or raw.dtype == pl.String):
        return _nothing(raw, pl.Float64())
    numbers = raw.cast(pl.Float64, strict=False)
    return numbers.set(~numbers.is_finite(), None)


def _money(raw: pl.Series, _zone: str) -> pl.Series:
    # Out of bounds, a cast to decimals fails even where it is asked not to.
    if raw.dtype.is_integer():
        return raw.set((raw.cast(pl.Float64).abs() >= _MONEY_BOUND), None).cast(MONEY)
    if raw.dtype.is_float():
        amounts = raw.cast(pl.Float64)
        return amounts.set(~(amounts.abs() < _MONEY_BOUND), None).round(4).cast(MONEY)
    if raw.dtype.is_decimal():
        return _money(raw.cast(pl.String), _zone)
    if raw.dtype == pl.String:
        exact = raw.set(~raw.str.contains(_MONEY_TEXT), None)
        # Floating-point numbers among whole ones come as text too, the smallest of them as 1e-05.
        powers = raw.set(~raw.str.contains(r"^[+-]?\d+(\.\d+)?[eE][+-]?\d+$"), None)
        read = exact.cast(MONEY, strict=False)
        return read.fill_null(_money(powers.cast(pl.Float64, strict=False), _zone))
    return _nothing(raw, MONEY)


def _day(raw: pl.Series, zone: str) -> pl.Series:
    if raw.dtype == pl.Date:
        return _held(raw, pl.Date(), _FIRST.date(), _LAST.date())
    if isinstance(raw.dtype, pl.Datetime):
        naive = _held(raw.cast(pl.Datetime("us", raw.dtype.time_zone)), _NAIVE, _FIRST, _LAST)
        if raw.dtype.time_zone:
            naive = naive.dt.replace_time_zone("UTC").dt.convert_time_zone(zone)
        return naive.dt.date()
    if raw.dtype == pl.String:
        return _day(_wall_clock_or_utc(raw, zone).dt.convert_time_zone(zone).dt.replace_time_zone(None), zone)
    return _nothing(raw, pl.Date())


def _instant(raw: pl.Series, zone: str) -> pl.Series:
    if raw.dtype == pl.Date:
        return _to_utc(_held(raw, pl.Date(), _FIRST.date(), _LAST.date()).cast(_NAIVE), zone)
    if isinstance(raw.dtype, pl.Datetime):
        held = _held(raw.cast(pl.Datetime("us", raw.dtype.time_zone)), _NAIVE, _FIRST, _LAST)
        return held.dt.replace_time_zone("UTC") if raw.dtype.time_zone else _to_utc(held, zone)
    return _wall_clock_or_utc(raw, zone) if raw.dtype == pl.String else _nothing(raw, INSTANT)


def _wall_clock_or_utc(raw: pl.Series, zone: str) -> pl.Series:
    # The common forms are read at once, the rest part by part. Of these, whole seconds go by far the fastest.
    common = raw.str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us", strict=False, cache=False)
    if common.null_count() > raw.null_count():
        others = raw.set(common.is_not_null(), None)
        common = common.fill_null(others.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False))
    if common.null_count() > raw.null_count():
        common = common.fill_null(raw.str.to_date("%Y-%m-%d", strict=False).cast(_NAIVE))
    instants = _to_utc(_held(common, _NAIVE, _FIRST, _LAST), zone)
    rest = raw.is_not_null() & common.is_null()
    if not rest.any():
        return instants
    parts = raw.set(~rest, None).str.extract_groups(_INSTANT_TEXT).struct.unnest()
    read = parts.select(
        wall=pl.concat_str(
            pl.col("day"),
            pl.lit(" "),
            pl.col("minute").fill_null("00:00"),
            pl.col("second").fill_null(":00"),
            pl.col("fraction").fill_null(""),
        ).str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", strict=False),
        offset=pl.when(pl.col("utc").is_not_null())
        .then(0)
        .otherwise(
            pl.col("sign").replace_strict({"+": 1, "-": -1}, return_dtype=pl.Int64)
            * (pl.col("hours").cast(pl.Int64) * 60 + pl.col("minutes").cast(pl.Int64).fill_null(0))
        ),
    )
    wall = _held(read["wall"], _NAIVE, _FIRST, _LAST)
    offset = read["offset"]
    zoned = read.select((pl.col("wall") - pl.duration(minutes=pl.col("offset"))).dt.replace_time_zone("UTC"))
    return instants.fill_null(_choose(offset.is_null(), _to_utc(wall, zone), zoned.to_series()))


def _to_utc(naive: pl.Series, zone: str) -> pl.Series:
    if zone == "UTC":
        return naive.dt.replace_time_zone("UTC")
    local = naive.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    if local.null_count() > naive.null_count():
        # Three hours earlier the clock hadn't been put forward; a day earlier, where it skipped a whole day.
        for hours in (3, 27):
            before = naive.dt.offset_by(f"-{hours}h")
            before = before.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
            after = before.dt.convert_time_zone("UTC").dt.offset_by(f"{hours}h")
            local = local.fill_null(after.dt.convert_time_zone(zone))
    return local.dt.convert_time_zone("UTC")


def _held(raw: pl.Series, dtype: pl.DataType, first: date, last: date) -> pl.Series:
    # Compared as integers: a timestamp beyond year 9999 can't even be shown.
    low, high = pl.Series([first, last], dtype=dtype).to_physical()
    numbers = raw.to_physical()
    # Looking costs a third of clipping, and next to no batch has anything to clip.
    least, most = numbers.min(), numbers.max()
    if least is not None and (least < low or most > high):
        numbers = numbers.clip(low, high)
    return numbers.cast(dtype)


def _choose(condition: pl.Series, yes: pl.Series, no: pl.Series) -> pl.Series:
    return yes.zip_with(condition.fill_null(value=False), no)


def _constant(raw: pl.Series, *, value: bool | None) -> pl.Series:
    return pl.Series(raw.name, [value], dtype=pl.Boolean).new_from_index(0, len(raw))


def _nothing(raw: pl.Series, dtype: pl.DataType) -> pl.Series:
    return pl.Series(raw.name, [None], dtype=dtype).new_from_index(0, len(raw))


_READERS: dict[Kind, Callable[[pl.Series, str], pl.Series]] = {
    Kind.TEXT: _text,
    Kind.CODE: _text,
    Kind.CODES: _text,
    Kind.TRUTH: _truth,
    Kind.COUNT: _count,
    Kind.NUMBER: _number,
    Kind.MONEY: _money,
    Kind.DAY: _day,
    Kind.INSTANT: _instant,
}
