"""
How many of many unlike chances come true? The distribution of a sum of independent events, each with its own
probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

# Up to so many events the distribution is convolved: a tenth of a second, and memory of some 10 MB.
MOST_CONVOLVED = 2**17

# What convolving may be off by, at most, and a tail reached exactly in mathematics mustn't be missed by.
_ROUNDING = 1e-10
# Beyond so many standard deviations a normal distribution holds less than rounding.
_FAR = 9


def poisson_binomial(probabilities: Sequence[float] | Floats) -> Floats:
    """
    Give the probability of every number of events that may happen.

    Pairs are convolved to fours, fours to eights and so on, through Fourier transforms: exact but for rounding,
    which stays below 1e-12 in every mass.

    Args:
        probabilities: Of each event, from 0 to 1; the events are independent.

    Returns:
        As many masses as there are events, and one: of none, of one, ... of all.

    Raises:
        ValueError: A probability isn't from 0 to 1.
    """
    chances = _checked(probabilities)
    events = len(chances)
    masses = np.zeros((1 << max(events - 1, 0).bit_length(), 2))
    masses[:, 0] = 1
    masses[:events] = np.stack((1 - chances, chances), axis=1)
    while len(masses) > 1:
        length = 2 * masses.shape[1] - 1
        # The next power of two: lengths of one more than that are the slowest a transform can have.
        padded = 1 << (length - 1).bit_length()
        spectra = np.fft.rfft(masses, padded, axis=1)
        masses = np.fft.irfft(spectra[::2] * spectra[1::2], padded, axis=1)[:, :length]
    possible: Floats = masses[0, : events + 1].clip(0.0, 1.0)
    return possible


def poisson_binomial_interval(
    probabilities: Sequence[float] | Floats, times: Sequence[int] | None = None, *, level: float = 0.95
) -> tuple[int, int]:
    """
    Give the interval in which the number of events lies with probability `level`, or a little more.

    Its ends are the smallest numbers not exceeded with the probability of the lower, and of the lower tail and
    the level together. Beyond `MOST_CONVOLVED` events the normal distribution corrected for skewness stands in
    for the exact one; with so many it is off by one event at most unless nearly all are certain.

    Args:
        probabilities: From 0 to 1; the events are independent.
        times: How many events have each probability; null: one each.
        level: Coverage, split evenly between both sides.

    Returns:
        The lowest and the highest number of the interval; twice 0 where there are no events.

    Raises:
        ValueError: A probability isn't from 0 to 1, or a number of events is negative.
    """
    chances = _checked(probabilities)
    counts = np.ones(len(chances), np.int64) if times is None else np.asarray(times, np.int64)
    if (counts < 0).any():
        raise ValueError(f"a number of events can't be negative: {counts.min()}")
    rare = (1 - level) / 2
    if counts.sum() > MOST_CONVOLVED:
        first, reached = _refined_normal(chances, counts)
    else:
        first, reached = 0, np.cumsum(poisson_binomial(np.repeat(chances, counts)))
    lower, upper = (first + int(np.searchsorted(reached, tail - _ROUNDING)) for tail in (rare, 1 - rare))
    return lower, upper


def _checked(probabilities: Sequence[float] | Floats) -> Floats:
    chances = np.asarray(probabilities, np.float64)
    strange = chances[~((chances >= 0) & (chances <= 1))]
    if len(strange):
        raise ValueError(f"a probability is from 0 to 1: {strange[0]}")
    return chances


def _refined_normal(chances: Floats, counts: npt.NDArray[np.int64]) -> tuple[int, Floats]:
    """
    The probability of not exceeding each number around the mean, and the first of these numbers.

    Volkova's second-order correction of the normal distribution, with half an event added for continuity.
    """
    mean = float(counts @ chances)
    variance = float(counts @ (chances * (1 - chances)))
    if variance == 0:
        return round(mean), np.ones(1)
    spread = math.sqrt(variance)
    skewness = float(counts @ (chances * (1 - chances) * (1 - 2 * chances))) / spread**3
    first = max(0, math.floor(mean - _FAR * spread))
    last = min(int(counts.sum()), math.ceil(mean + _FAR * spread))
    away = (np.arange(first, last + 1) + 0.5 - mean) / spread
    normal = NormalDist()
    reached = np.array([normal.cdf(each) + skewness * (1 - each**2) * normal.pdf(each) / 6 for each in away])
    # All there can be aren't exceeded, whatever the approximation says.
    reached[-1] = 1.0
    return first, np.maximum.accumulate(reached)
