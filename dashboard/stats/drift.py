"""
Do those looked at now look like those learned from?
"""

from __future__ import annotations

import math
from collections.abc import Sequence

# A bin that holds nobody would make the index infinite; half a case in ten thousand stands for it.
_LEAST = 5e-5


def population_stability(learned: Sequence[float], now: Sequence[float]) -> float | None:
    """
    Give the population stability index of one feature: the sum over bins of (now - learned) * log(now / learned).

    By the usual reading below 0.1 nothing moved, from 0.25 on the population is another one.

    Args:
        learned: How many, or which share, fell into each bin where the model learned.
        now: The same bins today.

    Returns:
        Null where either holds nobody.

    Raises:
        ValueError: They have different bins.
    """
    if len(learned) != len(now):
        raise ValueError(f"{len(learned)} bins can't be compared with {len(now)}")
    whole, of_now = sum(learned), sum(now)
    if whole <= 0 or of_now <= 0:
        return None
    pairs = [
        (max(before / whole, _LEAST), max(after / of_now, _LEAST))
        for before, after in zip(learned, now, strict=True)
    ]
    return sum((after - before) * math.log(after / before) for before, after in pairs)
