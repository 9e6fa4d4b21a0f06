"""
Contracts with known reasons to renew, over three years, as facts: made by coin tosses, not by the demo.
"""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics import Terms
from tests.rows import rows_of_fact

AS_OF = date(2026, 6, 30)
FIRST_DUE = date(2024, 1, 1)
DAYS = (AS_OF - FIRST_DUE).days + 60
LINES = {"motor": 0.3, "health": -0.3}
TERMS = Terms(AS_OF, "UTC", "CN", {})

# What is known of one contract, to the log-odds it is renewed with.
Odds = Callable[[dict[str, Any]], float]


@dataclass
class Crowd:
    """
    Facts by name, as lists of rows.
    """

    facts: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def rows(self, fact: str) -> pl.LazyFrame:
        """
        As a reader gives them.
        """
        return rows_of_fact(fact, self.facts.get(fact, []))

    def recorded(self, fact: str) -> frozenset[str]:
        """
        Everything, of facts that are there.
        """
        return frozenset(FACTS[fact].schema) if self.facts.get(fact) else frozenset()


def reasoned(row: dict[str, Any]) -> float:
    """
    In order of strength: price, automatic renewal, the line, complaints; nothing else matters.
    """
    return (
        1.4
        - 14 * row["premium_change_rate"]
        + (0.6 if row["auto_renew"] else -0.6)
        + LINES[row["product_line"]]
        - 0.6 * row["_complaints"]
    )


def tossed(_row: dict[str, Any]) -> float:
    """
    Nothing matters: a coin that falls on one side four times in five.
    """
    return 1.4


def crowd(size: int, odds: Odds, seed: int = 11) -> Crowd:
    """
    Contracts due over thirty months, those of the last 60 days still open, with their complaints.
    """
    chance = random.Random(seed)
    renewals, complaints = [], []
    for number in range(size):
        due = FIRST_DUE + timedelta(days=chance.randrange(DAYS))
        row: dict[str, Any] = {
            "renewal_id": f"R{number:06}",
            "policy_id": f"P{number:06}",
            "customer_id": f"C{number // 2:06}",
            "due_on": due,
            "product_line": chance.choice(list(LINES)),
            "channel": chance.choice(("app", "agent", "phone")),
            "grace_days": 0,
            "premium_due": chance.lognormvariate(7.5, 0.6),
            "auto_renew": chance.random() < 0.5,
            "tenure_years": float(chance.randrange(1, 7)),
            "premium_change_rate": chance.gauss(0.03, 0.08),
            "branch_id": "B1",
            "team_id": chance.choice(("T1", "T2")),
            "agent_id": chance.choice(("A1", "A2", "A3")),
            "_complaints": int(chance.random() < 0.15),
        }
        if row["_complaints"]:
            at = due - timedelta(days=chance.randrange(70, 400))
            complaints.append(
                {"complaint_id": f"K{number:06}", "policy_id": row["policy_id"], "received_at": _noon(at)}
            )
        if due <= AS_OF:
            renewed = chance.random() < 1 / (1 + math.exp(-odds(row)))
            paid_on = due - timedelta(days=chance.randrange(25))
            row["renewed_on"] = paid_on if renewed else None
            row["outcome"] = "renewed" if renewed else "lapsed"
            row["outcome_on"] = paid_on if renewed else due + timedelta(days=1)
        renewals.append({name: value for name, value in row.items() if not name.startswith("_")})
    # Records reach back further than anybody's last year.
    complaints.append({"complaint_id": "K", "policy_id": "P", "received_at": _noon(date(2022, 1, 1))})
    return Crowd({"renewals": renewals, "complaints": complaints})


def _noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
