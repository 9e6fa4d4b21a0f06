"""
When a complaint is due, when its clock stopped, and what in the record casts doubt on either.

Everything is one lazy expression per column, so that a million complaints take a second and a test can hand over
three. Days are counted in the business time zone; the day of the start isn't counted.
"""

from __future__ import annotations

import polars as pl

from dashboard.deadlines.days import Days
from dashboard.deadlines.events import (
    answered_at,
    is_withdrawn_in_time,
    local_day,
    order_wrong,
    start_at,
    stop_columns,
)
from dashboard.deadlines.regimes import Extension, Limit, Regime

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
    "_regraded_on",
    "_approved_on",
    "_told_on",
    "_answered_at",
    "_paused",
    "_first_due_on",
    "_is_regraded_late",
    "_graded_on",
    "_unextended_on",
    "_extended_on",
)


def with_deadlines(
    complaints: pl.LazyFrame, *, regime: Regime, zone: str, calendar: str | pl.DataFrame
) -> pl.LazyFrame:
    """
    Add to each complaint its due day, the end of its clock, and what in its record is doubtful.

    The due day itself is in time up to 24:00 local time; a limit in hours ends at its instant, which still is in
    time. Extensions count from the start, not from the first due day, and only if approved and told on or before
    it. A grade changed after the first grade's due day comes too late to move it. A withdrawal ends the clock
    only if nothing ended it before; where the rule asks only for the start of the investigation, it ends nothing.
    A stop before a start by re-grading is in time: the work had begun already.

    Args:
        complaints: The columns of the complaints fact, instants in UTC.
        regime: The rule to judge by.
        zone: The time zone in which days are counted.
        calendar: A country code, or a frame like `working_days` returns (the business's own calendar).

    Returns:
        The same rows and columns, and
        `received_on`, `is_subject` (the rule is about cases of this grade; a case without one is no subject of a
        rule for some), `start_at`, `start_on`, `stop_at`, `stopped_on` (null while open),
        `stop_kind` (`decided`, `informed_only`, `closed_only`, `withdrawn`, `started`; null while open),
        `limit_days` (natural days from the start to `due_strict_on`, with pauses), `due_strict_on` (no roll),
        `due_legal_on` (rolled where the regime rolls), `due_on` (the one that binds),
        `due_at` (of a limit in days the midnight that ends `due_on`, the first instant that is late; of one in
        hours its last instant, which isn't), `is_in_time` (stopped in time; false while open),
        `is_counted` (not merged into another, not invalid, not stopped before it was received),
        `is_excluded_from_due_cohort` (withdrawn undecided, and not begun where only that is asked for, on or
        before its due day), and the `FLAGS`.
    """
    return with_workings(complaints, regime=regime, zone=zone, calendar=calendar).drop(WORKINGS)


def with_workings(
    complaints: pl.LazyFrame, *, regime: Regime, zone: str, calendar: str | pl.DataFrame
) -> pl.LazyFrame:
    """
    As `with_deadlines`, together with the `WORKINGS`: what a due day was reckoned from.

    Returns:
        Besides the columns of `with_deadlines`, days before any roll unless it says otherwise:
        `_paused` (days left out), `_first_due_on` (by the first grade), `_is_regraded_late` (after that, rolled),
        `_graded_on` (by the grade that binds), `_unextended_on` (the same, rolled), `_extended_on` (null unless an
        extension is valid).
    """
    days = Days(calendar, zone)
    started = complaints.with_columns(
        local_day("received_at", zone).alias("received_on"),
        _is_subject(regime).alias("is_subject"),
        start_at(regime).alias("start_at"),
        local_day("regraded_at", zone).alias("_regraded_on"),
        local_day("extension_approved_at", zone).alias("_approved_on"),
        local_day("extension_told_at", zone).alias("_told_on"),
        answered_at(regime).alias("_answered_at"),
        _pause_days(regime).alias("_paused"),
    ).with_columns(
        (pl.col("received_on") if regime.start == "received" else local_day("start_at", zone)).alias("start_on"),
        *stop_columns(regime, zone),
    )
    due = _due_in_hours(started, regime, zone) if regime.in_hours else _due_in_days(started, regime, days)
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


def _pause_days(regime: Regime) -> pl.Expr:
    if regime.pause == "none":
        return pl.lit(0, pl.Int64)
    paused = pl.col("paused_days").fill_null(0).clip(lower_bound=0)
    return pl.when(pl.col("pause_told").fill_null(value=False)).then(paused).otherwise(0)


def _later(day: pl.Expr, days: pl.Expr) -> pl.Expr:
    return (day.cast(pl.Int32) + days.cast(pl.Int32)).cast(pl.Date)


def _by_grade(regime: Regime, grade: str, of: dict[Limit, pl.Expr]) -> pl.Expr:
    """
    What belongs to the limit of a grade; the rule's own limit where the grade has none.
    """
    found = of[regime.limit]
    for limit in regime.limits - {regime.limit}:
        grades = sorted(name for name, each in regime.limit_by_grade.items() if each == limit)
        found = pl.when(pl.col(grade).is_in(grades)).then(of[limit]).otherwise(found)
    return found


def _due_in_hours(started: pl.LazyFrame, regime: Regime, zone: str) -> pl.LazyFrame:
    """
    Elapsed time, whatever summer time does, and no day is too holy to be due on.
    """
    paused = pl.duration(days=pl.col("_paused"))
    ends = {limit: pl.col("start_at") + pl.duration(hours=limit.n) + paused for limit in regime.limits}
    now, at_first = _by_grade(regime, "grade", ends), _by_grade(regime, "initial_grade", ends)
    too_late = pl.col("initial_grade").is_not_null() & (pl.col("regraded_at") > at_first)
    unmoved = pl.col("due_strict_on")
    return (
        started.with_columns(
            _first_due_on=local_day(at_first, zone), _is_regraded_late=too_late.fill_null(value=False)
        )
        .with_columns(due_at=pl.when("_is_regraded_late").then(at_first).otherwise(now))
        .with_columns(due_strict_on=local_day("due_at", zone))
        .with_columns(
            due_legal_on=unmoved,
            _graded_on=unmoved,
            _unextended_on=unmoved,
            _extended_on=pl.lit(None, pl.Date()),
            calendar_incomplete=pl.lit(value=False),
        )
    )


def _due_in_days(started: pl.LazyFrame, regime: Regime, days: Days) -> pl.LazyFrame:
    def rolled(day: str) -> pl.Expr:
        return days.rolled(pl.col(day)) if regime.roll == "nonworking" else pl.col(day)

    ends = {limit: _later(_end(limit, days), pl.col("_paused")) for limit in regime.limits}
    now, at_first = _by_grade(regime, "grade", ends), _by_grade(regime, "initial_grade", ends)
    too_late = pl.col("initial_grade").is_not_null() & (pl.col("_regraded_on") > rolled("_first_due_on"))
    return (
        started.with_columns(_first_due_on=at_first)
        .with_columns(_is_regraded_late=too_late.fill_null(value=False))
        .with_columns(_graded_on=pl.when("_is_regraded_late").then("_first_due_on").otherwise(now))
        .with_columns(_unextended_on=rolled("_graded_on"))
        .with_columns(_extended_on=_extended_on(regime.extension))
        .with_columns(due_strict_on=pl.coalesce("_extended_on", "_graded_on"))
        .with_columns(due_legal_on=rolled("due_strict_on"), calendar_incomplete=_is_incomplete(regime, days))
    )


def _end(limit: Limit, days: Days) -> pl.Expr:
    """
    The last day of a limit, which begins on the day after the start.
    """
    start = pl.col("start_on")
    if limit.unit == "bd":
        return days.business_days_after(start, limit.n)
    if limit.unit == "m":
        return start.dt.offset_by(f"{limit.n}mo")
    return _later(start, pl.lit(limit.n * (7 if limit.unit == "w" else 1)))


def _is_incomplete(regime: Regime, days: Days) -> pl.Expr:
    """
    Whether the due day rests on days whose arrangement nobody has published yet.
    """
    strict = pl.col("due_strict_on")
    unknown = pl.lit(value=False)
    if regime.roll == "nonworking":
        unknown = ~days.is_roll_known(strict)
    if any(limit.unit == "bd" for limit in regime.limits):
        unknown = unknown | ~days.is_span_known(pl.col("start_on"), strict)
    return unknown


def _extended_on(extension: Extension | None) -> pl.Expr:
    """
    The due day with a valid extension, counted from the start; null where there is none or it is void.
    """
    if extension is None:
        return pl.lit(None, pl.Date())
    granted = pl.col("extension_days").clip(upper_bound=extension.most_days) + extension.base_days
    due = pl.col("_unextended_on")
    in_time = (
        (pl.col("extension_days") > 0)
        & (pl.col("_approved_on") <= due)
        & pl.col("extension_approver").is_in(sorted(extension.approvers))
    )
    if extension.must_be_told:
        in_time = in_time & (pl.col("_told_on") <= due)
    return pl.when(in_time).then(_later(pl.col("start_on"), granted + pl.col("_paused")))


def _verdicts(regime: Regime, zone: str) -> list[pl.Expr]:
    is_merged = pl.col("merged_into_id").is_not_null() | (pl.col("outcome") == "merged").fill_null(value=False)
    is_invalid = (pl.col("outcome") == "invalid").fill_null(value=False)
    in_time = (
        pl.col("stop_at") <= pl.col("due_at") if regime.in_hours else pl.col("stopped_on") <= pl.col("due_on")
    )
    return [
        in_time.fill_null(value=False).alias("is_in_time"),
        (~is_merged & ~is_invalid & ~order_wrong()).alias("is_counted"),
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
        "order_wrong": order_wrong(),
        "outside_effective": before | after,
    }
    if regime.pause == "none":
        doubts["pause_untold"] = no
    return [doubt.fill_null(value=False).alias(name) for name, doubt in doubts.items()]
