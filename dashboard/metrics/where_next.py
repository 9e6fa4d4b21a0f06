"""
Which kinds of claims are many, slow and still decided by hand: where would automation be worth it next?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.periods import Period
from dashboard.stats import kaplan_meier, survival_quantiles

KINDS: Final = ("claim_type", "amount_band")


def where_next(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Tell volume, automation and cycle time of the claims decided in a period, by type and amount.

    Args:
        rows: Judged claims.
        period: Of the decision.

    Returns:
        One row per claim type and amount band in which something was decided, the most manual decisions first:
        `claim_type`, `amount_band` (null: not recorded), `decided` (paid, partly paid or refused, in cases),
        `automatic` and `manual` (of those of which it is known how), `rate` (automatic of both; null of none),
        `median_days` (from the report to the final payment, what is agreed and not paid yet counting as waiting;
        null: not reached, or nothing to be paid).
    """
    cases = pl.col("cases")
    counts = (
        rows.filter("is_adjudicated", period.covers("decided_on"))
        .group_by(*KINDS, "is_automation_known", "is_automatic", "is_paid", "days")
        .agg(cases.sum())
        .collect()
        .with_columns(pl.col(KINDS).cast(pl.String))
    )
    known = pl.col("is_automation_known")
    automatic, manual = (
        cases.filter(known & each).sum() for each in (pl.col("is_automatic"), ~pl.col("is_automatic"))
    )
    sums = counts.group_by(KINDS).agg(decided=cases.sum(), automatic=automatic, manual=manual)
    # Days are those of claims that are paid or may still be.
    curve = kaplan_meier(counts.lazy(), duration="days", event="is_paid", by=KINDS)
    medians = survival_quantiles(curve, by=KINDS, q=(0.5,)).select(*KINDS, median_days="time")
    whole = pl.col("automatic") + pl.col("manual")
    return (
        sums.join(medians.collect(), on=KINDS, how="left", nulls_equal=True)
        .with_columns(rate=pl.when(whole > 0).then(pl.col("automatic") / whole))
        .sort("manual", "decided", *KINDS, descending=[True, True, False, False], nulls_last=True)
        .select(*KINDS, "decided", "automatic", "manual", "rate", "median_days")
    )
