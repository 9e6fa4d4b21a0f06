"""
Is one forecast better than another on the same cases by more than chance?
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

DRAWS = 2_000
# More units are put together into so many by lot: the variance of a sum stays what it was, and a draw stays small.
MOST_DRAWN = 1_000


def paired_bootstrap(
    differences: Floats, cases: Floats, *, draws: int = DRAWS, level: float = 0.95, seed: int = 7
) -> tuple[float, float, float]:
    """
    Give a mean difference and its interval, by drawing the units again and again.

    A unit is what is independent of the others: a customer with all contracts, not each contract. What is drawn
    comes from a fixed seed, so that the same rows give the same interval.

    Args:
        differences: Of each unit the sum over its cases.
        cases: Of each unit how many.
        draws: How often.
        level: Coverage (percentile interval, split evenly between both sides).
        seed: Where the draws begin.

    Returns:
        The mean per case, lower and upper limit.

    Raises:
        ValueError: There are no cases.
    """
    if cases.sum() <= 0:
        raise ValueError("there are no cases to draw from")
    chance = np.random.default_rng(seed)
    if len(cases) > MOST_DRAWN:
        group = chance.permutation(len(cases)) % MOST_DRAWN
        differences, cases = (np.bincount(group, weights=each).astype(np.float64) for each in (differences, cases))
    size = len(cases)
    # How often each unit is drawn; all together as often as there are units.
    times = chance.multinomial(size, np.full(size, 1 / size), size=draws)
    means = (times @ differences) / (times @ cases)
    lower, upper = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return float(differences.sum() / cases.sum()), float(lower), float(upper)
