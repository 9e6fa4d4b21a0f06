"""
How much sooner is a claim decided and paid when rules decide it, compared with claims of the same kind?
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Final

import polars as pl

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
    plans = []
    for start, end, day in _LEGS.values():
        hours = (pl.col(end) - pl.col(start)).dt.total_hours()
        plans.append(
            rows.filter("is_automation_known", period.covers(day))
            .select(*STRATA, "is_automatic", "cases", hours=hours)
            .filter(pl.col("hours") >= 0)
            .group_by(*STRATA, "is_automatic")
            .agg(**_moments(pl.col("hours") / 24))
        )
    found = []
    for leg, arms in zip(_LEGS, pl.collect_all(plans), strict=True):
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


def _moments(days: pl.Expr) -> dict[str, pl.Expr]:
    cases = pl.col("cases")
    mean = (cases * days).sum() / cases.sum()
    return {"n": cases.sum(), "mean": mean, "deviations": (cases * (days - mean) ** 2).sum()}
