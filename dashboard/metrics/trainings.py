"""
Which courses were due, which were completed in time, and was the month's review of claim disputes held?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms

TRAININGS: Final = FACTS["trainings"]
REVIEW: Final = "case_review"


def judged(trainings: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every course an agent was booked for, as it was known at the end of the day asked for.

    A course is due once its due day is over; completed on that day it is in time. Not begun is not completed. The
    monthly review of claim disputes was held with somebody who completed it in the month in which it was due: it
    counts once that month is over.

    Args:
        trainings: Rows of the trainings fact.
        terms: The day and the zone.

    Returns:
        The rows, `cases` (null is one), and `is_counted` and `is_due` (the due day is over), `is_on_time`,
        `is_review` (a review whose month is over), `is_review_running` (a review due in the month that isn't
        over), `is_attended` (completed by the end of the month in which it was due).
    """
    known = known_on(trainings, TRAININGS, terms.as_of, terms.zone)
    due, done = pl.col("due_on"), pl.col("completed_on")
    month_ends = due.dt.month_end()
    is_due = due <= terms.as_of
    is_review = (pl.col("topic") == REVIEW).fill_null(value=False)
    this_month = terms.as_of.replace(day=1)
    return known.with_columns(
        cases=pl.col("cases").fill_null(1),
        is_counted=is_due,
        is_due=is_due,
        is_on_time=(done <= due).fill_null(value=False),
        is_review=is_review & (month_ends <= terms.as_of),
        is_review_running=is_review & (month_ends > terms.as_of) & (due.dt.month_start() == this_month),
        is_attended=(done <= month_ends).fill_null(value=False),
    )
