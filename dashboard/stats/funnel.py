"""
Which units differ from the whole by more than chance? Limits that narrow as the number of cases grows.

The limits are exact binomial points around the overall rate. Where units differ for reasons other than chance and
performance, as many small differences in many large units show, these limits are too narrow; that correction isn't
made here.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import polars as pl

# Both sides of 95 % and of 99.8 %. Only the outer pair is a signal: at 95 %, 200 fair units raise ten alarms.
_TAILS = {"lower_998": 0.001, "lower_95": 0.025, "upper_95": 0.975, "upper_998": 0.999}

# Beyond so many standard deviations a binomial holds less than a double can add.
_FAR = 13


def funnel(units: pl.DataFrame, *, numerator: str = "numerator", denominator: str = "denominator") -> pl.DataFrame:
    """
    Judge each unit's rate against limits around the rate of all units together.

    Args:
        units: One row per unit; a unit without cases has no limits and no signal.
        numerator: Column of hits.
        denominator: Column of cases.

    Returns:
        The rows with `overall` (the common rate; null if there are no cases at all), `lower_998`, `lower_95`,
        `upper_95`, `upper_998` (rates) and `signal`: `high` or `low` outside the 99.8 % limits, else null.
    """
    cases, hits = units[denominator].sum(), units[numerator].sum()
    overall = None if not cases else float(hits) / float(cases)
    sizes = [None if not size or overall is None else int(size) for size in units[denominator].to_list()]
    limits = {
        name: [
            None if size is None or overall is None else binomial_point(size, overall, tail) / size
            for size in sizes
        ]
        for name, tail in _TAILS.items()
    }
    rate = pl.col(numerator) / pl.col(denominator)
    return units.with_columns(
        pl.lit(overall, pl.Float64).alias("overall"),
        *[pl.Series(name, values, pl.Float64) for name, values in limits.items()],
    ).with_columns(
        signal=pl.when(rate > pl.col("upper_998"))
        .then(pl.lit("high"))
        .when(rate < pl.col("lower_998"))
        .then(pl.lit("low"))
    )


@lru_cache(maxsize=65_536)
def binomial_point(trials: int, share: float, tail: float) -> int:
    """
    Find the smallest count that a binomial doesn't exceed with probability `tail`.

    Args:
        trials: How many.
        share: Chance of success, from 0 to 1.
        tail: Between 0 and 1.
    """
    if share in (0.0, 1.0):
        return round(trials * share)
    mean, spread = trials * share, math.sqrt(trials * share * (1 - share))
    first = max(0, math.floor(mean - _FAR * spread - _FAR))
    last = min(trials, math.ceil(mean + _FAR * spread + _FAR))
    counts = np.arange(first + 1, last + 1)
    # Each mass from the one before it; only ratios matter, so the largest may be 1.
    steps = np.log((trials - counts + 1) / counts) + math.log(share / (1 - share))
    logs = np.concatenate(([0.0], np.cumsum(steps)))
    masses = np.exp(logs - logs.max())
    reached = np.cumsum(masses) / masses.sum()
    # A tail reached exactly in mathematics mustn't be missed by rounding.
    return first + int(np.searchsorted(reached, tail - 1e-12))
