"""
Which product lines were recommended to whom, who holds them, and what would the missing ones be worth?
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.judging import Values, chosen
from dashboard.metrics.terms import Terms
from dashboard.periods import Period
from dashboard.stats import wilson

Facts = Callable[[str], pl.LazyFrame]

CUSTOMERS: Final = FACTS["customers"]
COMBINATION: Final = ("segment", "recommended_product_line")
# What is read of judged applications for premiums.
TYPICAL_READ: Final = ("customer_segment", "product_line", "premium", "outcome", "started_on")
# A list of codes is written in one text, however it is divided.
LISTED: Final = r"[^\s,;|/]+"
# Fewest issued contracts from which a typical premium is told.
FEWEST_PREMIUMS: Final = 5


def advised_and_held(facts: Facts, terms: Terms, *, period: Period, values: Values = ()) -> pl.LazyFrame:
    """
    Tell which of the lines recommended to customers they hold now.

    A customer counts once per line that was recommended to them in applications begun in the period. Holding is
    what is recorded of today, however the line was bought.

    Args:
        facts: Gives the rows of the applications and the customers, with the customer's number. Customers of whom
            it isn't recorded what they hold are left out.
        terms: The day and the zone.
        period: Of the start of an application.
        values: Only applications with one of the values in each column.

    Returns:
        One row per customer and line: the columns of `COMBINATION` (text; the segment is null where it isn't
        recorded), `recommended` (the customer's cases) and `held` (the same, or 0).
    """
    line = pl.col("recommended_product_line")
    started = pl.col("started_at").dt.convert_time_zone(terms.zone).dt.date()
    # What was recommended stands from the start; nothing that came later is read.
    begun = chosen(facts("applications"), values).select("customer_id", line.cast(pl.String), started_on=started)
    advised = (
        begun.filter(
            line.is_not_null(),
            pl.col("customer_id").is_not_null(),
            pl.col("started_on") <= terms.as_of,
            period.covers("started_on"),
        )
        .drop("started_on")
        .unique()
    )
    holders = facts("customers").filter(pl.col("lines_held").is_not_null())
    cases = pl.col("cases").fill_null(1)
    joined = advised.join(holders.select("customer_id", "segment", "lines_held", cases), on="customer_id")
    holds = pl.col("lines_held").str.extract_all(LISTED).list.contains(line)
    return joined.select(
        pl.col("segment").cast(pl.String),
        "recommended_product_line",
        recommended="cases",
        held=pl.when(holds).then("cases").otherwise(0),
    )


def typical_premiums(applications: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Give the median premium of the applications begun in a period and issued, by segment and line.

    Args:
        applications: Judged applications, with `TYPICAL_READ`.
        period: Of the start.

    Returns:
        The columns of `COMBINATION` (text) and `typical_premium`, where five or more were issued.
    """
    is_issued = (pl.col("outcome") == "issued") & pl.col("premium").is_not_null()
    issued = applications.filter(is_issued, period.covers("started_on"))
    segment, line = (pl.col(name).cast(pl.String) for name in ("customer_segment", "product_line"))
    found = issued.group_by(segment=segment, recommended_product_line=line).agg(
        typical_premium=pl.col("premium").cast(pl.Float64).median(), _issued=pl.len()
    )
    return found.filter(pl.col("_issued") >= FEWEST_PREMIUMS).drop("_issued").collect()


def gaps(counted: pl.DataFrame, typical: pl.DataFrame) -> pl.DataFrame:
    """
    Tell how many of those to whom a line was recommended don't hold it, and what that would be worth.

    The premium of a gap is an estimate: as many contracts as there are gaps, each at the median premium issued in
    that line to that segment.

    Args:
        counted: The columns of `COMBINATION`, `recommended` and `held`, as sums of `advised_and_held`.
        typical: As `typical_premiums` gives them.

    Returns:
        One row per combination, by segment and line: those, `recommended`, `held`, `gaps`, `gap_share` (null of
        none), `typical_premium` (null: too few issued), `gap_premium`.
    """
    missing = pl.col("recommended") - pl.col("held")
    share = pl.when(pl.col("recommended") > 0).then(missing / pl.col("recommended"))
    found = counted.join(typical, on=list(COMBINATION), how="left", nulls_equal=True)
    told = found.with_columns(gaps=missing, gap_share=share, gap_premium=missing * pl.col("typical_premium"))
    columns = ["recommended", "held", "gaps", "gap_share", "typical_premium", "gap_premium"]
    return told.select(*COMBINATION, *columns).sort(COMBINATION, nulls_last=True)


def profiles(customers: pl.LazyFrame, terms: Terms, *, by: str | None = None, values: Values = ()) -> pl.DataFrame:
    """
    Give the share of customers whose profile was complete at the end of the day asked for.

    Args:
        customers: Rows of the customers fact; those who joined later aren't counted.
        terms: The day and the zone.
        by: A column that makes groups; null: one row of all.
        values: Only customers with one of the values in each column.

    Returns:
        `by` (text), `value`, `numerator`, `denominator`, `lower`, `upper` (95 %, Wilson), by group; nothing over
        nothing is null.
    """
    joined = pl.col("joined_on")
    there = chosen(customers, values).filter(joined.is_null() | (joined <= terms.as_of))
    known = known_on(there, CUSTOMERS, terms.as_of, terms.zone)
    cases = pl.col("cases").fill_null(1)
    complete = pl.col("profile_completed_at").is_not_null()
    sums = {"numerator": cases.filter(complete).sum(), "denominator": cases.sum()}
    counted = known.group_by(pl.col(by).cast(pl.String)).agg(**sums) if by else known.select(**sums)
    above, below = pl.col("numerator"), pl.col("denominator")
    lower, upper = wilson(above, below)
    found = counted.with_columns(value=pl.when(below > 0).then(above / below), lower=lower, upper=upper).collect()
    columns = ["value", "numerator", "denominator", "lower", "upper"]
    return found.select(by, *columns).sort(by, nulls_last=True) if by else found.select(columns)
