"""
How do claims end, and when: paid, refused, or given up by whoever reported them?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.claim_legs import HOURS
from dashboard.metrics.claims import ended_at
from dashboard.metrics.survival_curves import FEWEST_AT_RISK, by_day
from dashboard.metrics.terms import Terms, end_of
from dashboard.periods import Period
from dashboard.stats import cumulative_incidence

# The best first, as they are stacked.
ENDINGS: Final = ("paid", "refused", "walked_away")

# What this is read from, of judged claims.
ENDING_COLUMNS: Final = (
    *("reported_at", "decided_at", "refusal_told_at", "paid_at", "closed_at"),
    *("decision", "reported_on", "cases"),
)


def claim_endings(claims: pl.LazyFrame, terms: Terms, *, period: Period) -> pl.DataFrame:
    """
    Estimate what share of the claims reported in a period had ended in each way after so many days
    (Aalen-Johansen).

    Paid at the final payment; refused when the claimant was told or the claim closed; given up when it was
    withdrawn, cancelled, or closed without payment or refusal. What was refused and
    paid after all is paid. What is open counts up to the end of `as_of` and then leaves.

    Args:
        claims: Judged claims, with `ENDING_COLUMNS`.
        terms: The day at whose end open claims are looked at.
        period: Of the report.

    Returns:
        One row per way and day on which something changes, in the order of `ENDINGS`, from day 0 up to the last
        day with 5 at risk: `ending`, `days` (whole, begun ones counted), `incidence` (share ended in this way by
        the end of that day), `lower`, `upper` (95 %, pointwise, null where it is 0 or 1), `at_risk`.
    """
    end = pl.lit(end_of(terms.as_of, terms.zone)).cast(pl.Datetime("us", "UTC"))
    stopped_at = pl.coalesce("paid_at", ended_at())
    ending = (
        pl.when(pl.col("paid_at").is_not_null()).then(pl.lit("paid"))
        .when(stopped_at.is_null()).then(None)
        .when(pl.col("decision") == "refused").then(pl.lit("refused"))
        .otherwise(pl.lit("walked_away"))
    )  # fmt: skip
    counted = (
        claims.filter(period.covers("reported_on"))
        .group_by(
            _hours=(stopped_at.fill_null(end) - pl.col("reported_at")).dt.total_hours().cast(pl.Int32),
            _ending=ending.cast(pl.Enum(ENDINGS)),
        )
        .agg(pl.col("cases").sum())
    )
    curves = cumulative_incidence(counted, duration="_hours", ending="_ending", endings=ENDINGS).collect()
    sure = curves.filter(pl.col("at_risk") >= FEWEST_AT_RISK)
    points = by_day(sure, pl.col("time") / HOURS, ["ending"])
    first = points.group_by("ending", maintain_order=True).first().filter(pl.col("days") > 0)
    nothing_yet = first.with_columns(
        days=pl.lit(0, pl.Int64), incidence=0.0, lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64)
    )
    columns = ["ending", "days", "incidence", "lower", "upper", "at_risk"]
    placed = pl.concat([nothing_yet.select(columns), points.select(columns)])
    return placed.sort(pl.col("ending").cast(pl.Enum(ENDINGS)), "days")
