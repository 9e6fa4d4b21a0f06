"""
Who sold anything in a month, of those who were there? One row per agent and month under contract.

An agent is active in a month in which one policy or more was issued that they sold. How many were there is the
mean of those under contract on the first and on the last day of the month, so that whoever came or left in between
counts half. The day on which an agent leaves is the first without a contract.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH

AGENTS: Final = FACTS["agents"]
POLICIES: Final = FACTS["policies"]


def judged(agents: pl.LazyFrame, terms: Terms, policies: pl.LazyFrame) -> pl.LazyFrame:
    """
    Judge every month of every agent, as it was known at the end of the day asked for.

    Agents belong where they belong today. What was issued in a month in which its seller had no contract makes
    nobody active. Agents without a day of joining are in no month. Policies from before the source began to
    record them are unknown: months before them look idle.

    Args:
        agents: Rows of the agents fact.
        terms: The day and the zone.
        policies: Rows of the policies fact.

    Returns:
        As `with_sales`.
    """
    return with_sales(under_contract(agents, terms), issued_by_month(policies, terms))


def under_contract(agents: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Every month of every agent.

    Args:
        agents: Rows of the agents fact.
        terms: The day and the zone.

    Returns:
        One row per agent and month in which they had a contract on any day: the agent's row, `month` (its first
        day), `cases` (null is one), `headcount` (0, 0.5 or 1: the mean of first and last day, of the month under
        way the last day known), and `is_running` (the month isn't over).
    """
    left = pl.col("left_on")
    ends = pl.min_horizontal(pl.lit(terms.as_of), left.dt.offset_by("-1d"))
    known = known_on(agents, AGENTS, terms.as_of, terms.zone).with_columns(
        pl.col("cases").fill_null(1), _ends=ends.fill_null(terms.as_of)
    )
    month, last = pl.col(MONTH), pl.min_horizontal(pl.col(MONTH).dt.month_end(), pl.lit(terms.as_of))
    there_first = pl.col("joined_on") <= month
    there_last = left.is_null() | (left > last)
    return (
        known.filter(pl.col("joined_on") <= pl.col("_ends"))
        .with_columns(pl.date_ranges(pl.col("joined_on").dt.month_start(), "_ends", "1mo").alias(MONTH))
        .explode(MONTH)
        .with_columns(
            headcount=(there_first.cast(pl.Float64) + there_last.cast(pl.Float64)) / 2,
            is_running=month.dt.month_end() > terms.as_of,
        )
        .drop("_ends")
    )


def with_sales(months: pl.LazyFrame, sold: pl.LazyFrame) -> pl.LazyFrame:
    """
    Add to agents' months what they sold in them.

    Args:
        months: As `under_contract` gives them.
        sold: As `issued_by_month` gives it.

    Returns:
        The months, with `policies` (Int64, issued in it, weighted), `premium` (Float64, theirs of a year where it
        is recorded), `active` (0 or 1), `is_counted` (all) and `is_active`.
    """
    issued = pl.col("policies").fill_null(0)
    return months.join(sold, on=["agent_id", MONTH], how="left").with_columns(
        policies=issued,
        premium=pl.col("premium").fill_null(0.0),
        active=(issued > 0).cast(pl.Int64),
        is_counted=pl.lit(value=True),
        is_active=issued > 0,
    )


def issued_by_month(policies: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Count the policies each agent sold, by the local month in which they were issued.

    Args:
        policies: Rows of the policies fact; those that name no agent are left out.
        terms: The day and the zone.

    Returns:
        One row per agent and month: `agent_id`, `month`, `policies` (Int64), `premium` (Float64, of those whose
        premium is known).
    """
    known = known_on(policies, POLICIES, terms.as_of, terms.zone).filter(pl.col("agent_id").is_not_null())
    issued_on = pl.col("issued_at").dt.convert_time_zone(terms.zone).dt.date()
    cases = pl.col("cases").fill_null(1)
    return known.group_by("agent_id", issued_on.dt.month_start().alias(MONTH)).agg(
        policies=cases.sum().cast(pl.Int64), premium=(pl.col("premium") * cases).sum().cast(pl.Float64)
    )
