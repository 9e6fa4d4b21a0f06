"""
How many complaints reach the regulator, for what we write and insure, beside the medians it publishes?
"""

from __future__ import annotations

import tomllib
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from dashboard.metrics.ledger import month_ends
from dashboard.periods import DAY, MONTH, Period, shift_months
from dashboard.stats import poisson_interval

# The regulator's bulletins know two kinds of insurers; a product line belongs to the one that usually sells it.
SECTOR_OF_LINE: Final = {
    "life": "life",
    "health": "life",
    "accident": "life",
    "motor": "property_casualty",
    "property": "property_casualty",
}
SECTORS: Final = ("property_casualty", "life")

_HUNDRED_MILLION: Final = 100_000_000
_TEN_THOUSAND: Final = 10_000
_MONTHS: Final = 3


@cache
def benchmarks() -> pl.DataFrame:
    """
    The published medians: `quarter` (first day), `sector`, `per_100m_premium`, `per_10k_policies`, `source`.

    Read from benchmarks.toml, by sector and quarter. Quarterly, complaints through the regulator only.
    """
    text = resources.files("dashboard.metrics").joinpath("benchmarks.toml").read_text(encoding="utf-8")
    schema = {
        "quarter": pl.Date(),
        "sector": pl.String(),
        "per_100m_premium": pl.Float64(),
        "per_10k_policies": pl.Float64(),
        "source": pl.String(),
    }
    return pl.DataFrame(tomllib.loads(text)["median"], schema=schema).sort("quarter", "sector")


def regulator_rates(rows: pl.LazyFrame, exposure: pl.LazyFrame, *, as_of: date, quarters: int = 8) -> pl.DataFrame:
    """
    Count the complaints forwarded by the regulator each quarter, per premium and per policies, by sector.

    Not annualised: the published medians are quarterly, too. A quarter that isn't over at the end of the day, or
    of which a month is missing in the ledger, has no rate and is provisional.

    Args:
        rows: Judged complaints; those with the source `regulator` are looked at, by their day of receipt.
        exposure: Rows of the exposure fact.
        as_of: The last quarter is the one it lies in.
        quarters: How many.

    Returns:
        One row per quarter and sector, oldest first: `quarter` (its first day), `sector`, `cases`, `premium_100m`
        (written in the quarter, in 100 million), `policies_10k` (mean of the three month ends, in 10,000),
        `per_100m`, `per_100m_lower`, `per_100m_upper`, `per_10k`, `per_10k_lower`, `per_10k_upper` (exact 95 %),
        `benchmark_quarter` (the last published up to that quarter, or else the first), `benchmark_per_100m`,
        `benchmark_per_10k`, `benchmark_source`, `provisional`. Complaints whose product line isn't known make a
        row without a sector and without rates, in quarters in which there are any.
    """
    this = _quarter(as_of)
    starts = [shift_months(this, -_MONTHS * back) for back in range(quarters - 1, -1, -1)]
    period = Period(starts[0], shift_months(this, _MONTHS))
    sector = pl.col("product_line").replace_strict(SECTOR_OF_LINE, default=None, return_dtype=pl.String)
    counts = (
        rows.filter("is_counted", pl.col("source") == "regulator", period.covers("received_on"))
        .group_by(pl.col("received_on").dt.truncate("1q").alias("quarter"), sector.alias("sector"))
        .agg(pl.col("cases").sum())
    )
    of_sector = [
        month_ends(exposure.filter(sector == each), as_of=as_of).with_columns(sector=pl.lit(each))
        for each in SECTORS
    ]
    found, *ledger = pl.collect_all([counts, *of_sector])
    known = _quarterly(pl.concat(ledger))
    cells = pl.DataFrame({"quarter": starts}).join(pl.DataFrame({"sector": SECTORS}), how="cross")
    unplaced = found.filter(pl.col("sector").is_null()).select("quarter", "sector")
    is_over = pl.col("quarter").dt.offset_by("1q") <= as_of + DAY
    rates = (
        pl.concat([cells, unplaced])
        .join(found, on=["quarter", "sector"], how="left", nulls_equal=True)
        .join(known, on=["quarter", "sector"], how="left")
        .with_columns(
            pl.col("cases").fill_null(0),
            pl.when(is_over).then(pl.col("premium_100m", "policies_10k")),
        )
    )
    exposed = pl.col("premium_100m").is_not_null() & pl.col("policies_10k").is_not_null()
    return (
        rates.with_columns(*_per("per_100m", "premium_100m", rates), *_per("per_10k", "policies_10k", rates))
        .join(_published(starts), on=["quarter", "sector"], how="left")
        .with_columns(provisional=~is_over | ~exposed)
        .sort(
            "quarter", pl.col("sector").replace_strict(SECTORS, range(len(SECTORS)), default=None), nulls_last=True
        )
    )


def _quarter(day: date) -> date:
    return date(day.year, (day.month - 1) // _MONTHS * _MONTHS + 1, 1)


def _quarterly(ledger: pl.DataFrame) -> pl.DataFrame:
    """
    The quarters of which every month is in the ledger.
    """
    premium, policies = pl.col("premium_written"), pl.col("policies_in_force")
    return (
        ledger.group_by("sector", pl.col(MONTH).dt.truncate("1q").alias("quarter"))
        .agg(
            months=pl.len(),
            premium_100m=pl.when(premium.is_not_null().all()).then(premium.sum().cast(pl.Float64))
            / _HUNDRED_MILLION,
            policies_10k=pl.when(policies.is_not_null().all()).then(policies.mean()) / _TEN_THOUSAND,
        )
        .filter(pl.col("months") == _MONTHS)
        .drop("months")
    )


def _per(name: str, against: str, rates: pl.DataFrame) -> list[pl.Expr]:
    """
    Cases over an exposure, with the exact interval of the cases over it.
    """
    some = pl.when(pl.col(against) > 0).then(pl.col(against))
    limits = [poisson_interval(int(cases)) for cases in rates["cases"]]
    bounds = [pl.lit(pl.Series([limit[side] for limit in limits], dtype=pl.Float64)) for side in (0, 1)]
    return [
        (pl.col("cases") / some).alias(name),
        (bounds[0] / some).alias(f"{name}_lower"),
        (bounds[1] / some).alias(f"{name}_upper"),
    ]


def _published(starts: list[date]) -> pl.DataFrame:
    """
    For each quarter and sector the last median published up to it; before the first one, that.
    """
    medians = benchmarks().rename(
        {
            "quarter": "benchmark_quarter",
            "per_100m_premium": "benchmark_per_100m",
            "per_10k_policies": "benchmark_per_10k",
            "source": "benchmark_source",
        }
    )
    is_later = pl.col("benchmark_quarter") > pl.col("quarter")
    distance = (pl.col("quarter") - pl.col("benchmark_quarter")).dt.total_days().abs()
    return (
        pl.DataFrame({"quarter": starts})
        .join(medians, how="cross")
        .sort("quarter", "sector", is_later, distance)
        .unique(subset=["quarter", "sector"], keep="first", maintain_order=True)
    )
