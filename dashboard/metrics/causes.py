"""
What do customers complain about, where, and which of it arises between departments?

Every figure is a sum of `cases` over rows that `complaints.judged` has judged, of those that count, by their day
of receipt. A cause nobody coded is a group of its own: shown, and never shared out among the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl

from dashboard.metrics.ledger import month_ends
from dashboard.periods import MONTH, Period

PER_POLICIES: Final = 10_000


@dataclass(frozen=True, slots=True)
class Pareto:
    """
    Causes by size, and how much of the whole they can speak for.

    Attributes:
        causes: One row per coded cause, largest first: the cause, `cases`, `share` (of the coded cases) and
            `cumulative` (with all larger ones).
        cases: Of all complaints, coded or not.
        uncoded: Of those without a cause.
        uncoded_share: Of all; null where there are none at all.
    """

    causes: pl.DataFrame
    cases: int
    uncoded: int
    uncoded_share: float | None


def pareto(rows: pl.LazyFrame, *, period: Period, by: str = "cause") -> Pareto:
    """
    Rank the causes of the complaints received in a period.

    Args:
        rows: Judged complaints.
        period: Of receipt.
        by: The column that says why: `cause`, `category`.

    Returns:
        Ties are sorted by name, so that the order is always the same.
    """
    counts = _counted(rows, period).group_by(by).agg(pl.col("cases").sum()).collect()
    return ranked(counts, by=by)


def ranked(counts: pl.DataFrame, *, by: str) -> Pareto:
    """
    Rank what has been counted already: `by` and `cases`, each value once, null being what isn't coded.
    """
    cases = int(counts["cases"].sum())
    coded = counts.drop_nulls(by).sort("cases", by, descending=[True, False])
    uncoded = cases - int(coded["cases"].sum())
    whole = pl.col("cases").sum()
    causes = coded.with_columns(
        share=pl.when(whole > 0).then(pl.col("cases") / whole),
        cumulative=pl.when(whole > 0).then(pl.col("cases").cum_sum() / whole),
    )
    return Pareto(causes, cases, uncoded, uncoded / cases if cases else None)


def matrix(rows: pl.LazyFrame, *, period: Period, rows_by: str, columns_by: str) -> pl.DataFrame:
    """
    Count complaints by two columns at once, and say where there are more than both alone would explain.

    If the cause had nothing to do with the branch, a cell would hold its row's share of its column. The adjusted
    residual says by how many standard deviations it holds more (positive) or fewer; beyond 3 is hardly chance.

    Args:
        rows: Judged complaints.
        period: Of receipt.
        rows_by: Column of the fact, such as `cause`.
        columns_by: Another one, such as `branch_id` or `product_line`.

    Returns:
        Every combination, the larger rows and columns first and what isn't coded last: both columns, `cases`,
        `expected`, `residual` (adjusted Pearson; null where there is but one row or column to compare).
    """
    counts = _counted(rows, period).group_by(rows_by, columns_by).agg(pl.col("cases").sum()).collect()
    return crossed(counts, rows_by=rows_by, columns_by=columns_by)


def crossed(counts: pl.DataFrame, *, rows_by: str, columns_by: str) -> pl.DataFrame:
    """
    Like `matrix`, of what has been counted already: both columns and `cases`, each pair once.
    """
    counts = counts.select(row=rows_by, column=columns_by, cases="cases")
    in_row = counts.group_by("row").agg(in_row=pl.col("cases").sum())
    in_column = counts.group_by("column").agg(in_column=pl.col("cases").sum())
    whole = counts["cases"].sum()
    expected = pl.col("in_row") * pl.col("in_column") / pl.lit(whole, pl.Float64)
    spread = (pl.col("expected") * (1 - pl.col("in_row") / whole) * (1 - pl.col("in_column") / whole)).sqrt()
    order = [pl.col(name).is_null() for name in ("row", "column")]
    return (
        in_row.join(in_column, how="cross")
        .join(counts, on=["row", "column"], how="left", nulls_equal=True)
        .with_columns(pl.col("cases").fill_null(0), expected=pl.when(whole > 0).then(expected))
        .with_columns(residual=pl.when(spread > 0).then((pl.col("cases") - pl.col("expected")) / spread))
        .sort(
            [order[0], "in_row", "row", order[1], "in_column", "column"],
            descending=[False, True, False, False, True, False],
        )
        .select(pl.col("row").alias(rows_by), pl.col("column").alias(columns_by), "cases", "expected", "residual")
    )


def cause_rates(
    rows: pl.LazyFrame, exposure: pl.LazyFrame, *, months: Sequence[date], as_of: date, by: str = "cause"
) -> pl.DataFrame:
    """
    Measure each cause's complaints against the contracts that could have given rise to them.

    Args:
        rows: Judged complaints, of the branches and lines looked at.
        exposure: Rows of the exposure fact, of the same branches and lines.
        months: First days of the months asked for.
        as_of: A month that ends later has no rate yet.
        by: The column that says why.

    Returns:
        One row per cause that occurs in them and month that is over and in the ledger: the cause, `month`,
        `cases`, `policy_years` and `per_10k` (a year; null where the ledger has no contracts or doesn't say).
    """
    ledger = month_ends(exposure, as_of=as_of).filter(pl.col(MONTH).is_in(list(months)))
    known = ledger.select(MONTH, "policy_years").collect()
    by_day = rows.filter("is_counted", pl.col("received_on") <= as_of).group_by(by, "received_on")
    found = (
        by_day.agg(pl.col("cases").sum())
        .group_by(by, pl.col("received_on").dt.truncate("1mo").alias(MONTH))
        .agg(pl.col("cases").sum())
        .join(known.lazy().select(MONTH), on=MONTH, how="semi")
        .collect()
    )
    some = pl.when(pl.col("policy_years") > 0).then(pl.col("policy_years"))
    return (
        found.select(by)
        .unique()
        .join(known, how="cross")
        .join(found, on=[by, MONTH], how="left", nulls_equal=True)
        .with_columns(pl.col("cases").fill_null(0))
        .with_columns(per_10k=pl.col("cases") / some * PER_POLICIES)
        .select(by, MONTH, "cases", "policy_years", "per_10k")
        .sort(by, MONTH, nulls_last=True)
    )


@dataclass(frozen=True, slots=True)
class Handovers:
    """
    Complaints that arose between departments.

    Attributes:
        causes: One row per hand-over, largest first, the complaints without one (null) last: `handover_cause`,
            `cases`, `share` (of all), `due` (whose due day is over) and `on_time_rate` (of those).
        months: One row per month of receipt and hand-over that occurs: `month`, `handover_cause`, `cases`,
            `share` (of the month's).
    """

    causes: pl.DataFrame
    months: pl.DataFrame


def handovers(rows: pl.LazyFrame, *, period: Period) -> Handovers:
    """
    Count the complaints received in a period by the hand-over between departments that gave rise to them.

    Args:
        rows: Judged complaints. Without a hand-over cause means: none was coded.
        period: Of receipt.
    """
    cases, due = pl.col("cases"), pl.col("is_due")
    # Counted by day first: a million months would have to be cut off a million days.
    by_day = _counted(rows, period).group_by("handover_cause", "received_on", "is_due", "is_in_time")
    found = (
        by_day.agg(cases.sum())
        .group_by("handover_cause", pl.col("received_on").dt.truncate("1mo").alias(MONTH))
        .agg(cases.sum(), due=cases.filter(due).sum(), in_time=cases.filter(due & pl.col("is_in_time")).sum())
        .collect()
    )
    causes = (
        found.group_by("handover_cause")
        .agg(pl.col("cases", "due", "in_time").sum())
        .with_columns(
            share=cases / cases.sum(),
            on_time_rate=pl.when(pl.col("due") > 0).then(pl.col("in_time") / pl.col("due")),
        )
        .sort(pl.col("handover_cause").is_null(), "cases", "handover_cause", descending=[False, True, False])
        .select("handover_cause", "cases", "share", "due", "on_time_rate")
    )
    months = (
        found.with_columns(share=cases / cases.sum().over(MONTH))
        .sort(MONTH, "handover_cause", nulls_last=True)
        .select(MONTH, "handover_cause", "cases", "share")
    )
    return Handovers(causes, months)


def _counted(rows: pl.LazyFrame, period: Period) -> pl.LazyFrame:
    return rows.filter("is_counted", period.covers("received_on"))
