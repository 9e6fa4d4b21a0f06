"""
How are the minutes to apply spread, and how many give up instead?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.periods import MONTH, Period

# Whole minutes at which a band ends, that minute included; the last band has no end.
MINUTE_ENDS: Final = (1, 2, 3, 5, 8, 15)
# How filling in an application ends, the best first.
FILLING_ENDS: Final = ("quick", "longer", "given_up")
# What is read here of judged applications, besides `cases` and `started_on`, by each question.
SPREAD_READ: Final = ("minutes", "is_time_known", "is_quick")
FILLING_READ: Final = ("is_time_known", "is_quick", "is_open", "is_submitted", "is_applying")


def minutes_spread(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count the applications begun in a period and sent by the active minutes they took.

    Args:
        rows: Judged applications; those whose time isn't known are left out.
        period: Of the start.

    Returns:
        One row per band, all of them in order: `ends` (minutes, that many included; null: the last one), and in
        cases `late` (longer than promised) and `not_late`.
    """
    ends = pl.lit(None, pl.Int64)
    for end in reversed(MINUTE_ENDS):
        ends = pl.when(pl.col("minutes") <= end).then(end).otherwise(ends)
    cases, quick = pl.col("cases"), pl.col("is_quick")
    counted = (
        rows.filter("is_time_known", period.covers("started_on"))
        .group_by(ends=ends.cast(pl.Int64))
        .agg(late=cases.filter(~quick).sum(), not_late=cases.filter(quick).sum())
    )
    every = pl.LazyFrame({"ends": pl.Series([*MINUTE_ENDS, None], dtype=pl.Int64)})
    found = every.join(counted, on="ends", how="left", nulls_equal=True, maintain_order="left")
    return found.with_columns(pl.col("late", "not_late").fill_null(0)).collect()


def filling_by_month(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Tell by month of the start how filling in ended: within the promised minutes, later, or given up.

    Given up is an outcome of its own: an application that ended without having been sent. What is open and not
    sent is in no part yet, and makes its month provisional. Sent ones whose time isn't known are left out.

    Args:
        rows: Judged applications.
        period: Of the start.

    Returns:
        One row per month and part, months in order, parts in that of `FILLING_ENDS`: `month`, `part`, `cases`,
        `share` (of the month), `provisional`.
    """
    part = (
        pl.when("is_time_known", "is_quick").then(pl.lit("quick"))
        .when("is_time_known").then(pl.lit("longer"))
        .when(~pl.col("is_submitted") & ~pl.col("is_open")).then(pl.lit("given_up"))
    )  # fmt: skip
    counted = (
        rows.filter(period.covers("started_on"))
        .group_by(pl.col("started_on").dt.month_start().alias(MONTH), "is_applying", part=part)
        .agg(pl.col("cases").sum())
        .collect()
    )
    running = counted.filter("is_applying")[MONTH].implode()
    parts = counted.filter(pl.col("part").is_not_null()).group_by(MONTH, "part").agg(pl.col("cases").sum())
    return parts.with_columns(
        share=pl.col("cases") / pl.col("cases").sum().over(MONTH),
        provisional=pl.col(MONTH).is_in(running),
    ).sort(MONTH, pl.col("part").cast(pl.Enum(FILLING_ENDS)))
