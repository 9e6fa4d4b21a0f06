"""
What must be worked on today? The open complaints in the order in which they need somebody, and why they do.

Today isn't over: what is due today isn't late yet, unlike in figures, which look back from the end of a day.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final

import polars as pl

from dashboard.facts import INSTANT
from dashboard.metrics.forecast import open_with_probability
from dashboard.metrics.terms import Terms, end_of

DAY: Final = timedelta(days=1)

# From the first day a band holds to its last, in days from today; null: no end on that side. The bands before
# `later` overlap but for `overdue`: what is due within 3 days is also due within 7.
BANDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "overdue": (None, -1),
    "today": (0, 0),
    "within_3d": (0, 2),
    "within_7d": (0, 6),
    "within_14d": (0, 13),
    "later": (14, None),
}

# The shares of the limit, in per cent, at which somebody further up should know.
LADDER: Final = (75, 90, 100)

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
        `days_left` (until `due_on`; negative: overdue for so many days), `is_overdue` (the due day is over),
        `band` (the narrowest of `BANDS`), `hours_left` (until `due_at`; a fraction, negative when past),
        `share_used` (of the time from the end of the day the clock started on, to the end of `due_strict_on`;
        0 before that, above 1 after), `ladder` (the step of `LADDER` reached, in per cent; 0: none),
        `stage` (what happened last), `severity`, `risk` (probability times severity; null without one)
        and `why` (those of `REASONS` that apply, in that order).
    """
    rows = open_complaints.collect()
    strict_ends, start_ends = (_ends(rows[name], zone) for name in ("due_strict_on", "start_on"))
    # What no rule is about has no due day to wait for.
    days_left = pl.when("is_subject").then((pl.col("due_on") - today).dt.total_days())
    used = (pl.lit(now).cast(INSTANT) - start_ends) / (strict_ends - start_ends)
    return (
        rows.lazy()
        .with_columns(
            days_left=days_left,
            is_overdue=(days_left < 0).fill_null(value=False),
            hours_left=(pl.col("due_at") - pl.lit(now)).dt.total_microseconds() / 3_600_000_000,
            share_used=used.clip(lower_bound=0.0),
            severity=pl.col("grade").replace_strict(SEVERITY, default=UNKNOWN_SEVERITY, return_dtype=pl.Int64),
            stage=_stage(),
        )
        .with_columns(
            band=pl.coalesce(pl.when(in_band(name)).then(pl.lit(name)) for name in BANDS),
            ladder=_ladder(),
            risk=pl.col("breach_probability") * pl.col("severity"),
        )
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


def in_band(band: str) -> pl.Expr:
    """
    Whether a row of the work list belongs to one of the `BANDS`.

    Raises:
        ValueError: No such band.
    """
    if band not in BANDS:
        raise ValueError(f'no band is called "{band}"; write one of {", ".join(BANDS)}')
    first, last = BANDS[band]
    inside = pl.col("days_left").is_not_null()
    if first is not None:
        inside &= pl.col("days_left") >= first
    if last is not None:
        inside &= pl.col("days_left") <= last
    return inside


def band_counts(listed: pl.LazyFrame) -> pl.DataFrame:
    """
    Count the cases of each band; one that belongs to several counts in each.

    Args:
        listed: Rows of `worklist`.

    Returns:
        A row per band, every band present, in the order of `BANDS`: `band`, `cases`.
    """
    counts = listed.select(pl.col("cases").filter(in_band(name)).sum().alias(name) for name in BANDS).collect()
    return counts.transpose(include_header=True, header_name="band", column_names=["cases"])


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


def _ends(days: pl.Series, zone: str) -> pl.Expr:
    """
    The instants at which the local days of a column are over.
    """
    ends = {day: end_of(day, zone) for day in days.unique().drop_nulls()}
    return pl.col(days.name).replace_strict(ends, default=None, return_dtype=INSTANT)


def _ladder() -> pl.Expr:
    step = pl.lit(0)
    for per_cent in LADDER:
        step = pl.when(pl.col("share_used") >= per_cent / 100).then(per_cent).otherwise(step)
    return step.cast(pl.Int64)


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
