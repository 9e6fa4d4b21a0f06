"""
Grouping by several columns of few values each as fast as by one: their values, packed into one number.

Grouping millions of rows by six columns compares six values a row. What these columns can hold together is a few
thousand combinations, which fit one integer several times over.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

import polars as pl

from dashboard.metrics.elapsed import HOURS
from dashboard.periods import Period

_KEY: Final = "_key"
_FEW: Final = 2**31
_MOST: Final = 2**63
# Of a period that holds all days.
_ANY_DAY: Final = date(2000, 1, 1)


@dataclass(frozen=True, slots=True)
class Within:
    """
    Of which rows a question is asked: those of a period.

    Attributes:
        day: The column of the day that lies in the period.
        period: Which days.
        monthly: Whether the months are kept apart; otherwise all rows are dated by one day.
    """

    day: str
    period: Period
    monthly: bool = False


@dataclass(frozen=True, slots=True)
class Likeness:
    """
    What makes rows alike to a question: those that agree in it can be counted as one.

    Attributes:
        by: The columns the question reads besides its sums: truths, days, numbers or categories of few values.
        sums: What it adds up.
        within: The period it is asked of, where it is asked of one only; its day needn't stand in `by`.
    """

    by: tuple[str, ...]
    sums: tuple[str, ...] = ("cases",)
    within: Within | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """
        All columns of rows alike.
        """
        return (*self.by, *([self.within.day] if self.within else []), *self.sums)


def alike(rows: pl.LazyFrame, likenesses: Sequence[Likeness], besides: Collection[str] = ()) -> list[pl.DataFrame]:
    """
    Count rows that are alike to questions as one; those asked of the same period look for its rows once.

    Args:
        rows: Any, with the columns of all of these.
        likenesses: What the questions read.
        besides: Further columns that make groups, the same in each answer.

    Returns:
        For each question one row per combination, in any order: its columns and those besides. Where it is asked
        of a period, the day is one of that period, and of the same month where those are kept apart. Whoever sums
        by these columns, over that period or its months, finds the same as of the rows.
    """
    found: dict[Likeness, pl.DataFrame] = {}
    for within in dict.fromkeys(each.within for each in likenesses):
        together = [each for each in dict.fromkeys(likenesses) if each.within == within]
        read = dict.fromkeys([*besides, *(name for each in together for name in (*each.by, *each.sums))])
        if within is None:
            inside = rows.select(*read).collect()
            found |= {each: grouped(inside, _keys(each, besides), each.sums) for each in together}
            continue
        dated = _dated(within).alias(within.day)
        months = [dated] if within.monthly else []
        chosen = rows.filter(within.period.covers(within.day)).select(*read, *months).collect()
        for each in together:
            keys = [*_keys(each, besides), *([within.day] if within.monthly else [])]
            counts = grouped(chosen, keys, each.sums)
            found[each] = counts if within.monthly else counts.with_columns(dated)
    return [found[each] for each in likenesses]


def _keys(likeness: Likeness, besides: Collection[str]) -> list[str]:
    return list(dict.fromkeys((*likeness.by, *besides)))


def _dated(within: Within) -> pl.Expr:
    period = within.period
    if within.monthly:
        # No day of the month may lie before the period.
        return pl.max_horizontal(pl.col(within.day).dt.month_start(), pl.lit(period.first, pl.Date))
    return pl.lit(period.first or period.last or _ANY_DAY)


def grouped(rows: pl.DataFrame, keys: Sequence[str], sums: Sequence[str] = ("cases",)) -> pl.DataFrame:
    """
    Sum columns by group.

    Args:
        rows: Any.
        keys: Columns of truths, whole numbers, days, enumerations or categories, or of times in days that are
            whole hours; null is a group.
        sums: Columns to add up.

    Returns:
        One row per combination that occurs, in any order: the keys and the sums.

    Where the keys could hold more combinations than there are numbers, or a time is no whole hours, they are
    compared one by one.
    """
    rows = rows.select(*keys, *sums)
    if not rows.height:
        return rows
    times = [key for key in keys if rows.schema[key].is_float()]
    if times:
        hours = rows.with_columns((pl.col(times) * HOURS).round().cast(pl.Int32, strict=False))
        if not all((hours[key] / HOURS).equals(rows[key], null_equal=True) for key in times):
            return _compared(rows, keys, sums)
        return grouped(hours, keys, sums).with_columns(pl.col(times) / HOURS).select(*keys, *sums)
    spans, size = [], 1
    for key in keys:
        low, high = _bounds(rows[key])
        # Nought is null, where there are nulls.
        first = 1 if rows[key].null_count() else 0
        spans.append((key, low, first, high - low + 1 + first))
        size *= spans[-1][-1]
    if size >= _MOST:
        return _compared(rows, keys, sums)
    # Half as wide is half as far to carry.
    number = pl.Int32 if size < _FEW else pl.Int64
    packed = pl.lit(0, number)
    for key, low, first, span in spans:
        code = _physical(pl.col(key), rows.schema[key])
        code = code.cast(number) if low == first else (code.cast(pl.Int64) - (low - first)).cast(number)
        packed = packed * span + (code.fill_null(0) if first else code)
    found = rows.lazy().group_by(packed.alias(_KEY)).agg(pl.col(list(sums)).sum()).collect()
    values, below = {}, 1
    for key, low, first, span in reversed(spans):
        code = (pl.col(_KEY) // below % span).cast(pl.Int64)
        value = (pl.when(code > 0).then(code) if first else code) + (low - first)
        values[key] = _typed(value, rows.schema[key])
        below *= span
    return found.select(**{key: values[key] for key in keys}, **{name: pl.col(name) for name in sums})


def _compared(rows: pl.DataFrame, keys: Sequence[str], sums: Sequence[str]) -> pl.DataFrame:
    return rows.lazy().group_by(keys).agg(pl.col(list(sums)).sum()).collect()


def _bounds(values: pl.Series) -> tuple[int, int]:
    """
    The lowest and the highest code that a column can hold, without looking where its type says so.
    """
    if values.dtype == pl.Boolean:
        return 0, 1
    if isinstance(values.dtype, pl.Enum):
        return 0, len(values.dtype.categories) - 1
    codes = values if values.dtype.is_integer() else values.to_physical()
    return cast("int", codes.min() or 0), cast("int", codes.max() or 0)


def _physical(values: pl.Expr, kind: pl.DataType) -> pl.Expr:
    return values if kind.is_integer() or kind == pl.Boolean else values.to_physical()


def _typed(codes: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, (pl.Enum, pl.Categorical)):
        return codes.cast(pl.Series(dtype=kind).to_physical().dtype).cat.to(kind)
    return codes.cast(pl.Int32).cast(kind) if kind == pl.Date else codes.cast(kind)
