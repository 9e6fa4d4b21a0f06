"""
How much sooner is a claim decided and paid when rules decide it, compared with claims of the same kind?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Final

import polars as pl

from dashboard.metrics.elapsed import HOURS
from dashboard.metrics.packing import Likeness, Within, grouped
from dashboard.metrics.standardised import contrast_of_arms
from dashboard.periods import Period

# Claims of one type and about as much money are compared with each other.
STRATA: Final = ("claim_type", "amount_band")

# Of each leg the whole hours, and the day by which a claim belongs to a period: the end, so none is under way.
_LEGS: Final = {"decision": ("decision_hours", "decided_on"), "payment": ("payment_hours", "paid_on")}


def of_legs(period: Period) -> dict[str, Likeness]:
    """
    What `time_saved` reads of each leg of a period.
    """
    return {
        leg: Likeness((*STRATA, "is_automation_known", "is_automatic", hours), within=Within(day, period))
        for leg, (hours, day) in _LEGS.items()
    }


def time_saved(rows: Mapping[str, pl.LazyFrame], *, period: Period) -> pl.DataFrame:
    """
    Compare how long automatic and manual claims of the same type and amount band took.

    Each type and band counts by its automatic claims (direct standardisation): what they would have taken by hand.
    Only legs that ended in the period are looked at. What hangs on, mostly claims decided by hand, is missing: the
    true difference is rather larger than smaller. A leg that would be negative is none.

    Args:
        rows: By leg judged claims: the columns of `of_legs`.
        period: Of the end of the leg.

    Returns:
        Two rows, `leg` being `decision` (from the last document to the decision) and `payment` (from the report to
        the final payment): `automatic`, `manual` (mean days, whole hours / 24), `difference` (automatic less
        manual), `lower`, `upper` (see `standardised.Contrast`), `cases_automatic`, `cases_manual`, and `covered`
        (share of the automatic cases that could be compared; null of none).
    """
    found = []
    for leg, plan in zip(_LEGS, pl.collect_all(_legs(rows, period)), strict=True):
        sums = grouped(plan, [*STRATA, "is_automatic"], ["cases", "hours", "squares"])
        # Hours add up exactly, however many claims each row stands for.
        days = sums.with_columns(days=pl.col("hours") / HOURS, squares=pl.col("squares") / HOURS**2)
        arms = days.with_columns(
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


def _legs(rows: Mapping[str, pl.LazyFrame], period: Period) -> list[pl.LazyFrame]:
    """
    For each leg its cases, with their hours and the squares of these, ready to be summed.
    """
    cases = pl.col("cases")
    return [
        rows[leg]
        .filter("is_automation_known", period.covers(day), pl.col(name).is_not_null())
        .select(pl.col("claim_type").cast(pl.Categorical), "amount_band", "is_automatic", "cases", _hours=name)
        .with_columns(pl.col("_hours").cast(pl.Int64))
        .with_columns(hours=cases * pl.col("_hours"), squares=cases * pl.col("_hours") ** 2)
        for leg, (name, day) in _LEGS.items()
    ]
