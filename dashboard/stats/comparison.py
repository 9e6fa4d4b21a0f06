"""
Does one share, or one rate, differ from another by more than chance?
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from dashboard.stats.beta import beta_below, beta_point
from dashboard.stats.intervals import wilson


@dataclass(frozen=True, slots=True)
class RateRatio:
    """
    One rate as a multiple of another.

    Attributes:
        ratio: Null where the other rate is nothing, or unknown.
        lower: Exact limit; null where nothing was counted on either side.
        upper: Exact limit; null where it is beyond all numbers (nothing counted on the other side).
        p_value: Chance of a ratio so far from one, to either side, if both rates were the same.
    """

    ratio: float | None
    lower: float | None
    upper: float | None
    p_value: float | None


def clopper_pearson(successes: float, trials: float, *, level: float = 0.95) -> tuple[float, float]:
    """
    Give the exact interval of a share: never less sure than it says, hence wider than Wilson's.

    Args:
        successes: How many of the trials succeeded. Fractions are allowed, for counts corrected for dispersion.
        trials: How many there were, one or more.
        level: Coverage, split evenly between both sides.

    Raises:
        ValueError: There were no trials, or successes are not between none and all.
    """
    if trials <= 0 or not 0 <= successes <= trials:
        raise ValueError(f"not a share: {successes} of {trials}")
    tail = (1 - level) / 2
    lower = 0.0 if successes == 0 else beta_point(tail, successes, trials - successes + 1)
    upper = 1.0 if successes == trials else beta_point(1 - tail, successes + 1, trials - successes)
    return lower, upper


def rate_ratio(
    count_a: float,
    exposure_a: float,
    count_b: float,
    exposure_b: float,
    *,
    level: float = 0.95,
    dispersion: float = 1.0,
) -> RateRatio:
    """
    Compare two rates exactly: given how many were counted in all, a's part of them is binomial.

    Args:
        count_a: Events counted in a.
        exposure_a: What they are measured against: days, policy-years.
        count_b: Events counted in b.
        exposure_b: In the same unit.
        level: Coverage of the interval (Clopper and Pearson's, turned into a ratio).
        dispersion: Variance of a count over its mean; above 1, all counts weigh so much less.

    Returns:
        Rate a over rate b. All null where an exposure is nothing, or both counts are.
    """
    total = (count_a + count_b) / dispersion
    if exposure_a <= 0 or exposure_b <= 0 or total == 0:
        return RateRatio(None, None, None, None)
    part = count_a / dispersion
    lower, upper = (
        _as_ratio(limit, exposure_a, exposure_b) for limit in clopper_pearson(part, total, level=level)
    )
    ratio = (count_a / exposure_a) / (count_b / exposure_b) if count_b else None
    share_a, share_b = (each / (exposure_a + exposure_b) for each in (exposure_a, exposure_b))
    at_least = beta_below(share_a, part, total - part + 1) if part else 1.0
    at_most = beta_below(share_b, total - part, part + 1) if count_b else 1.0
    return RateRatio(ratio, lower, upper, min(1.0, 2 * min(at_least, at_most)))


def newcombe(
    successes_a: pl.Expr, trials_a: pl.Expr, successes_b: pl.Expr, trials_b: pl.Expr, *, level: float = 0.95
) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    """
    Give the difference of two shares and its interval, built from Wilson's of each (Newcombe 1998, method 10).

    Args:
        successes_a: How many of a's trials succeeded.
        trials_a: How many there were.
        successes_b: Likewise of b.
        trials_b: Likewise.
        level: Coverage.

    Returns:
        Share a less share b, lower and upper limit; all null where either had no trials.
    """
    share_a, share_b = successes_a / trials_a, successes_b / trials_b
    lower_a, upper_a = wilson(successes_a, trials_a, level=level)
    lower_b, upper_b = wilson(successes_b, trials_b, level=level)
    difference = pl.when((trials_a > 0) & (trials_b > 0)).then(share_a - share_b)
    down = ((share_a - lower_a) ** 2 + (upper_b - share_b) ** 2).sqrt()
    up = ((upper_a - share_a) ** 2 + (share_b - lower_b) ** 2).sqrt()
    return difference, difference - down, difference + up


def difference_limits(
    figure: tuple[float, float, float | None],
    other: tuple[float, float, float | None],
) -> tuple[float, float]:
    """
    Give the interval of the difference of two figures from the interval of each (MOVER, Zou and Donner 2008).

    Of two shares with Wilson's intervals it is Newcombe's; it holds as well for what has lopsided intervals, like
    quantiles of time.

    Args:
        figure: Value, lower and upper limit; an upper limit of null is beyond all numbers.
        other: Likewise, independent of it.

    Returns:
        Lower and upper limit of the figure less the other; an end is infinite where a limit it needs is.
    """
    (value, lower, upper), (value_other, lower_other, upper_other) = figure, other
    difference = value - value_other
    up, up_other = (math.inf if limit is None else limit for limit in (upper, upper_other))
    return (
        difference - math.hypot(value - lower, up_other - value_other),
        difference + math.hypot(up - value, value_other - lower_other),
    )


def _as_ratio(share: float, exposure_a: float, exposure_b: float) -> float | None:
    return share / (1 - share) * exposure_b / exposure_a if share < 1 else None
