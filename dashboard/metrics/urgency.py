"""
How pressing is what waits? Bands of days to the due day, the share of the limit that is used, time left.

Today isn't over: what is due today isn't late yet, unlike in figures, which look back from the end of a day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import polars as pl

from dashboard.facts import INSTANT
from dashboard.metrics.terms import end_of

# From the first day a band holds to its last, in days from today; null: no end on that side. The bands before
# `later` overlap but for `overdue`: what is due within 3 days is also due within 7.
BANDS: Final[dict[str, tuple[int | None, int | None]]] = {
    "overdue": (None, None),
    "today": (0, 0),
    "within_3d": (0, 2),
    "within_7d": (0, 6),
    "within_14d": (0, 13),
    "later": (14, None),
}

# The shares of the limit, in per cent, at which somebody further up should know.
LADDER: Final = (75, 90, 100)

# In the microseconds that instants are told in.
HOUR: Final = 3_600_000_000


def counted_down(
    rows: pl.DataFrame,
    *,
    today: date,
    now: datetime,
    zone: str,
    among: str | None = None,
    in_hours: str | None = None,
) -> pl.LazyFrame:
    """
    Say of rows with a due day how they stand to it at this moment.

    Args:
        rows: `start_at`, `start_on`, `due_strict_on`, `due_on` and `due_at`, as `with_deadlines` gives them; a due
            day may be null.
        today: The local day.
        now: The instant, on that day.
        zone: Where days are counted.
        among: The column that tells which rows have a due day to wait for; null: all that have one.
        in_hours: The column that tells whose limit is in hours, and may be over before its day is; null: nobody's.

    Returns:
        The same rows with `days_left` (until `due_on`; negative: overdue for so many days), `is_overdue` (the due
        day is over, or the hours are), `band` (the narrowest of `BANDS`; null without a due day), `hours_left`
        (until `due_at`; a fraction, negative when past), `share_used` (of the time from the end of the day the
        clock started on, to the end of `due_strict_on`, of hours from the start to `due_at`; 0 before that, above
        1 after) and `ladder` (the step of `LADDER` reached, in per cent; 0: none).
    """
    at = pl.lit(now).cast(INSTANT)
    begins, ends = _ends(rows["start_on"], zone), _ends(rows["due_strict_on"], zone)
    days_left = (pl.col("due_on") - today).dt.total_days()
    if among is not None:
        days_left = pl.when(among).then(days_left)
    is_past = days_left < 0
    if in_hours is not None:
        begins = pl.when(in_hours).then("start_at").otherwise(begins)
        ends = pl.when(in_hours).then("due_at").otherwise(ends)
        is_past = pl.when(in_hours).then(pl.col("due_at") < at).otherwise(is_past)
    return (
        rows.lazy()
        .with_columns(
            days_left=days_left,
            is_overdue=is_past.fill_null(value=False),
            hours_left=(pl.col("due_at") - at).dt.total_microseconds() / HOUR,
            share_used=((at - begins) / (ends - begins)).clip(lower_bound=0.0),
        )
        .with_columns(
            band=pl.coalesce(pl.when(in_band(name)).then(pl.lit(name)) for name in BANDS), ladder=_ladder()
        )
    )


def in_band(band: str) -> pl.Expr:
    """
    Whether a row with `days_left` and `is_overdue` belongs to one of the `BANDS`.

    Raises:
        ValueError: No such band.
    """
    if band not in BANDS:
        raise ValueError(f'no band is called "{band}"; write one of {", ".join(BANDS)}')
    if band == "overdue":
        return pl.col("is_overdue")
    first, last = BANDS[band]
    inside = pl.col("days_left").is_not_null() & ~pl.col("is_overdue")
    if first is not None:
        inside &= pl.col("days_left") >= first
    if last is not None:
        inside &= pl.col("days_left") <= last
    return inside


def band_counts(listed: pl.LazyFrame) -> pl.DataFrame:
    """
    Count the cases of each band; one that belongs to several counts in each.

    Args:
        listed: Rows with `cases`, `days_left` and `is_overdue`.

    Returns:
        A row per band, every band present, in the order of `BANDS`: `band`, `cases`.
    """
    counts = listed.select(pl.col("cases").filter(in_band(name)).sum().alias(name) for name in BANDS).collect()
    return counts.transpose(include_header=True, header_name="band", column_names=["cases"])


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
