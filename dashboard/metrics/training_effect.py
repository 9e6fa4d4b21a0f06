"""
Does training show in complaints: were those it is about rarer after a round of courses than before?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from dashboard.metrics.causes import cause_rates
from dashboard.periods import MONTH
from dashboard.stats import ProcessLimits, xmr

# A quarter on either side: courses come back every three to six months, and the one before must not be in it.
SPAN_DAYS: Final = 90
# A round is a day on which many were due; of the largest round of the topic at least such a part.
ROUND_PART: Final = 0.5
# Under this name complaints that a topic is about are told from the others.
ABOUT: Final = "about"


@dataclass(frozen=True, slots=True)
class Subject:
    """
    In which complaints a topic ought to show.

    Attributes:
        column: Of the complaints fact, what tells.
        values: Which of its values; none: any that is recorded.
    """

    column: str
    values: tuple[str, ...] = ()


_SALES: Final = Subject("category", ("sales",))
# By topic. The monthly review isn't among them: without a time before it there is nothing to compare.
SUBJECTS: Final[Mapping[str, Subject]] = {
    "cross_department": Subject("handover_cause"),
    "ethics": _SALES,
    "law": _SALES,
    "product": _SALES,
    "skills": _SALES,
}


def rounds(trainings: pl.LazyFrame, *, as_of: date) -> pl.DataFrame:
    """
    Find the days on which a topic was due for many at once, each a quarter or more after the one before.

    Args:
        trainings: Judged by `trainings.judged`.
        as_of: A round of a later day isn't over.

    Returns:
        One row per round of a topic in `SUBJECTS`, the latest first: `topic`, `due_on`, `booked` and `completed`
        (by then, cases).
    """
    cases = pl.col("cases")
    days = (
        trainings.filter(pl.col("topic").is_in(list(SUBJECTS)), pl.col("due_on") <= as_of)
        .group_by("topic", "due_on")
        .agg(booked=cases.sum(), completed=cases.filter("is_on_time").sum())
        .filter(pl.col("booked") >= ROUND_PART * pl.col("booked").max().over("topic"))
        .sort("topic", "due_on")
    )
    since = (pl.col("due_on") - pl.col("due_on").shift(1).over("topic")).dt.total_days()
    return (
        days.filter(since.is_null() | (since >= SPAN_DAYS))
        .sort(["due_on", "topic"], descending=[True, False])
        .collect()
    )


def complaints_about(complaints: pl.LazyFrame, topic: str) -> pl.LazyFrame:
    """
    Tell the complaints a topic is about from the others.

    Args:
        complaints: Judged complaints.
        topic: One of `SUBJECTS`.

    Returns:
        The same rows, `cause` replaced: `ABOUT`, or null for what isn't.
    """
    subject = SUBJECTS[topic]
    told = pl.col(subject.column)
    is_about = told.is_in(list(subject.values)) if subject.values else told.is_not_null()
    return complaints.with_columns(cause=pl.when(is_about).then(pl.lit(ABOUT)))


def months_around(
    complaints: pl.LazyFrame, exposure: pl.LazyFrame | None, *, months: Sequence[date], day: date, as_of: date
) -> tuple[pl.DataFrame, ProcessLimits | None]:
    """
    Count by month the complaints a topic is about, and what they do by chance, as the months before tell.

    Args:
        complaints: As `complaints_about` gives them.
        exposure: Rows of the exposure fact of the same units; null: counted per 30 days.
        months: First days of months, oldest first.
        day: Of the round; its month and those after it aren't in the limits.
        as_of: The month of this day isn't over unless it ends with it.

    Returns:
        One row per month: `month`, `cases`, `value` (per 10,000 policies and year, or per 30 days), `provisional`
        and `is_outside` (of the limits of the months before); and those limits, null with fewer than two months.
    """
    about = complaints.filter(pl.col("cause") == ABOUT, "is_counted", pl.col("received_on") <= as_of)
    counted = (
        about.group_by(pl.col("received_on").dt.truncate("1mo").alias(MONTH)).agg(pl.col("cases").sum()).collect()
    )
    wanted = pl.DataFrame({MONTH: months}, schema={MONTH: pl.Date})
    rows = wanted.join(counted, on=MONTH, how="left").with_columns(pl.col("cases").fill_null(0))
    last = pl.min_horizontal(pl.col(MONTH).dt.month_end(), pl.lit(as_of))
    if exposure is None:
        days = (last - pl.col(MONTH)).dt.total_days() + 1
        rows = rows.with_columns(value=pl.col("cases") / days * 30)
    else:
        rates = cause_rates(
            about.with_columns(cause=pl.lit(ABOUT)), exposure, months=list(months), as_of=as_of
        ).select(MONTH, value="per_10k")
        rows = rows.join(rates, on=MONTH, how="left")
    rows = rows.with_columns(provisional=last < pl.col(MONTH).dt.month_end()).sort(MONTH)
    before = rows.filter(pl.col(MONTH).dt.month_end() < day).height
    judged, limits = xmr(rows, baseline=before)
    since = pl.col(MONTH) >= pl.lit(day).dt.month_start()
    return judged.select(*rows.columns, is_outside=pl.col("is_outside") & since), limits
