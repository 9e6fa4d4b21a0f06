"""
Grouping by several columns of few values each as fast as by one: their values, packed into one number.

Grouping millions of rows by six columns compares six values a row. What these columns can hold together is a few
thousand combinations, which fit one integer several times over.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

_KEY: Final = "_key"
_MOST: Final = 2**63


def grouped(rows: pl.DataFrame, keys: Sequence[str], sums: Sequence[str] = ("cases",)) -> pl.DataFrame:
    """
    Sum columns by group.

    Args:
        rows: Any.
        keys: Columns of truths, whole numbers, days, enumerations or categories; null is a group.
        sums: Columns to add up.

    Returns:
        One row per combination that occurs, in any order: the keys and the sums.

    Raises:
        ValueError: The keys could hold more combinations than there are numbers.
    """
    if not rows.height:
        return rows.select(*keys, *sums)
    spans, size = [], 1
    bounds = rows.select(
        bound(_physical(pl.col(key), rows.schema[key])).alias(f"{name}{key}")
        for key in keys
        for name, bound in (("low ", pl.Expr.min), ("high ", pl.Expr.max))
    ).row(0, named=True)
    packed = pl.lit(0, pl.Int64)
    for key in keys:
        low, high = bounds[f"low {key}"] or 0, bounds[f"high {key}"] or 0
        # Nought is null.
        span = high - low + 2
        code = (_physical(pl.col(key), rows.schema[key]) - (low - 1)).fill_null(0)
        packed = packed * span + code
        spans.append((key, low, span))
        size *= span
    if size >= _MOST:
        raise ValueError(f"{', '.join(keys)} can't be packed into one number")
    found = rows.lazy().group_by(packed.alias(_KEY)).agg(pl.col(list(sums)).sum()).collect()
    for key, low, span in reversed(spans):
        code = pl.col(_KEY) % span
        value = pl.when(code > 0).then(code + (low - 1))
        found = found.with_columns(_typed(value, rows.schema[key]).alias(key), pl.col(_KEY) // span)
    return found.select(*keys, *sums)


def _physical(values: pl.Expr, kind: pl.DataType) -> pl.Expr:
    return (values if kind.is_integer() or kind == pl.Boolean else values.to_physical()).cast(pl.Int64)


def _typed(codes: pl.Expr, kind: pl.DataType) -> pl.Expr:
    if isinstance(kind, (pl.Enum, pl.Categorical)):
        return codes.cast(pl.Series(dtype=kind).to_physical().dtype).cat.to(kind)
    return codes.cast(pl.Int32).cast(kind) if kind == pl.Date else codes.cast(kind)
