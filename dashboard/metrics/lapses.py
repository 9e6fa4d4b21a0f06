"""
How do contracts end that weren't renewed in time, and how long before or after their due day?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.packing import Likeness
from dashboard.metrics.renewals import NOT_AVAILABLE
from dashboard.metrics.terms import Terms
from dashboard.periods import Period

# The first two make the figure `lapse_rate`; the others were never invited to renew.
ENDINGS: Final = ("lapsed", "reinstated", "insurer_declined", *NOT_AVAILABLE)
# Days after the due day, each band up to and including its last one; what comes after all of them is `LATEST`.
DAY_BANDS: Final = {"before": -1, "0": 0, "1-15": 15, "16-30": 30, "31-60": 60}
LATEST: Final = "61+"


def with_endings(rows: pl.LazyFrame) -> pl.LazyFrame:
    """
    Add to judged renewals `ending` and `band`, as `lapses` tells them, of those that aren't renewed in time.
    """
    back_on = pl.coalesce("reinstated_on", "renewed_on")
    ending = (
        pl.when(~pl.col("is_invited")).then(pl.col("outcome").cast(pl.Enum(ENDINGS), strict=False))
        .when(back_on.is_not_null()).then(pl.lit("reinstated", pl.Enum(ENDINGS)))
        .otherwise(pl.lit("lapsed", pl.Enum(ENDINGS)))
    )  # fmt: skip
    ended_on = (
        pl.when(~pl.col("is_invited")).then("outcome_on")
        .when(back_on.is_not_null()).then(back_on)
        .otherwise("lapsed_on")
    )  # fmt: skip
    band = _band(ended_on.cast(pl.Int32) - pl.col("due_on").cast(pl.Int32))
    return rows.with_columns(ending=ending, band=band)


# What `lapses` reads.
OF_LAPSES: Final = Likeness(("lapsed_on", "is_invited", "is_lapsed", "ending", "band"), made=with_endings)


def lapses(rows: pl.LazyFrame, terms: Terms, *, period: Period) -> pl.DataFrame:
    """
    Count contracts that weren't paid by the end of their days of grace, by how they ended and when.

    Args:
        rows: Judged renewals with their endings: the columns of `OF_LAPSES`.
        terms: The day whose end counts.
        period: Of the day after grace, like `lapse_rate`.

    Returns:
        In the order of `ENDINGS` and of the bands: `ending` (`lapsed`: unpaid to this day; `reinstated`: paid or
        put back in force after grace; else the outcome), `band` (of the days from the due day to that: to the day
        of lapsing, of coming back, or on which the outcome became known; null: that day isn't recorded), `cases`.
    """
    lost = (pl.col("lapsed_on") <= terms.as_of) & (~pl.col("is_invited") | pl.col("is_lapsed"))
    counted = rows.filter(lost, period.covers("lapsed_on")).group_by("ending", "band").agg(pl.col("cases").sum())
    # Both are enumerations, in the order told.
    return (
        counted.sort("ending", "band", nulls_last=True)
        .with_columns(pl.col("ending", "band").cast(pl.String))
        .collect()
    )


def _band(days: pl.Expr) -> pl.Expr:
    bands = pl.Enum((*DAY_BANDS, LATEST))
    band: pl.Expr = pl.lit(LATEST, bands)
    for name, last in reversed(DAY_BANDS.items()):
        band = pl.when(days <= last).then(pl.lit(name, bands)).otherwise(band)
    return pl.when(days.is_not_null()).then(band)
