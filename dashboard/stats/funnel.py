"""
Which units differ from the whole by more than chance? Limits that narrow as the number of cases grows.

The limits are exact binomial points around the overall rate. Where units differ for reasons other than chance and
performance, as many small differences in many large units show, these limits are too narrow; on request they are
widened by the spread that most units show (Spiegelhalter 2005).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import polars as pl

# Both sides of 95 % and of 99.8 %. Only the outer pair is a signal: at 95 %, 200 fair units raise ten alarms.
TAILS = {"lower_998": 0.001, "lower_95": 0.025, "upper_95": 0.975, "upper_998": 0.999}

# Beyond so many standard deviations a binomial holds less than a double can add.
_FAR = 13

# The most extreme tenth of units on either side is drawn in before the spread of all is judged.
WINSORISED = 0.1


def funnel(
    units: pl.DataFrame,
    *,
    numerator: str = "numerator",
    denominator: str = "denominator",
    allow_spread: bool = False,
) -> pl.DataFrame:
    """
    Judge each unit's rate against limits around the rate of all units together.

    Args:
        units: One row per unit; a unit without cases has no limits and no signal.
        numerator: Column of hits.
        denominator: Column of cases.
        allow_spread: Widen the limits by the variance between units beyond chance, estimated from all of them on
            the arcsine scale after winsorising a tenth; where there is none, nothing changes.

    Returns:
        The rows with `overall` (the common rate; null if there are no cases at all), `lower_998`, `lower_95`,
        `upper_95`, `upper_998` (rates) and `signal`: `high` or `low` outside the 99.8 % limits, else null.
    """
    cases, hits = units[denominator].sum(), units[numerator].sum()
    overall = None if not cases else float(hits) / float(cases)
    sizes = [None if not size or overall is None else int(size) for size in units[denominator].to_list()]
    spread = 0.0
    if allow_spread and overall is not None:
        judged = units.filter(pl.col(denominator) > 0)
        spread = variance_between(judged[numerator].to_list(), judged[denominator].to_list(), overall)
    limits = {
        name: [None if size is None or overall is None else _limit(size, overall, tail, spread) for size in sizes]
        for name, tail in TAILS.items()
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


def variance_between(hits: Sequence[float], cases: Sequence[float], overall: float) -> float:
    """
    Estimate the variance of units' true rates around the common one, on the arcsine scale.

    Spiegelhalter's additive model by the method of moments, his tau squared: each unit's distance from the common
    rate in standard deviations of chance, the most extreme tenth on either side drawn in to the rest.

    Args:
        hits: By unit.
        cases: By unit, one or more each.
        overall: The common rate.

    Returns:
        Zero where the units differ by no more than chance; also for fewer than two.
    """
    sizes = np.asarray(cases, dtype=np.float64)
    if len(sizes) < 2:  # noqa: PLR2004 - between one unit there is nothing
        return 0.0
    shares = np.asarray(hits, dtype=np.float64) / sizes
    # On this scale chance alone gives a variance of 1 / 4n, whatever the rate.
    weights = 4 * sizes
    scores = (np.arcsin(np.sqrt(shares)) - math.asin(math.sqrt(overall))) * np.sqrt(weights)
    low, high = np.quantile(scores, (WINSORISED, 1 - WINSORISED))
    excess = float(np.sum(scores.clip(low, high) ** 2)) - (len(sizes) - 1)
    return max(0.0, excess / float(weights.sum() - np.sum(weights**2) / weights.sum()))


def _limit(size: int, overall: float, tail: float, spread: float) -> float:
    exact = binomial_point(size, overall, tail) / size
    if spread == 0:
        return exact
    reach = NormalDist().inv_cdf(tail) * math.sqrt(1 / (4 * size) + spread)
    angle = min(max(math.asin(math.sqrt(overall)) + reach, 0.0), math.pi / 2)
    widened = math.sin(angle) ** 2
    # Few cases can make the exact limit the wider of the two.
    return min(exact, widened) if reach < 0 else max(exact, widened)


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
