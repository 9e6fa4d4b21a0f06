"""
Which units' observed counts differ from the expected ones by more than chance? Limits around one.

The limits are exact points of the distribution of the count that chance makes of what is expected: Poisson where
there can be any number, binomial where every case has the same chance, and that of a sum of unlike chances where
cases differ. They are widened by the spread that most units show (Spiegelhalter 2005), where there is one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist

import numpy as np
import polars as pl

from dashboard.stats.funnel import TAILS, WINSORISED, binomial_point
from dashboard.stats.poisson_binomial import Floats, poisson_binomial_points

# Beyond so many standard deviations a Poisson distribution holds less than a double can add.
_FAR = 13


def ratio_funnel(units: pl.DataFrame, *, is_share: bool, spread: float = 0.0) -> pl.DataFrame:
    """
    Judge each unit's observed count over its expected one against limits around one.

    Args:
        units: One row per unit as `standardised` gives them: `observed`, `base`, `expected`, `variance`, `chances`
            and `times`. A unit of which nothing is expected has no limits and no signal.
        is_share: Whether each case of the base is observed once or not at all; else there can be any number.
        spread: The variance of units' true ratios beyond chance: see `ratio_spread`. Limits are widened by it on
            the scale of square roots, on which chance spreads small and large ratios alike.

    Returns:
        The rows with `ratio` (observed over expected), `lower_998`, `lower_95`, `upper_95`, `upper_998` (of that
        ratio) and `signal`: `high` or `low` outside the 99.8 % limits, else null.
    """
    told = units.filter(pl.col("expected") > 0)
    expected, variance = told["expected"].to_numpy(), told["variance"].to_numpy()
    limits = _points(told, is_share=is_share) / expected[:, None]
    if spread:
        limits = _widened(limits, variance, expected, spread)
    if is_share:
        limits = np.minimum(limits, (told["base"].to_numpy() / expected)[:, None])
    is_told = (units["expected"] > 0).fill_null(value=False).to_numpy()
    found = np.full((units.height, len(TAILS)), np.nan)
    found[is_told] = limits
    ratio = pl.when(pl.col("expected") > 0).then(pl.col("observed") / pl.col("expected"))
    judged = units.with_columns(
        ratio=ratio, **{name: pl.Series(found[:, column]).fill_nan(None) for column, name in enumerate(TAILS)}
    )
    # The same count over the same expectation is on its limit, not beyond it by a rounding.
    slack = 1e-12
    return judged.with_columns(
        signal=pl.when(pl.col("ratio") > pl.col("upper_998") + slack)
        .then(pl.lit("high"))
        .when(pl.col("ratio") < pl.col("lower_998") - slack)
        .then(pl.lit("low"))
    )


def ratio_spread(observed: Sequence[float], expected: Sequence[float], variance: Sequence[float]) -> float:
    """
    Estimate the variance of units' true ratios of observed over expected around one.

    Spiegelhalter's additive model by the method of moments, his tau squared: each unit's distance from what is
    expected in standard deviations of chance, the most extreme tenth on either side drawn in to the rest. These
    scores have a variance of one by chance however little is expected, which those of square roots have not.

    Args:
        observed: By unit.
        expected: By unit; units of which nothing is expected are passed over.
        variance: By unit, what chance gives the count: of a Poisson count the expected one. Units of which it is
            nought, as where every case is certain, are passed over.

    Returns:
        Zero where the units differ by no more than chance; also for fewer than two.
    """
    found, means, chance = (np.asarray(values, np.float64) for values in (observed, expected, variance))
    told = (means > 0) & (chance > 0)
    found, means, chance = found[told], means[told], chance[told]
    if len(found) < 2:  # noqa: PLR2004 - between one unit there is nothing
        return 0.0
    weights = means**2 / chance
    scores = (found - means) / np.sqrt(chance)
    low, high = np.quantile(scores, (WINSORISED, 1 - WINSORISED))
    excess = float(np.sum(scores.clip(low, high) ** 2)) - (len(scores) - 1)
    return max(0.0, excess / float(weights.sum() - np.sum(weights**2) / weights.sum()))


@lru_cache(maxsize=65_536)
def poisson_point(mean: float, tail: float) -> int:
    """
    Find the smallest count that a Poisson count doesn't exceed with probability `tail`.

    Args:
        mean: 0 or more.
        tail: Between 0 and 1.
    """
    if mean == 0:
        return 0
    reach = _FAR * math.sqrt(mean) + 2 * _FAR
    first, last = max(0, math.floor(mean - reach)), math.ceil(mean + reach)
    counts = np.arange(first + 1, last + 1)
    # Each mass from the one before it; only ratios matter, so the largest may be 1.
    logs = np.concatenate(([0.0], np.cumsum(math.log(mean) - np.log(counts))))
    masses = np.exp(logs - logs.max())
    reached = np.cumsum(masses) / masses.sum()
    # A tail reached exactly in mathematics mustn't be missed by rounding.
    return first + int(np.searchsorted(reached, tail - 1e-12))


def _points(units: pl.DataFrame, *, is_share: bool) -> Floats:
    """
    The counts that chance doesn't exceed, a row per unit and a column for each of `TAILS`.
    """
    tails = list(TAILS.values())
    if not is_share:
        means = units["expected"].to_list()
        counts = [[poisson_point(mean, tail) for tail in tails] for mean in means]
        return np.array(counts, np.float64).reshape(-1, len(tails))
    chances, times = units["chances"].to_list(), units["times"].to_list()
    points: Floats = np.zeros((units.height, len(tails)))
    unlike = [place for place, each in enumerate(chances) if len(each) > 1]
    points[unlike] = poisson_binomial_points(
        [chances[place] for place in unlike], [times[place] for place in unlike], tails
    )
    for place, each in enumerate(chances):
        if len(each) == 1:
            points[place] = [binomial_point(int(times[place][0]), each[0], tail) for tail in tails]
    return points


def _widened(exact: Floats, variance: Floats, expected: Floats, spread: float) -> Floats:
    scores = np.array([NormalDist().inv_cdf(tail) for tail in TAILS.values()])
    # A square root varies half as much around one as what it is the root of.
    reach = scores[None, :] * np.sqrt(variance / expected**2 + spread)[:, None] / 2
    widened = np.maximum(0.0, 1 + reach) ** 2
    # Few cases can make the exact limit the wider of the two.
    limits: Floats = np.where(reach < 0, np.minimum(exact, widened), np.maximum(exact, widened))
    return limits
