"""
Sums of judged rows, and the figures they make: what they rest on, how sure they are, whether they may change.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.metrics.kpis import Kpi
from dashboard.periods import MONTH, Period
from dashboard.stats import kaplan_meier, survival_quantiles, wilson

# The columns of a figure, after those of its group.
FIGURE: Final = {
    "value": pl.Float64(),
    "numerator": pl.Int64(),
    "denominator": pl.Int64(),
    "cases": pl.Int64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "provisional": pl.Boolean(),
    "not_recorded": pl.Boolean(),
}


def summed(kpi: Kpi, judged: pl.LazyFrame, period: Period, keys: Sequence[str]) -> pl.LazyFrame:
    """
    Sum a KPI's cases in a period, by group.

    Args:
        kpi: Its columns say what is summed.
        judged: Rows with those columns, `cases`, and the group columns (but the month).
        period: Applied to the KPI's own day.
        keys: The group columns; `month` is the month of the KPI's own day.

    Returns:
        The groups that have rows, `numerator`, `denominator`; for durations also `time`, `lower`, `upper` and
        `youngest_open`, the fewest days an open case has waited. Without groups, one row.
    """
    rows = judged.filter(kpi.among)
    if kpi.day is not None:
        rows = rows.filter(period.covers(kpi.day)).with_columns(pl.col(kpi.day).dt.truncate("1mo").alias(MONTH))
    cases = pl.col("cases")
    sums = {
        "numerator": cases.filter(pl.col(kpi.hits)).sum() if kpi.hits else cases.sum(),
        "denominator": cases.sum(),
    }
    if kpi.quantile is None:
        return rows.group_by(keys).agg(**sums) if keys else rows.select(**sums)

    sums["youngest_open"] = pl.col("days").filter(pl.col("is_open")).min()
    curve = kaplan_meier(rows, duration="days", event=str(kpi.hits), by=keys)
    quantile = survival_quantiles(curve, by=keys, q=(kpi.quantile,)).drop("quantile")
    if not keys:
        return pl.concat([rows.select(**sums), quantile], how="horizontal")
    return rows.group_by(keys).agg(**sums).join(quantile, on=list(keys), how="left", nulls_equal=True)


def figured(
    kpi: Kpi, sums: pl.DataFrame, groups: pl.DataFrame, *, period: Period, keys: Sequence[str], as_of: date
) -> pl.DataFrame:
    """
    Turn a KPI's sums into figures, a row for every month and every group.

    Args:
        kpi: Its unit says how.
        sums: As `summed` gives them.
        groups: The groups to show, without the month; others in `sums` would be lost.
        period: As for `summed`.
        keys: As for `summed`.
        as_of: Of what lies behind it nothing is known: no value.

    Returns:
        The group columns and those of `FIGURE`, sorted by group.
    """
    cells = _cells(sums, groups, period, keys, as_of)
    rows = sums if cells is None else cells.join(sums, on=list(keys), how="left", nulls_equal=True)
    first, last = _bounds(kpi, period, keys)
    is_known = first.fill_null(as_of) <= as_of
    rows = rows.with_columns(pl.when(is_known).then(pl.col("numerator", "denominator").fill_null(0)))
    value, lower, upper = _value(kpi)
    can_change = (last > as_of).fill_null(value=False)
    if kpi.quantile is not None:
        # One that has waited less can still move it; while any waits, one not reached can still be.
        youngest = pl.col("youngest_open")
        can_change |= (youngest < value.fill_null(youngest + 1)).fill_null(value=False)
    figures = rows.select(
        *keys,
        value=value.cast(FIGURE["value"]),
        numerator=pl.col("numerator").cast(FIGURE["numerator"]),
        denominator=(pl.lit(None) if kpi.unit == "count" else pl.col("denominator")).cast(FIGURE["denominator"]),
        cases=pl.col("denominator").fill_null(0).cast(FIGURE["cases"]),
        lower=lower.cast(FIGURE["lower"]),
        upper=upper.cast(FIGURE["upper"]),
        provisional=can_change,
        not_recorded=pl.lit(value=False),
    )
    return figures.sort(keys, nulls_last=True) if keys else figures


def _value(kpi: Kpi) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """
    The value and its interval, of summed rows.
    """
    numerator, denominator = pl.col("numerator"), pl.col("denominator")
    if kpi.unit == "rate":
        share: pl.Expr = pl.when(denominator > 0).then(numerator / denominator)
        return share, *wilson(numerator, denominator)
    if kpi.unit == "days":
        return pl.col("time"), pl.col("lower"), pl.col("upper")
    return numerator, pl.lit(None), pl.lit(None)


def _cells(
    sums: pl.DataFrame, groups: pl.DataFrame, period: Period, keys: Sequence[str], as_of: date
) -> pl.DataFrame | None:
    """
    Every combination of month and group; null where there are no groups at all.
    """
    if not keys:
        return None
    if MONTH not in keys:
        return groups.select(keys)
    earliest = sums[MONTH].min()
    months = period.months(earliest=earliest if isinstance(earliest, date) else as_of, latest=as_of)
    if period.first is None and earliest is None:
        months = []
    each_month = pl.DataFrame({MONTH: pl.Series(months, dtype=pl.Date)})
    if len(keys) == 1:
        return each_month
    return each_month.join(groups, how="cross").select(keys)


def _bounds(kpi: Kpi, period: Period, keys: Sequence[str]) -> tuple[pl.Expr, pl.Expr]:
    """
    First and last day that a row's figure is about; null: without that end. A state is about its own day alone.
    """
    is_state = kpi.day is None
    first = pl.lit(None if is_state else period.first, pl.Date)
    last = pl.lit(None if is_state else period.last, pl.Date)
    if MONTH not in keys:
        return first, last
    # The extremes pass over nulls, which is what a missing end means.
    return pl.max_horizontal(MONTH, first), pl.min_horizontal(pl.col(MONTH).dt.month_end(), last)
