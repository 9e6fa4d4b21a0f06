"""
What has happened between one customer and the house, in every channel and of every kind, on one line of time?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import polars as pl

from dashboard.facts import INSTANT

# Who turns to another channel so soon wasn't served by the first.
SWITCHED_WITHIN: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Lane:
    """
    One kind of thing that happens to a customer.

    Attributes:
        fact: Whose rows.
        number: The column by which people call one.
        events: The columns of its days and instants, each with the column of the code that says more of it.
        begins: Where it begins to last; none: its events stand for themselves.
        ends: Where it ends, the first of these that is recorded.
    """

    fact: str
    number: str
    events: tuple[tuple[str, str], ...]
    begins: str | None = None
    ends: tuple[str, ...] = ()


LANES: Final = (
    Lane(
        "interactions",
        "interaction_id",
        (("at", "topic"),),
    ),
    Lane(
        "complaints",
        "complaint_id",
        (
            ("received_at", "category"),
            ("decided_at", "outcome"),
            ("informed_at", "outcome"),
            ("withdrawn_at", "category"),
            ("escalated_at", "category"),
        ),
        "received_at",
        ("informed_at", "decided_at", "withdrawn_at", "closed_at"),
    ),
    Lane(
        "claims",
        "claim_id",
        (
            ("reported_at", "claim_type"),
            ("documents_requested_at", "claim_type"),
            ("decided_at", "decision"),
            ("paid_at", "claim_type"),
        ),
        "reported_at",
        ("paid_at", "closed_at"),
    ),
    Lane(
        "renewals",
        "policy_id",
        (("reminded_at", "product_line"), ("renewed_on", "product_line"), ("outcome_on", "outcome")),
    ),
    Lane(
        "policies",
        "policy_id",
        (
            ("issued_at", "product_line"),
            ("free_look_cancelled_at", "product_line"),
            ("suspended_on", "product_line"),
            ("reinstated_on", "product_line"),
            ("ended_on", "end_reason"),
        ),
        "effective_on",
        ("ended_on", "term_end_on"),
    ),
    Lane(
        "applications",
        "application_id",
        (("started_at", "recommended_product_line"), ("decided_at", "outcome")),
    ),
)


def customer_events(rows: Mapping[str, pl.DataFrame], *, now: datetime, zone: str) -> pl.DataFrame:
    """
    List what happened to a customer, newest first.

    A renewal that came as it should is told once, by its payment.

    Args:
        rows: By fact, the rows of one customer with every column of the contract; a fact that is missing has none.
        now: The instant looked from, with a zone; what lies ahead hasn't happened.
        zone: Where a day begins.

    Returns:
        A row per event: `fact`, `event` (its column), `at` (an instant in the zone; a day begins it), `is_day`
        (no hour is known), `number`, `channel` (null where the fact has none), `about` (a column), `detail` (its
        code), and of contacts `two_way` and `switched` (the one before it about the same issue came in another
        channel, no more than 24 hours earlier; null where the issue isn't known).
    """
    parts = [pl.DataFrame(schema=_schema(zone))]
    for lane in LANES:
        frame = rows.get(lane.fact)
        if frame is not None and frame.height:
            known = _with_switches(frame) if lane.fact == "interactions" else _unswitched(frame)
            parts += [_events(known, lane, event, about, zone) for event, about in lane.events]
    every = pl.concat(parts)
    is_told_twice = (pl.col("event") == "outcome_on") & (pl.col("detail") == "renewed").fill_null(value=False)
    return every.filter(pl.col("at") <= now, ~is_told_twice).sort(
        "at", "fact", "number", "event", descending=[True, False, False, False]
    )


def customer_spans(rows: Mapping[str, pl.DataFrame], *, now: datetime, zone: str) -> pl.DataFrame:
    """
    List what lasts or lasted: cover, claims and complaints from their beginning to their end.

    Args:
        rows: As for `customer_events`.
        now: What is still going on has got to here.
        zone: Where a day begins.

    Returns:
        A row per case, the first begun first: `fact`, `number`, `at`, `until` (at most now), `is_open`.
    """
    schema = {name: _schema(zone)[name] for name in ("fact", "number", "at")}
    parts = [pl.DataFrame(schema={**schema, "until": schema["at"], "is_open": pl.Boolean()})]
    present = pl.lit(now).dt.convert_time_zone(zone).cast(schema["at"])
    for lane in LANES:
        frame = rows.get(lane.fact)
        if frame is None or lane.begins is None:
            continue
        ended = pl.coalesce(_instant(frame, name, zone) for name in lane.ends)
        parts.append(
            frame.select(
                pl.lit(lane.fact).alias("fact"),
                pl.col(lane.number).alias("number"),
                _instant(frame, lane.begins, zone).alias("at"),
                pl.min_horizontal(ended.fill_null(present), present).alias("until"),
                (ended.is_null() | (ended > present)).alias("is_open"),
            ).filter(pl.col("at") <= present)
        )
    return pl.concat(parts).sort("at", "fact", "number")


def _schema(zone: str) -> dict[str, pl.DataType]:
    text, truth = pl.String(), pl.Boolean()
    return {
        "fact": text,
        "event": text,
        "at": pl.Datetime("us", zone),
        "is_day": truth,
        "number": text,
        "channel": text,
        "about": text,
        "detail": text,
        "two_way": truth,
        "switched": truth,
    }


def _events(frame: pl.DataFrame, lane: Lane, event: str, about: str, zone: str) -> pl.DataFrame:
    happened = frame.filter(pl.col(event).is_not_null())
    return happened.select(
        pl.lit(lane.fact).alias("fact"),
        pl.lit(event).alias("event"),
        _instant(frame, event, zone).alias("at"),
        pl.lit(frame.schema[event] == pl.Date()).alias("is_day"),
        pl.col(lane.number).alias("number"),
        # Where a contract was sold says nothing of how it is renewed or ended.
        _channel(event).alias("channel"),
        pl.lit(about).alias("about"),
        pl.col(about).alias("detail"),
        "two_way",
        "switched",
    )


def _channel(event: str) -> pl.Expr:
    first = {"at", "received_at", "reported_at", "started_at", "issued_at"}
    if event == "reminded_at":
        return pl.col("reminder_channel")
    return pl.col("channel") if event in first else pl.lit(None, pl.String())


def _instant(frame: pl.DataFrame, column: str, zone: str) -> pl.Expr:
    if frame.schema[column] == pl.Date():
        # Where a clock was put forward at midnight the day began an hour later.
        began = pl.col(column).cast(pl.Datetime("us"))
        return began.dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null").fill_null(
            (began + timedelta(hours=1)).dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        )
    return pl.col(column).cast(INSTANT).dt.convert_time_zone(zone)


def _with_switches(contacts: pl.DataFrame) -> pl.DataFrame:
    issue: Sequence[str] = ("issue_id",)
    before = pl.col("channel").shift(1).over(issue), pl.col("at").shift(1).over(issue)
    is_other = (pl.col("channel") != before[0]) & (pl.col("at") - before[1] <= SWITCHED_WITHIN)
    return contacts.sort("at", "interaction_id").with_columns(
        switched=pl.when(pl.col("issue_id").is_not_null()).then(is_other.fill_null(value=False))
    )


def _unswitched(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(two_way=pl.lit(None, pl.Boolean()), switched=pl.lit(None, pl.Boolean()))
