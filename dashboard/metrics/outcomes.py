"""
How do complaints end, how often was the customer right, and what did it cost?
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.periods import MONTH, Period
from dashboard.stats import weighted_quantile, wilson

# In the order in which they are shown, from right to wrong; what ended otherwise comes last.
OUTCOMES: Final = ("upheld", "partly_upheld", "rejected", "settled", "withdrawn")
# No complaints of their own, or none at all: they are in no figure.
APART: Final = ("merged", "invalid")
UPHELD: Final = ("upheld", "partly_upheld")
# A settlement leaves open who was right, a withdrawal too.
DECIDED: Final = (*UPHELD, "rejected")


@dataclass(frozen=True, slots=True)
class OutcomeMix:
    """
    How complaints ended.

    Attributes:
        months: One row per month of the end and outcome that occurs, in the order of `OUTCOMES`, other values and
            then null (not coded) last: `month`, `outcome`, `cases`, `share` (of the month's).
        apart: Those that don't count: `month`, `outcome` (of `APART`), `cases`.
    """

    months: pl.DataFrame
    apart: pl.DataFrame


def outcome_mix(rows: pl.LazyFrame, *, period: Period) -> OutcomeMix:
    """
    Count the complaints that ended in a period by month and outcome.

    Args:
        rows: Judged complaints.
        period: Of the day on which the clock stopped.
    """
    cases, outcome = pl.col("cases"), pl.col("outcome")
    merged = pl.when(pl.col("merged_into_id").is_not_null()).then(pl.lit("merged")).otherwise(outcome)
    by_day = (
        rows.filter(period.covers("stopped_on"))
        .group_by(
            "stopped_on", "is_counted", pl.when("is_counted").then(outcome).otherwise(merged).alias("outcome")
        )
        .agg(cases.sum())
    )
    found = (
        by_day.group_by(pl.col("stopped_on").dt.truncate("1mo").alias(MONTH), "is_counted", "outcome")
        .agg(cases.sum())
        .collect()
    )
    counted = found.filter("is_counted").drop("is_counted")
    apart = found.filter(~pl.col("is_counted"), outcome.is_in(APART)).drop("is_counted")
    order = outcome.replace_strict(
        list(OUTCOMES), range(len(OUTCOMES)), default=len(OUTCOMES), return_dtype=pl.Int64
    )
    months = counted.with_columns(share=cases / cases.sum().over(MONTH)).sort(
        MONTH, order, "outcome", nulls_last=True
    )
    return OutcomeMix(months, apart.sort(MONTH, "outcome"))


def upheld_rate(rows: pl.LazyFrame, *, period: Period, by: Sequence[str] = ()) -> pl.DataFrame:
    """
    Say how often the customer was right, of the complaints decided in a period.

    Args:
        rows: Judged complaints.
        period: Of the day on which the clock stopped.
        by: Columns that make groups; `month` is the month of that day.

    Returns:
        One row per group in which something was decided, without `by` always one: the groups, `upheld` (partly
        upheld ones included), `decided` (upheld, partly upheld or rejected), `rate`, `lower`, `upper` (Wilson).
    """
    cases, outcome = pl.col("cases"), pl.col("outcome")
    decided = rows.filter(
        "is_counted", "is_answered", period.covers("stopped_on"), outcome.is_in(DECIDED)
    ).with_columns(pl.col("stopped_on").dt.truncate("1mo").alias(MONTH))
    sums = {"upheld": cases.filter(outcome.is_in(UPHELD)).sum(), "decided": cases.sum()}
    lower, upper = wilson(pl.col("upheld"), pl.col("decided"))
    rate = pl.when(pl.col("decided") > 0).then(pl.col("upheld") / pl.col("decided"))
    found = decided.group_by(by).agg(**sums) if by else decided.select(**sums)
    found = found.with_columns(rate=rate, lower=lower, upper=upper)
    return (found.sort(by, nulls_last=True) if by else found).collect()


def redress_by_outcome(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Add up what was paid or waived to make good, by outcome, of the complaints that ended in a period.

    Args:
        rows: Judged complaints. An amount is its row's, however many cases the row stands for.
        period: Of the day on which the clock stopped.

    Returns:
        One row per outcome that occurs, in the order of `OUTCOMES`: `outcome`, `cases`, `with_redress` (cases with
        an amount above nothing), `total` and `median` (of those; null without any).
    """
    cases, amount, outcome = pl.col("cases"), pl.col("redress_amount"), pl.col("outcome")
    ended = rows.filter("is_counted", period.covers("stopped_on"))
    counts, redress = pl.collect_all(
        [
            ended.group_by("outcome").agg(cases.sum()),
            ended.filter(amount > 0)
            # Floating point ranks several times faster, and holds amounts below a million million exactly.
            .select("outcome", "cases", "redress_amount", _rank=amount.cast(pl.Float64))
            .group_by("outcome")
            .agg(
                with_redress=cases.sum(), total=amount.sum(), median=weighted_quantile(pl.col("_rank"), cases, 0.5)
            ),
        ]
    )
    order = outcome.replace_strict(
        list(OUTCOMES), range(len(OUTCOMES)), default=len(OUTCOMES), return_dtype=pl.Int64
    )
    return (
        counts.join(redress, on="outcome", how="left", nulls_equal=True)
        .with_columns(pl.col("with_redress").fill_null(0))
        .sort(order, "outcome", nulls_last=True)
    )
