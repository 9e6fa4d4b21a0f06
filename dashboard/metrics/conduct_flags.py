"""
Of which prohibited conduct were sales suspected, how much of it was confirmed, and how long after the sale?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.periods import Period

# What is read of judged applications here.
FLAGS_READ: Final = ("conduct_flag", "decided_on", "flagged_on", "is_flag_decided", "is_flag_confirmed")


def flags_by_kind(judged: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count flags by kind, with those decided and confirmed and the days from the contract's decision to the flag.

    A flag raised before the decision on the contract, or on an application without one, has no such days.

    Args:
        judged: Rows of `sales_conduct.judged`, with `FLAGS_READ` and `cases`.
        period: Of the start of the application.

    Returns:
        One row per kind, the most first: `conduct_flag` (null: no kind told), `flagged`, `decided`, `confirmed`
        (cases), `share` (confirmed of those decided; null of none), `days_median` and `days_p90` (null where no
        flag has days; the nearest day reached).
    """
    cases = pl.col("cases")
    days = (pl.col("flagged_on") - pl.col("decided_on")).dt.total_days()
    flagged = judged.filter(pl.col("flagged_on").is_not_null(), period.covers("started_on"))
    later = days.filter(days >= 0)
    found = flagged.group_by("conduct_flag").agg(
        flagged=cases.sum(),
        decided=cases.filter("is_flag_decided").sum(),
        confirmed=cases.filter(pl.col("is_flag_decided") & pl.col("is_flag_confirmed")).sum(),
        days_median=later.quantile(0.5, "higher"),
        days_p90=later.quantile(0.9, "higher"),
    )
    share = pl.when(pl.col("decided") > 0).then(pl.col("confirmed") / pl.col("decided"))
    order = {"by": ["flagged", "conduct_flag"], "descending": [True, False], "nulls_last": True}
    counted = found.with_columns(share=share).sort(**order).collect()  # type: ignore[arg-type]
    return counted.select("conduct_flag", "flagged", "decided", "confirmed", "share", "days_median", "days_p90")
