"""
The probability of being late once more, slowly: exact fractions, one complaint and one stratum at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from tests.deadlines.oracle import Verdict, judged
from tests.metrics.oracle import DAY, cut_off

Known = tuple[dict[str, Any], Verdict]


def known(rows: Iterable[Mapping[str, Any]], as_of: date, zone: str) -> list[Known]:
    """
    The counted complaints of that day's books, each with its verdict.
    """
    cut = [row for row in (cut_off(row, as_of, zone) for row in rows) if row]
    return [(row, verdict) for row, verdict in ((row, judged(row, zone)) for row in cut) if verdict.is_counted]


def probability(asked: Known, cases: list[Known], as_of: date) -> tuple[Fraction | None, int]:
    """
    That an open complaint will be late, and how many cases of its finest stratum lasted longer than its age.
    """
    row, verdict = asked
    age, term = (as_of - verdict.received_on).days, (verdict.due_legal_on - verdict.received_on).days
    found: Fraction | None = None
    older = 0
    for alike in ([], ["grade"], ["grade", "category"], ["grade", "category", "branch_id"]):
        lasted = [
            (((seen.stopped_on or as_of) - seen.received_on).days, seen.stopped_on is not None)
            for other, seen in cases
            if seen.received_on > as_of - 365 * DAY and all(other[name] == row[name] for name in alike)
            for _ in range(1 if other["cases"] is None else other["cases"])
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
