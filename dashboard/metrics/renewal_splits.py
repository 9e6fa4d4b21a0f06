"""
Who renews: those reminded or not, those renewing by themselves or by hand, new customers or old ones?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.packing import Likeness
from dashboard.periods import Period
from dashboard.stats import newcombe, weighted_quantile, wilson
from dashboard.words import msgid

NOT_AT_RANDOM: Final = msgid(
    "Reminding wasn't random: who renews early is never reminded, and who can't be reached isn't either. "
    "The difference is not the effect of reminding."
)

# What `compared` reads, whichever of its truths is asked for.
OF_TRUTHS: Final = Likeness(("due_on", "is_mature", "is_renewed", "is_reminded", "auto_renew"))


@dataclass(frozen=True, slots=True)
class Compared:
    """
    Two groups side by side.

    Attributes:
        rates: As `renewed_by` gives them, of the two truths; what isn't known is left out.
        difference: Share of those for whom it is true, less that of the others; null if there are none of either.
        lower: Its 95 % interval (Newcombe).
        upper: The other end of it.
    """

    rates: pl.DataFrame
    difference: float | None
    lower: float | None
    upper: float | None


def renewed_by(rows: pl.LazyFrame, *, by: str, period: Period) -> pl.DataFrame:
    """
    Give the share renewed by group, of contracts that can no longer be renewed late.

    Args:
        rows: Judged renewals.
        by: The column that makes the groups; null is a group.
        period: Of the due day.

    Returns:
        One row per group, null last: it, `value`, `numerator` (renewed), `denominator`, `lower`, `upper` (Wilson).
    """
    cases = pl.col("cases")
    lower, upper = wilson(pl.col("numerator"), pl.col("denominator"))
    return (
        rows.filter("is_mature", period.covers("due_on"))
        .group_by(by)
        .agg(numerator=cases.filter("is_renewed").sum(), denominator=cases.sum())
        .filter(pl.col("denominator") > 0)
        .with_columns(value=pl.col("numerator") / pl.col("denominator"), lower=lower, upper=upper)
        .select(by, "value", "numerator", "denominator", "lower", "upper")
        .sort(by, nulls_last=True)
        .collect()
    )


def compared(rows: pl.LazyFrame, *, truth: str, period: Period) -> Compared:
    """
    Set the share renewed of those for whom something is true against that of the others.

    Nobody drew lots: the difference says who renews, not why. See `NOT_AT_RANDOM`.

    Args:
        rows: Judged renewals: the columns of `OF_TRUTHS`.
        truth: The column that tells them apart: `is_reminded`, `auto_renew`.
        period: Of the due day.
    """
    rates = renewed_by(rows.filter(pl.col(truth).is_not_null()), by=truth, period=period)
    both = [rates.filter(pl.col(truth) == told) for told in (True, False)]
    if any(side.is_empty() for side in both):
        return Compared(rates, None, None, None)
    counts = {
        f"{name}_{part}": side[part]
        for name, side in zip(("mine", "others"), both, strict=True)
        for part in ("numerator", "denominator")
    }
    found = pl.DataFrame(counts).select(
        part.alias(name)
        for name, part in zip(
            ("difference", "lower", "upper"), newcombe(*(pl.col(name) for name in counts)), strict=True
        )
    )
    return Compared(rates, *found.row(0))


def lead_time(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Tell how many days before the due day customers are first reminded.

    Args:
        rows: Judged renewals.
        period: Of the due day.

    Returns:
        One row: `reminded` (contracts due and reminded by their due day: the numerator of
        `reminder_coverage_rate`), `shortest_quarter`, `median` and `longest_quarter` in days; null of none.
    """
    days, cases = pl.col("days").cast(pl.Float64), pl.col("cases")
    ahead = pl.col("due_on").cast(pl.Int32) - pl.col("reminded_on").cast(pl.Int32)
    return (
        rows.filter("is_due", "is_reminded", period.covers("due_on"))
        .group_by(ahead.alias("days"))
        .agg(cases.sum())
        .select(
            reminded=cases.sum(),
            shortest_quarter=weighted_quantile(days, cases, 0.25),
            median=weighted_quantile(days, cases, 0.5),
            longest_quarter=weighted_quantile(days, cases, 0.75),
        )
        .collect()
    )
