"""
The complaint figures of the books, one case after another, in plain date arithmetic.

Slow on purpose: nothing here is shared with the deadline engine, the statistics or the metrics that the books are
there to test. The rule is that of CBIRC Order 2020 No.3, to natural days, ending on the next working day.
"""

from __future__ import annotations

import functools
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from dashboard.demo.books import ALL, Figures, count, month, rate, sorted_keys
from dashboard.demo.complaints import (
    BRANCH_AUTHORITY,
    COMPLEX,
    INVALID,
    MERGED,
    NO_GRADE,
    SPOILED,
    Complaints,
)
from dashboard.demo.names import LINE_IDS, branch_id, team_id
from dashboard.demo.plan import TEAMS_PER_BRANCH, works_on
from dashboard.demo.policies import Policies

CHANNELS = ("app", "wechat", "web", "phone", "counter", "letter", "social", "regulator", "传真")
CATEGORY_IDS = ("sales", "claims", "service", "surrender", "renewal")
SHORT_LIMIT, LONG_LIMIT, LONGEST = 15, 30, 60
ROUNDING = 1e-12
RECORDED = (
    "received regraded decided informed closed withdrawn extension_approved extension_told first_grade new_grade"
    " extension_days extension_authority paused_days pause_told outcome policy team entry category spoiled"
)


@dataclass(frozen=True)
class Case:
    """
    One complaint as a clerk would write it down.
    """

    received: datetime
    keys: tuple[tuple[str, str], ...]
    first_grade: int
    regraded: datetime | None
    new_grade: int
    extension_days: int
    approved: datetime | None
    authority: int
    told: datetime | None
    paused_days: int
    decided: datetime | None
    informed: datetime | None
    closed: datetime | None
    withdrawn: datetime | None
    outcome: int

    def known_on(self, day: date) -> Case:
        """
        The same case as it stood at the end of that day. The outcome came with whatever ended it.
        """

        def then_known(at: datetime | None) -> datetime | None:
            return at if at is not None and at.date() <= day else None

        then = replace(
            self,
            regraded=then_known(self.regraded),
            approved=then_known(self.approved),
            told=then_known(self.told),
            decided=then_known(self.decided),
            informed=then_known(self.informed),
            closed=then_known(self.closed),
            withdrawn=then_known(self.withdrawn),
        )
        ended = then.decided or then.withdrawn or then.closed
        return then if ended else replace(then, outcome=-1)

    @property
    def is_counted(self) -> bool:
        """
        Whether it is a complaint of its own: not merged into another, and one at all.
        """
        return self.outcome not in {MERGED, INVALID}

    @property
    def stopped(self) -> tuple[date | None, bool]:
        """
        The day its clock stopped, and whether that was because it was withdrawn.
        """
        both = [at for at in (self.decided, self.informed) if at is not None]
        stop = max(both) if both else self.closed
        if self.withdrawn is not None and (stop is None or self.withdrawn < stop):
            return self.withdrawn.date(), True
        return (stop.date() if stop else None), False

    @property
    def due(self) -> date:
        """
        The last day on which it is still in time.
        """
        received = self.received.date()
        pause = max(self.paused_days, 0)
        limit = _limit(self.first_grade)
        last = _next_working(received + timedelta(days=limit + pause))
        if self.regraded is not None and self.regraded.date() <= last:
            limit = _limit(self.new_grade)
            last = _next_working(received + timedelta(days=limit + pause))
        if self.approved is not None and self.told is not None and self.authority != BRANCH_AUTHORITY:
            in_time = self.approved.date() <= last and self.told.date() <= last
            if in_time:
                total = min(LONG_LIMIT + self.extension_days, LONGEST)
                last = _next_working(received + timedelta(days=total + pause))
        return last


def cases_of(made: Complaints, policies: Policies) -> Iterator[Case]:
    """
    The sound cases of a chunk; damaged ones are left out of every figure.
    """
    plain = {name: getattr(made, name).tolist() for name in RECORDED.split()}
    lines = policies.line.tolist()
    for number in range(made.size):
        row: dict[str, Any] = {name: values[number] for name, values in plain.items()}
        if row["spoiled"] >= 0:
            continue
        keys = (
            (ALL, ALL),
            ("branch", branch_id(row["team"] // TEAMS_PER_BRANCH)),
            ("team", team_id(row["team"])),
            ("product_line", LINE_IDS[lines[row["policy"]]] if row["policy"] >= 0 else ""),
            ("channel", CHANNELS[row["entry"]]),
            ("category", CATEGORY_IDS[row["category"]]),
        )
        yield Case(
            received=row["received"],
            keys=keys,
            first_grade=row["first_grade"],
            regraded=row["regraded"],
            new_grade=row["new_grade"],
            extension_days=row["extension_days"],
            approved=row["extension_approved"],
            authority=row["extension_authority"],
            told=row["extension_told"],
            # Time spent waiting for an expert counts against nobody, but only where the complainant was told.
            paused_days=row["paused_days"] if row["pause_told"] else 0,
            decided=row["decided"],
            informed=row["informed"],
            closed=row["closed"],
            withdrawn=row["withdrawn"],
            outcome=row["outcome"],
        )


class ComplaintLedger:
    """
    Adds case after case for one day, as known at its end, and closes with the figures.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
        self.days: dict[tuple[str, str], Counter[tuple[int, bool]]] = defaultdict(Counter)

    def add(self, case: Case) -> None:
        """
        Enter one case.
        """
        if case.received.date() > self.day:
            return
        then = case.known_on(self.day)
        if not then.is_counted:
            return
        received, due = then.received.date(), then.due
        stopped, withdrawn = then.stopped
        self._enter("received", then, received)
        if stopped is None:
            self._enter_stock(then, due)
        decided = stopped is not None and not withdrawn
        in_time = decided and stopped is not None and stopped <= due
        spared = withdrawn and stopped is not None and stopped <= due
        if due <= self.day and not spared:
            self._enter("due", then, due)
        if due <= self.day and in_time:
            self._enter("in_time", then, due)
        if decided:
            self._enter("stopped", then, stopped)
        if in_time:
            self._enter("stopped_in_time", then, stopped)
        length = ((stopped or self.day) - received).days
        for key in (*then.keys, ("month", month(received))):
            self.days[key][length, decided] += 1

    def figures(self) -> Figures:
        """
        The complaint KPIs as they are by this day's end.
        """
        nothing = {(ALL, ALL): 0}
        made: Figures = {
            f"complaints_{name}": self._grouped(
                {key: count(number) for key, number in (nothing | self.counts[name]).items()}
            )
            for name in ("received", "open", "overdue", "due_7d")
        }
        for kpi, part, whole in (
            ("complaint_on_time_rate", "in_time", "due"),
            ("complaint_on_time_rate_closed", "stopped_in_time", "stopped"),
        ):
            shares = {
                key: rate(self.counts[part][key], total) for key, total in (nothing | self.counts[whole]).items()
            }
            made[kpi] = self._grouped(shares)
        for kpi, left in (("complaint_days_median", 0.5), ("complaint_days_p90", 0.1)):
            made[kpi] = self._grouped(
                {
                    key: {"value": first_day_with(left, days), "numerator": None, "denominator": days.total()}
                    for key, days in self.days.items()
                }
            )
        return made

    def _enter_stock(self, case: Case, due: date) -> None:
        self._enter("open", case, None)
        if due <= self.day:
            self._enter("overdue", case, None)
        elif due <= self.day + timedelta(days=7):
            self._enter("due_7d", case, None)

    def _enter(self, name: str, case: Case, dated: date | None) -> None:
        for key in case.keys:
            self.counts[name][key] += 1
        if dated is not None:
            self.counts[name]["month", month(dated)] += 1

    def _grouped(self, figures: dict[tuple[str, str], Any]) -> dict[str, dict[str, Any]]:
        groups: dict[str, dict[str, Any]] = defaultdict(dict)
        for (by, key), figure in figures.items():
            groups[by][key] = figure
        return {by: sorted_keys(keys) for by, keys in groups.items()}


def first_day_with(left: float, days: Counter[tuple[int, bool]]) -> int | None:
    """
    The first whole day by which at most this share is still undecided, by Kaplan and Meier; None if not reached.

    Args:
        left: The share still waiting, e.g. 0.1 for the ninetieth percentile.
        days: How many cases of each (length, decided); undecided ones left the watch at that length.
    """
    waiting, share = days.total(), 1.0
    for length in sorted({length for length, _ in days}):
        decided = days[length, True]
        share *= 1 - decided / waiting
        if decided and share <= left + ROUNDING:
            return length
        waiting -= decided + days[length, False]
    return None


def spoiled_rows(made: Complaints) -> Counter[str]:
    """
    Damaged rows of a chunk by what is wrong with them.
    """
    return Counter(SPOILED[reason] for reason in made.spoiled.tolist() if reason >= 0)


def _limit(grade: int) -> int:
    return LONG_LIMIT if grade != NO_GRADE and grade >= COMPLEX else SHORT_LIMIT


@functools.cache
def _next_working(day: date) -> date:
    while not works_on(day):
        day += timedelta(days=1)
    return day
