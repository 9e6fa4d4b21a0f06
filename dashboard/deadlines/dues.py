"""
From a start to a due day: the limit of the grade that binds, what is left out and granted, where it rolls to.
"""

from __future__ import annotations

import polars as pl

from dashboard.deadlines.days import Days
from dashboard.deadlines.events import local_day
from dashboard.deadlines.model import Extension, Limit, Regime


def pause_days(regime: Regime, zone: str, days: Days) -> pl.Expr:
    """
    The days left out; null while documents are awaited: the clock stands still and nothing can be due.
    """
    if regime.pause == "none":
        return pl.lit(0, pl.Int64)
    if regime.pause == "documents":
        asked, came = (local_day(f"documents_{done}_at", zone) for done in ("requested", "completed"))
        in_time = (asked <= _end(regime.limit, days)).fill_null(value=False)
        return pl.when(in_time).then((came - asked).dt.total_days().clip(lower_bound=0)).otherwise(0)
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


def due_in_hours(started: pl.LazyFrame, regime: Regime, zone: str) -> pl.LazyFrame:
    """
    Add when a limit in hours ends: elapsed time, whatever summer time does, and no day is too holy to be due on.
    """
    paused = pl.duration(days=pl.col("_paused"))
    ends = {limit: pl.col("start_at") + pl.duration(hours=limit.n) + paused for limit in regime.limits}
    now, at_first = _by_grade(regime, "grade", ends), _by_grade(regime, "initial_grade", ends)
    too_late = pl.col("initial_grade").is_not_null() & (pl.col("regraded_at") > at_first)
    unmoved = pl.col("due_strict_on")
    return (
        started.with_columns(
            _first_due_on=local_day(at_first, zone),
            _first_legal_on=local_day(at_first, zone),
            _is_regraded_late=too_late.fill_null(value=False),
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


def due_in_days(started: pl.LazyFrame, regime: Regime, days: Days) -> pl.LazyFrame:
    """
    Add the day on which a limit in days, weeks or months ends, with what it was reckoned from.
    """

    def rolled(day: str) -> pl.Expr:
        return days.rolled(pl.col(day)) if regime.roll == "nonworking" else pl.col(day)

    ends = {limit: _later(_end(limit, days), pl.col("_paused")) for limit in regime.limits}
    now, at_first = _by_grade(regime, "grade", ends), _by_grade(regime, "initial_grade", ends)
    too_late = pl.col("initial_grade").is_not_null() & (pl.col("_regraded_on") > pl.col("_first_legal_on"))
    return (
        started.with_columns(_first_due_on=at_first)
        .with_columns(_first_legal_on=rolled("_first_due_on"))
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
    return unknown & strict.is_not_null()


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
