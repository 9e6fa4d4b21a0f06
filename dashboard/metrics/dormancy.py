"""
Which customers have had no contact in both directions for three years?
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import FACTS, Kind
from dashboard.metrics.as_of import known_on
from dashboard.metrics.evenings import evenings_of, on_evenings
from dashboard.metrics.terms import Terms

CUSTOMERS: Final = FACTS["customers"]
# Of 29 February the day before 1 March: the month's end takes the place of a day it hasn't got (Civil Code 202).
DORMANT_AFTER: Final = "3y"
MOST_YEARS: Final = 6


def judged(customers: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every customer by what is recorded of contacts up to the end of the day asked for.

    Only the last contact is recorded, so that one after the day hides those before it: of an earlier day the count
    is the least that can be told.

    Args:
        customers: Rows of the customers fact.
        terms: The day and the zone.

    Returns:
        The rows, `cases` (null is one), `silent_since` (the day of the last contact in both directions; without
        one that of joining), `dormant_from` (three years on), and `is_counted` (joined by then), `is_holder`
        (holds a line; everybody where no row says what anybody holds), `is_dormant`.
    """
    known = known_on(with_dormancy(customers, terms), CUSTOMERS, terms.as_of, terms.zone)
    dormant = (pl.col("dormant_from") <= terms.as_of).fill_null(value=False)
    return known.with_columns(
        cases=pl.col("cases").fill_null(1),
        is_counted=pl.col("joined_on").is_not_null(),
        is_dormant=pl.col("is_holder") & dormant,
    )


def silence_by_years(customers: pl.LazyFrame, terms: Terms) -> pl.DataFrame:
    """
    Count customers holding a line by the whole years since their last contact in both directions.

    Args:
        customers: Rows that `judged` has judged.
        terms: The day.

    Returns:
        One row per number of years, all from 0 to `MOST_YEARS` (that many or more): `years`, and in cases `late`
        (dormant) and `not_late`.
    """
    reached = [
        (pl.col("silent_since").dt.offset_by(f"{years}y") <= terms.as_of).cast(pl.Int64)
        for years in range(1, MOST_YEARS + 1)
    ]
    held = customers.filter(pl.col("is_holder") & pl.col("silent_since").is_not_null())
    counted = held.group_by(years=pl.sum_horizontal(reached)).agg(
        late=pl.col("cases").filter("is_dormant").sum(),
        not_late=pl.col("cases").filter(~pl.col("is_dormant")).sum(),
    )
    every = pl.LazyFrame({"years": pl.Series(range(MOST_YEARS + 1), dtype=pl.Int64)})
    found = every.join(counted, on="years", how="left").with_columns(pl.exclude("years").fill_null(0))
    return found.sort("years").collect()


def stock_by_month(
    customers: pl.LazyFrame, terms: Terms, *, months: Sequence[date], by: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    Count dormant customers at the end of each month: see `judged`.

    Args:
        customers: Rows of the customers fact.
        terms: As for `judged`.
        months: First days of months; those after `as_of` are left out.
        by: Columns of the fact that make groups.

    Returns:
        One row per month and group: `month`, the groups, `is_dormant` in cases.
    """
    known = sorted({month.replace(day=1) for month in months if month <= terms.as_of})
    days = [min(day, terms.as_of) for day in pl.Series(known, dtype=pl.Date).dt.month_end()]
    evenings = evenings_of(days, terms).with_columns(month=pl.Series(known, dtype=pl.Date))
    began = (
        pl.col("dormant_from")
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone(terms.zone, ambiguous="earliest", non_existent="null")
    )
    asleep = (
        with_dormancy(customers, terms)
        .filter("is_holder")
        .with_columns(_began=began.dt.convert_time_zone("UTC").cast(Kind.INSTANT.dtype))
        .filter(pl.col("_began").is_not_null())
    )
    then = on_evenings(asleep, evenings, pl.lit(None, Kind.INSTANT.dtype), received="_began")
    return then.group_by("month", *by).agg(is_dormant=pl.col("cases").fill_null(1).sum())


def with_dormancy(customers: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Add `silent_since`, `dormant_from` and `is_holder`, from what is recorded today.
    """
    contact_on = pl.col("last_two_way_contact_at").dt.convert_time_zone(terms.zone).dt.date()
    silent_since = pl.coalesce(contact_on, pl.col("joined_on"))
    # Blank text is null in the snapshot: without a line is who has none while others have some.
    holds, is_recorded = pl.col("lines_held").fill_null("") != "", pl.col("lines_held").is_not_null().any()
    return customers.with_columns(
        silent_since=silent_since,
        dormant_from=silent_since.dt.offset_by(DORMANT_AFTER),
        is_holder=holds | ~is_recorded,
    )
