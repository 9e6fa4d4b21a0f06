"""
How long have open claims waited, at which stage, for how much money, and when did the claimant last hear of it?
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import product
from typing import Final

import polars as pl

from dashboard.metrics.amounts import AMOUNT_BAND, amount_band
from dashboard.metrics.claim_worklist import STAGES

# Days since the report; each band's last day. What is older falls into the last band.
AGE_BANDS: Final = (("0-3", 3), ("4-10", 10), ("11-30", 30), ("31-60", 60), ("61-180", 180), ("181-365", 365))
OLDEST_BAND: Final = "366+"

# A slip of the keyboard, or nothing at all: no amount to speak of, and no small one either.
BELOW_ZERO: Final = "negative"
UNKNOWN_AMOUNT: Final = "unknown"

AGES: Final = (*(name for name, _ in AGE_BANDS), OLDEST_BAND)
AMOUNTS: Final = (*AMOUNT_BAND.categories, BELOW_ZERO, UNKNOWN_AMOUNT)

# Against what the age is set, and the rows in their order.
AGAINST: Final = {"stage": STAGES, "amount_band": AMOUNTS}


def with_bands(open_rows: pl.LazyFrame) -> pl.LazyFrame:
    """
    Add to open claims the bands they are counted in.

    Args:
        open_rows: As `claim_worklist.open_claims` gives them.

    Returns:
        The same rows with `age_band` (of `AGES`, by local days since the report) and `amount_band` (of `AMOUNTS`).
    """
    amount, days = pl.col("amount_claimed"), pl.col("days_open")
    by_age = [pl.when(days <= last).then(pl.lit(name)) for name, last in AGE_BANDS]
    beyond = pl.when(amount < 0).then(pl.lit(BELOW_ZERO)).otherwise(pl.lit(UNKNOWN_AMOUNT))
    return open_rows.with_columns(
        age_band=pl.coalesce(*by_age, pl.lit(OLDEST_BAND)),
        amount_band=pl.coalesce(amount_band(amount).cast(pl.String), beyond),
    )


def claim_ageing(banded: pl.LazyFrame, *, by: str) -> pl.DataFrame:
    """
    Count open claims by days since the report against their stage or the amount claimed.

    Args:
        banded: As `with_bands` gives them, all or some.
        by: A key of `AGAINST`.

    Returns:
        Every combination, both in their order: the column `by`, `age_band`, `cases`.
    """
    counts = banded.group_by(by, "age_band").agg(pl.col("cases").sum())
    pairs = list(product(AGAINST[by], AGES))
    every = pl.LazyFrame(pairs, schema={by: pl.String, "age_band": pl.String}, orient="row")
    found = every.join(counts, on=[by, "age_band"], how="left", maintain_order="left")
    return found.with_columns(pl.col("cases").fill_null(0).cast(pl.Int64)).collect()


def silent_claims(open_rows: pl.LazyFrame, *, today: date, zone: str) -> pl.LazyFrame:
    """
    Say of open claims for how many days their claimants have heard nothing.

    Args:
        open_rows: As `claim_worklist.open_claims` gives them.
        today: The local day.
        zone: Where days are counted.

    Returns:
        The same rows with `heard_on`, the local day of the last message, or of the report where none was ever sent
        (null where some were and when isn't known), and `days_silent` since then.
    """
    at = pl.col("last_progress_at")
    was_told = (pl.col("progress_sent") > 0).fill_null(value=False)
    heard_at = pl.when(at.is_not_null() | was_told).then(at).otherwise("reported_at")
    heard_on = heard_at.dt.convert_time_zone(zone).dt.date()
    return open_rows.with_columns(heard_on=heard_on, days_silent=(pl.lit(today) - heard_on).dt.total_days())


def silence_by(silent: pl.LazyFrame, by: Sequence[str], *, more_than: int) -> pl.DataFrame:
    """
    Count the claims of each group that are open, and of them those without a message for too long.

    Args:
        silent: As `silent_claims` gives them, all or some.
        by: The columns that make groups.
        more_than: Silence of exactly so many days isn't too long yet.

    Returns:
        A row per group with open claims, the most silent ones first: the groups, `cases` (silent for longer),
        `open`, `share` (null where the silence of none is known).
    """
    days, cases = pl.col("days_silent"), pl.col("cases")
    counts = silent.group_by(by).agg(
        cases=cases.filter(days > more_than).sum(),
        open=cases.sum(),
        known=cases.filter(days.is_not_null()).sum(),
    )
    share = pl.when(pl.col("known") > 0).then(pl.col("cases") / pl.col("known"))
    return (
        counts.with_columns(share=share)
        .drop("known")
        .sort("cases", "open", *by, descending=[True, True, *[False] * len(by)])
        .collect()
    )
