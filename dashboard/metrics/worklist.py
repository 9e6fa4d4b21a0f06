"""
What must be worked on today? The open complaints in the order in which they need somebody, and why they do.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from dashboard.metrics.forecast import open_with_probability
from dashboard.metrics.terms import Terms
from dashboard.metrics.urgency import LADDER, counted_down

DAY: Final = timedelta(days=1)

# How much worse it is to be late, by grade; an unknown grade weighs like the middle one.
SEVERITY: Final = {"major": 3, "complex": 2, "ordinary": 1, "simple": 1}
UNKNOWN_SEVERITY: Final = 2

HIGH_PROBABILITY: Final = 0.5

# What happens to a complaint before it is answered, each stage with the instant that opens it.
STAGES: Final = {
    "acknowledged": "acknowledged_at",
    "investigating": "investigation_started_at",
    "mediation_offered": "mediation_offered_at",
    "in_mediation": "mediation_accepted_at",
    "mediation_ended": "mediation_ended_at",
}
FIRST_STAGE: Final = "received"

# Why a complaint needs somebody, the gravest first.
REASONS: Final = (
    *("overdue", "due_today", "ladder_100", "ladder_90", "ladder_75"),
    *("major_not_started", "high_probability", "not_acknowledged"),
    *("extension_void", "extension_untold", "pause_untold"),
    *("grade_missing", "calendar_incomplete", "outside_effective"),
)


def waiting(complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Give the open complaints with their probability of being late, which stays the same all day.

    Args:
        complaints: Rows of the complaints fact as known now; all that may be seen, the stopped ones too, for they
            are the experience from which probabilities come.
        terms: With `as_of` today, the local day.

    Returns:
        The open rows as `complaints.judged` gives them, with `breach_probability` and `experience`: see
        `with_breach_probability`, from the end of yesterday.
    """
    return open_with_probability(complaints, terms, day=terms.as_of - DAY)


def worklist(
    open_complaints: pl.LazyFrame, *, today: date, now: datetime, zone: str, recorded: frozenset[str]
) -> pl.LazyFrame:
    """
    List the open complaints as somebody should take them up at this moment.

    Args:
        open_complaints: As `waiting` gives them, all or some.
        today: The local day.
        now: The instant, on that day.
        zone: Where days are counted.
        recorded: The columns the source records. Of others nothing is held against a complaint.

    Returns:
        The same rows, overdue ones first (the longest first), then by `risk`, then by `due_at`, with
        the columns of `counted_down` (nothing is due of what no rule is about),
        `stage` (what happened last), `severity`, `risk` (probability times severity; null without one)
        and `why` (those of `REASONS` that apply, in that order).
    """
    rows = open_complaints.collect()
    return (
        counted_down(rows, today=today, now=now, zone=zone, among="is_subject")
        .with_columns(
            severity=pl.col("grade").replace_strict(SEVERITY, default=UNKNOWN_SEVERITY, return_dtype=pl.Int64),
            stage=_stage(),
        )
        .with_columns(risk=pl.col("breach_probability") * pl.col("severity"))
        .with_columns(why=_why(now, recorded))
        .sort(
            ~pl.col("is_overdue"),
            pl.when("is_overdue").then("days_left"),
            "risk",
            "due_at",
            "complaint_id",
            descending=[False, False, True, False, False],
            nulls_last=True,
        )
    )


def due_by_day(listed: pl.LazyFrame, calendar: pl.DataFrame, *, due_from: date, due_before: date) -> pl.DataFrame:
    """
    Count what falls due on each day, for a calendar.

    Args:
        listed: Rows of `worklist`.
        calendar: As `working_days` returns it.
        due_from: The first day.
        due_before: The day after the last.

    Returns:
        A row per day, oldest first: `day`, `cases` (due then), `expected` (of them late; null if there are cases
        and none has a probability), `is_working` and `name` (of the holiday; both null where the calendar ends).
    """
    days = pl.DataFrame({"day": pl.date_range(due_from, due_before, closed="left", eager=True)})
    probability, cases = pl.col("breach_probability"), pl.col("cases")
    due = listed.group_by(day="due_on").agg(
        cases=cases.sum(),
        expected=pl.when(probability.is_not_null().any()).then((probability * cases).sum()),
    )
    return (
        days.join(due.collect(), on="day", how="left", maintain_order="left")
        .join(calendar.select("day", "is_working", "name"), on="day", how="left", maintain_order="left")
        .with_columns(
            expected=pl.when(pl.col("cases").is_null()).then(0.0).otherwise("expected"),
            cases=pl.col("cases").fill_null(0),
        )
        .select("day", "cases", "expected", "is_working", "name")
    )


def _stage() -> pl.Expr:
    latest = pl.max_horizontal(STAGES.values())
    # Of two things that happened at one instant, the one further on.
    stages = [pl.when(pl.col(at) == latest).then(pl.lit(name)) for name, at in reversed(STAGES.items())]
    return pl.coalesce(*stages, pl.lit(FIRST_STAGE))


def _why(now: datetime, recorded: frozenset[str]) -> pl.Expr:
    overdue, ladder = pl.col("is_overdue"), pl.col("ladder")
    is_a_day_old = pl.lit(now) - pl.col("received_at") > DAY
    applies = {
        "overdue": overdue,
        "due_today": pl.col("days_left") == 0,
        **{f"ladder_{step}": ~overdue & (ladder == step) for step in LADDER},
        "major_not_started": (pl.col("grade") == "major") & pl.col("investigation_started_at").is_null(),
        "high_probability": ~overdue & (pl.col("breach_probability") >= HIGH_PROBABILITY),
        "not_acknowledged": is_a_day_old & pl.col("acknowledged_at").is_null(),
        "extension_void": pl.col("extension_void"),
        "extension_untold": pl.col("extension_void") & pl.col("extension_told_at").is_null(),
        "pause_untold": pl.col("pause_untold"),
        "grade_missing": pl.col("grade_missing"),
        "calendar_incomplete": pl.col("calendar_incomplete"),
        "outside_effective": pl.col("outside_effective"),
    }
    needs = {
        "major_not_started": {"grade", "investigation_started_at"},
        "not_acknowledged": {"acknowledged_at"},
        "extension_untold": {"extension_told_at"},
        "pause_untold": {"pause_told"},
        "grade_missing": {"grade"},
    }
    reasons = [
        pl.when(applies[reason]).then(pl.lit(reason)) for reason in REASONS if needs.get(reason, set()) <= recorded
    ]
    return pl.concat_list(reasons).list.drop_nulls()
