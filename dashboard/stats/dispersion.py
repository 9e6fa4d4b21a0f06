"""
Counts that vary more than chance says, and which of them are too many all the same.

A Poisson count varies by its mean. Real counts vary more: days off, campaigns, one event that makes twenty people
write. `dispersion` is the variance over the mean; taking it for 1 where it is 2 makes an alarm of every busy week.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.float64]

# Shared by cells: the most extreme tenth on either side is drawn in, so that one surging cell hides no other.
_WINSORISED = 0.1
_FEWEST_WINDOWS = 3
# As in process charts: D4 for ranges of two points.
_TO_STEP_LIMIT = 3.267


def dispersion(counts: Counts, exposures: Sequence[float] | Counts) -> float | None:
    """
    Estimate how much more than Poisson a series of counts varies, from the steps between neighbours.

    As in process charts, steps of 3.267 times the mean step or more are left out, once: a change of level, such as
    a surge that goes on, isn't variation. For a Poisson series that gives 1, less a tenth at most, at any mean.

    Args:
        counts: Events by window, in order.
        exposures: What each is measured against: days, policy-years.

    Returns:
        The mean of the squared steps over what Poisson would make them; null for fewer than three windows, and
        where nothing was counted.
    """
    against = np.asarray(exposures, dtype=np.float64)
    if len(counts) < _FEWEST_WINDOWS or counts.sum() == 0:
        return None
    rate = counts.sum() / against.sum()
    steps = np.abs(np.diff(counts / against)) / np.sqrt(rate * (1 / against[1:] + 1 / against[:-1]))
    usual = steps[steps <= _TO_STEP_LIMIT * steps.mean()]
    return float(np.mean(usual**2))


def shared_dispersion(cells: Counts, exposures: Sequence[float] | Counts) -> Counts:
    """
    Estimate the dispersion of each of many short series, each leaning half on what they have in common.

    A dozen windows say little about one cell's dispersion. What is common to all, the winsorised mean of the
    cells' own, is as good a guess; the two are averaged. Less than 1 is taken for 1: counts don't vary less than
    by chance.

    Args:
        cells: Events, one row per cell and one column per window.
        exposures: What the windows are measured against.

    Returns:
        One dispersion per cell, 1 or more.
    """
    own = [dispersion(cell, exposures) for cell in cells]
    known = np.array([each for each in own if each is not None])
    if known.size == 0:
        return np.ones(len(own))
    low, high = np.quantile(known, (_WINSORISED, 1 - _WINSORISED))
    common = float(known.clip(low, high).mean())
    return np.array([max(1.0, common if each is None else (each + common) / 2) for each in own])


def excess_chance(count: int, before: int, share: float, dispersion: float = 1.0) -> float:
    """
    Give the chance of so many events or more in one window, given how many there were before it.

    Given all of them together, the window's part is binomial; where counts are over-dispersed (gamma-mixed Poisson
    of variance `dispersion` times the mean), it is beta-binomial. Either way exact, however few, and the doubt
    about the rate before is included.

    Args:
        count: Events in the window.
        before: Events in the windows before it.
        share: The window's part of all exposure, between 0 and 1.
        dispersion: 1 or more.

    Raises:
        ValueError: A share that isn't one, or a dispersion below 1.
    """
    if not 0 < share < 1 or dispersion < 1:
        raise ValueError(f"not a share and a dispersion: {share}, {dispersion}")
    total = count + before
    if count == 0:
        return 1.0
    mixing = (
        None if dispersion == 1 else (total * share / (dispersion - 1), total * (1 - share) / (dispersion - 1))
    )
    # The tail that shrinks from its first term on; the other one by what it leaves.
    if count > total * share:
        return min(1.0, _tail(count, total, share, mixing))
    return max(0.0, 1 - _tail(total - count + 1, total, 1 - share, mixing and (mixing[1], mixing[0])))


def _tail(first: int, total: int, share: float, mixing: tuple[float, float] | None) -> float:
    """
    P(X >= first): the first mass, and each next one from the one before it.
    """
    if first > total:
        return 0.0
    log_mass = math.lgamma(total + 1) - math.lgamma(first + 1) - math.lgamma(total - first + 1)
    if mixing is None:
        log_mass += first * math.log(share) + (total - first) * math.log1p(-share)
    else:
        a, b = mixing
        log_mass += _log_beta(first + a, total - first + b) - _log_beta(a, b)
    term, added = 1.0, 1.0
    for at in range(first, total):
        odds = share / (1 - share) if mixing is None else (at + mixing[0]) / (total - at - 1 + mixing[1])
        term *= (total - at) / (at + 1) * odds
        added += term
        if term < added * 1e-17:
            break
    return math.exp(log_mass) * added


def _log_beta(a: float, b: float) -> float:
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)
