"""
The evenings on which one looks back at cases: each of a row of days, and the cases that were there then.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import Kind
from dashboard.metrics.terms import Terms, end_of

_INSTANT: Final = Kind.INSTANT.dtype


def evenings_of(days: Sequence[date], terms: Terms) -> pl.DataFrame:
    """
    Days on whose evenings one looks: `_day` in order, and `_end`, the instant at which it ends.
    """
    asked = sorted(set(days))
    ends = [end_of(day, terms.zone) for day in asked]
    return pl.DataFrame(
        {
            "_day": pl.Series(asked, dtype=pl.Date),
            "_end": pl.Series(ends).cast(_INSTANT),
        }
    )


def on_evenings(
    cases: pl.LazyFrame, evenings: pl.DataFrame, until: pl.Expr, *, received: str = "received_at"
) -> pl.LazyFrame:
    """
    Repeat each case for every evening from its receipt up to an instant, with the columns of the evening.

    Args:
        cases: Rows of a fact.
        evenings: As `evenings_of` gives them, with any further columns.
        until: An evening that ends later is none of it; null: all evenings are.
        received: The instant from which a case is there.
    """
    ends = pl.lit(evenings["_end"])
    return (
        cases.with_columns(
            _first=ends.search_sorted(pl.col(received), side="right").cast(pl.Int64),
            _behind=pl.when(until.is_null())
            .then(evenings.height)
            .otherwise(ends.search_sorted(until, side="right").cast(pl.Int64)),
        )
        .filter(pl.col("_behind") > pl.col("_first"))
        .with_columns(_evening=pl.int_ranges("_first", "_behind"))
        .explode("_evening")
        .with_columns(pl.lit(evenings[name]).gather(pl.col("_evening")).alias(name) for name in evenings.columns)
        .drop("_first", "_behind", "_evening")
    )
