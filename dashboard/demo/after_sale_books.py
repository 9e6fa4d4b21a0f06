"""
What the books say of what came after a sale: calls, contracts given back, replaced, complained about.

Contracts and their events are read as they were written, complaints as they were planted; nothing here is shared
with the metrics that the books are there to test.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date

import numpy as np
import polars as pl

from dashboard.demo.application_books import NAMES as APPLICATION_NAMES
from dashboard.demo.application_books import days_of, groups_of
from dashboard.demo.books import Figures, rate
from dashboard.demo.columns import Array
from dashboard.demo.complaints import CATEGORIES, PARTLY, UPHELD, Complaints
from dashboard.demo.customers import Customers
from dashboard.demo.people import Organisation
from dashboard.demo.sums import Entry, SumsByKey

RATES = (
    "callback_success_rate",
    "free_look_cancellation_rate",
    "replacement_rate",
    "misselling_complaint_rate",
)
# Contracts name no segment.
NAMES = {by: name for by, name in APPLICATION_NAMES.items() if by != "customer_segment"}
SALES = CATEGORIES.index("销售")
NO_DAY = np.datetime64("NaT", "D")


class AfterSaleLedger:
    """
    Adds contracts with their events and complaints for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date, organisation: Organisation) -> None:
        self.day = np.datetime64(day, "D")
        self.organisation = organisation
        self.sums = SumsByKey(NAMES)

    def add(self, policies: pl.DataFrame, events: pl.DataFrame, made: Complaints, customers: Customers) -> None:
        """
        Enter a chunk: its tables of contracts and of their events, its complaints and its customers.
        """
        # The three years hold contracts of later days than an earlier day's books.
        issued = days_of(policies, "issued_at")
        there = issued <= self.day
        happened = events.filter(pl.Series(days_of(events, "happened_at") <= self.day))
        called = _days(policies, happened, "回访", "happened_at")
        reached = happened.filter(pl.col("event_code") == "回访", pl.col("succeeded").cast(pl.Boolean))
        until = policies["free_look_until"].to_numpy().astype("datetime64[D]")
        returned = _days(policies, happened, "犹豫期撤单", "happened_at")
        took_effect = events.filter(pl.Series(days_of(events, "takes_effect_on") <= self.day))
        surrendered = _days(policies, took_effect, "退保", "takes_effect_on")
        entries = (
            Entry(
                there & ~np.isnat(called),
                policies["policy_no"].is_in(reached["policy_no"].implode()).to_numpy(),
                issued,
            ),
            Entry(there & (until <= self.day), returned <= until, issued),
            Entry(there & (_months_on(issued, 6) <= self.day), _replacing(policies, issued, surrendered), issued),
            Entry(there & (_months_on(issued, 12) <= self.day), self._missold(issued, made), issued),
        )
        groups = groups_of(policies, customers, self.organisation)
        of_contracts = {by: keys for by, keys in groups.items() if by in NAMES}
        for kpi, entry in zip(RATES, entries, strict=True):
            self.sums.enter(kpi, of_contracts, entry)

    def figures(self) -> Figures:
        """
        The figures as they are by this day's end.
        """
        return {kpi: self.sums.figures(kpi, rate) for kpi in RATES}

    def _missold(self, issued: Array, made: Complaints) -> Array:
        """
        Which contracts had a complaint about the sale, upheld by the day, within twelve months.
        """
        upheld = np.isin(made.outcome, (UPHELD, PARTLY)) & (made.category == SALES)
        known = np.zeros(made.size, bool)
        for ended in (made.decided, made.withdrawn, made.closed):
            known |= ended.astype("datetime64[D]") <= self.day
        counts = np.flatnonzero(upheld & known & (made.spoiled < 0) & (made.policy >= 0))
        received = made.received[counts].astype("datetime64[D]")
        policy = made.policy[counts]
        in_time = received <= _months_on(issued, 12)[policy]
        missold = np.zeros(len(issued), bool)
        missold[policy[in_time]] = True
        return missold


def _days(policies: pl.DataFrame, events: pl.DataFrame, code: str, column: str) -> Array:
    """
    The day on which each contract had an event of this kind; none is NaT.
    """
    of_kind = events.filter(pl.col("event_code") == code)
    days = dict(zip(of_kind["policy_no"].to_list(), days_of(of_kind, column), strict=True))
    return np.array([days.get(number, NO_DAY) for number in policies["policy_no"].to_list()], "datetime64[D]")


def _replacing(policies: pl.DataFrame, issued: Array, surrendered: Array) -> Array:
    """
    Which contracts were issued to somebody who gave up an older one, half a year before or after.
    """
    instants = policies["issued_at"].to_numpy()
    owners = policies["customer_no"].to_list()
    given_up = defaultdict[str, list[int]](list)
    for place in np.flatnonzero(~np.isnat(surrendered)).tolist():
        given_up[owners[place]].append(place)
    first, last = _months_on(issued, -6), _months_on(issued, 6)
    found = np.zeros(len(owners), bool)
    for place, owner in enumerate(owners):
        found[place] = any(
            instants[older] < instants[place] and first[place] <= surrendered[older] <= last[place]
            for older in given_up.get(owner, ())
        )
    return found


def _months_on(days: Array, months: int) -> Array:
    """
    The same day so many months on, the month's last where it has no such day.
    """
    month = days.astype("datetime64[M]")
    same = (month + months).astype("datetime64[D]") + (days - month.astype("datetime64[D]"))
    last = (month + months + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    day: Array = np.minimum(same, last)
    return day
