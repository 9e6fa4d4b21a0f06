"""
What was known at the end of a day: rows and values that came later haven't happened yet.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import Column, Fact, Kind
from dashboard.metrics.terms import end_of

# When the source last changed a row; nothing is judged by it.
UPDATED: Final = "updated_at"


def known_on(rows: pl.LazyFrame, fact: Fact, as_of: date, zone: str) -> pl.LazyFrame:
    """
    Take back everything that happened after the end of a day.

    Rows dated later are absent. Later instants and days are null, except days planned in advance. A value that
    came with an instant is unknown until one of its instants has come, or is what it was before; where none of its
    instants was ever recorded, it is taken as always known.

    Args:
        rows: Rows of the fact; columns they lack are passed over.
        fact: Which columns are instants, plans, or came with something.
        as_of: The day whose end counts.
        zone: Where that day ends.
    """
    return known_by(rows, fact, day=pl.lit(as_of), end=pl.lit(end_of(as_of, zone)))


def known_by(rows: pl.LazyFrame, fact: Fact, *, day: pl.Expr, end: pl.Expr) -> pl.LazyFrame:
    """
    Like `known_on`, for a day that may differ from row to row.

    Args:
        rows: Rows of the fact.
        fact: Their contract.
        day: The day looked back from.
        end: The instant at which it ends.
    """
    present = set(rows.collect_schema().names())
    happened = _Happened(fact, day, end)
    changed = [
        happened.value(column).alias(column.name)
        for column in fact.columns
        if column.name in present and column.name != fact.dated and happened.can_change(column)
    ]
    if fact.dated is not None:
        rows = rows.filter(happened.yet(fact.by_name[fact.dated]))
    return rows.with_columns(changed)


def last_instant(fact: Fact) -> pl.Expr:
    """
    The last instant that a row of a fact tells of; null where it tells of none.

    What was known of a row at the end of a day after it is all there is to know: `known_by` takes nothing back.

    Args:
        fact: One whose events are all instants. When a row was last changed is no event.

    Raises:
        ValueError: It has days that aren't planned in advance.
    """
    if any(column.kind is Kind.DAY and not column.planned for column in fact.columns):
        raise ValueError(f"{fact.name} has events that are days")
    instants = (column.name for column in fact.columns if column.kind is Kind.INSTANT and not column.planned)
    return pl.max_horizontal(name for name in instants if name != UPDATED)


class _Happened:
    def __init__(self, fact: Fact, day: pl.Expr, end: pl.Expr) -> None:
        self._fact, self._day, self._end = fact, day, end

    def can_change(self, column: Column) -> bool:
        return bool(column.came_with) or self._is_event(column)

    def yet(self, column: Column) -> pl.Expr:
        """
        Whether the day or instant has come; null where there is none.
        """
        if column.kind is Kind.DAY:
            return pl.col(column.name) <= self._day
        return pl.col(column.name) < self._end

    def value(self, column: Column) -> pl.Expr:
        """
        The column as it was known.
        """
        value = pl.col(column.name)
        if self._is_event(column):
            value = pl.when(self.yet(column)).then(value)
        if not column.came_with:
            return value
        causes = [self._fact.by_name[name] for name in column.came_with]
        was_recorded = pl.any_horizontal(pl.col(cause.name).is_not_null() for cause in causes)
        has_come = pl.any_horizontal(self.yet(cause).fill_null(value=False) for cause in causes)
        before = pl.col(column.formerly) if column.formerly else pl.lit(None, column.kind.dtype)
        return pl.when(was_recorded & ~has_come).then(before).otherwise(value)

    @staticmethod
    def _is_event(column: Column) -> bool:
        return column.kind in (Kind.DAY, Kind.INSTANT) and not column.planned
