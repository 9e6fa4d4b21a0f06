"""
Claims as a seeded die throws them: every event a claim can have, crowded around the limits.

No row is a bad one by the contract of the fact; that still leaves decisions before the documents, payments before
the agreement and other disorder that no check refuses.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

FIRST = date(2024, 1, 1)
DAYS = 240
GROUPS = {
    "branch_id": ("A", "B", "C", None),
    "team_id": ("a", "b", "c", None),
    "agent_id": ("x", "y", None),
    "product_line": ("health", "motor", None),
    "channel": ("app", "counter", None),
    "claim_type": ("medical", "death", "motor", None),
}
# Pays nearly everything at once, so that nine in ten are reached somewhere.
GENEROUS = "C"
# The limits of every clock, a day before and after each, and those of the 90 days a refusal is followed for.
SPANS = (0, 0, 0, 1, 2, 3, 4, 9, 10, 11, 12, 29, 30, 31, 33, 60, 61)
# Seconds of a day: midnights of Shanghai and Chicago in UTC, winter and summer, and a second before each.
SECONDS = (0, 17_999, 18_000, 21_599, 21_600, 57_599, 57_600, 43_200, 86_399)
# Whole hours, a second short of one, and none.
OFFSETS = (0, 0, 0, 1, 3_599, 3_600, 43_200)


def claims(seed: int, count: int) -> list[dict[str, Any]]:
    """
    So many claims reported within `DAYS` of `FIRST`.
    """
    die = Random(seed)
    return [_claim(die, number) for number in range(count)]


def _claim(die: Random, number: int) -> dict[str, Any]:
    midnight = datetime.combine(FIRST + timedelta(days=die.randrange(DAYS)), datetime.min.time(), UTC)
    reported = midnight + timedelta(seconds=die.choice(SECONDS))

    def later(chance: float, since: datetime | None = reported, spans: tuple[int, ...] = SPANS) -> datetime | None:
        if since is None or die.random() >= chance:
            return None
        return since + timedelta(days=die.choice(spans), seconds=die.choice(OFFSETS))

    first = later(0.7, spans=(0, 0, 1, 3))
    groups = {name: die.choice(values) for name, values in GROUPS.items()}
    return {
        "claim_id": f"c{number}",
        "reported_at": reported,
        "incident_at": None if die.random() < 0.2 else reported - timedelta(days=die.choice((0, 1, 30))),
        "registered_at": later(0.8, spans=(0, 1)),
        "cases": die.choice((None, 1, 1, 1, 3)),
        **groups,
        "documents_first_at": first,
        "documents_requested_at": later(0.4, first or reported),
        "documents_completed_at": later(0.75, first or reported),
        "document_requests": die.choice((None, 0, 1, 2)),
        **_course(die, later, is_generous=groups["branch_id"] == GENEROUS),
        **_counts(die),
    }


def _course(die: Random, later: Any, *, is_generous: bool) -> dict[str, Any]:
    if is_generous:
        paid = later(0.97)
        nothing = dict.fromkeys(("agreed_at", "refusal_told_at", "closed_at", "overturned_at", "audited_at"))
        known = {"decided_at": paid, "decision": "paid" if paid else None, "first_paid_at": paid, "paid_at": paid}
        return nothing | known
    decided = later(0.85)
    decision = die.choice(
        (*["paid"] * 8, *["part_paid"] * 2, *["refused"] * 5, "withdrawn", "cancelled", "odd", None)
    )
    if decided is None and die.random() < 0.7:
        decision = None
    is_refused = decision == "refused"
    agreed = later(0.15 if is_refused else 0.85, decided if die.random() < 0.9 else later(0.5))
    paid = later(0.1 if is_refused else 0.85, agreed) if die.random() < 0.9 else later(0.5)
    return {
        "decided_at": decided,
        "decision": decision,
        "agreed_at": agreed,
        "refusal_told_at": later(0.7 if is_refused else 0.02, decided, (0, 1, 2, 3, 4, 5, 8)),
        "first_paid_at": die.choice((paid, later(0.5))),
        "paid_at": paid,
        "closed_at": later(0.4) if die.random() < 0.5 else later(0.5, paid, (0, 1)),
        "overturned_at": later(0.4 if is_refused else 0.05, decided, (20, 89, 89, 90, 90, 91)),
        "audited_at": paid if die.random() < 0.1 else later(0.2),
    }


def _counts(die: Random) -> dict[str, Any]:
    return {
        "documents_submitted": die.choice((None, 0, 1, 4, 9)),
        "documents_fetched": die.choice((None, 0, 1, 3)),
        "progress_due": die.choice((None, 0, 1, 4)),
        "progress_sent": die.choice((None, 0, 1, 2, 6)),
        "auto_eligible": die.choice((None, False, True, True)),
        "auto_decided": die.choice((None, False, True, True)),
        "touches_before_decision": die.choice((None, 0, 0, 0, 1)),
        "touches_total": die.choice((None, 0, 0, 0, 2)),
        "instant_eligible": die.choice((None, False, True, True)),
        "instant_paid": die.choice((None, False, True, True)),
    }
