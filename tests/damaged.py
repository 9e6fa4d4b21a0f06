"""
Claims that can't be true, one of each kind, in a database of their own; and one that just can.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from dashboard.intake.refresh import RefreshReport, refresh
from dashboard.settings import Settings
from tests.operational import NOW, settings_for, write_query

# In order, each an hour apart but for what may be the same instant.
SOUND: dict[str, Any] = {
    "claim_id": "sound",
    "customer_id": "Wang",
    "branch_id": "B01",
    "incident_at": "2026-01-05 08:00:00",
    "reported_at": "2026-01-05 08:00:00",
    "registered_at": "2026-01-05 08:00:00",
    "documents_first_at": "2026-01-05 10:00:00",
    "documents_completed_at": "2026-01-05 10:00:00",
    "decided_at": "2026-01-05 12:00:00",
    "agreed_at": "2026-01-05 12:00:00",
    "refusal_told_at": "2026-01-05 12:00:00",
    "first_paid_at": "2026-01-05 13:00:00",
    "paid_at": "2026-01-05 13:00:00",
    "closed_at": "2026-01-05 13:00:00",
    "overturned_at": "2026-01-05 12:00:00",
    "decision": "paid",
    "amount_claimed": 0,
    "amount_paid": 0,
    "documents_submitted": 3,
    "documents_fetched": 3,
    "touches_before_decision": 2,
    "touches_total": 2,
}
COLUMNS = tuple(SOUND)

# What is changed of the sound claim, and the problem that makes of it.
DAMAGES: dict[str, tuple[dict[str, Any], str]] = {
    "no number": ({"claim_id": None}, "no_key:claim_id"),
    "decided, never reported": ({"reported_at": None}, "missing:reported_at"),
    "an amount in words": ({"amount_paid": "plenty"}, "unreadable:amount_paid"),
    "the year 9999": ({"closed_at": "9999-12-31 00:00:00"}, "impossible_year:closed_at"),
    "reported before it happened": ({"incident_at": "2026-01-05 08:00:01"}, "before:reported_at<incident_at"),
    "registered before the report": ({"registered_at": "2026-01-05 07:59:59"}, "before:registered_at<reported_at"),
    "decided before the report": ({"decided_at": "2026-01-05 07:59:59"}, "before:decided_at<reported_at"),
    "agreed before the report": (
        {"decided_at": None, "agreed_at": "2026-01-05 07:59:59"},
        "before:agreed_at<reported_at",
    ),
    "told before the report": (
        {"decided_at": None, "refusal_told_at": "2026-01-05 07:59:59"},
        "before:refusal_told_at<reported_at",
    ),
    "first paid before the report": (
        {"first_paid_at": "2026-01-05 07:59:59"},
        "before:first_paid_at<reported_at",
    ),
    "paid before the report": ({"paid_at": "2026-01-05 07:59:59"}, "before:paid_at<reported_at"),
    "closed before the report": ({"closed_at": "2026-01-05 07:59:59"}, "before:closed_at<reported_at"),
    "complete before the first document": (
        {"documents_completed_at": "2026-01-05 09:59:59"},
        "before:documents_completed_at<documents_first_at",
    ),
    "agreed before the decision": ({"agreed_at": "2026-01-05 11:59:59"}, "before:agreed_at<decided_at"),
    "refusal told before the decision": (
        {"refusal_told_at": "2026-01-05 11:59:59"},
        "before:refusal_told_at<decided_at",
    ),
    "reversed before the decision": (
        {"overturned_at": "2026-01-05 11:59:59"},
        "before:overturned_at<decided_at",
    ),
    "last payment before the first": ({"paid_at": "2026-01-05 12:59:59"}, "before:paid_at<first_paid_at"),
    "decided next year": ({"decided_at": "2027-01-05 12:00:00", "agreed_at": None, "refusal_told_at": None,
                           "overturned_at": None}, "future:decided_at"),
    "less than nothing claimed": ({"amount_claimed": -0.01}, "negative:amount_claimed"),
    "less than nothing paid": ({"amount_paid": -0.01}, "negative:amount_paid"),
    "fewer than no documents": (
        {"documents_submitted": -1, "documents_fetched": None},
        "negative:documents_submitted",
    ),
    "more fetched than there are": ({"documents_fetched": 4}, "exceeds:documents_fetched>documents_submitted"),
    "more touches before than in all": (
        {"touches_before_decision": 3},
        "exceeds:touches_before_decision>touches_total",
    ),
}  # fmt: skip


def damaged_claims() -> list[dict[str, Any]]:
    """
    The sound claim, and one of each damage that is called after it.
    """
    damaged = [{**SOUND, "claim_id": name, **changed} for name, (changed, _) in DAMAGES.items()]
    return [SOUND, *damaged]


def insure_damaged(folder: Path, claims: Iterable[dict[str, Any]]) -> tuple[Settings, RefreshReport]:
    """
    Write claims into a table `claim` of a new SQLite file, and load it.
    """
    with sqlite3.connect(folder / "core.db") as connection:
        connection.execute(f"create table claim ({', '.join(COLUMNS)})")
        places = ", ".join("?" * len(COLUMNS))
        rows = [[claim[name] for name in COLUMNS] for claim in claims]
        connection.executemany(f"insert into claim values ({places})", rows)
    connection.close()
    named = ", ".join(f"claim.{name} as {name}" for name in COLUMNS)
    write_query(
        folder / "queries", f"-- fact: claims\n-- grain: one row per claim\nselect {named} from claim", "claims"
    )
    settings = settings_for(folder)
    return settings, refresh(settings, now=NOW)
