"""
What complaints are measured against: contracts in force and premium written, as the ledger has them by month.
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl

from dashboard.periods import DAY, MONTH, Period, month_start, shift_months

# A policy-year is a contract in force for so many days.
YEAR_DAYS: Final = 365

_SUMS = ("policies_in_force", "premium_written")


def last_complete_month(as_of: date) -> date:
    """
    The first day of the last month that was over at the end of a day; its own last day ends a month.
    """
    return shift_months(month_start(as_of + DAY), -1)


def month_ends(exposure: pl.LazyFrame, *, as_of: date) -> pl.LazyFrame:
    """
    Add up the ledger by month, for the months that were over.

    Args:
        exposure: Rows of the exposure fact: of the whole company, or of the branches and lines looked at.
        as_of: A month that ends later isn't in the ledger yet.

    Returns:
        One row per month that has rows, oldest first: `month`, `days` in it, `policies_in_force`,
        `premium_written`, and `policy_years` (contracts x days / 365). Where a single row doesn't say, neither
        does the sum.
    """
    whole = [pl.when(pl.col(name).is_not_null().all()).then(pl.col(name).sum()).alias(name) for name in _SUMS]
    days = pl.col(MONTH).dt.month_end().dt.day().cast(pl.Int64)
    return (
        exposure.with_columns(pl.col(MONTH).dt.truncate("1mo"))
        .filter(pl.col(MONTH).dt.month_end() <= as_of)
        .group_by(MONTH)
        .agg(whole)
        .with_columns(days=days)
        .with_columns(policy_years=pl.col("policies_in_force") * pl.col("days") / YEAR_DAYS)
        .sort(MONTH)
    )


def policy_years_in(exposure: pl.LazyFrame, period: Period, *, as_of: date) -> float | None:
    """
    Add up the policy-years of a period, of months only partly in it their part of days.

    Args:
        exposure: As for `month_ends`.
        period: With both ends.
        as_of: As for `month_ends`.

    Returns:
        Null where a month of the period isn't in the ledger, or the period lacks an end or has no days.
    """
    if period.first is None or period.before is None or period.before <= period.first:
        return None
    months = period.months(earliest=period.first, latest=period.first)
    known = month_ends(exposure, as_of=as_of).filter(pl.col(MONTH).is_in(months)).collect()
    if known.height < len(months) or known["policy_years"].null_count():
        return None
    first = pl.max_horizontal(MONTH, pl.lit(period.first))
    before = pl.min_horizontal(pl.col(MONTH).dt.offset_by("1mo"), pl.lit(period.before))
    part = (before - first).dt.total_days() / pl.col("days")
    return float(known.select((pl.col("policy_years") * part).sum()).item())
