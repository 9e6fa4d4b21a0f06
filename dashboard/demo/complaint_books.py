"""
The complaint figures of the books, one case after another, in plain counting.

What is asked of a single case is in complaint_case.py and complaint_rates.py; here the answers are added up,
overall and by everything a figure can be split by.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from dashboard.demo.books import ALL, Figure, Figures, count, month, rate, sorted_keys
from dashboard.demo.complaint_case import Case
from dashboard.demo.complaint_forecast import BreachForecast
from dashboard.demo.complaint_rates import RATES
from dashboard.demo.complaints import SPOILED, Complaints
from dashboard.demo.production import LedgerRow
from dashboard.demo.waiting import Lengths, Waiting

DUE_SOON_DAYS = 7
QUANTILES = {"complaint_days_median": 0.5, "complaint_days_p90": 0.1}
POLICIES_UNIT, PREMIUM_UNIT = 10_000, 100_000_000
DAYS_OF_A_YEAR = 365
# The ledger of contracts knows no teams and no agents.
NOT_IN_LEDGER = {"team", "agent"}
STATES = ("complaints_open", "complaints_overdue", "complaints_due_7d")
EXPECTED = "complaint_breaches_expected_7d"
PER_POLICIES, PER_PREMIUM = "complaints_per_10k_policies", "complaints_per_100m_premium"
NOT_SPLIT_BY = {
    **{kpi: {"month"} for kpi in (*STATES, EXPECTED)},
    **dict.fromkeys((PER_POLICIES, PER_PREMIUM), NOT_IN_LEDGER),
}

Group = tuple[str, str]


class ComplaintLedger:
    """
    Adds case after case for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date, reported: frozenset[str] = frozenset()) -> None:
        """
        Open it for a day.

        Args:
            day: What is known at its end counts.
            reported: Months, like "2026-11", for which the ledger of contracts has been closed by then.
        """
        self.day = day
        self.reported = reported
        self.counts: dict[str, Counter[Group]] = defaultdict(Counter)
        self.hits: dict[str, Counter[Group]] = defaultdict(Counter)
        self.lengths: dict[Group, Lengths] = defaultdict(Counter)
        self.forecast = BreachForecast(day)

    def add(self, case: Case) -> None:
        """
        Enter one case.
        """
        if case.received.date() > self.day:
            return
        then = case.known_on(self.day)
        if not then.is_counted:
            return
        received = then.received.date()
        self._enter("complaints_received", then, received)
        if month(received) in self.reported:
            self._enter("against the ledger", then, received)
        if then.stopped_on is None:
            self._enter_stock(then)
        for kpi, about in RATES.items():
            found = about(then, self.day)
            if found is not None:
                self._enter(kpi, then, *found)
        length = ((then.stopped_on or self.day) - received).days
        for group in (*then.groups, ("month", month(received))):
            self.lengths[group][length, then.answered_on is not None] += 1
        self.forecast.add(then)

    def figures(self, ledger: Sequence[LedgerRow] = ()) -> Figures:
        """
        The complaint KPIs as they are by this day's end.

        Args:
            ledger: What the ledger of contracts says; months that weren't closed by then are passed over.
        """
        counts = {
            kpi: {group: count(number) for group, number in self._with_all(kpi).items()}
            for kpi in ("complaints_received", *STATES)
        }
        rates = {
            kpi: {group: rate(self.hits[kpi][group], number) for group, number in self._with_all(kpi).items()}
            for kpi in RATES
        }
        found = counts | rates | self._days() | self._expected() | self._ratios(ledger)
        return {kpi: self._grouped(kpi, figures) for kpi, figures in found.items()}

    def _enter_stock(self, case: Case) -> None:
        self._enter("complaints_open", case)
        if case.due <= self.day:
            self._enter("complaints_overdue", case)
        elif case.due <= self.day + timedelta(days=DUE_SOON_DAYS):
            self._enter("complaints_due_7d", case)

    def _enter(self, name: str, case: Case, dated: date | None = None, hit: bool = False) -> None:
        groups = case.groups if dated is None else (*case.groups, ("month", month(dated)))
        for group in groups:
            self.counts[name][group] += 1
            if hit:
                self.hits[name][group] += 1

    def _with_all(self, name: str) -> dict[Group, int]:
        return {(ALL, ALL): 0} | self.counts[name]

    def _days(self) -> dict[str, dict[Group, Figure]]:
        waiting = {group: Waiting(lengths) for group, lengths in self.lengths.items()}
        return {
            kpi: {
                group: Figure(value=each.first_day_with(left), numerator=None, denominator=each.size)
                for group, each in waiting.items()
            }
            for kpi, left in QUANTILES.items()
        }

    def _expected(self) -> dict[str, dict[Group, Figure]]:
        return {
            EXPECTED: {
                group: Figure(value=total, numerator=None, denominator=None, at_stake=cases)
                for group, (total, cases) in self.forecast.expected().items()
            }
        }

    def _ratios(self, ledger: Sequence[LedgerRow]) -> dict[str, dict[Group, Figure]]:
        years: dict[Group, float] = defaultdict(float)
        premium: dict[Group, float] = defaultdict(float)
        for row in ledger:
            if month(row.month) not in self.reported:
                continue
            of_all, of_month = (ALL, ALL), ("month", month(row.month))
            for group in (of_all, of_month, ("branch", row.branch), ("product_line", row.line)):
                years[group] += row.policies * row.days / DAYS_OF_A_YEAR
                premium[group] += row.premium
        # Every group that has complaints at all is there, and every month that was reported.
        elsewhere = {*NOT_IN_LEDGER, "month"}
        groups = {group for group in self._with_all("complaints_received") if group[0] not in elsewhere}
        groups |= {("month", each) for each in self.reported}
        return {
            kpi: {group: self._ratio(group, exposure, unit) for group in groups}
            for kpi, exposure, unit in (
                (PER_POLICIES, years, POLICIES_UNIT),
                (PER_PREMIUM, premium, PREMIUM_UNIT),
            )
        }

    def _ratio(self, group: Group, exposures: Mapping[Group, float], unit: int) -> Figure:
        # What isn't an attribute of a contract splits the complaints only, not what they are measured against.
        own = group[0] in {"month", "branch", "product_line"}
        exposure = exposures.get(group if own else (ALL, ALL), 0.0)
        number = self.counts["against the ledger"][group]
        value = number / exposure * unit if exposure else None
        return Figure(value=value, numerator=number, denominator=None, exposure=exposure)

    def _grouped(self, kpi: str, figures: Mapping[Group, Figure]) -> dict[str, dict[str, Figure]]:
        # Without cases it is split all the same, into nothing.
        splits = {by for by, _ in self.counts["complaints_received"]} - NOT_SPLIT_BY.get(kpi, set())
        groups: dict[str, dict[str, Figure]] = {by: {} for by in sorted(splits)}
        for (by, key), figure in figures.items():
            groups.setdefault(by, {})[key] = figure
        return {by: sorted_keys(keys) for by, keys in groups.items()}


def spoiled_rows(made: Complaints) -> Counter[str]:
    """
    Damaged rows of a chunk by what is wrong with them.
    """
    return Counter(SPOILED[reason] for reason in made.spoiled.tolist() if reason >= 0)
