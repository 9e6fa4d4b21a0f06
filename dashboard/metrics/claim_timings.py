"""
How does one claim stand to each of its clocks?
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import polars as pl

from dashboard.facts import FACTS, INSTANT
from dashboard.metrics.as_of import known_on
from dashboard.metrics.claim_clocks import CLAIM_CLOCKS, with_clock
from dashboard.metrics.claim_worklist import LAW
from dashboard.metrics.claims import ended_at
from dashboard.metrics.terms import Terms
from dashboard.metrics.urgency import HOUR

# What can be said of a clock that has begun.
RUNNING, IN_TIME, LATE, LEFT = "running", "in_time", "late", "left"

_SCHEMA: Final = {
    "clock": pl.String(),
    "rule": pl.String(),
    "is_law": pl.Boolean(),
    "start_on": pl.Date(),
    "due_on": pl.Date(),
    "due_at": INSTANT,
    "done_at": INSTANT,
    "state": pl.String(),
    "hours_left": pl.Float64(),
    "is_overdue": pl.Boolean(),
}


def claim_timings(claims: pl.LazyFrame, terms: Terms, *, now: datetime) -> pl.DataFrame:
    """
    Judge a claim by every clock that has begun for it.

    Args:
        claims: Rows of the claims fact: a claim, or a few.
        terms: Today, the zone, the calendar and the rules.
        now: The instant, on that day.

    Returns:
        A row per claim and clock, in the order of `CLAIM_CLOCKS`: `claim_id`, `clock`, `rule` (its id), `is_law`,
        `start_on`, `due_on` (null while documents are awaited), `due_at`, `done_at` (null while it isn't done) and
        `state`: `running`, `in_time`, `late` (done after it was due), or `left` (the claim ended with nothing left
        to ask for); while it runs, `hours_left` (until `due_at`; negative when past) and `is_overdue` (what is due
        today isn't; false of clocks that don't run).
    """
    known = known_on(claims, FACTS["claims"], terms.as_of, terms.zone).collect().lazy()
    found = [_timed(known, terms, key, now.astimezone(UTC)) for key in CLAIM_CLOCKS]
    return pl.concat([pl.DataFrame(schema={"claim_id": pl.String(), **_SCHEMA}), *pl.collect_all(found)])


def _timed(known: pl.LazyFrame, terms: Terms, key: str, now: datetime) -> pl.LazyFrame:
    rule = terms.regimes[key]
    timed = with_clock(known, terms, key, "own").filter(pl.col("own_start_on").is_not_null())
    # Paid in full, a claim owes nothing, whatever a step in between may lack.
    runs = pl.col("is_own_running") & ended_at().is_null()
    state = (
        pl.when(runs)
        .then(pl.lit(RUNNING))
        .when(pl.col("own_done_at").is_null())
        .then(pl.lit(LEFT))
        .when("is_own_in_time")
        .then(pl.lit(IN_TIME))
        .otherwise(pl.lit(LATE))
    )
    at, due_at = pl.lit(now).cast(INSTANT), pl.col("own_due_at")
    is_past = due_at < at if rule.in_hours else pl.col("own_due_on") < terms.as_of
    return timed.select(
        "claim_id",
        pl.lit(key).alias("clock"),
        pl.lit(rule.id).alias("rule"),
        pl.lit(rule.kind == LAW).alias("is_law"),
        *(pl.col(f"own_{name}").alias(name) for name in ("start_on", "due_on", "due_at", "done_at")),
        state.alias("state"),
        pl.when(runs).then((due_at - at).dt.total_microseconds() / HOUR).alias("hours_left"),
        (runs & is_past).fill_null(value=False).alias("is_overdue"),
    )
