"""
Does a forecast put those first to whom it happens? Area under the curve, and the lift of the likeliest.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]


def auc(scores: Floats, happened: Truths, cases: Floats) -> float | None:
    """
    Give the chance that a case to which it happened has the higher score than one to which it didn't.

    Equal scores count half (Mann and Whitney). 0.5 is no better than drawing lots.

    Args:
        scores: One per row, higher meaning likelier.
        happened: Whether it did.
        cases: How many cases a row stands for.

    Returns:
        Null where it happened to all or to none.
    """
    _, place = np.unique(scores, return_inverse=True)
    yes = np.bincount(place, weights=cases * happened)
    no = np.bincount(place, weights=cases * ~happened)
    if yes.sum() == 0 or no.sum() == 0:
        return None
    below = np.cumsum(no) - no
    return float((yes * (below + no / 2)).sum() / (yes.sum() * no.sum()))


def lift(scores: Floats, happened: Truths, cases: Floats, *, share: float = 0.1) -> float | None:
    """
    Give how many times as often it happened among the highest scores as among all.

    Of rows that share the score at the edge, as many cases are counted as still fit, at their own rate: the order
    in which rows were given doesn't matter.

    Args:
        scores: One per row, higher meaning likelier.
        happened: Whether it did.
        cases: How many cases a row stands for.
        share: How much of all cases are the highest; more than none, at most all.

    Returns:
        Null where it happened to none.

    Raises:
        ValueError: `share` isn't one.
    """
    if not 0 < share <= 1:
        raise ValueError(f"not a share of all cases: {share}")
    _, place = np.unique(-scores, return_inverse=True)
    among = np.bincount(place, weights=cases)
    hits = np.bincount(place, weights=cases * happened)
    if hits.sum() == 0:
        return None
    room = share * among.sum()
    before = np.cumsum(among) - among
    counted = np.clip(room - before, 0, among)
    return float((hits / among * counted).sum() / room / (hits.sum() / among.sum()))
