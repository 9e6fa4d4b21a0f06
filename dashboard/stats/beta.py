"""
The beta distribution: the exact intervals of shares and of ratios of rates are points of it.

Written here because it is all that a library of many megabytes would be needed for.
"""

from __future__ import annotations

import math
from functools import lru_cache

# Where Lentz's fraction and Newton's steps stop: nothing a double can still add.
_SETTLED = 1e-15
_TINY = 1e-300
_MOST_STEPS = 10_000


def beta_below(point: float, a: float, b: float) -> float:
    """
    Give the probability that a beta variable lies below a point: the regularised incomplete beta function.

    By the continued fraction of DLMF 8.17.22, which converges fast on the near side of the mean; the far side is
    the mirror image.

    Args:
        point: From 0 to 1.
        a: First shape, above 0.
        b: Second shape, above 0.
    """
    if point <= 0 or point >= 1:
        return float(point >= 1)
    if point > (a + 1) / (a + b + 2):
        return 1 - beta_below(1 - point, b, a)
    return math.exp(_log_density(point, a, b)) * point * (1 - point) / a * _fraction(point, a, b)


@lru_cache(maxsize=65_536)
def beta_point(below: float, a: float, b: float) -> float:
    """
    Find the point below which a beta variable lies with a given probability.

    Args:
        below: Probability, between 0 and 1.
        a: First shape, above 0.
        b: Second shape, above 0.
    """
    low, high = 0.0, 1.0
    point = a / (a + b)
    for _ in range(200):
        miss = beta_below(point, a, b) - below
        low, high = (low, point) if miss > 0 else (point, high)
        slope = math.exp(_log_density(point, a, b))
        step = miss / slope if slope > _TINY else math.inf
        # Newton where it stays between the bounds known so far, halving where it would leave them.
        following = point - step if low < point - step < high else (low + high) / 2
        if abs(following - point) <= _SETTLED * following:
            return following
        point = following
    return point


def _log_density(point: float, a: float, b: float) -> float:
    together = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    return together + (a - 1) * math.log(point) + (b - 1) * math.log1p(-point)


def _fraction(point: float, a: float, b: float) -> float:
    """
    Lentz's method: the fraction as a running product of ratios, each of which tends to one.
    """
    upper, lower = 1.0, 1 / _away(1 - (a + b) * point / (a + 1))
    value = lower
    for step in range(1, _MOST_STEPS):
        even = step * (b - step) * point / ((a + 2 * step - 1) * (a + 2 * step))
        odd = -(a + step) * (a + b + step) * point / ((a + 2 * step) * (a + 2 * step + 1))
        for term in (even, odd):
            lower = 1 / _away(1 + term * lower)
            upper = _away(1 + term / upper)
            value *= lower * upper
        if abs(lower * upper - 1) <= _SETTLED:
            break
    return value


def _away(number: float) -> float:
    return number if abs(number) > _TINY else _TINY
