"""
How many open complaints are expected to miss their due day within a week, as the books reckon it.

A case's chance to be still open at the end of its due day is that of cases like it which had been open as long.
The fewer of them there are, the more it leans on the coarser group: as if 20 cases more had behaved like that one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from dashboard.demo.books import ALL
from dashboard.demo.complaint_case import Case
from dashboard.demo.waiting import Lengths, Waiting

AHEAD_DAYS = 7
EXPERIENCE_DAYS = 365
LENT_BY_THE_COARSER = 20
# From coarse to fine: what cases are alike in.
LEVELS = ((), ("grade",), ("grade", "category"), ("grade", "category", "branch"))

Stratum = tuple[str, ...]


class BreachForecast:
    """
    Adds case after case for one day, as known at its end, and closes with what is expected of the next seven.
    """

    def __init__(self, day: date) -> None:
        self.day = day
        self.lengths: dict[tuple[int, Stratum], Lengths] = defaultdict(Counter)
        # Age, days from receipt to the due day, and the groups of every case at stake.
        self.at_stake: list[tuple[int, int, tuple[tuple[str, str], ...]]] = []

    def add(self, case: Case) -> None:
        """
        Enter one counted case, as known by the day: as experience, and as being at stake.
        """
        received, stopped = case.received.date(), case.stopped_on
        if received > self.day - timedelta(days=EXPERIENCE_DAYS):
            length = ((stopped or self.day) - received).days
            for level, stratum in enumerate(_strata(case.groups)):
                self.lengths[level, stratum][length, stopped is not None] += 1
        if stopped is None and self.day < case.due <= self.day + timedelta(days=AHEAD_DAYS):
            self.at_stake.append(((self.day - received).days, (case.due - received).days, case.groups))

    def expected(self) -> dict[tuple[str, str], tuple[float, int]]:
        """
        By group, the expected number of breaches and the cases it is made of.

        A case older than all experience has no chance that could be told and is left out. All together are there
        even where nothing is at stake.
        """
        waiting = {stratum: Waiting(lengths) for stratum, lengths in self.lengths.items()}
        nobody = Waiting(Counter())
        found: dict[tuple[str, str], tuple[float, int]] = {(ALL, ALL): (0.0, 0)}
        for age, due, groups in self.at_stake:
            levels = [waiting.get((level, stratum), nobody) for level, stratum in enumerate(_strata(groups))]
            chance = chance_of_breach(levels, age, due)
            if chance is None:
                continue
            for group in groups:
                total, cases = found.get(group, (0.0, 0))
                found[group] = (total + chance, cases + 1)
        return found


def chance_of_breach(levels: Sequence[Waiting], age: int, due: int) -> float | None:
    """
    The chance that a case open for `age` days is still open after `due` days; None where nobody knows.

    Args:
        levels: How long cases like it waited, from coarse to fine.
        age: Whole days from its receipt so far.
        due: Whole days from its receipt to its due day.
    """
    chance: float | None = None
    for level in levels:
        alike = level.watched_beyond(age)
        if not alike:
            continue
        here = level.share_after(due) / level.share_after(age)
        if chance is None:
            chance = here
        else:
            chance = (alike * here + LENT_BY_THE_COARSER * chance) / (alike + LENT_BY_THE_COARSER)
    return chance


def _strata(groups: tuple[tuple[str, str], ...]) -> list[Stratum]:
    named = dict(groups)
    return [tuple(named.get(by, "") for by in level) for level in LEVELS]
