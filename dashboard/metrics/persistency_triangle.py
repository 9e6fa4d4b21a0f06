"""
Of the business that took effect in each half-year: how much is still paid after one, two, three and five years?
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

import polars as pl

from dashboard.metrics.persistency import POLICY_MONTHS
from dashboard.metrics.terms import Terms
from dashboard.periods import shift_months
from dashboard.stats import ratio_of_sums, wilson

Basis = Literal["premium", "count"]

HALF_YEAR: Final = 6
_CELL: Final = {
    "cohort": pl.Date(),
    "policy_month": pl.Int64(),
    "known_on": pl.Date(),
    "value": pl.Float64(),
    "numerator": pl.Float64(),
    "denominator": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "cases": pl.Int64(),
}


def persistency_triangle(
    rows: pl.LazyFrame, terms: Terms, *, basis: Basis = "premium", without_suspended: bool = False
) -> pl.DataFrame:
    """
    Tell each cohort's persistency at 13, 25, 37 and 61 months.

    Args:
        rows: Judged premiums.
        terms: The day whose end counts.
        basis: Of the first year's premium, or of the contracts.
        without_suspended: As filed with the regulator: suspended contracts, which are lapses to come, are left out
            of both sides. Otherwise they stay in.

    Returns:
        By cohort and policy month, from the first cohort recorded to the one under way: `cohort` (first day of the
        half-year in which the contracts took effect), `policy_month`, `known_on` (the day on which the days of
        grace of the cohort's last contract are over), `value`, `numerator`, `denominator` (premium or contracts),
        `lower`, `upper` (95 %), `cases` (contracts). Before `known_on`, and where nothing is recorded, all but it
        are null, `cases` 0.
    """
    wanted = rows.filter("is_to_continue", pl.col("effective_on").is_not_null())
    if without_suspended:
        wanted = wanted.filter(~pl.col("suspended").fill_null(value=False))
    cases, mature = pl.col("cases"), pl.col("is_mature")
    kept = pl.col("premium_kept") if basis == "premium" else pl.col("is_persistent")
    base = pl.col("premium_first_year") if basis == "premium" else pl.lit(1.0)
    y, x = kept.cast(pl.Float64), base.cast(pl.Float64)
    moments = {"numerator": y, "denominator": x, "yy": y**2, "xy": y * x, "xx": x**2}
    half = pl.col("effective_on").dt.truncate(f"{HALF_YEAR}mo")
    found = (
        wanted.group_by(half.alias("cohort"), "policy_month")
        .agg(
            *((cases * part).filter(mature).sum().alias(name) for name, part in moments.items()),
            cases=cases.filter(mature).sum(),
            last=pl.col("grace_ends_on").max(),
            grace=pl.col("grace_days").max().fill_null(0),
        )
        .collect()
    )
    if found.is_empty():
        return pl.DataFrame(schema=_CELL)
    cells = _grid(found, terms.as_of).join(found, on=["cohort", "policy_month"], how="left")
    cells = cells.with_columns(known_on=pl.max_horizontal("known_on", "last"))
    is_known = (pl.col("known_on") <= terms.as_of) & (pl.col("denominator") > 0)
    y_sum, x_sum = pl.col("numerator"), pl.col("denominator")
    lower, upper = (
        ratio_of_sums(y_sum, x_sum, *(pl.col(name) for name in ("yy", "xy", "xx", "cases")))
        if basis == "premium"
        else wilson(y_sum, x_sum)
    )
    told = {"value": y_sum / x_sum, "lower": lower.clip(0.0), "upper": upper, "numerator": y_sum}
    told |= {"denominator": x_sum}
    return (
        cells.with_columns(pl.when(is_known).then(part).alias(name) for name, part in told.items())
        .with_columns(cases=pl.when(pl.col("value").is_not_null()).then("cases").otherwise(0))
        .select(pl.col(name).cast(dtype) for name, dtype in _CELL.items())
        .sort("cohort", "policy_month")
    )


def _grid(found: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """
    Every cohort and policy month, with the day on which it is known at the latest that grace allows.
    """
    cohort, grace = found.select(pl.col("cohort").min(), pl.col("grace").max()).row(0)
    rows = []
    while cohort <= as_of:
        following = shift_months(cohort, HALF_YEAR)
        for month in POLICY_MONTHS:
            last_due = shift_months(following - timedelta(days=1), month - 1)
            rows.append((cohort, month, last_due + timedelta(days=grace)))
        cohort = following
    schema = {name: _CELL[name] for name in ("cohort", "policy_month", "known_on")}
    return pl.DataFrame(rows, schema=schema, orient="row")
