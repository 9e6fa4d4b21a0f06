"""
How much sooner is a claim decided and paid when rules decide it, compared with claims of the same kind?
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import polars as pl

from dashboard.metrics.packing import grouped
from dashboard.metrics.standardised import contrast_of_arms
from dashboard.periods import Period

# Claims of one type and about as much money are compared with each other.
STRATA: Final = ("claim_type", "amount_band")

# From when to when, and the day by which a claim belongs to a period: the end, so that none is still under way.
_LEGS: Final = {
    "decision": ("documents_completed_at", "decided_at", "decided_on"),
    "payment": ("reported_at", "paid_at", "paid_on"),
}


def time_saved(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Compare how long automatic and manual claims of the same type and amount band took.

    Each type and band counts by its automatic claims (direct standardisation): what they would have taken by hand.
    Only legs that ended in the period are looked at. What hangs on, mostly claims decided by hand, is missing: the
    true difference is rather larger than smaller. A leg that would be negative is none.

    Args:
        rows: Judged claims.
        period: Of the end of the leg.

    Returns:
        Two rows, `leg` being `decision` (from the last document to the decision) and `payment` (from the report to
        the final payment): `automatic`, `manual` (mean days, whole hours / 24), `difference` (automatic less
        manual), `lower`, `upper` (see `standardised.Contrast`), `cases_automatic`, `cases_manual`, and `covered`
        (share of the automatic cases that could be compared; null of none).
    """
    found = []
    for leg, plan in zip(_LEGS, pl.collect_all(_legs(rows, period)), strict=True):
        sums = grouped(plan, [*STRATA, "is_automatic"], ["cases", "days", "squares"])
        arms = sums.with_columns(
            n="cases",
            mean=pl.col("days") / pl.col("cases"),
            deviations=pl.col("squares") - pl.col("days") ** 2 / pl.col("cases"),
        )
        told = contrast_of_arms(arms, arm="is_automatic", strata=STRATA)
        every = told.cases + told.unmatched
        found.append(
            {
                "leg": leg,
                "automatic": told.mean,
                "manual": told.other,
                **{
                    name: value for name, value in asdict(told).items() if name in ("difference", "lower", "upper")
                },
                "cases_automatic": told.cases,
                "cases_manual": told.cases_other,
                "covered": told.cases / every if every else None,
            }
        )
    return pl.DataFrame(found, schema=_SAVED)


_SAVED: Final = {
    "leg": pl.String(),
    **dict.fromkeys(("automatic", "manual", "difference", "lower", "upper"), pl.Float64()),
    "cases_automatic": pl.Int64(),
    "cases_manual": pl.Int64(),
    "covered": pl.Float64(),
}


def _legs(rows: pl.LazyFrame, period: Period) -> list[pl.LazyFrame]:
    """
    For each leg its cases, with their days and the squares of these, ready to be summed.
    """
    cases, days = pl.col("cases"), pl.col("_hours") / 24
    return [
        rows.filter("is_automation_known", period.covers(day), pl.col(end) >= pl.col(start))
        .select(
            pl.col("claim_type").cast(pl.Categorical),
            *("amount_band", "is_automatic", "cases"),
            _hours=(pl.col(end) - pl.col(start)).dt.total_hours(),
        )
        .with_columns(days=cases * days, squares=cases * days * days)
        for start, end, day in _LEGS.values()
    ]
