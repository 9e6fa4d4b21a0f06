"""
How much may be lost, when each of many amounts is lost with a chance of its own?
"""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Up to so many amounts one of them can decide the sum, and the sum is drawn rather than taken for normal.
FEW = 400
_DRAWS = 20_000


def expected_loss(
    chances: Floats, amounts: Floats, *, level: float = 0.95, seed: int = 7
) -> tuple[float, float, float]:
    """
    Give the sum expected to be lost, and the interval in which it lies by chance alone.

    The sum of independent events, each with its own probability and amount. Of more than `FEW` amounts it is taken
    for normal, with its exact variance; of fewer it is drawn 20,000 times from a fixed seed. That the chances
    themselves may be wrong is not in the interval.

    Args:
        chances: That each amount is lost, from 0 to 1.
        amounts: None below zero.
        level: Coverage, split evenly between both sides.
        seed: Where the draws begin.

    Returns:
        The expected sum, lower and upper limit, within nothing and everything.

    Raises:
        ValueError: A chance isn't from 0 to 1, or an amount is below zero.
    """
    if ((chances < 0) | (chances > 1)).any() or (amounts < 0).any():
        raise ValueError("chances are from 0 to 1, and amounts not below zero")
    expected, everything = float(chances @ amounts), float(amounts.sum())
    if len(amounts) <= FEW:
        drawn = np.random.default_rng(seed).random((_DRAWS, len(amounts))) < chances
        lower, upper = np.quantile(drawn @ amounts, [(1 - level) / 2, (1 + level) / 2]) if len(amounts) else (0, 0)
        return expected, float(lower), float(upper)
    reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(float((chances * (1 - chances)) @ amounts**2))
    return expected, max(0.0, expected - reach), min(everything, expected + reach)
