"""
What was learnt: courses done in time and hours spent, by topic?
"""

from __future__ import annotations

import polars as pl

from dashboard.periods import Period


def by_topic(trainings: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count what was due and what was completed in a period, by topic.

    The two are counted by days of their own: a course that was due in the period may have been completed before
    it, and one completed in it may have been due before. Hours count when the course is completed.

    Args:
        trainings: Judged by `trainings.judged`.
        period: Of due days, and of the days of completion.

    Returns:
        One row per topic with anything in the period, most hours first: `topic` (null: not recorded), `due` and
        `on_time` (of those due, cases), `completed` (cases), `hours` (Float64, their sum; null where no hours are
        recorded) and `learners` (agents who completed one).
    """
    cases, hours = pl.col("cases"), pl.col("hours").cast(pl.Float64)
    is_due = pl.col("is_due") & period.covers("due_on").fill_null(value=False)
    is_done = pl.col("completed_on").is_not_null() & period.covers("completed_on").fill_null(value=False)
    known = is_done & hours.is_not_null()
    return (
        trainings.group_by("topic")
        .agg(
            due=cases.filter(is_due).sum(),
            on_time=cases.filter(is_due & pl.col("is_on_time")).sum(),
            completed=cases.filter(is_done).sum(),
            hours=pl.when(known.any()).then((hours * cases).filter(known).sum()),
            learners=pl.col("agent_id").filter(is_done).n_unique(),
        )
        .filter((pl.col("due") > 0) | (pl.col("completed") > 0))
        .sort(["hours", "topic"], descending=[True, False], nulls_last=True)
        .collect()
    )
