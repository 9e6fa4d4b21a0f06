"""
Judged claims for tests of what is asked about automation: a seeded crowd, and rows written out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.metrics.claims import judged
from dashboard.periods import Period
from tests.metrics.asking import terms
from tests.metrics.claim_crowd import claims
from tests.rows import local, rows_of_fact

SHANGHAI = ZoneInfo("Asia/Shanghai")
AS_OF = date(2024, 10, 31)
ON = terms(AS_OF)
HALF_YEAR = Period(date(2024, 2, 1), date(2024, 8, 1))
EVERYTHING = Period(None, None)
PERIODS = (HALF_YEAR, EVERYTHING)
REASONS = ("missing_documents", "fraud_score", "odd", None, None)
AMOUNTS = ("-1", "0", "999.99", "1000", "4999", "5000", "20000", "99999", "100000", "250000", None)


def judge(rows: Iterable[Mapping[str, Any]]) -> pl.LazyFrame:
    """
    Rows of the fact, judged for real.
    """
    return judged(rows_of_fact("claims", rows), ON)


@cache
def crowd(seed: int, size: int = 1_500) -> pl.DataFrame:
    """
    Random claims in every state, with amounts, audits and reasons.
    """
    die = Random(seed)
    return judge([row | _more(die) for row in claims(seed, size)]).collect()


def dicts(rows: pl.DataFrame) -> list[dict[str, Any]]:
    """
    The rows as plain Python sees them.
    """
    return list(rows.iter_rows(named=True))


def inside(day: date | None, period: Period) -> bool:
    """
    Whether a day lies in a period; no day lies in none.
    """
    if day is None:
        return False
    return (period.first is None or day >= period.first) and (period.before is None or day < period.before)


def total(rows: Iterable[Mapping[str, Any]]) -> int:
    """
    How many cases rows stand for.
    """
    return sum(row["cases"] for row in rows)


def claim(number: int = 1, **more: Any) -> dict[str, Any]:
    """
    A claim of May, meant for rules, decided by them on the third and paid on the fourth.
    """
    row = {
        "claim_id": f"c{number}",
        "claim_type": "medical",
        "product_line": "health",
        "incident_at": local("2024-05-01"),
        "reported_at": local("2024-05-02"),
        "documents_completed_at": local("2024-05-02"),
        "decided_at": local("2024-05-03"),
        "agreed_at": local("2024-05-03"),
        "paid_at": local("2024-05-04"),
        "first_paid_at": local("2024-05-04"),
        "decision": "paid",
        "amount_claimed": Decimal(500),
        "auto_eligible": True,
        "auto_decided": True,
        "touches_before_decision": 0,
        "touches_total": 0,
    }
    return row | more


def _more(die: Random) -> dict[str, Any]:
    amount, paid, due = (die.choice(AMOUNTS) for _ in range(3))
    return {
        "amount_claimed": amount and Decimal(amount),
        "amount_paid": paid and abs(Decimal(paid)),
        "audit_amount_due": due and abs(Decimal(due)),
        "fallout_reason": die.choice(REASONS),
    }
