"""
A million complaints in a snapshot, with every column in use that the pages about complaints read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.facts import FACTS, PROBLEM
from dashboard.intake.ahead import Ahead
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import FactState, Snapshot

COMPLAINTS = FACTS["complaints"]
AS_OF = date(2026, 6, 30)
END = datetime.combine(AS_OF, datetime.min.time(), UTC) + timedelta(hours=16)
LINES = ("life", "health", "accident", "motor", "property")
CHANNELS = ("app", "wechat", "phone", "counter", "letter")
CAUSES = ("benefits_exaggerated", "terms_unclear", "claims_too_slow", "refusal_disputed", "hard_to_reach")


def complaints(count: int) -> pl.DataFrame:
    """
    So many complaints over three years up to `AS_OF`, one in a hundred never answered, about one in forty open.
    """
    row = pl.int_range(count, dtype=pl.Int64)
    minutes = 3 * 365 * 24 * 60
    received = pl.datetime(2023, 7, 1, time_zone="UTC") + pl.duration(minutes=row * minutes // count)
    given = {"complaint_id": row.cast(pl.String), "received_at": received}
    schema = COMPLAINTS.schema
    given |= _kinds(row) | _course(row, received) | _endings(row, received)
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in given}
    made = pl.select(**given, **missing).select(list(schema)).cast(schema)
    # A source holds nothing that hasn't happened yet.
    return made.with_columns(pl.when(pl.col(pl.Datetime) <= END).then(pl.col(pl.Datetime))).rechunk()


def ledger(rows: pl.DataFrame) -> pl.DataFrame:
    """
    Policies and premium for every month, branch and product line in which there are complaints.
    """
    cells = rows.select("branch_id", "product_line", month=pl.col("received_at").dt.date().dt.month_start())
    cells = cells.unique()
    schema = FACTS["exposure"].schema
    given = {"policies_in_force": pl.lit(20_000), "premium_written": pl.lit(6_000_000)}
    missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in (*given, *cells.columns)}
    return cells.with_columns(**given, **missing).select(list(schema)).cast(schema)


def store(folder: Path, facts: Mapping[str, Callable[[], Iterable[pl.DataFrame]]]) -> None:
    """
    Put facts into a snapshot of their own.

    Args:
        folder: Of the snapshot.
        facts: By name what begins the load of their rows, in batches.
    """
    snapshot = Snapshot(SnapshotSettings(path=str(folder)))
    states = {}
    for name, batches in facts.items():
        fact, heights = FACTS[name], []

        def good(batches: Callable[[], Iterable[pl.DataFrame]] = batches, heights: list[int] = heights) -> Any:
            # The next batch is made while this one is written.
            for batch in Ahead[pl.DataFrame]().run(each for each in batches()):
                heights.append(batch.height)
                yield batch.with_columns(pl.lit(None, pl.String).alias(PROBLEM))

        version = snapshot.replace(fact, good, "benchmark")
        columns = tuple(fact.schema)
        states[name] = FactState(name, version, rows=sum(heights), columns=columns, refreshed_at=END)
    snapshot.publish(states)


def one_of(row: pl.Expr, values: tuple[str, ...]) -> pl.Expr:
    """
    A value for each row's number, in turn.
    """
    return pl.lit(pl.Series(values)).gather(row % len(values))


def _kinds(row: pl.Expr) -> dict[str, pl.Expr]:
    return {
        "customer_id": (row * 7 % 700_001).cast(pl.String),
        "policy_id": (row * 11 % 900_001).cast(pl.String),
        "category": pl.concat_str(pl.lit("category "), row % 9),
        "cause": pl.when(row % 31 > 0).then(one_of(row // 3, CAUSES)),
        "branch_id": pl.concat_str(pl.lit("branch "), row % 10),
        "team_id": pl.concat_str(pl.lit("team "), row % 40),
        "handler_id": pl.concat_str(pl.lit("handler "), row % 800),
        "product_line": one_of(row // 7, LINES),
        "channel": one_of(row // 11, CHANNELS),
        "source": pl.when(row % 8 == 0).then(pl.lit("regulator")).otherwise(pl.lit("direct")),
        "grade": pl.when(row % 3 == 0).then(pl.lit("complex")).otherwise(pl.lit("simple")),
        "initial_grade": pl.lit("simple"),
        "handover_cause": pl.when(row % 37 == 0).then(pl.lit("underwriting_claims")),
    }


def _course(row: pl.Expr, received: pl.Expr) -> dict[str, pl.Expr]:
    after = received + pl.duration(hours=row * 7919 % 900)
    answered = pl.when(row % 100 > 0)
    seldom = pl.when(row % 11 == 0)
    return {
        "acknowledged_at": pl.when(row % 6 > 0).then(received + pl.duration(hours=row % 30)),
        "investigation_started_at": pl.when(row % 5 > 0).then(received + pl.duration(hours=row % 40)),
        "regraded_at": pl.when(row % 10 == 0).then(received + pl.duration(hours=row % 600)),
        "decided_at": answered.then(after),
        "informed_at": answered.then(after + pl.duration(hours=row % 50)),
        "withdrawn_at": pl.when(row % 50 == 0).then(received + pl.duration(hours=row % 700)),
        "extension_days": seldom.then(row % 40),
        "extension_approver": pl.lit("superior"),
        "extension_approved_at": seldom.then(after),
        "extension_told_at": seldom.then(after),
        "paused_days": pl.when(row % 23 == 0).then(row % 20),
        "pause_told": row % 2 == 0,
    }


def _endings(row: pl.Expr, received: pl.Expr) -> dict[str, pl.Expr]:
    after = received + pl.duration(hours=row * 7919 % 900)
    mediated = pl.when(row % 9 == 0)
    return {
        "first_contact_resolved": row % 4 == 0,
        "reopened_of_id": pl.when(row % 29 == 28).then((row - 28).cast(pl.String)),
        "outcome": pl.when(row % 100 > 0).then(one_of(row // 5, ("upheld", "rejected", "settled"))),
        "redress_amount": pl.when(row % 6 == 0).then((row % 9_000).cast(pl.Float64)),
        "mediation_offered_at": pl.when(row % 4 == 0).then(received + pl.duration(hours=row % 90)),
        "mediation_accepted_at": mediated.then(received + pl.duration(hours=100 + row % 90)),
        "mediation_ended_at": mediated.then(received + pl.duration(hours=200 + row % 300)),
        "mediator": mediated.then(one_of(row // 9, ("claims_lead", "third_party"))),
        "mediation_settled": mediated.then(row % 3 > 0),
        "settlement_record_at": pl.when(row % 18 == 0).then(after + pl.duration(hours=1)),
        "review_requested_at": pl.when(row % 13 == 0).then(after + pl.duration(hours=row % 1_000)),
        "escalated_at": pl.when(row % 41 == 0).then(after + pl.duration(hours=row % 1_000)),
        "review_decided_at": pl.when(row % 82 == 0).then(after + pl.duration(hours=1_000 + row % 500)),
        "overturned": pl.when(row % 82 == 0).then(row % 3 == 0),
    }
