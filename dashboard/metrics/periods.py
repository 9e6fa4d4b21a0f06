"""
A period of days, and its months.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

# The group column that isn't a column of a fact: the first day of the month of a KPI's own day.
MONTH: Final = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """
    Days from `first` on and before `before`; null: without that end.
    """

    first: date | None = None
    before: date | None = None

    @property
    def last(self) -> date | None:
        """
        The last day inside; null without an end.
        """
        return None if self.before is None else self.before - timedelta(days=1)

    def covers(self, day: str) -> pl.Expr:
        """
        Whether a column's day lies inside. A null day lies in no period, not even in one without ends.
        """
        inside = pl.col(day).is_not_null()
        if self.first is not None:
            inside &= pl.col(day) >= self.first
        if self.before is not None:
            inside &= pl.col(day) < self.before
        return inside

    def months(self, *, earliest: date, latest: date) -> list[date]:
        """
        The first days of its months, where it has no end of its own from that of `earliest` to that of `latest`.
        """
        first, last = self.first or earliest, self.last or latest
        if last < first:
            return []
        return pl.date_range(first.replace(day=1), last, interval="1mo", eager=True).to_list()
