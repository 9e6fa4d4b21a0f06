"""
Renewals, premiums, campaign members and customers as a seeded die throws them, crowded around the edges of grace.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

FIRST = date(2024, 1, 1)
GROUPS = {
    "branch_id": ("A", "B", None),
    "team_id": ("a", "b", None),
    "agent_id": ("x", "y"),
    "product_line": ("motor", "health", None),
    "channel": ("app", "phone", None),
}
# Days after the due day: early, on it, around thirty, around sixty.
OUTCOMES = ("renewed", "lapsed", "cancelled", "insurer_declined", "claim_terminated")
WAITS = (-40, -1, 0, 1, 5, 15, 16, 29, 30, 31, 59, 60, 61, 90)


def crowd(fact: str, seed: int, count: int) -> list[dict[str, Any]]:
    """
    So many rows of a fact.
    """
    die = Random(seed)
    make: Callable[[Random, int], dict[str, Any]] = {
        "renewals": _renewal,
        "premiums": _premium,
        "campaigns": _member,
        "customers": _customer,
    }[fact]
    return [make(die, number) | {"cases": die.choice((1, 1, None, 3))} for number in range(count)]


def _groups(die: Random) -> dict[str, Any]:
    return {name: die.choice(values) for name, values in GROUPS.items()}


def _money(die: Random) -> Decimal:
    return Decimal(die.randrange(1, 90_000)).scaleb(-2)


def _renewal(die: Random, number: int) -> dict[str, Any]:
    due = FIRST + timedelta(die.randrange(200))
    grace = die.choice((None, 0, 15, 60))
    renewed_on = due + timedelta(die.choice(WAITS)) if die.random() < 0.7 else None
    gap = die.choice((None, 0, 1, 29, 30, 31, 60))
    outcome = die.choice(
        ("renewed", "lapsed", "lapsed", "cancelled", "insurer_declined", "claim_terminated", None)
    )
    reminded = datetime(due.year, due.month, due.day, 15, 59, 59, tzinfo=UTC) + timedelta(
        days=die.choice((-30, -1, 0, 1)), seconds=die.choice((0, 1))
    )
    return _groups(die) | {
        "renewal_id": str(number),
        "due_on": due,
        "grace_days": grace,
        "renewed_on": renewed_on,
        "new_term_from_on": None if renewed_on is None or gap is None else due + timedelta(gap),
        "premium_due": die.choice((None, Decimal(0), _money(die), _money(die))),
        "premium_renewed": None if renewed_on is None else die.choice((None, _money(die), _money(die))),
        "outcome": outcome,
        "outcome_on": None if die.random() < 0.3 else due + timedelta(die.choice(WAITS)),
        "auto_renew": die.choice((True, False, None)),
        "reminded_at": None if die.random() < 0.3 else reminded,
    }


def _premium(die: Random, number: int) -> dict[str, Any]:
    month = die.choice((13, 13, 25, 37))
    due = FIRST + timedelta(die.randrange(200))
    paid_on = due + timedelta(die.choice(WAITS)) if die.random() < 0.8 else None
    return _groups(die) | {
        "premium_id": str(number),
        "policy_id": str(number),
        "effective_on": date(due.year - month // 12, due.month, min(due.day, 28)),
        "policy_month": month,
        "due_on": due,
        "grace_days": die.choice((None, 0, 15, 60)),
        "premium_first_year": die.choice((None, Decimal(0), _money(die), _money(die), _money(die))),
        "paid_on": paid_on,
        "premium_paid": None if paid_on is None else die.choice((None, _money(die), _money(die))),
        "excluded_reason": die.choice((None, None, None, "single", "free_look", "waived")),
        "suspended": die.choice((True, False, None)),
    }


def _member(die: Random, number: int) -> dict[str, Any]:
    assigned = FIRST + timedelta(die.randrange(150))
    groups = {name: die.choice(GROUPS[name]) for name in ("branch_id", "team_id", "agent_id")}
    return groups | {
        "contact_id": str(number),
        "campaign": die.choice(("spring", "autumn")),
        "arm": die.choice(("treated", "holdout", None)),
        "assigned_on": assigned,
        "outcome_due_on": assigned + timedelta(die.choice((0, 30, 60))),
        "renewed": die.choice((True, True, False, None)),
    }


def _customer(die: Random, number: int) -> dict[str, Any]:
    spoken = datetime(2020, 2, 29, tzinfo=UTC) + timedelta(
        days=die.randrange(1_400), hours=die.choice((0, 15, 16))
    )
    groups = {name: die.choice(GROUPS[name]) for name in ("branch_id", "team_id", "agent_id")}
    return groups | {
        "customer_id": str(number),
        "segment": die.choice(("family", "young", None)),
        "joined_on": die.choice((date(2012, 2, 29), date(2021, 3, 1), date(2021, 6, 30))),
        "last_two_way_contact_at": None if die.random() < 0.2 else spoken,
        "lines_held": die.choice((None, "life", "life,motor")),
    }
