"""
The probability of being late once more, slowly: exact fractions, one complaint and one stratum at a time.
"""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from tests.metrics.oracle import DAY, Case


def probability(asked: Case, cases: list[Case], as_of: date) -> tuple[Fraction | None, int]:
    """
    That an open complaint will be late, and how many cases of its finest stratum stood one day nearer than it.

    Args:
        asked: Open, and not yet due.
        cases: All counted complaints of that day's books.
        as_of: That day.
    """
    stands_at = (as_of - asked.verdict.due_legal_on).days
    found: Fraction | None = None
    nearer = 0
    for alike in ([], ["grade"], ["grade", "category"], ["grade", "category", "branch_id"]):
        spans = [
            span_of(case, as_of)
            for case in cases
            if case.verdict.is_subject
            and case.verdict.received_on > as_of - 365 * DAY
            and all(case.row[name] == asked.row[name] for name in alike)
            for _ in range(case.cases)
        ]
        nearer = len(at_risk(spans, stands_at + 1))
        if nearer:
            share = left_open(spans, stands_at)
            found = share if found is None else (nearer * share + 20 * found) / (nearer + 20)
    return found, nearer


def span_of(case: Case, as_of: date) -> tuple[int, int, bool]:
    """
    The first and the last day on which a case was seen open, from its own due day, and whether it stopped then.
    """
    verdict = case.verdict
    last = verdict.stopped_on or as_of
    return (
        (verdict.received_on - verdict.due_legal_on).days,
        (last - verdict.due_legal_on).days,
        verdict.stopped_on is not None,
    )


def at_risk(spans: list[tuple[int, int, bool]], day: int) -> list[tuple[int, int, bool]]:
    """
    Those that might have stopped on a day.
    """
    return [span for span in spans if span[0] <= day <= span[1]]


def left_open(spans: list[tuple[int, int, bool]], after: int) -> Fraction:
    """
    The share that passes every day behind that one, the due day included, without stopping.
    """
    share = Fraction(1)
    for day in range(after + 1, 1):
        there = at_risk(spans, day)
        if there:
            share *= 1 - Fraction(sum(last == day and stopped for _, last, stopped in there), len(there))
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
