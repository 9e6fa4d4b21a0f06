"""
The probability of being late once more, slowly: exact fractions, one complaint and one stratum at a time.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.metrics.oracle import DAY, Case


def probability(asked: Case, cases: list[Case], as_of: date) -> tuple[Fraction | None, int]:
    """
    That an open complaint will be late, and how many cases of its finest stratum lasted longer than its age.

    Args:
        asked: Open, and not yet due.
        cases: All counted complaints of that day's books.
        as_of: That day.
    """
    received_on = asked.verdict.received_on
    age, term = (as_of - received_on).days, (asked.verdict.due_legal_on - received_on).days
    found: Fraction | None = None
    older = 0
    for alike in ([], ["grade"], ["grade", "category"], ["grade", "category", "branch_id"]):
        lasted = [
            (case.age(as_of), case.verdict.stopped_on is not None)
            for case in cases
            if case.verdict.received_on > as_of - 365 * DAY
            and all(case.row[name] == asked.row[name] for name in alike)
            for _ in range(case.cases)
        ]
        older = sum(days > age for days, _ in lasted)
        if older:
            share = still_open(lasted, term) / still_open(lasted, age)
            found = share if found is None else (older * share + 20 * found) / (older + 20)
    return found, older


def still_open(lasted: list[tuple[int, bool]], after: int) -> Fraction:
    """
    The share still open after so many days: Kaplan-Meier.
    """
    share = Fraction(1)
    for day in sorted({days for days, has_stopped in lasted if has_stopped and days <= after}):
        at_risk = sum(days >= day for days, _ in lasted)
        share *= 1 - Fraction(sum(days == day and has_stopped for days, has_stopped in lasted), at_risk)
    return share


def expected_7d(mine: list[Case], everything: list[Case], as_of: date) -> Fraction:
    """
    How many of some complaints will be late of those due in the 7 days after the day, by the experience of all.
    """
    total = Fraction(0)
    for case in mine:
        if case.verdict.stopped_on is None and as_of < case.verdict.due_legal_on <= as_of + 7 * DAY:
            chance, _ = probability(case, everything, as_of)
            total += case.cases * (chance or 0)
    return total
