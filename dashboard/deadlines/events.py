"""
What starts a clock and what stops it, as expressions over the columns of the fact that a rule judges.
"""

from __future__ import annotations

import polars as pl

from dashboard.deadlines.model import Regime
from dashboard.facts import FACTS

# The columns of complaints that the clock reads; a rule for another fact finds them empty.
READ = (
    *("received_at", "grade", "initial_grade", "regraded_at", "paused_days", "pause_told"),
    *("extension_days", "extension_approved_at", "extension_approver", "extension_told_at"),
    *("decided_at", "informed_at", "withdrawn_at", "merged_into_id", "outcome"),
)


def lacking(cases: pl.LazyFrame) -> dict[str, pl.Expr]:
    """
    Null columns for what the clock reads and these rows don't have, by name.
    """
    present = set(cases.collect_schema().names())
    schema = FACTS["complaints"].schema
    return {name: pl.lit(None, schema[name]).alias(name) for name in READ if name not in present}


def local_day(instant: str | pl.Expr, zone: str) -> pl.Expr:
    """
    The day of an instant, where days are counted.
    """
    at = pl.col(instant) if isinstance(instant, str) else instant
    return at.dt.convert_time_zone(zone).dt.date()


def start_at(regime: Regime) -> pl.Expr:
    """
    The instant from which the clock runs.

    Under `graded` it is the re-grading only where the first grade is known not to have been one of the rule's; a
    re-grading dated before receipt doesn't start anything earlier.
    """
    received = pl.col("received_at")
    if regime.start == "columns":
        return pl.coalesce(regime.start_columns)
    if regime.start == "regulator_received":
        return pl.min_horizontal("regulator_received_at", received)
    if regime.start == "graded":
        grades = sorted(regime.applies_to)
        brought_under = pl.col("grade").is_in(grades) & ~pl.col("initial_grade").is_in(grades)
        return pl.when(brought_under).then(pl.max_horizontal("regraded_at", received)).otherwise(received)
    return received


def answered_at(regime: Regime) -> pl.Expr:
    """
    When the insurer did what the rule asks; `closed_at` speaks only where neither decision nor notice does.
    """
    if regime.stop == "unrecorded":
        return pl.lit(None, FACTS["complaints"].schema["decided_at"])
    if regime.stop == "columns":
        span = pl.min_horizontal if regime.stop_rule == "earliest" else pl.max_horizontal
        return span(*regime.stop_columns)
    if regime.stop == "investigation_started":
        return pl.col("investigation_started_at")
    if regime.stop == "decided":
        return pl.coalesce("decided_at", "informed_at", "closed_at")
    return pl.coalesce(pl.max_horizontal("decided_at", "informed_at"), "closed_at")


def stop_columns(regime: Regime, zone: str) -> list[pl.Expr]:
    """
    `stop_at`, `stopped_on` and `stop_kind`, from `_answered_at`: see `with_deadlines`.
    """
    if regime.stop not in ("decided_and_informed", "decided"):
        stop_at = pl.col("_answered_at")
        done = "started" if regime.stop == "investigation_started" else "done"
        kind: pl.Expr = pl.when(stop_at.is_not_null()).then(pl.lit(done))
    else:
        withdrawn_first = pl.col("withdrawn_at").is_not_null() & (
            pl.col("_answered_at").is_null() | (pl.col("withdrawn_at") < pl.col("_answered_at"))
        )
        stop_at = pl.when(withdrawn_first).then("withdrawn_at").otherwise("_answered_at")
        kind = (
            pl.when(withdrawn_first)
            .then(pl.lit("withdrawn"))
            .when(pl.col("decided_at").is_not_null())
            .then(pl.lit("decided"))
            .when(pl.col("informed_at").is_not_null())
            .then(pl.lit("informed_only"))
            .when(pl.col("closed_at").is_not_null())
            .then(pl.lit("closed_only"))
        )
    return [stop_at.alias("stop_at"), local_day(stop_at, zone).alias("stopped_on"), kind.alias("stop_kind")]


def is_withdrawn_in_time(regime: Regime, zone: str) -> pl.Expr:
    """
    Whether the customer withdrew on or before the due day, before the insurer had done what the rule asks.

    Where something else than the answer is asked for, a withdrawal is no stop, but it leaves nothing to be done.
    """
    undecided = pl.col("decided_at").is_null() | (pl.col("decided_at") > pl.col("withdrawn_at"))
    if regime.stop not in ("decided_and_informed", "decided"):
        not_begun = pl.col("stop_at").is_null() | (pl.col("stop_at") > pl.col("withdrawn_at"))
        in_time = not_begun & (local_day("withdrawn_at", zone) <= pl.col("due_on"))
    else:
        in_time = (pl.col("stop_kind") == "withdrawn") & (pl.col("stopped_on") <= pl.col("due_on"))
    return (in_time & undecided).fill_null(value=False)


def order_wrong(regime: Regime) -> pl.Expr:
    """
    Whether the clock would have stopped before the case was received, or before the column it starts with.
    """
    first = "start_at" if regime.start == "columns" else "received_at"
    return (pl.col("stop_at") < pl.col(first)).fill_null(value=False)
