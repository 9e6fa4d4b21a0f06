"""
Judged complaints for tests of what is summed over them: a seeded crowd, and rows written out.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

import polars as pl

from dashboard.metrics import Terms
from dashboard.metrics.complaints import judged
from dashboard.periods import Period
from tests.metrics.asking import terms
from tests.rows import rows_of_fact

AS_OF = date(2024, 12, 31)
ON: Terms = terms(AS_OF)
FIRST = datetime(2024, 1, 1, tzinfo=UTC)
YEAR = Period(date(2024, 1, 1), date(2025, 1, 1))
SECOND_QUARTER = Period(date(2024, 4, 1), date(2024, 7, 1))
EVERYTHING = Period(None, None)


def judge(rows: Iterable[Mapping[str, Any]], on: Terms = ON) -> pl.LazyFrame:
    """
    Rows of the fact, judged for real.
    """
    return judged(rows_of_fact("complaints", rows), on)


def judged_on(counts: Iterable[tuple[Any, date, int]], column: str = "cause") -> pl.LazyFrame:
    """
    Only what causes are counted by: (value, day of receipt, cases) of complaints that count.
    """
    counts = list(counts)
    return pl.LazyFrame(
        {
            column: pl.Series([value for value, _, _ in counts], dtype=pl.String),
            "received_on": pl.Series([day for _, day, _ in counts], dtype=pl.Date),
            "cases": pl.Series([cases for _, _, cases in counts], dtype=pl.Int64),
        }
    ).with_columns(is_counted=pl.lit(value=True), source=pl.lit("direct"))


@cache
def crowd(seed: int, size: int = 500) -> pl.DataFrame:
    """
    Random complaints of 2024 in every state, judged at its end.
    """
    chance = random.Random(seed)
    return judge([_complaint(chance, number) for number in range(size)]).collect()


def ledger(*rows: Mapping[str, Any]) -> pl.LazyFrame:
    """
    Rows of the exposure fact.
    """
    return rows_of_fact("exposure", rows)


def _complaint(chance: random.Random, number: int) -> dict[str, Any]:
    received = FIRST + timedelta(minutes=chance.randrange(366 * 24 * 60))

    def later(share: float, most: int, since: datetime | None = received) -> datetime | None:
        if since is None or chance.random() > share:
            return None
        return since + timedelta(minutes=chance.randrange(1, most * 24 * 60))

    decided = later(0.85, 50)
    offered = later(0.5, 9)
    accepted = later(0.7, 5, offered)
    ended = later(0.8, 20, accepted)
    settled = None if ended is None else chance.choice([True, True, False, None])
    outcomes = ["upheld", "partly_upheld", "rejected", "settled", "merged", "invalid", "odd", None]
    return {
        "complaint_id": f"c{number}",
        "customer_id": chance.choice([None, *[f"k{one}" for one in range(150)]]),
        "received_at": received,
        "source": chance.choice(["direct", "direct", "media", "regulator", None]),
        "product_line": chance.choice(["life", "health", "accident", "motor", "property", None]),
        "category": chance.choice(["sales", "claims", None]),
        "cause": chance.choice(["slow", "slow", "unclear", "rude", None]),
        "grade": chance.choice(["simple", "complex", None]),
        "branch_id": chance.choice(["b1", "b2", "b3", None]),
        "handler_id": chance.choice(["h1", "h2"]),
        "handover_cause": chance.choice(["sales_claims", "sales_underwriting", None, None]),
        "decided_at": decided,
        "informed_at": later(0.9, 2, decided),
        "withdrawn_at": later(0.1, 60),
        "outcome": chance.choice(outcomes) if decided else None,
        "mediation_offered_at": offered,
        "mediation_accepted_at": accepted,
        "mediation_ended_at": ended,
        "mediation_settled": settled,
        "mediator": chance.choice(["claims_lead", "third_party", None]) if accepted else None,
        "settlement_record_at": later(0.7, 4, ended) if settled else None,
        "review_requested_at": later(0.2, 45, decided),
        "escalated_at": later(0.1, 45, decided),
        "redress_amount": Decimal(chance.randrange(0, 5)) * 100 if decided and chance.random() < 0.6 else None,
        "cases": chance.choice([None, 1, 1, 2, 3]),
    }
