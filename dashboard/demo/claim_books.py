"""
The claim figures of the books, a chunk of claims after the other, in plain sums.

What is asked of claims is in claim_case.py and claim_rates.py; here the answers are added up, overall and by
everything a figure can be split by.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np

from dashboard.demo.books import ALL, Figure, Figures, count, mean, rate, sorted_keys
from dashboard.demo.claim_case import ClaimCases, days_of
from dashboard.demo.claim_rates import COUNTS, RATES
from dashboard.demo.claim_waiting import Spells
from dashboard.demo.claims import REFUSED
from dashboard.demo.sums import SPLITS, Names, SumsByKey

HOURS_OF_A_DAY = 24
HOUR = np.timedelta64(1, "h")
QUANTILES = {"claim_cycle_days_median": 0.5, "claim_cycle_days_p90": 0.1}
MEANS = {"documents_per_claim"}
STATES = ("claims_open", "claims_overdue")
CHANNELS = ("app", "wechat", "phone", "counter", "agent", "传真")
TYPE_IDS = ("medical", "critical_illness", "death", "accident", "motor", "property")


NAMES: Names = {
    **SPLITS,
    "channel": CHANNELS.__getitem__,
    "claim_type": TYPE_IDS.__getitem__,
}


class ClaimLedger:
    """
    Adds claims for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.sums = SumsByKey(NAMES)
        self.spells = {by: Spells() for by in NAMES}

    def add(self, cases: ClaimCases) -> None:
        """
        Enter a chunk.
        """
        then = cases.known_on(self.day)
        for kpi, about in (COUNTS | RATES).items():
            self.sums.enter(kpi, then.groups, about(then, self.day), by_month=kpi not in STATES)
        self._enter_cycle(then)

    def figures(self) -> Figures:
        """
        The claim and automation KPIs as they are by this day's end.
        """
        counts = {
            kpi: self.sums.figures(kpi, lambda found, _: count(found), by_month=kpi not in STATES)
            for kpi in COUNTS
        }
        rates = {kpi: self.sums.figures(kpi, mean if kpi in MEANS else rate) for kpi in RATES}
        return counts | self._cycle() | rates

    def _enter_cycle(self, then: ClaimCases) -> None:
        """
        From report to the last payment, or so far; who ended without one waits for none.
        """
        unpaid = (then.decision >= REFUSED) | (~np.isnat(then.closed) & ~then.is_paid)
        waiting = np.flatnonzero(~unpaid)
        end = np.datetime64(self.day + timedelta(days=1), "s")
        is_paid, reported = then.is_paid[waiting], then.reported[waiting]
        hours = (np.where(is_paid, then.paid[waiting], end) - reported) // HOUR
        months = days_of(reported).astype("datetime64[M]").astype(np.int64)
        keys = {by: codes[waiting] for by, codes in then.groups.items()} | {"month": months}
        for by, spells in self.spells.items():
            spells.add(keys[by], hours, is_paid)

    def _cycle(self) -> Figures:
        found: Figures = {kpi: {by: {} for by in NAMES} for kpi in QUANTILES}
        for by, spells in self.spells.items():
            for key, claims, hours in spells.first_hours_with(list(QUANTILES.values())):
                for kpi, hour in zip(QUANTILES, hours, strict=True):
                    days = None if hour is None else hour / HOURS_OF_A_DAY
                    found[kpi][by][NAMES[by](key)] = Figure(value=days, numerator=None, denominator=claims)
        for groups in found.values():
            groups[ALL].setdefault(ALL, Figure(value=None, numerator=None, denominator=0))
        return {
            kpi: {by: sorted_keys(keys) for by, keys in sorted(groups.items())} for kpi, groups in found.items()
        }
