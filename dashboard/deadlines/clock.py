"""
When a case is due, when its clock stopped, and what in the record casts doubt on either.

Everything is one lazy expression per column, so that a million complaints take a second and a test can hand over
three. Days are counted in the business time zone; the day of the start isn't counted.
"""

from __future__ import annotations

import polars as pl

from dashboard.deadlines.days import Days
from dashboard.deadlines.dues import due_in_days, due_in_hours, pause_days
from dashboard.deadlines.events import (
    answered_at,
    is_withdrawn_in_time,
    lacking,
    local_day,
    order_wrong,
    start_at,
    stop_columns,
)
from dashboard.deadlines.model import Regime

# Every doubt about a record that `with_deadlines` can raise, each a boolean column.
FLAGS = (
    "calendar_incomplete",
    "grade_missing",
    "informed_missing",
    "extension_void",
    "pause_untold",
    "order_wrong",
    "outside_effective",
)

# What the clock reckons with on the way to a due day; an explanation reads it, figures don't.
WORKINGS = (
    "_version",
    "_regraded_on",
    "_approved_on",
    "_told_on",
    "_answered_at",
    "_paused",
    "_first_due_on",
    "_first_legal_on",
    "_is_regraded_late",
    "_graded_on",
    "_unextended_on",
    "_extended_on",
)


def with_deadlines(
    cases: pl.LazyFrame, *, regime: Regime, zone: str, calendar: str | pl.DataFrame
) -> pl.LazyFrame:
    """
    Add to each case its due day, the end of its clock, and what in its record is doubtful.

    The due day itself is in time up to 24:00 local time; a limit in hours ends at its instant, which still is in
    time. Extensions count from the start, not from the first due day, and only if approved and told on or before
    it. A grade changed after the first grade's due day comes too late to move it. A withdrawal ends the clock
    only if nothing ended it before; where the rule asks only for the start of the investigation, it ends nothing.
    A stop before a start by re-grading is in time: the work had begun already. Of a rule with several versions,
    the one in force on the day of the start judges.

    Args:
        cases: The columns of the complaints fact, or of the fact that the rule is about, instants in UTC.
        regime: The rule to judge by.
        zone: The time zone in which days are counted.
        calendar: A country code, or a frame like `working_days` returns (the business's own calendar).

    Returns:
        The same rows and columns, and
        `received_on` (null of other facts), `is_subject` (the rule is about cases of this grade; a case without
        one is no subject of a rule for some), `start_at`, `start_on`, `stop_at`, `stopped_on` (null while open),
        `stop_kind` (`decided`, `informed_only`, `closed_only`, `withdrawn`, `started`, or `done` for a stop by
        columns; null while open),
        `limit_days` (natural days from the start to `due_strict_on`, with pauses), `due_strict_on` (no roll),
        `due_legal_on` (rolled where the regime rolls), `due_on` (the one that binds),
        `due_at` (of a limit in days the midnight that ends `due_on`, the first instant that is late; of one in
        hours its last instant, which isn't), `is_in_time` (stopped in time; false while open),
        `is_counted` (not merged into another, not invalid, not stopped before it was received),
        `is_excluded_from_due_cohort` (withdrawn undecided, and not begun where only that is asked for, on or
        before its due day), and the `FLAGS`.
    """
    return with_workings(cases, regime=regime, zone=zone, calendar=calendar).drop(WORKINGS)


def with_workings(cases: pl.LazyFrame, *, regime: Regime, zone: str, calendar: str | pl.DataFrame) -> pl.LazyFrame:
    """
    As `with_deadlines`, together with the `WORKINGS`: what a due day was reckoned from.

    Returns:
        Besides the columns of `with_deadlines`, days before any roll unless it says otherwise:
        `_version` (which of the rule's versions judged, the oldest is 0), `_paused` (days left out),
        `_first_due_on` (by the first grade), `_first_legal_on` (the same, rolled), `_is_regraded_late` (after it),
        `_graded_on` (by the grade that binds), `_unextended_on` (the same, rolled), `_extended_on` (null unless an
        extension is valid).
    """
    days = Days(calendar, zone)
    absent = lacking(cases)
    cases = cases.with_columns(absent.values())
    if regime.earlier:
        return _by_version(cases, regime, zone, days).drop(absent)
    return _judged(cases.with_columns(_version=pl.lit(0, pl.Int64)), regime, zone, days).drop(absent)


def _by_version(cases: pl.LazyFrame, regime: Regime, zone: str, days: Days) -> pl.LazyFrame:
    """
    Each case by the version in force on the day it started; in none, by the last before that day, else the first.
    """
    start_on = local_day(start_at(regime), zone)
    begun = [start_on >= version.effective_from for version in regime.versions[1:] if version.effective_from]
    number_of = pl.sum_horizontal(begun).cast(pl.Int64).fill_null(0)
    numbered = cases.with_columns(_version=number_of).with_row_index("_row")
    judged = [
        _judged(numbered.filter(pl.col("_version") == number), version, zone, days)
        for number, version in enumerate(regime.versions)
    ]
    return pl.concat(judged).sort("_row").drop("_row")


def _judged(cases: pl.LazyFrame, regime: Regime, zone: str, days: Days) -> pl.LazyFrame:
    started = cases.with_columns(
        local_day("received_at", zone).alias("received_on"),
        _is_subject(regime).alias("is_subject"),
        start_at(regime).alias("start_at"),
        local_day("regraded_at", zone).alias("_regraded_on"),
        local_day("extension_approved_at", zone).alias("_approved_on"),
        local_day("extension_told_at", zone).alias("_told_on"),
        answered_at(regime).alias("_answered_at"),
    ).with_columns(
        (pl.col("received_on") if regime.start == "received" else local_day("start_at", zone)).alias("start_on"),
        *stop_columns(regime, zone),
    )
    started = started.with_columns(pause_days(regime, zone, days).alias("_paused"))
    due = due_in_hours(started, regime, zone) if regime.in_hours else due_in_days(started, regime, days)
    return (
        due.with_columns(
            due_on=pl.col("due_legal_on"),
            limit_days=(pl.col("due_strict_on") - pl.col("start_on")).dt.total_days(),
        )
        .with_columns(*([] if regime.in_hours else [days.end_of(pl.col("due_on")).alias("due_at")]))
        .with_columns(*_verdicts(regime, zone), *_doubts(regime))
    )


def _is_subject(regime: Regime) -> pl.Expr:
    if not regime.applies_to:
        return pl.lit(value=True)
    return pl.col("grade").is_in(sorted(regime.applies_to)).fill_null(value=False)


def _verdicts(regime: Regime, zone: str) -> list[pl.Expr]:
    is_merged = pl.col("merged_into_id").is_not_null() | (pl.col("outcome") == "merged").fill_null(value=False)
    is_invalid = (pl.col("outcome") == "invalid").fill_null(value=False)
    in_time = (
        pl.col("stop_at") <= pl.col("due_at") if regime.in_hours else pl.col("stopped_on") <= pl.col("due_on")
    )
    return [
        in_time.fill_null(value=False).alias("is_in_time"),
        (~is_merged & ~is_invalid & ~order_wrong(regime)).alias("is_counted"),
        is_withdrawn_in_time(regime, zone).alias("is_excluded_from_due_cohort"),
    ]


def _doubts(regime: Regime) -> list[pl.Expr]:
    no = pl.lit(value=False)
    extension_meant = pl.col("extension_approved_at").is_not_null() | (pl.col("extension_days") > 0)
    decided_only = pl.col("decided_at").is_not_null() & pl.col("informed_at").is_null()
    before = pl.col("start_on") < regime.effective_from if regime.effective_from else no
    after = pl.col("start_on") >= regime.effective_before if regime.effective_before else no
    ungraded = pl.col("grade").is_null()
    if regime.limit_by_grade:
        ungraded = ungraded | ~pl.col("grade").is_in(sorted(regime.limit_by_grade))
    doubts = {
        "grade_missing": ungraded if regime.is_graded else no,
        "informed_missing": decided_only & (pl.col("stop_kind") == "decided"),
        "extension_void": extension_meant & pl.col("_extended_on").is_null() if regime.extension else no,
        "pause_untold": (pl.col("paused_days") > 0) & ~pl.col("pause_told").fill_null(value=False),
        "order_wrong": order_wrong(regime),
        "outside_effective": before | after,
    }
    if regime.pause == "none":
        doubts["pause_untold"] = no
    return [doubt.fill_null(value=False).alias(name) for name, doubt in doubts.items()]
