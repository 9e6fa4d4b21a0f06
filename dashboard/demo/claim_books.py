"""
The claim figures of the books, a chunk of claims after the other, in plain sums.

What is asked of claims is in claim_case.py and claim_rates.py; here the answers are added up, overall and by
everything a figure can be split by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

import numpy as np

from dashboard.demo.books import ALL, Figure, Figures, count, mean, month, rate, sorted_keys
from dashboard.demo.claim_case import ClaimCases, days_of
from dashboard.demo.claim_rates import COUNTS, RATES, Entry
from dashboard.demo.claim_waiting import Spells
from dashboard.demo.claims import REFUSED
from dashboard.demo.columns import KEY_DIGITS, Array
from dashboard.demo.names import LINE_IDS, branch_id, team_id

HOURS_OF_A_DAY = 24
HOUR = np.timedelta64(1, "h")
QUANTILES = {"claim_cycle_days_median": 0.5, "claim_cycle_days_p90": 0.1}
MEANS = {"documents_per_claim"}
STATES = ("claims_open", "claims_overdue")
CHANNELS = ("app", "wechat", "phone", "counter", "agent", "传真")
TYPE_IDS = ("medical", "critical_illness", "death", "accident", "motor", "property")


def _month_id(number: int) -> str:
    return month(np.datetime64(number, "M").astype("datetime64[D]").item())


def _agent_id(number: int) -> str:
    return f"A{number:0{KEY_DIGITS}d}"


# Grouping to what a position in it is called.
NAMES: dict[str, Callable[[int], str]] = {
    ALL: lambda _: ALL,
    "month": _month_id,
    "branch": branch_id,
    "team": team_id,
    "agent": _agent_id,
    "product_line": LINE_IDS.__getitem__,
    "channel": CHANNELS.__getitem__,
    "claim_type": TYPE_IDS.__getitem__,
}


class ClaimLedger:
    """
    Adds claims for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.bases: dict[tuple[str, str], Array] = {}
        self.found: dict[tuple[str, str], Array] = {}
        self.spells = {by: Spells() for by in NAMES}

    def add(self, cases: ClaimCases) -> None:
        """
        Enter a chunk.
        """
        then = cases.known_on(self.day)
        for kpi, about in (COUNTS | RATES).items():
            self._enter(kpi, then.groups, about(then, self.day))
        self._enter_cycle(then)

    def figures(self) -> Figures:
        """
        The claim and automation KPIs as they are by this day's end.
        """
        counts = {kpi: self._grouped(kpi, lambda found, _: count(found)) for kpi in COUNTS}
        rates = {kpi: self._grouped(kpi, mean if kpi in MEANS else rate) for kpi in RATES}
        return counts | self._cycle() | rates

    def _enter(self, kpi: str, groups: Mapping[str, Array], entry: Entry) -> None:
        chosen = np.flatnonzero(entry.about)
        base = np.ones(len(chosen)) if entry.base is None else entry.base[chosen]
        found = entry.found[chosen].astype(float)
        months = {} if kpi in STATES else {"month": entry.on[chosen].astype("datetime64[M]").astype(np.int64)}
        for by, keys in ({by: keys[chosen] for by, keys in groups.items()} | months).items():
            _add(self.bases, (kpi, by), np.bincount(keys, weights=base))
            _add(self.found, (kpi, by), np.bincount(keys, weights=found))

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

    def _grouped(self, kpi: str, figure: Callable[[int, int], Figure]) -> dict[str, dict[str, Figure]]:
        # Without claims it is split all the same, into nothing.
        splits = sorted(by for by in NAMES if not (by == "month" and kpi in STATES))
        nothing = np.zeros(0)
        groups: dict[str, dict[str, Figure]] = {}
        for by in splits:
            bases, found = self.bases.get((kpi, by), nothing), self.found.get((kpi, by), nothing)
            keys = np.flatnonzero(bases).tolist()
            groups[by] = sorted_keys({NAMES[by](key): figure(int(found[key]), int(bases[key])) for key in keys})
        groups[ALL].setdefault(ALL, figure(0, 0))
        return groups


def _add(sums: dict[tuple[str, str], Array], name: tuple[str, str], more: Array) -> None:
    """
    Add sums by position to those there are; the longer of the two decides how many positions there are.
    """
    so_far = sums.get(name, np.zeros(0))
    total = np.zeros(max(len(so_far), len(more)))
    total[: len(so_far)] += so_far
    total[: len(more)] += more
    sums[name] = total
