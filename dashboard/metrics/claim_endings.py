"""
How do claims end, and when: paid, refused, or given up by whoever reported them?
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from dashboard.metrics.elapsed import HOURS, hours_of, packed, state_of
from dashboard.metrics.survival_curves import FEWEST_AT_RISK, by_day
from dashboard.metrics.terms import Terms, end_of
from dashboard.periods import Period
from dashboard.stats import cumulative_incidence

# The best first, as they are stacked.
ENDINGS: Final = ("paid", "refused", "walked_away")

# What this is read from, of judged claims: how a claim ended, or that it hasn't, and the hours since its report.
ENDING_COLUMN: Final = "claim_ending"
_OPEN: Final = len(ENDINGS)


def with_ending(claims: pl.LazyFrame, terms: Terms, ended_at: pl.Expr) -> pl.LazyFrame:
    """
    Add how each claim ended, and when.

    Paid at the final payment; refused when the claimant was told or the claim closed; given up when it was
    withdrawn, cancelled, or closed without payment or refusal. What was refused and paid after all is paid.
    What is open has lasted up to the end of `as_of`.

    Args:
        claims: Rows of the claims fact as they were known.
        terms: The day at whose end open claims are looked at.
        ended_at: When a claim ended in any way.

    Returns:
        The same rows, and `ENDING_COLUMN` for `claim_endings` to read (see `metrics/elapsed.py`).
    """
    end = pl.lit(end_of(terms.as_of, terms.zone)).cast(pl.Datetime("us", "UTC"))
    stopped_at = pl.coalesce("paid_at", ended_at)
    ways = {way: place for place, way in enumerate(ENDINGS)}
    way = (
        pl.when(pl.col("paid_at").is_not_null()).then(ways["paid"])
        .when(stopped_at.is_null()).then(_OPEN)
        .when(pl.col("decision") == "refused").then(ways["refused"])
        .otherwise(ways["walked_away"])
    )  # fmt: skip
    spent = stopped_at.fill_null(end) - pl.col("reported_at")
    return claims.with_columns(packed(spent, way).alias(ENDING_COLUMN))


def claim_endings(claims: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Estimate what share of the claims reported in a period had ended in each way after so many days
    (Aalen-Johansen): open ones count as far as they have come.

    Args:
        claims: Judged claims, with `ENDING_COLUMN`, `reported_on` and `cases`.
        period: Of the report.

    Returns:
        One row per way and day on which something changes, in the order of `ENDINGS`, from day 0 up to the last
        day with 5 at risk: `ending`, `days` (whole, begun ones counted), `incidence` (share ended in this way by
        the end of that day), `lower`, `upper` (95 %, pointwise, null where it is 0 or 1), `at_risk`.
    """
    code = pl.col(ENDING_COLUMN)
    counted = (
        claims.filter(period.covers("reported_on") & code.is_not_null())
        .group_by(code)
        .agg(pl.col("cases").sum())
        .with_columns(
            _hours=hours_of(code),
            _ending=state_of(code).replace_strict(dict(enumerate(ENDINGS)), default=None, return_dtype=pl.String),
        )
    )
    return incidence_by_day(counted, ENDINGS)


def incidence_by_day(counted: pl.LazyFrame, endings: Sequence[str]) -> pl.DataFrame:
    """
    Estimate the shares ended in each way from counts of hours (Aalen-Johansen), one point a day.

    Args:
        counted: `_hours` (to the end, or so far), `_ending` (one of the ways; null: open) and `cases`.
        endings: The ways, in the order wanted.

    Returns:
        As for `claim_endings`, in the order of `endings`.
    """
    curves = cumulative_incidence(counted, duration="_hours", ending="_ending", endings=endings).collect()
    sure = curves.filter(pl.col("at_risk") >= FEWEST_AT_RISK)
    points = by_day(sure, pl.col("time") / HOURS, ["ending"])
    first = points.group_by("ending", maintain_order=True).first().filter(pl.col("days") > 0)
    nothing_yet = first.with_columns(
        days=pl.lit(0, pl.Int64), incidence=0.0, lower=pl.lit(None, pl.Float64), upper=pl.lit(None, pl.Float64)
    )
    columns = ["ending", "days", "incidence", "lower", "upper", "at_risk"]
    placed = pl.concat([nothing_yet.select(columns), points.select(columns)])
    return placed.sort(pl.col("ending").cast(pl.Enum(list(endings))), "days")
