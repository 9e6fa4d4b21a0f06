"""
How do contracts end that weren't renewed in time, and how long before or after their due day?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.renewals import NOT_AVAILABLE
from dashboard.metrics.terms import Terms
from dashboard.periods import Period

# The first two make the figure `lapse_rate`; the others were never invited to renew.
ENDINGS: Final = ("lapsed", "reinstated", "insurer_declined", *NOT_AVAILABLE)
# Days after the due day, each band up to and including its last one; what comes after all of them is `LATEST`.
DAY_BANDS: Final = {"before": -1, "0": 0, "1-15": 15, "16-30": 30, "31-60": 60}
LATEST: Final = "61+"


def lapses(rows: pl.LazyFrame, terms: Terms, *, period: Period) -> pl.DataFrame:
    """
    Count contracts that weren't paid by the end of their days of grace, by how they ended and when.

    Args:
        rows: Judged renewals.
        terms: The day whose end counts.
        period: Of the day after grace, like `lapse_rate`.

    Returns:
        In the order of `ENDINGS` and of the bands: `ending` (`lapsed`: unpaid to this day; `reinstated`: paid or
        put back in force after grace; else the outcome), `band` (of the days from the due day to that: to the day
        of lapsing, of coming back, or on which the outcome became known; null: that day isn't recorded), `cases`.
    """
    back_on = pl.coalesce("reinstated_on", "renewed_on")
    ending = (
        pl.when(~pl.col("is_invited")).then(pl.col("outcome").cast(pl.String))
        .when(back_on.is_not_null()).then(pl.lit("reinstated"))
        .otherwise(pl.lit("lapsed"))
    )  # fmt: skip
    ended_on = (
        pl.when(~pl.col("is_invited")).then("outcome_on")
        .when(back_on.is_not_null()).then(back_on)
        .otherwise("lapsed_on")
    )  # fmt: skip
    lost = (pl.col("lapsed_on") <= terms.as_of) & (~pl.col("is_invited") | pl.col("is_lapsed"))
    counted = (
        rows.filter(lost, period.covers("lapsed_on"))
        .group_by(
            ending.alias("ending"), _band(ended_on.cast(pl.Int32) - pl.col("due_on").cast(pl.Int32)).alias("band")
        )
        .agg(pl.col("cases").sum())
    )
    return counted.sort(_place("ending", ENDINGS), _place("band", (*DAY_BANDS, LATEST))).collect()


def _band(days: pl.Expr) -> pl.Expr:
    band: pl.Expr = pl.lit(LATEST)
    for name, last in reversed(DAY_BANDS.items()):
        band = pl.when(days <= last).then(pl.lit(name)).otherwise(band)
    return pl.when(days.is_not_null()).then(band)


def _place(column: str, order: tuple[str, ...]) -> pl.Expr:
    return pl.col(column).replace_strict(
        list(order), list(range(len(order))), default=len(order), return_dtype=pl.Int64
    )
