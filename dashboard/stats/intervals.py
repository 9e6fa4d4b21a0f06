"""
How far a share or a count may be off by chance alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from statistics import NormalDist

import polars as pl


def wilson(successes: pl.Expr, trials: pl.Expr, *, level: float = 0.95) -> tuple[pl.Expr, pl.Expr]:
    """
    Give Wilson's score interval of a share, as two expressions.

    It stays within 0 and 1 and is honest for few trials, which the textbook interval isn't.

    Args:
        successes: How many of the trials succeeded; may be weighted sums.
        trials: How many there were.
        level: Coverage.

    Returns:
        Lower and upper limit, both null where there were no trials.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    some = pl.when(trials > 0).then(trials.cast(pl.Float64))
    share = successes / some
    centre = (share + z * z / (2 * some)) / (1 + z * z / some)
    reach = z / (1 + z * z / some) * (share * (1 - share) / some + z * z / (4 * some * some)).sqrt()
    # At 0 and 1 the limits are exact in mathematics and a hair outside in floating point.
    return (centre - reach).clip(0.0, 1.0), (centre + reach).clip(0.0, 1.0)


def ratio_of_sums(
    y: pl.Expr, x: pl.Expr, yy: pl.Expr, xy: pl.Expr, xx: pl.Expr, cases: pl.Expr, *, level: float = 0.95
) -> tuple[pl.Expr, pl.Expr]:
    """
    Give the interval of a ratio of two sums over the same cases, as two expressions.

    The linearised variance of the ratio estimator (Cochran, Sampling Techniques, 6.4): a case, not each of its
    parts, is what was drawn. With x = 1 it is the usual interval of a mean.

    Args:
        y: Sum of the amounts.
        x: Sum of what they are set against.
        yy: Sum of the amounts' squares.
        xy: Sum of the products.
        xx: Sum of the squares of what they are set against.
        cases: How many cases there were.
        level: Coverage.

    Returns:
        Lower and upper limit, unclipped; both null with fewer than two cases, or nothing to be set against.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    some = pl.when((x > 0) & (cases > 1)).then(x.cast(pl.Float64))
    ratio = y / some
    # In exact arithmetic never below zero.
    squares = (yy - 2 * ratio * xy + ratio**2 * xx).clip(lower_bound=0.0)
    reach = z * (squares * cases / (cases - 1)).sqrt() / some
    return ratio - reach, ratio + reach


@lru_cache(maxsize=65_536)
def poisson_interval(count: int, *, level: float = 0.95) -> tuple[float, float]:
    """
    Give the exact interval of a Poisson mean of which `count` events were seen.

    The lower limit is the mean under which so many or more would be rare, the upper one so few or fewer.

    Args:
        count: Events seen, zero or more.
        level: Coverage, split evenly between both sides.

    Raises:
        ValueError: `count` is negative.
    """
    if count < 0:
        raise ValueError(f"a count can't be negative: {count}")
    rare = (1 - level) / 2
    # Far beyond where either limit can lie, for any count.
    far = count + 12 * math.sqrt(count + 1) + 40
    z = NormalDist().inv_cdf(1 - rare)
    if count == 0:
        lower = 0.0
    else:
        lower = _crossing(lambda mean: _at_least(count, mean) - rare, 0.0, float(count), near=_cube(count, -z))
    upper = _crossing(lambda mean: rare - _at_most(count, mean), float(count), far, near=_cube(count + 1, z))
    return lower, upper


def _cube(shape: int, z: float) -> float:
    """
    Wilson and Hilferty's approximation of a gamma quantile: within a few per cent of a Poisson limit.
    """
    return float(shape * max(1 - 1 / (9 * shape) + z / (3 * math.sqrt(shape)), 0.0) ** 3)


def _crossing(rising: Callable[[float], float], low: float, high: float, *, near: float) -> float:
    """
    Where a rising function crosses zero, to the last bits: by false position, whose stale end counts half.

    Args:
        rising: Negative at `low`, positive at `high`.
        low: Below the crossing.
        high: Above it.
        near: Presumably close to it. Halving alone would ask for ten times as many values, each a sum of thousands
            of terms where counts are large.
    """
    margin = 0.02 * near + 0.05
    closer = max(low, near - margin), min(high, near + margin)
    if closer[0] < closer[1] and rising(closer[0]) < 0 < rising(closer[1]):
        low, high = closer
    at_low, at_high = rising(low), rising(high)
    middle = low
    for _ in range(200):
        before, middle = middle, high - at_high * (high - low) / (at_high - at_low)
        value = rising(middle)
        if value == 0 or abs(middle - before) <= 1e-12 * middle:
            break
        if value > 0:
            high, at_high, at_low = middle, value, at_low / 2
        else:
            low, at_low, at_high = middle, value, at_high / 2
    return middle


def _mass(count: int, mean: float) -> float:
    return math.exp(count * math.log(mean) - mean - math.lgamma(count + 1)) if mean > 0 else float(count == 0)


def _at_least(count: int, mean: float) -> float:
    """
    P(X >= count) for a mean below count, where the terms shrink from the first one on.
    """
    term, total, at = 1.0, 1.0, count
    while term > total * 1e-17:
        at += 1
        term *= mean / at
        total += term
    return _mass(count, mean) * total


def _at_most(count: int, mean: float) -> float:
    """
    P(X <= count) for a mean above count, where the terms shrink from the first one on.
    """
    term, total, at = 1.0, 1.0, count
    while at > 0 and term > total * 1e-17:
        term *= at / mean
        total += term
        at -= 1
    return _mass(count, mean) * total
