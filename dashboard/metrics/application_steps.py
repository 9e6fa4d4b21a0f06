"""
How far do applications come, where are they given up, and how do they end?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.application_journey import OUTCOMES
from dashboard.metrics.claim_endings import incidence_by_day
from dashboard.metrics.steps import step_shares
from dashboard.periods import Period

# Each step is one of the applications of the step before it.
STEPS: Final = ("started", "submitted", "underwritten", "issued")
STEP_COLUMN: Final = "abandoned_step"
_STEP: Final = "given_up_at"
# What is read here of judged applications, besides `cases` and `started_on`, by each question.
FUNNEL_READ: Final = (
    *("is_watched", "is_watching", "is_open", "is_submitted_then", "is_underwritten_then", "is_issued_then"),
)
GIVEN_UP_READ: Final = ("is_watched", "is_issued_then", "is_given_up", _STEP)
ENDINGS_READ: Final = ("ending", "hours")


@dataclass(frozen=True, slots=True)
class ApplicationFunnel:
    """
    How far the applications begun in a period had come after the days they are watched for.

    Attributes:
        steps: As `step_shares` gives them, of `STEPS`; nothing is pending among those watched long enough.
        watching: Applications begun in the period that aren't watched long enough yet: in no step.
        open: Of those, the ones on their way still.
    """

    steps: pl.DataFrame
    watching: int
    open: int


@dataclass(frozen=True, slots=True)
class GivenUp:
    """
    At which step applications were given up.

    Attributes:
        steps: One row per step, the largest first: `abandoned_step`, `cases`, `share` (of those with a step),
            `cumulative`.
        given_up: Applications abandoned, with a step or without.
        uncoded: Those of them without a step.
    """

    steps: pl.DataFrame
    given_up: int
    uncoded: int


def application_funnel(rows: pl.LazyFrame, *, period: Period) -> ApplicationFunnel:
    """
    Count the applications begun in a period, watched long enough, by what had come by the last of these days.

    Every cohort is looked at after the same time, so that a young one isn't worse for being young. A step counts
    only with the steps before it: a decision on what was never sent is none.

    Args:
        rows: Judged applications.
        period: Of the start.
    """
    submitted = pl.col("is_submitted_then")
    underwritten = submitted & pl.col("is_underwritten_then")
    reached = (pl.lit(value=True), submitted, underwritten, underwritten & pl.col("is_issued_then"))
    cases, watched = pl.col("cases"), pl.col("is_watched")
    sums = [(cases * (watched & truth)).sum().alias(step) for step, truth in zip(STEPS, reached, strict=True)]
    counted = (
        rows.filter(period.covers("started_on"))
        .select(
            *sums,
            watching=(cases * pl.col("is_watching")).sum(),
            open=(cases * (pl.col("is_watching") & pl.col("is_open"))).sum(),
        )
        .collect()
        .row(0, named=True)
    )
    steps = step_shares(STEPS, [counted[step] for step in STEPS], [0] * len(STEPS))
    return ApplicationFunnel(steps, counted["watching"], counted["open"])


def given_up(rows: pl.LazyFrame, *, period: Period) -> GivenUp:
    """
    Count the applications begun in a period and abandoned, by the step at which that happened.

    Of those watched long enough and not issued, as in the rate of those issued, whose other rows these are: a step
    is taken for what it says, whatever the application's end is called.

    Args:
        rows: Judged applications.
        period: Of the start.
    """
    is_lost = pl.col(_STEP).is_not_null() | pl.col("is_given_up")
    lost = rows.filter("is_watched", ~pl.col("is_issued_then"), is_lost, period.covers("started_on"))
    counted = (
        lost.group_by(pl.col(_STEP).cast(pl.String).alias(STEP_COLUMN)).agg(pl.col("cases").sum())
    ).collect()
    total = int(counted["cases"].sum())
    coded = counted.filter(pl.col(STEP_COLUMN).is_not_null()).sort("cases", STEP_COLUMN, descending=[True, False])
    steps = coded.with_columns(share=pl.col("cases") / pl.col("cases").sum()).with_columns(
        cumulative=pl.col("share").cum_sum()
    )
    return GivenUp(steps, total, total - int(coded["cases"].sum()))


def application_endings(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Estimate what share of the applications begun in a period had ended in each way after so many days
    (Aalen-Johansen): open ones count as far as they have come, and are lost to nobody.

    Args:
        rows: Judged applications.
        period: Of the start.

    Returns:
        As `claim_endings` gives it, in the order of `OUTCOMES`.
    """
    counted = (
        rows.filter(period.covers("started_on") & pl.col("hours").is_not_null())
        .group_by(_hours="hours", _ending=pl.col("ending").cast(pl.String))
        .agg(pl.col("cases").sum())
    )
    return incidence_by_day(counted, OUTCOMES)
