"""
In which band an amount lies: claims of a few hundred and of a few hundred thousand are different work.
"""

from __future__ import annotations

from typing import Final

import polars as pl

# Each band's name and its end, which is no longer in it, in the money of the amounts; what is more falls into the
# last one.
AMOUNT_BANDS: Final = (("0-1k", 1_000), ("1k-5k", 5_000), ("5k-20k", 20_000), ("20k-100k", 100_000))
LARGEST_BAND: Final = "100k+"
AMOUNT_BAND: Final = pl.Enum([*(name for name, _ in AMOUNT_BANDS), LARGEST_BAND])


def amount_band(amount: pl.Expr) -> pl.Expr:
    """
    The band of an amount, an enumeration; null where it isn't known or below zero.
    """
    value = amount.cast(pl.Float64)
    band = pl.lit(LARGEST_BAND, AMOUNT_BAND)
    for name, end in reversed(AMOUNT_BANDS):
        band = pl.when(value < end).then(pl.lit(name, AMOUNT_BAND)).otherwise(band)
    return pl.when(value >= 0).then(band)
