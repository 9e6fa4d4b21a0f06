"""
Counting days over a calendar: by position in a table with a row per day, so that a million rows cost one look-up.
"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

import polars as pl

from dashboard.deadlines.calendar import FIRST_DAY, LAST_DAY, roll_table, rolled_days

_DAY = timedelta(days=1)


class Days:
    """
    Working days and midnights of one calendar in one time zone, as expressions.

    A day outside the table is rolled nowhere, has no business days after it and no end, and counts as not known.
    """

    def __init__(self, calendar: str | pl.DataFrame, zone: str) -> None:
        self._table = rolled_days(calendar) if isinstance(calendar, str) else roll_table(calendar)
        self._zone = zone

    def rolled(self, day: pl.Expr) -> pl.Expr:
        """
        The first working day on or after a day.
        """
        return pl.coalesce(self._at("next_working_on", day), day)

    def is_roll_known(self, day: pl.Expr) -> pl.Expr:
        """
        Whether every day from this one to the working day it rolls to is published.
        """
        return self._at("is_known", day).fill_null(value=False)

    def business_days_after(self, day: pl.Expr, count: int) -> pl.Expr:
        """
        The last of so many working days after a day, which itself isn't counted; null beyond the table.
        """
        working = self._table.filter(pl.col("day") == pl.col("next_working_on"))["day"]
        position = self._at("working_so_far", day) + (count - 1)
        inside = pl.when(position < working.len()).then(position)
        return pl.lit(working).gather(inside)

    def is_span_known(self, day: pl.Expr, last: pl.Expr) -> pl.Expr:
        """
        Whether every day after `day`, up to and including `last`, is published.
        """
        known = self._at("unknown_so_far", day) == self._at("unknown_so_far", last)
        return known.fill_null(value=False)

    def end_of(self, day: pl.Expr) -> pl.Expr:
        """
        The first instant after a day, in UTC: the midnight between it and the next.
        """
        return pl.lit(_day_ends(self._zone)).gather(self._position(day))

    def _at(self, column: str, day: pl.Expr) -> pl.Expr:
        return pl.lit(self._table[column]).gather(self._position(day))

    @staticmethod
    def _position(day: pl.Expr) -> pl.Expr:
        # A position out of bounds is an error in polars, so it becomes null first.
        inside = pl.when(day.is_between(FIRST_DAY, LAST_DAY)).then(day)
        return (inside - pl.lit(FIRST_DAY)).dt.total_days()


@lru_cache(maxsize=16)
def _day_ends(zone: str) -> pl.Series:
    """
    For every day of the table, in order, the instant at which the local day is over.
    """
    midnights = pl.datetime_range(FIRST_DAY + _DAY, LAST_DAY + _DAY, "1d", time_unit="us", eager=True)
    found = pl.select(midnight=midnights).select(
        # Where summer time begins at midnight, or a day is skipped, there is no midnight: the day ends 24 hours
        # after the one before it did.
        pl.coalesce(_instant(pl.col("midnight"), zone), _instant(pl.col("midnight") - _DAY, zone) + _DAY)
    )
    return found.to_series()


def _instant(local: pl.Expr, zone: str) -> pl.Expr:
    placed = local.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
    return placed.dt.convert_time_zone("UTC")
