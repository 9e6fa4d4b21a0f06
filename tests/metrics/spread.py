"""
Complaints and a ledger as a seeded die throws them: every event a complaint can have, crowded around the limits.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

FIRST = date(2024, 1, 1)
DAYS = 200
BRANCHES, LINES = ("A", "B", None), ("life", "motor")
# The limits of every window, a day before and after each, and days in between.
SPANS = (0, 0, 1, 2, 3, 6, 7, 8, 14, 15, 16, 29, 30, 31, 45, 60, 61, 89, 90, 91)
# Seconds of a day: midnights of Shanghai and Chicago in UTC, and a second either side.
SECONDS = (0, 1, 21_599, 21_600, 57_599, 57_600, 43_200, 86_399)


def complaints(seed: int, count: int) -> list[dict[str, Any]]:
    """
    So many complaints received within `DAYS` of `FIRST`.
    """
    die = Random(seed)
    return [_complaint(die, number, count) for number in range(count)]


def ledger(seed: int) -> list[dict[str, Any]]:
    """
    A row per month, branch and line from December to August; one month is missing, and some cells are.
    """
    die = Random(seed)
    months = [date(2023, 12, 1), *(date(2024, month, 1) for month in range(1, 9))]
    lacking = die.choice(months)
    return [
        {
            "month": month,
            "branch_id": branch,
            "product_line": line,
            "policies_in_force": die.randrange(0, 5_000),
            "premium_written": die.randrange(0, 90_000_000),
        }
        for month in months
        if month != lacking
        for branch in BRANCHES
        for line in LINES
        if die.random() < 0.8
    ]


def _complaint(die: Random, number: int, count: int) -> dict[str, Any]:
    midnight = datetime.combine(FIRST + timedelta(days=die.randrange(DAYS)), datetime.min.time(), UTC)
    received = midnight + timedelta(seconds=die.choice(SECONDS))

    def later(chance: float, *, at_least: int = 0) -> datetime | None:
        if die.random() >= chance:
            return None
        after = max(die.choice(SPANS), at_least)
        return received + timedelta(days=after, seconds=die.choice((0, 0, 1, 50_000)))

    def other(chance: float) -> str | None:
        return f"c{die.randrange(count)}" if die.random() < chance else None

    decided = later(0.7, at_least=-1)
    grades = ("simple", "ordinary", "complex", "major", None)
    return {
        "complaint_id": f"c{number}",
        "received_at": received,
        "product_line": die.choice(LINES),
        "channel": die.choice(("phone", "app")),
        "category": die.choice(("sales", "claims", None)),
        "branch_id": die.choice(BRANCHES),
        "team_id": die.choice(("a", "b", None)),
        "cases": die.choice((None, 1, 1, 3)),
        "grade": die.choice(grades),
        "initial_grade": die.choice(grades),
        "regraded_at": later(0.3),
        "investigation_started_at": later(0.6, at_least=-1),
        "paused_days": die.choice((None, 0, 3, 14)),
        "pause_told": die.choice((None, False, True)),
        "extension_days": die.choice((None, None, 0, 10, 30, 45)),
        "extension_approved_at": later(0.3),
        "extension_told_at": later(0.3),
        "extension_approver": die.choice(("superior", "head_office", "branch", None)),
        "decided_at": decided,
        "informed_at": decided if die.random() < 0.5 else later(0.4),
        "closed_at": later(0.4),
        "withdrawn_at": later(0.15),
        "merged_into_id": other(0.1),
        "reopened_of_id": other(0.2),
        "outcome": die.choice((None, "upheld", "upheld", "rejected", "merged", "invalid")),
        "first_contact_resolved": die.choice((None, False, True, True)),
        "mediation_offered_at": later(0.5),
        "mediation_accepted_at": later(0.4),
        "mediation_ended_at": later(0.4),
        "mediation_settled": die.choice((None, False, True, True)),
        "settlement_record_at": later(0.5),
        "review_requested_at": later(0.25),
        "escalated_at": later(0.15),
        "review_decided_at": later(0.4),
        "overturned": die.choice((None, False, True)),
    }
