"""
How far a ratio of two sums may be off, told by drawing the same cases again and again.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

REPLICATES = 1_000
# More clusters than these are dealt into so many groups first: drawing groups is drawing clusters by the handful,
# and gives the same spread at a cost that no longer grows.
GROUPS = 500

Numbers = npt.NDArray[np.float64]


def bootstrap_ratio(
    numerators: Numbers,
    denominators: Numbers,
    *,
    seed: int,
    level: float = 0.95,
    replicates: int = REPLICATES,
) -> tuple[float, float] | None:
    """
    Give the percentile interval of a sum over another, by drawing clusters with replacement (Efron 1979).

    A cluster is what was sampled as one, such as an audited claim: its part of both sums is drawn together.

    Args:
        numerators: Each cluster's part of the upper sum.
        denominators: Its part of the lower one.
        seed: Of the draws; the same one gives the same interval.
        level: Coverage, split evenly between both sides.
        replicates: How often all are drawn anew.

    Returns:
        Lower and upper limit; None of fewer than two clusters, where drawing again tells nothing, and where the
        lower sum isn't above zero.

    Raises:
        ValueError: There isn't one denominator for each numerator.
    """
    if numerators.shape != denominators.shape:
        raise ValueError(f"{numerators.size} numerators, {denominators.size} denominators")
    if numerators.size < 2 or denominators.sum() <= 0:  # noqa: PLR2004 - one cluster has no spread
        return None
    draws = np.random.default_rng(seed)
    upper, lower = _dealt(numerators, denominators, draws)
    drawn = draws.integers(upper.size, size=(replicates, upper.size))
    tops, bottoms = upper[drawn].sum(axis=1), lower[drawn].sum(axis=1)
    possible = bottoms > 0
    tail = (1 - level) / 2
    found = np.quantile(tops[possible] / bottoms[possible], [tail, 1 - tail])
    return float(found[0]), float(found[1])


def _dealt(numerators: Numbers, denominators: Numbers, draws: np.random.Generator) -> tuple[Numbers, Numbers]:
    """
    The sums of random groups of equal size, give or take one; few clusters are each a group.
    """
    if numerators.size <= GROUPS:
        return numerators, denominators
    group = draws.permutation(numerators.size) % GROUPS
    sums = np.zeros((2, GROUPS))
    np.add.at(sums[0], group, numerators)
    np.add.at(sums[1], group, denominators)
    return sums[0], sums[1]
