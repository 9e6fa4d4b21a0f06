"""
Any number of claims, a million at a time, with every column in use that the pages about claims read.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from tests.bench.pages_rows import CHANNELS, END, LINES, one_of

CLAIMS: Final = FACTS["claims"]
BATCH: Final = 1_000_000
# The row's own number decides everything, so that no two runs differ; co-prime steps keep the columns apart.
TYPES: Final = (
    "medical",
    "medical",
    "medical",
    "motor",
    "motor",
    "accident",
    "critical_illness",
    "property",
    "death",
)
FALLOUTS: Final = ("missing_documents", "amount_over_limit", "policy_unclear", "suspected_fraud")


def claims(count: int) -> Iterator[pl.DataFrame]:
    """
    So many claims over three years up to the day that pages are measured on, a batch at a time in order of report.

    About three in five are decided by rules; one in twelve is refused, one in forty walks away, one in fifty is
    never decided.
    """
    for first in range(0, count, BATCH):
        yield _batch(pl.int_range(first, min(first + BATCH, count), dtype=pl.Int64), count)


def _batch(row: pl.Expr, count: int) -> pl.DataFrame:
    minutes = 3 * 365 * 24 * 60
    reported = pl.datetime(2023, 7, 1, time_zone="UTC") + pl.duration(minutes=row * minutes // count)
    given = {"claim_id": pl.format("C{}", row), "reported_at": reported} | _kinds(row)
    schema = CLAIMS.schema
    courses = pl.select(_row=row, **given).with_columns(**_course(pl.col("_row")))
    ended = courses.with_columns(**_endings(pl.col("_row")))
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in ended.columns}
    made = ended.with_columns(**missing).select(list(schema)).cast(schema)
    return _known_by_the_end(made)


def _kinds(row: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "policy_id": pl.format("P{}", row * 11 % 900_001),
        "customer_id": pl.format("K{}", row * 7 % 700_001),
        "branch_id": pl.format("branch {}", row % 10),
        "team_id": pl.format("team {}", row % 40),
        "agent_id": pl.format("agent {}", row * 13 % 3_001),
        "handler_id": pl.format("handler {}", row % 800),
        "product_line": one_of(row // 7, LINES),
        "channel": one_of(row // 11, CHANNELS),
        "claim_type": one_of(row // 3, TYPES),
        "amount_claimed": (row * 7919 % 40_000 + 100).cast(pl.Float64),
        "document_requests": row % 17 // 16,
        "documents_submitted": row * 31 % 9,
        "documents_fetched": row * 31 % 9 // 2,
        "progress_due": row % 4,
        "progress_sent": row * 5 % 4,
        "auto_eligible": row % 10 < 8,
        "instant_eligible": row % 10 < 3,
        "cases": pl.lit(1),
    }


def _course(row: pl.Expr) -> dict[str, pl.Expr]:
    reported, auto = pl.col("reported_at"), row * 17 % 100 < 62
    first = reported + pl.duration(hours=row % 30)
    complete = first + pl.when(row % 17 == 16).then(pl.duration(days=row % 40)).otherwise(pl.duration(hours=2))
    waits = pl.when(auto).then(row % 3).otherwise(row * 7919 % 900)
    decided = pl.when(row % 50 > 0).then(complete + pl.duration(hours=waits))
    decision = (
        pl.when(row % 12 == 5).then(pl.lit("refused"))
        .when(row % 40 == 7).then(pl.lit("withdrawn"))
        .when(row % 29 == 3).then(pl.lit("part_paid"))
        .otherwise(pl.lit("paid"))
    )  # fmt: skip
    return {
        "incident_at": pl.when(row % 9 > 0).then(reported - pl.duration(hours=row * 101 % 700)),
        "registered_at": reported + pl.duration(hours=row % 26),
        "documents_first_at": first,
        "documents_requested_at": pl.when(row % 17 == 16).then(first + pl.duration(hours=20)),
        "documents_completed_at": complete,
        "decided_at": decided,
        "decision": pl.when(decided.is_not_null()).then(decision),
        "auto_decided": auto,
        "touches_before_decision": pl.when(auto).then(row % 50 // 49).otherwise(1 + row % 4),
        "touches_total": pl.when(auto).then(row % 20 // 19 + row % 50 // 49).otherwise(2 + row % 5),
        "fallout_reason": pl.when(~auto & (row % 10 < 8)).then(one_of(row // 5, FALLOUTS)),
    }


def _endings(row: pl.Expr) -> dict[str, pl.Expr]:
    decided, decision = pl.col("decided_at"), pl.col("decision")
    accepted, refused = decision.is_in(["paid", "part_paid"]), decision == "refused"
    agreed = pl.when(accepted).then(decided + pl.duration(hours=row % 40))
    paid = pl.when(row % 45 > 0).then(agreed + pl.duration(hours=row * 7919 % 260))
    told = pl.when(refused & (row % 35 > 0)).then(decided + pl.duration(hours=row % 90))
    return {
        "agreed_at": agreed,
        "first_paid_at": paid,
        "paid_at": paid,
        "amount_paid": pl.when(paid.is_not_null()).then((row * 7919 % 40_000 + 100).cast(pl.Float64) * 0.9),
        "refusal_told_at": told,
        "closed_at": pl.coalesce(paid, told),
        "instant_paid": pl.when(paid.is_not_null()).then(pl.col("auto_decided") & (row % 5 > 0)),
        "overturned_at": pl.when(refused & (row % 8 == 1)).then(decided + pl.duration(days=row % 120)),
        "audited_at": pl.when(row % 33 == 0).then(paid + pl.duration(days=row % 20)),
        "audit_amount_due": pl.when(row % 33 == 0).then((row * 7919 % 40_000 + 100).cast(pl.Float64) * 0.88),
    }


def _known_by_the_end(made: pl.DataFrame) -> pl.DataFrame:
    """
    A source holds nothing that hasn't happened yet, nor what came with it.
    """
    seen = made.with_columns(pl.when(pl.col(pl.Datetime) <= END).then(pl.col(pl.Datetime)))
    came = {column.name: column.came_with for column in CLAIMS.columns if column.came_with}
    return seen.with_columns(
        pl.when(pl.any_horizontal(pl.col(each).is_not_null() for each in causes)).then(pl.col(name)).alias(name)
        for name, causes in came.items()
    ).rechunk()
