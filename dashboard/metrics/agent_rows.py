"""
Which rows are behind those figures of agents that aren't registered: mis-selling, conduct flags, early claims?
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics import complaints
from dashboard.metrics.agent_cases import EARLY_DAYS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.judged import Facts
from dashboard.metrics.missold import JUSTIFIED, SALES
from dashboard.metrics.terms import Terms
from dashboard.periods import Period

Rows = Callable[[Facts, Terms], pl.LazyFrame]


def missold_rows(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    The counted complaints about sales that were upheld at least partly, `on` the day of receipt.
    """
    justified = (pl.col("category") == SALES) & pl.col("outcome").is_in(JUSTIFIED)
    rows = complaints.judged(facts("complaints"), terms).filter("is_counted", justified.fill_null(value=False))
    return rows.with_columns(on="received_on")


def flagged_rows(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    The applications with a conduct flag, `on` the day it was raised.
    """
    known = known_on(facts("applications"), FACTS["applications"], terms.as_of, terms.zone)
    flagged = pl.col("conduct_flag").is_not_null() & pl.col("flagged_at").is_not_null()
    return known.filter(flagged).with_columns(
        cases=pl.col("cases").fill_null(1), on=pl.col("flagged_at").dt.convert_time_zone(terms.zone).dt.date()
    )


def early_rows(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    The claims reported within 90 days after their cover began, `on` the day they were reported.

    With them `effective_on`, the first day of cover, and `days`, how many whole days later that is.
    """
    known = known_on(facts("claims"), FACTS["claims"], terms.as_of, terms.zone)
    began = facts("policies").select("policy_id", "effective_on").unique("policy_id")
    on = pl.col("reported_at").dt.convert_time_zone(terms.zone).dt.date()
    return (
        known.join(began, on="policy_id", how="left")
        .with_columns(
            cases=pl.col("cases").fill_null(1), on=on, days=(on - pl.col("effective_on")).dt.total_days()
        )
        .filter(pl.col("days").is_between(0, EARLY_DAYS, closed="left"))
    )


# By measure: the fact its rows are of, and what gives those that were observed.
ROWS: Final[Mapping[str, tuple[str, Rows]]] = {
    "misselling_per_1000_sold": ("complaints", missold_rows),
    "flags_per_1000_applications": ("applications", flagged_rows),
    "early_claim_rate": ("claims", early_rows),
}


def rows_observed(measure: str, facts: Facts, terms: Terms, period: Period) -> pl.LazyFrame:
    """
    Give the rows that a measure of `ROWS` observed in a period, the newest first.

    Args:
        measure: Its id.
        facts: Gives the rows of a fact, narrowed to what may be seen.
        terms: The day, the zone and the rules.
        period: Of which days.

    Returns:
        The fact's rows as known on the day, with `cases` and `on`, the day they are counted by.
    """
    fact, rows = ROWS[measure]
    return rows(facts, terms).filter(period.covers("on")).sort("on", *FACTS[fact].keys, descending=True)
