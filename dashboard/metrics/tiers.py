"""
Do customers get the service of their tier: a manager of their own, a yearly review, news on health?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.service_limits import service_limits
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH

CUSTOMERS: Final = FACTS["customers"]
_STATES: Final = ("is_to_be_managed", "is_managed", "is_review_due", "is_reviewed")


def judged(customers: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every customer by what is recorded of service up to the end of the day asked for.

    Only the last review and the last news are recorded, so that one after the day hides those before it: of an
    earlier day the count is the least that can be told. Since when a manager is there isn't recorded.

    Args:
        customers: Rows of the customers fact.
        terms: The day and the zone.

    Returns:
        The rows with `cases` (null is one), and `is_counted` (joined by then);

        `is_to_be_managed` (of a managed segment), `is_managed` (of these, with a manager);

        `is_review_due` (of a reviewed segment, joined as many months ago as a review lasts; at a month's end
        where it hasn't got the day), `is_reviewed` (of these, reviewed less than so many months ago);

        `is_informed` (news on health sent less than so many months ago).
    """
    limits = service_limits()
    known = known_on(customers, CUSTOMERS, terms.as_of, terms.zone)
    joined = pl.col("joined_on").is_not_null()
    review = f"{limits.review_months}mo"
    managed = joined & pl.col("segment").is_in(limits.managed_segments).fill_null(value=False)
    is_due = (pl.col("joined_on").dt.offset_by(review) <= terms.as_of).fill_null(value=False)
    due = is_due & pl.col("segment").is_in(limits.reviewed_segments).fill_null(value=False)
    return known.with_columns(
        cases=pl.col("cases").fill_null(1),
        is_counted=joined,
        is_to_be_managed=managed,
        is_managed=managed & pl.col("manager_id").is_not_null(),
        is_review_due=due,
        is_reviewed=due & _lasts("last_review_at", limits.review_months, terms),
        is_informed=joined & _lasts("health_news_sent_at", limits.news_months, terms),
    )


def stock_by_month(
    customers: pl.LazyFrame, terms: Terms, *, months: Sequence[date], by: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    Count who is to have a manager or a review, and has, at the end of each month: see `judged`.

    Args:
        customers: Rows of the customers fact.
        terms: As for `judged`; the month of the day ends with it.
        months: First days of months; those after the day are left out.
        by: Columns of the fact that make groups.

    Returns:
        One row per month and group: `month`, the groups, and in cases `is_to_be_managed`, `is_managed`,
        `is_review_due` and `is_reviewed`.
    """
    states = [pl.col("cases").filter(state).sum().alias(state) for state in _STATES]
    known = sorted({month.replace(day=1) for month in months if month <= terms.as_of})
    ends = [min(day, terms.as_of) for day in pl.Series(known, dtype=pl.Date).dt.month_end()]
    nothing = judged(customers.clear(), terms).group_by(pl.lit(terms.as_of.replace(day=1)).alias(MONTH), *by)
    counted = [
        judged(customers, replace(terms, as_of=end)).group_by(pl.lit(month).alias(MONTH), *by).agg(states)
        for month, end in zip(known, ends, strict=True)
    ]
    return pl.concat([nothing.agg(states).clear(), *counted])


def _lasts(instant: str, months: int, terms: Terms) -> pl.Expr:
    """
    Whether so many months aren't over since an instant's local day.
    """
    day = pl.col(instant).dt.convert_time_zone(terms.zone).dt.date()
    return (day.dt.offset_by(f"{months}mo") > terms.as_of).fill_null(value=False)
