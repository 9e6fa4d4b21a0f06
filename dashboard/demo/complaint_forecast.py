"""
How many open complaints are expected to miss their due day within a week, as the books reckon it.

Work is hurried as a due day comes near, so cases are compared by their distance from it, not by their age: of
those that were still open so many days before their own due day, how many got past it? The fewer there are of
them, the more a case's chance leans on the coarser group: as if 20 cases more had behaved like that one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from dashboard.demo.books import ALL
from dashboard.demo.complaint_case import Case

AHEAD_DAYS = 7
EXPERIENCE_DAYS = 365
LENT_BY_THE_COARSER = 20
# From coarse to fine: what cases are alike in.
LEVELS = ((), ("grade",), ("grade", "category"), ("grade", "category", "branch"))

Stratum = tuple[str, ...]


class Approach:
    """
    How cases of one kind came up to their due days and went past them.

    Days are counted from each case's own due day: -1 is the day before it, 0 the due day, 1 the first day late.
    """

    def __init__(self) -> None:
        self.at_risk: Counter[int] = Counter()
        self.stopped: Counter[int] = Counter()

    def add(self, first: int, last: int, stopped: bool) -> None:
        """
        Enter a case that was there from its first day to its last, both included, and say whether it stopped then.
        """
        for day in range(first, last + 1):
            self.at_risk[day] += 1
        if stopped:
            self.stopped[last] += 1

    def share_left(self, since: int) -> float:
        """
        Of those still open after day `since`, the share still open after day 0.

        A day on which nobody was at risk leaves the share as it is.
        """
        share = 1.0
        for day in range(since + 1, 1):
            if self.at_risk[day]:
                share *= 1 - self.stopped[day] / self.at_risk[day]
        return share


class BreachForecast:
    """
    Adds case after case for one day, as known at its end, and closes with what is expected of the next seven.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.approaches: dict[tuple[int, Stratum], Approach] = defaultdict(Approach)
        # Today as seen from the due day, and the groups, of every case at stake.
        self.at_stake: list[tuple[int, tuple[tuple[str, str], ...]]] = []

    def add(self, case: Case) -> None:
        """
        Enter one counted case, as known by the day: as experience, and as being at stake.
        """
        received, stopped = case.received.date(), case.stopped_on
        if received > self.day - timedelta(days=EXPERIENCE_DAYS):
            first, last = (received - case.due).days, ((stopped or self.day) - case.due).days
            for level, stratum in enumerate(_strata(case.groups)):
                self.approaches[level, stratum].add(first, last, stopped is not None)
        if stopped is None and self.day < case.due <= self.day + timedelta(days=AHEAD_DAYS):
            self.at_stake.append(((self.day - case.due).days, case.groups))

    def expected(self) -> dict[tuple[str, str], tuple[float, int]]:
        """
        By group, the expected number of breaches and the cases it is made of.

        A case nearer to its due day than any known one ever came has no chance that could be told and is left out.
        All together are there even where nothing is at stake.
        """
        found: dict[tuple[str, str], tuple[float, int]] = {(ALL, ALL): (0.0, 0)}
        for today, groups in self.at_stake:
            levels = [
                self.approaches.get((level, stratum), Approach()) for level, stratum in enumerate(_strata(groups))
            ]
            chance = chance_of_breach(levels, today)
            if chance is None:
                continue
            for group in groups:
                total, cases = found.get(group, (0.0, 0))
                found[group] = (total + chance, cases + 1)
        return found


def chance_of_breach(levels: Sequence[Approach], today: int) -> float | None:
    """
    The chance that a case still open today is open after its due day; None where nobody knows.

    Args:
        levels: How cases like it came up to their due days, from coarse to fine; the coarsest holds all of them.
        today: Today as seen from its due day: -1 where that is tomorrow.
    """
    everybody, *finer = levels
    if not everybody.at_risk[today + 1]:
        return None
    chance = everybody.share_left(today)
    for level in finer:
        alike = level.at_risk[today + 1]
        lent = LENT_BY_THE_COARSER
        chance = (alike * level.share_left(today) + lent * chance) / (alike + lent)
    return chance


def _strata(groups: tuple[tuple[str, str], ...]) -> list[Stratum]:
    named = dict(groups)
    return [tuple(named.get(by, "") for by in level) for level in LEVELS]
