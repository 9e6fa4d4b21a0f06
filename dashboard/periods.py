"""
Which days are meant by "last month", and which days are they compared with?

A period is half-open: it starts on a day and ends before another. All of them end by the day the screens judge by,
so that a comparison never sets a whole month against a started one without saying so.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.words import msgid

DAY = timedelta(days=1)
# The group that isn't a column of a fact: the first day of the month of a KPI's own day.
MONTH: Final = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """
    Days from `first` up to, but not including, `before`. None leaves that side open.

    `step_months` is set on one that has only begun ("this quarter"): what came before it is as many days of the
    month, quarter or year before, not the days just before it.
    """

    first: date | None = None
    before: date | None = None
    step_months: int | None = None

    @property
    def last(self) -> date | None:
        """
        The last day inside; None without an end.
        """
        return None if self.before is None else self.before - DAY

    @property
    def days(self) -> int | None:
        """
        How many days it holds; None if a side is open.
        """
        return (self.before - self.first).days if self.first and self.before else None

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


def month_start(day: date) -> date:
    """
    The first day of the month a day lies in.
    """
    return day.replace(day=1)


def shift_months(day: date, by: int) -> date:
    """
    The same day some months on, or that month's last day where it is shorter.
    """
    total = day.year * 12 + day.month - 1 + by
    year, month = divmod(total, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


# Each preset, given the last complete day. "This …" runs up to and including that day.
PRESETS: dict[str, tuple[str, Callable[[date], Period]]] = {
    "this_month": (msgid("This month"), lambda day: Period(month_start(day), day + DAY, 1)),
    "last_month": (
        msgid("Last month"),
        lambda day: Period(shift_months(month_start(day), -1), month_start(day)),
    ),
    "last_30_days": (msgid("Last 30 days"), lambda day: Period(day - 29 * DAY, day + DAY)),
    "this_quarter": (msgid("This quarter"), lambda day: Period(_quarter_start(day), day + DAY, 3)),
    "last_quarter": (
        msgid("Last quarter"),
        lambda day: Period(shift_months(_quarter_start(day), -3), _quarter_start(day)),
    ),
    "this_year": (msgid("This year"), lambda day: Period(date(day.year, 1, 1), day + DAY, 12)),
    "last_12_months": (
        msgid("Last 12 months"),
        lambda day: Period(shift_months(month_start(day), -12), month_start(day)),
    ),
    "last_year": (msgid("Last year"), lambda day: Period(date(day.year - 1, 1, 1), date(day.year, 1, 1))),
    "everything": (msgid("Everything"), lambda _day: Period(None, None)),
}

COMPARISONS: dict[str, str] = {
    "previous_period": msgid("Previous period"),
    "same_period_last_year": msgid("Same period last year"),
    "nothing": msgid("No comparison"),
}


def compared_with(period: Period, comparison: str) -> Period | None:
    """
    The period another is compared with, of the same length in whole months where it is made of whole months.

    Returns:
        None where nothing is to be compared or a side is open.
    """
    if comparison == "nothing" or period.first is None or period.before is None:
        return None
    if comparison == "same_period_last_year":
        return Period(shift_months(period.first, -12), shift_months(period.before, -12))
    if period.step_months:
        back = -period.step_months
        return Period(shift_months(period.first, back), shift_months(period.before, back))
    if period.first.day == 1 and period.before.day == 1:
        months = (period.before.year - period.first.year) * 12 + period.before.month - period.first.month
        return Period(shift_months(period.first, -months), period.first)
    length = period.before - period.first
    return Period(period.first - length, period.first)


def earlier_day(day: date, period: Period, comparison: Period) -> date:
    """
    The day that lies before another as far as a comparison lies before its period.

    A state has no period: today's backlog is compared with the backlog a month, a quarter or a year ago.
    """
    if period.first is None or comparison.first is None:
        return day
    if period.first.day == comparison.first.day:
        months = (period.first.year - comparison.first.year) * 12 + period.first.month - comparison.first.month
        return shift_months(day, -months)
    return day - (period.first - comparison.first)
