"""
Which kinds of claims are many, slow and still decided by hand: where would automation be worth it next?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.packing import Likeness, Within, grouped
from dashboard.periods import Period
from dashboard.stats import kaplan_meier, survival_quantiles

KINDS: Final = ("claim_type", "amount_band")


def of_kinds(period: Period) -> Likeness:
    """
    What `where_next` reads of a period.
    """
    read = ("is_adjudicated", "is_automation_known", "is_automatic", "is_paid", "days")
    return Likeness((*KINDS, *read), within=Within("decided_on", period))


def where_next(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Tell volume, automation and cycle time of the claims decided in a period, by type and amount.

    Args:
        rows: Judged claims: the columns of `of_kinds`.
        period: Of the decision.

    Returns:
        One row per claim type and amount band in which something was decided, the most manual decisions first:
        `claim_type`, `amount_band` (null: not recorded), `decided` (paid, partly paid or refused, in cases),
        `automatic` and `manual` (of those of which it is known how), `rate` (automatic of both; null of none),
        `median_days` (from the report to the final payment, what is agreed and not paid yet counting as waiting;
        null: not reached, or nothing to be paid), `median_days_manual` (of those decided by hand).
    """
    cases, known = pl.col("cases"), pl.col("is_automation_known")
    decided = rows.filter("is_adjudicated", period.covers("decided_on")).select(
        pl.col("claim_type").cast(pl.Categorical),
        *("amount_band", "is_automation_known", "is_automatic", "is_paid", "cases"),
        # Days of those that are paid or may still be.
        hours=(pl.col("days") * 24).round().cast(pl.Int32),
    )
    keys = [*KINDS, "is_automation_known", "is_automatic", "is_paid", "hours"]
    counts = grouped(decided.collect(), keys).with_columns(pl.col(KINDS).cast(pl.String))
    automatic = known & pl.col("is_automatic")
    by_hand = known & ~pl.col("is_automatic")
    whole = pl.col("automatic") + pl.col("manual")
    return (
        counts.group_by(KINDS)
        .agg(decided=cases.sum(), automatic=cases.filter(automatic).sum(), manual=cases.filter(by_hand).sum())
        .join(_medians(counts, "median_days"), on=KINDS, how="left", nulls_equal=True)
        .join(_medians(counts.filter(by_hand), "median_days_manual"), on=KINDS, how="left", nulls_equal=True)
        .with_columns(rate=pl.when(whole > 0).then(pl.col("automatic") / whole))
        .sort("manual", "decided", *KINDS, descending=[True, True, False, False], nulls_last=True)
        .select(*KINDS, "decided", "automatic", "manual", "rate", "median_days", "median_days_manual")
    )


def _medians(counts: pl.DataFrame, name: str) -> pl.DataFrame:
    curve = kaplan_meier(counts.lazy(), duration="hours", event="is_paid", by=KINDS)
    found = survival_quantiles(curve, by=KINDS, q=(0.5,))
    return found.select(*KINDS, (pl.col("time") / 24).alias(name)).collect()
