"""
When a complaint is due, when its clock stopped, and what in the record casts doubt on either.

Everything is one lazy expression per column, so that a million complaints take a second and a test can hand over
three. Days are counted in the business time zone; the day of receipt isn't counted.
"""

from __future__ import annotations

import polars as pl

from dashboard.deadlines.calendar import FIRST_DAY, LAST_DAY, roll_table, rolled_days
from dashboard.deadlines.regimes import Extension, Regime

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


def with_deadlines(
    complaints: pl.LazyFrame, *, regime: Regime, zone: str, calendar: str | pl.DataFrame
) -> pl.LazyFrame:
    """
    Add to each complaint its due day, the end of its clock, and what in its record is doubtful.

    The due day itself is in time up to 24:00 local time. Extensions count from receipt, not from the first due
    day, and only if approved and told on or before it. A grade changed after the first grade's due day comes too
    late to move it. A withdrawal ends the clock only if nothing ended it before.

    Args:
        complaints: The columns of the complaints fact, instants in UTC.
        regime: The rule to judge by.
        zone: The time zone in which days are counted.
        calendar: A country code, or a frame like `working_days` returns (the business's own calendar).

    Returns:
        The same rows and columns, and
        `received_on`, `stop_at`, `stopped_on` (null while open),
        `stop_kind` (`decided`, `informed_only`, `closed_only`, `withdrawn`; null while open),
        `limit_days` (from receipt, pauses included), `due_strict_on` (no roll),
        `due_legal_on` (rolled where the regime rolls), `due_on` (the one that binds),
        `is_counted` (not merged into another, not invalid, not stopped before it was received),
        `is_excluded_from_due_cohort` (withdrawn undecided on or before its due day), and the `FLAGS`.
    """
    rolled = _Rolled(calendar) if regime.roll == "nonworking" else None
    return (
        complaints.with_columns(
            _local_day("received_at", zone).alias("received_on"),
            _local_day("regraded_at", zone).alias("_regraded_on"),
            _local_day("extension_approved_at", zone).alias("_approved_on"),
            _local_day("extension_told_at", zone).alias("_told_on"),
            _answered_at(regime).alias("_answered_at"),
            _pause_days(regime).alias("_paused"),
        )
        .with_columns(_stop_columns(zone))
        .with_columns(_graded_days(regime, rolled).alias("_graded_days"))
        .with_columns(_extension_days(regime, rolled).alias("_extended_days"))
        .with_columns(limit_days=pl.coalesce("_extended_days", "_graded_days") + pl.col("_paused"))
        .with_columns(due_strict_on=_after("received_on", pl.col("limit_days")))
        .with_columns(
            due_legal_on=rolled.day(pl.col("due_strict_on")) if rolled else pl.col("due_strict_on"),
            calendar_incomplete=~rolled.is_known(pl.col("due_strict_on")) if rolled else pl.lit(value=False),
        )
        .with_columns(due_on=pl.col("due_legal_on"))
        .with_columns(*_verdicts(), *_doubts(regime))
        .drop(
            "_regraded_on", "_approved_on", "_told_on", "_answered_at", "_paused", "_graded_days", "_extended_days"
        )
    )


class _Rolled:
    """
    The first working day on or after a day, by position in a table with one row per day.

    A day outside the table stays where it is and counts as not known.
    """

    def __init__(self, calendar: str | pl.DataFrame) -> None:
        table = rolled_days(calendar) if isinstance(calendar, str) else roll_table(calendar)
        self._next = pl.lit(table["next_working_on"])
        self._known = pl.lit(table["is_known"])

    def day(self, day: pl.Expr) -> pl.Expr:
        return pl.coalesce(self._next.gather(self._position(day)), day)

    def is_known(self, day: pl.Expr) -> pl.Expr:
        return self._known.gather(self._position(day)).fill_null(value=False)

    def _position(self, day: pl.Expr) -> pl.Expr:
        # A position out of bounds is an error in polars, so it becomes null first.
        inside = pl.when(day.is_between(FIRST_DAY, LAST_DAY)).then(day)
        return (inside - pl.lit(FIRST_DAY)).dt.total_days()


def _local_day(instant: str, zone: str) -> pl.Expr:
    return pl.col(instant).dt.convert_time_zone(zone).dt.date()


def _after(day: str, days: pl.Expr) -> pl.Expr:
    return (pl.col(day).cast(pl.Int32) + days.cast(pl.Int32)).cast(pl.Date)


def _answered_at(regime: Regime) -> pl.Expr:
    """
    When the insurer ended it; `closed_at` speaks only where neither decision nor notice does.
    """
    if regime.stop == "decided":
        return pl.coalesce("decided_at", "informed_at", "closed_at")
    return pl.coalesce(pl.max_horizontal("decided_at", "informed_at"), "closed_at")


def _stop_columns(zone: str) -> list[pl.Expr]:
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
    return [
        stop_at.alias("stop_at"),
        stop_at.dt.convert_time_zone(zone).dt.date().alias("stopped_on"),
        kind.alias("stop_kind"),
    ]


def _pause_days(regime: Regime) -> pl.Expr:
    if regime.pause == "none":
        return pl.lit(0, pl.Int64)
    paused = pl.col("paused_days").fill_null(0).clip(lower_bound=0)
    return pl.when(pl.col("pause_told").fill_null(value=False)).then(paused).otherwise(0)


def _days_for(regime: Regime, grade: str) -> pl.Expr:
    if not regime.days_by_grade:
        return pl.lit(regime.days, pl.Int64)
    grades, days = list(regime.days_by_grade), list(regime.days_by_grade.values())
    return pl.col(grade).replace_strict(grades, days, default=regime.days, return_dtype=pl.Int64)


def _first_due(days: pl.Expr, rolled: _Rolled | None) -> pl.Expr:
    """
    The due day of a limit, pauses included, before any extension.
    """
    due = _after("received_on", days + pl.col("_paused"))
    return rolled.day(due) if rolled else due


def _graded_days(regime: Regime, rolled: _Rolled | None) -> pl.Expr:
    """
    The limit of the grade that binds: the first one, if it had already run out when the grade was changed.
    """
    now, at_first = _days_for(regime, "grade"), _days_for(regime, "initial_grade")
    too_late = pl.col("initial_grade").is_not_null() & (pl.col("_regraded_on") > _first_due(at_first, rolled))
    return pl.when(too_late).then(at_first).otherwise(now)


def _extension_days(regime: Regime, rolled: _Rolled | None) -> pl.Expr:
    """
    The limit with a valid extension, counted from receipt; null where there is none or it is void.
    """
    extension = regime.extension
    if extension is None:
        return pl.lit(None, pl.Int64)
    due = _first_due(pl.col("_graded_days"), rolled)
    granted = pl.col("extension_days").clip(upper_bound=extension.most_days) + extension.base_days
    return pl.when(_is_in_time(extension, due)).then(granted)


def _is_in_time(extension: Extension, due: pl.Expr) -> pl.Expr:
    in_time = (
        (pl.col("extension_days") > 0)
        & (pl.col("_approved_on") <= due)
        & pl.col("extension_approver").is_in(sorted(extension.approvers))
    )
    return in_time & (pl.col("_told_on") <= due) if extension.must_be_told else in_time


def _verdicts() -> list[pl.Expr]:
    is_merged = pl.col("merged_into_id").is_not_null() | (pl.col("outcome") == "merged").fill_null(value=False)
    is_invalid = (pl.col("outcome") == "invalid").fill_null(value=False)
    was_undecided = pl.col("decided_at").is_null() | (pl.col("decided_at") > pl.col("withdrawn_at"))
    withdrawn_in_time = (pl.col("stop_kind") == "withdrawn") & (pl.col("stopped_on") <= pl.col("due_on"))
    return [
        (~is_merged & ~is_invalid & ~_order_wrong()).alias("is_counted"),
        (withdrawn_in_time & was_undecided).fill_null(value=False).alias("is_excluded_from_due_cohort"),
    ]


def _order_wrong() -> pl.Expr:
    return (pl.col("stop_at") < pl.col("received_at")).fill_null(value=False)


def _doubts(regime: Regime) -> list[pl.Expr]:
    no = pl.lit(value=False)
    extension_meant = pl.col("extension_approved_at").is_not_null() | (pl.col("extension_days") > 0)
    decided_only = pl.col("decided_at").is_not_null() & pl.col("informed_at").is_null()
    before = pl.col("received_on") < regime.effective_from if regime.effective_from else no
    after = pl.col("received_on") >= regime.effective_before if regime.effective_before else no
    doubts = {
        "grade_missing": ~pl.col("grade").is_in(list(regime.days_by_grade)) if regime.is_graded else no,
        "informed_missing": decided_only & (pl.col("stop_kind") == "decided"),
        "extension_void": extension_meant & pl.col("_extended_days").is_null() if regime.extension else no,
        "pause_untold": (pl.col("paused_days") > 0) & ~pl.col("pause_told").fill_null(value=False),
        "order_wrong": _order_wrong(),
        "outside_effective": before | after,
    }
    missing_grade = pl.col("grade").is_null() if regime.is_graded else no
    doubts["grade_missing"] = missing_grade | doubts["grade_missing"]
    if regime.pause == "none":
        doubts["pause_untold"] = no
    return [doubt.fill_null(value=False).alias(name) for name, doubt in doubts.items()]
