"""
Why can't rules decide what they were meant to decide, and what would it bring if they could?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.causes import crossed, ranked
from dashboard.metrics.packing import Likeness, grouped
from dashboard.periods import MONTH, Period

# What both questions read, besides the groups.
OF_FALLOUT: Final = Likeness(
    ("decided_on", "is_automation_known", "is_automatic", "auto_eligible", "fallout_reason")
)


@dataclass(frozen=True, slots=True)
class Fallout:
    """
    Why claims meant for rules were decided by people.

    Attributes:
        reasons: One row per reason, largest first: `fallout_reason`, `cases`, `share` (of the coded ones),
            `cumulative`, `gain` (how much higher the rate of automatic decisions would be at most, had rules
            decided all of these) and `rate_at_most`.
        fallen: Cases that fell out, coded or not.
        uncoded: Of them, without a reason.
        uncoded_share: Of all that fell out; null where none did.
        automatic: Cases decided automatically.
        decided: Cases decided at all, of which it is known how: what the rate is out of.
    """

    reasons: pl.DataFrame
    fallen: int
    uncoded: int
    uncoded_share: float | None
    automatic: int
    decided: int

    @property
    def rate(self) -> float | None:
        """
        The rate of automatic decisions as it is; null of none.
        """
        return self.automatic / self.decided if self.decided else None


def fallout(rows: pl.LazyFrame, *, period: Period) -> Fallout:
    """
    Rank the first reasons for which claims decided in a period fell out.

    Fallen out is what was decided on the merits, not automatically (see `claims.judged`), though meant for rules,
    or with a reason recorded. What was never meant for rules has not fallen out. The gain is an upper bound: a
    claim freed of its first reason may meet another one.

    Args:
        rows: Judged claims: the columns of `OF_FALLOUT`.
        period: Of the decision.
    """
    judged = _decided(rows, period).select("is_automatic", "auto_eligible", "fallout_reason", "cases").collect()
    sums = grouped(judged, ["is_automatic"])
    fallen = judged.lazy().filter(_has_fallen()).group_by("fallout_reason").agg(pl.col("cases").sum()).collect()
    cases = pl.col("cases")
    decided = int(sums["cases"].sum())
    automatic = int(sums.filter("is_automatic")["cases"].sum())
    found = ranked(fallen.with_columns(pl.col("fallout_reason").cast(pl.String)), by="fallout_reason")
    reasons = found.causes.with_columns(gain=cases / decided, rate_at_most=(cases + automatic) / decided)
    return Fallout(reasons, found.cases, found.uncoded, found.uncoded_share, automatic, decided)


def fallout_by(rows: pl.LazyFrame, *, period: Period, columns_by: str) -> pl.DataFrame:
    """
    Count what fell out by its first reason and another column; say where there is more than both would explain.

    Args:
        rows: Judged claims: the columns of `OF_FALLOUT`.
        period: Of the decision.
        columns_by: A column, such as `product_line`, or `month`, the month of the decision.

    Returns:
        As `causes.crossed` gives it, of the coded ones: `fallout_reason`, the column, `cases`, `expected`,
        `residual`. Months stand in their order.
    """
    fallen = _decided(rows, period).filter(_has_fallen(), pl.col("fallout_reason").is_not_null())
    column = pl.col("decided_on") if columns_by == MONTH else pl.col(columns_by)
    counts = fallen.group_by("fallout_reason", column.alias(columns_by)).agg(pl.col("cases").sum()).collect()
    counts = counts.with_columns(pl.col(pl.Categorical).cast(pl.String))
    if columns_by != MONTH:
        return crossed(counts, rows_by="fallout_reason", columns_by=columns_by)
    months = counts.group_by("fallout_reason", pl.col(MONTH).dt.truncate("1mo")).agg(pl.col("cases").sum())
    found = crossed(months, rows_by="fallout_reason", columns_by=MONTH)
    # The larger reasons stay first, and each one's months come in their order.
    order = found.select("fallout_reason").unique(maintain_order=True).with_row_index("_order")
    return found.join(order, on="fallout_reason").sort("_order", MONTH).drop("_order")


def _decided(rows: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    return rows.filter("is_automation_known", period.covers("decided_on"))


def _has_fallen() -> pl.Expr:
    meant = pl.col("auto_eligible").fill_null(value=False) | pl.col("fallout_reason").is_not_null()
    return meant & ~pl.col("is_automatic")
