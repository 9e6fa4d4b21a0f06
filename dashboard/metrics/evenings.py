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
    return each_evening(among_evenings(cases, evenings, until, received=received), evenings)


def among_evenings(
    cases: pl.LazyFrame, evenings: pl.DataFrame, until: pl.Expr, *, received: str = "received_at"
) -> pl.LazyFrame:
    """
    Say of each case on which evenings `on_evenings` repeats it, without repeating it.

    Args:
        cases: Rows of a fact.
        evenings: As `evenings_of` gives them.
        until: As for `on_evenings`.
        received: As for `on_evenings`.

    Returns:
        The cases that are there on any evening, with `_first`, the place of the first of them in `evenings`, and
        `_behind`, the place after the last.
    """
    behind = pl.when(until.is_null()).then(evenings.height).otherwise(ended_by(until, evenings))
    # Most cases were over before the first evening; comparing is far less than searching.
    first, last = evenings["_end"].min(), evenings["_end"].max()
    may_be_there = (pl.col(received) < last) & (until.is_null() | (until >= first))
    spans = cases.filter(may_be_there).with_columns(
        _first=ended_by(pl.col(received), evenings), _behind=behind.cast(pl.Int32)
    )
    return spans.filter(pl.col("_behind") > pl.col("_first"))


def ended_by(instant: pl.Expr, evenings: pl.DataFrame) -> pl.Expr:
    """
    How many of the evenings were over when an instant came: the place of the first that knows of it, Int32.
    """
    return pl.lit(evenings["_end"]).search_sorted(instant, side="right").cast(pl.Int32)


def each_evening(spans: pl.LazyFrame, evenings: pl.DataFrame) -> pl.LazyFrame:
    """
    Repeat rows for every evening from the place `_first` up to that before `_behind`, with the evening's columns.
    """
    return (
        spans.with_columns(_evening=pl.int_ranges("_first", "_behind"))
        .explode("_evening")
        .with_columns(pl.lit(evenings[name]).gather(pl.col("_evening")).alias(name) for name in evenings.columns)
        .drop("_first", "_behind", "_evening")
    )
