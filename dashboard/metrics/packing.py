"""
Grouping by several columns of few values each as fast as by one: their values, packed into one number.

Grouping millions of rows by six columns compares six values a row. What these columns can hold together is a few
thousand combinations, which fit one integer several times over.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, cast

import polars as pl

_KEY: Final = "_key"
_FEW: Final = 2**31
_MOST: Final = 2**63


@dataclass(frozen=True, slots=True)
class Likeness:
    """
    What makes rows alike to a question: those that agree in it can be counted as one.

    Attributes:
        by: The columns the question reads besides its sums: truths, days, numbers or categories of few values.
        sums: What it adds up.
    """

    by: tuple[str, ...]
    sums: tuple[str, ...] = ("cases",)

    def counted(self, rows: pl.DataFrame, besides: Sequence[str]) -> pl.DataFrame:
        """
        The rows with what the question reads and some columns besides, those alike as one: its sums are theirs.
        """
        keys = list(dict.fromkeys((*self.by, *besides)))
        return grouped(rows.select(*keys, *self.sums), keys, self.sums)


def grouped(rows: pl.DataFrame, keys: Sequence[str], sums: Sequence[str] = ("cases",)) -> pl.DataFrame:
    """
    Sum columns by group.

    Args:
        rows: Any.
        keys: Columns of truths, whole numbers, days, enumerations or categories; null is a group.
        sums: Columns to add up.

    Returns:
        One row per combination that occurs, in any order: the keys and the sums.

    Where the keys could hold more combinations than there are numbers they are compared one by one.
    """
    if not rows.height:
        return rows.select(*keys, *sums)
    spans, size = [], 1
    for key in keys:
        low, high = _bounds(rows[key])
        # Nought is null, where there are nulls.
        first = 1 if rows[key].null_count() else 0
        spans.append((key, low, first, high - low + 1 + first))
        size *= spans[-1][-1]
    if size >= _MOST:
        return rows.lazy().group_by(keys).agg(pl.col(list(sums)).sum()).collect()
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
