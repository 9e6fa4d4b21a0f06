"""
From numpy arrays to the columns of a table: keys, codes, instants, and null where nothing is known.

The generator draws with numpy: instants are `datetime64[s]`, days `datetime64[D]`, NaT is null. An index of -1 is
null as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

Array = np.ndarray[Any, np.dtype[Any]]
Draws = np.random.Generator

KEY_DIGITS = 9
DAY_SECONDS = 86_400
NEVER = np.datetime64("NaT", "s")


def keys(prefix: str, index: Array) -> pl.Series:
    """
    Business numbers: the prefix and the running number, null where the index is negative.
    """
    numbers = pl.Series(np.where(index < 0, 0, index)).cast(pl.String).str.zfill(KEY_DIGITS)
    return only(prefix + numbers, index >= 0)


def codes(vocabulary: Sequence[str], index: Array) -> pl.Series:
    """
    The words of a vocabulary by their position, null where the position is negative.
    """
    known = pl.Series([*vocabulary, None], dtype=pl.String)
    return known.gather(pl.Series(np.where(index < 0, len(vocabulary), index)).cast(pl.UInt32))


def only(values: pl.Series | Array, where: Array) -> pl.Series:
    """
    The values where the condition holds, null elsewhere.
    """
    series = series_of(values)
    return series.zip_with(pl.Series(where), pl.Series([None], dtype=series.dtype).new_from_index(0, len(series)))


def series_of(values: pl.Series | Array) -> pl.Series:
    """
    A column as polars keeps it: NaT and NaN become null, truths 0 and 1.
    """
    if isinstance(values, pl.Series):
        return values
    if values.dtype.kind == "M" and values.dtype != np.dtype("datetime64[D]"):
        return pl.Series(values.astype("datetime64[us]"))
    if values.dtype.kind == "b":
        return pl.Series(values.astype(np.int8))
    return pl.Series(values, nan_to_null=True)


def frame(columns: Mapping[str, pl.Series | Array]) -> pl.DataFrame:
    """
    The rows of one table.
    """
    return pl.DataFrame({name: series_of(values) for name, values in columns.items()})


def waits(days: Array | float) -> Array:
    """
    Days with a fraction as a span of seconds.
    """
    return np.asarray(np.round(np.asarray(days) * DAY_SECONDS)).astype("timedelta64[s]")


def between(first: Array, last: Array, share: Array | float) -> Array:
    """
    The instants at this share of the way from the first to the last, NaT where either is unknown.
    """
    way: Array = first + ((last - first) * share).astype("timedelta64[s]")
    return way


def latest(*instants: Array) -> Array:
    """
    The last of several instants of each row, NaT left aside: when the row last changed.
    """
    last = instants[0].astype("datetime64[s]")
    for other in instants[1:]:
        last = np.fmax(last, other.astype("datetime64[s]"))
    return last


def pick(draws: Draws, shares: Sequence[float], size: int) -> Array:
    """
    Positions drawn by their shares, which need not add up to one.
    """
    edges = np.cumsum(np.asarray(shares, dtype=float))
    return np.searchsorted(edges / edges[-1], draws.random(size), side="right").clip(0, len(shares) - 1)


def skewed(draws: Draws, median: Array | float, spread: Array | float, size: int) -> Array:
    """
    Log-normal durations: most are short, some are very long.
    """
    return np.asarray(median) * np.exp(np.asarray(spread) * draws.standard_normal(size))
