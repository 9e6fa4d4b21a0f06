"""
Of which contracts did the buyer complain rightly about how they were sold? By the day of sale, not of complaint.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms

# Complaints about how a policy was sold, and the answers that call them right.
SALES: Final = "sales"
JUSTIFIED: Final = ("upheld", "partly_upheld")
# Complaints are looked for within so much of the sale, so that old sales and new ones can be compared.
WATCHED: Final = "12mo"


def judged(policies: pl.LazyFrame, terms: Terms, complaining: pl.LazyFrame) -> pl.LazyFrame:
    """
    Judge every contract by the complaints about its sale, as they were known at the end of the day asked for.

    A contract counts once, however often its owner complained; a complaint that names no contract is about none.
    One that was merged, found invalid or rejected, or that isn't decided, counts for nothing.

    Args:
        policies: Rows of the policies fact.
        terms: The day, the zone and the rules.
        complaining: Complaints, with the columns of `Reader.linked`: the unit that is complained about may be
            another one than the seller's.

    Returns:
        The rows known by then with `cases` (null is one), `issued_on`, `is_counted` (all), `is_sale_watched`
        (issued twelve months ago or earlier), `is_sale_watching` (later, or a complaint about the sale isn't
        decided: either can still change what the sale counts for), `is_missold` (a complaint about the
        sale, received within twelve months of the issue, the last day included, was upheld at least partly).
    """
    known = known_on(policies, FACTS["policies"], terms.as_of, terms.zone)
    undecided = pl.all_horizontal(pl.col("decided_at", "withdrawn_at", "closed_at").is_null())
    received_on = pl.col("received_at").dt.convert_time_zone(terms.zone).dt.date()
    received = (
        known_on(complaining, FACTS["complaints"], terms.as_of, terms.zone)
        .filter((pl.col("category") == SALES).fill_null(value=False), pl.col("policy_id").is_not_null())
        .select(
            "policy_id",
            received_on=received_on,
            _upheld=pl.col("outcome").is_in(JUSTIFIED).fill_null(value=False),
            _waits=undecided & pl.col("outcome").is_null(),
        )
    )
    issued = pl.col("issued_at").dt.convert_time_zone(terms.zone).dt.date()
    rows = known.with_columns(cases=pl.col("cases").fill_null(1), issued_on=issued, is_counted=pl.lit(value=True))
    until = pl.col("issued_on").dt.offset_by(WATCHED)
    missold = (
        rows.select("policy_id", "issued_on")
        .join(received, on="policy_id")
        .filter(pl.col("received_on") <= until)
        .group_by("policy_id")
        .agg(is_missold=pl.col("_upheld").any(), _waits=(pl.col("_waits") & ~pl.col("_upheld")).any())
    )
    return (
        rows.join(missold, on="policy_id", how="left")
        .with_columns(
            is_sale_watched=until <= terms.as_of,
            is_sale_watching=(until > terms.as_of) | pl.col("_waits").fill_null(value=False),
            is_missold=pl.col("is_missold").fill_null(value=False),
        )
        .drop("_waits")
    )
