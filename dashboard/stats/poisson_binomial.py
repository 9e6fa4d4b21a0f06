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
Whole = npt.NDArray[np.int64]

# Up to so many events the distribution is convolved: a tenth of a second, and memory of some 10 MB.
MOST_CONVOLVED = 2**17

# What convolving may be off by, at most, and a tail reached exactly in mathematics mustn't be missed by.
_ROUNDING = 1e-10
# Beyond so many standard deviations a normal distribution holds less than rounding.
_FAR = 9
# Up to so many events a sum's distribution is transformed beside others; larger ones are few, and lose digits so.
_MOST_BESIDE = 2**12
# So many complex numbers are held at once, some 100 MB.
_AT_ONCE = 2**22
# The logarithm that stands for that of nought: taken any number of times but none, nothing is left of it.
_NOUGHT = -1e4


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
    rare = (1 - level) / 2
    counts = [1] * len(probabilities) if times is None else times
    lower, upper = _points_of(probabilities, counts, (rare, 1 - rare))
    return lower, upper


def poisson_binomial_points(
    chances: Sequence[Sequence[float]], times: Sequence[Sequence[int]], tails: Sequence[float]
) -> Whole:
    """
    Give, of many sums of events at once, the smallest number not exceeded with each probability.

    What `poisson_binomial_interval` gives the ends of, of sums that share their chances: the transform of a
    distribution is the product of its events' transforms, so that those of all sums of a size are one product of
    matrices.

    Args:
        chances: By sum, the probabilities of its events, from 0 to 1.
        times: By sum, how many events have each.
        tails: Probabilities between 0 and 1.

    Returns:
        A row per sum, a column per tail.

    Raises:
        ValueError: A probability isn't from 0 to 1, or a number of events is negative.
    """
    points = np.zeros((len(chances), len(tails)), np.int64)
    if not len(chances):
        return points
    sizes = np.array([sum(counts) for counts in times], np.int64)
    for place in np.flatnonzero(sizes > _MOST_BESIDE).tolist():
        points[place] = _points_of(chances[place], times[place], tails)
    beside = np.flatnonzero(sizes <= _MOST_BESIDE)
    listed_in = beside.tolist()
    of_sum = np.repeat(np.arange(len(beside)), [len(chances[place]) for place in listed_in])
    listed = _checked([chance for place in listed_in for chance in chances[place]])
    counts = _counted([count for place in listed_in for count in times[place]])
    distinct, which = np.unique(listed, return_inverse=True)
    lengths = 1 << np.ceil(np.log2(sizes[beside] + 1)).astype(np.int64)
    for length in np.unique(lengths):
        spectra = _log_spectra(distinct, int(length))
        alike = np.flatnonzero(lengths == length)
        step = max(1, _AT_ONCE // int(length))
        for some in (alike[first : first + step] for first in range(0, len(alike), step)):
            row = np.full(len(beside), -1)
            row[some] = np.arange(len(some))
            own = row[of_sum] >= 0
            taken = np.zeros((len(some), len(distinct)))
            np.add.at(taken, (row[of_sum[own]], which[own]), counts[own])
            masses = np.fft.irfft(np.exp(taken @ spectra), int(length), axis=1).clip(0.0)
            reached = np.cumsum(masses, axis=1)
            for column, tail in enumerate(tails):
                points[beside[some], column] = (reached < tail - _ROUNDING).sum(axis=1)
    return points


def _log_spectra(chances: Floats, length: int) -> npt.NDArray[np.complex128]:
    """
    By chance, the logarithm of the transform of a single event, at the first half of so many frequencies.
    """
    turned = np.exp(-2j * np.pi * np.arange(length // 2 + 1) / length)
    spectra = 1 - chances[:, None] * (1 - turned[None, :])
    is_nought = spectra == 0
    logs: npt.NDArray[np.complex128] = np.log(np.where(is_nought, 1.0, spectra))
    logs[is_nought] = _NOUGHT
    return logs


def _points_of(probabilities: Sequence[float] | Floats, times: Sequence[int], tails: Sequence[float]) -> list[int]:
    chances, counts = _checked(probabilities), _counted(times)
    if counts.sum() > MOST_CONVOLVED:
        first, reached = _refined_normal(chances, counts)
    else:
        first, reached = 0, np.cumsum(poisson_binomial(np.repeat(chances, counts)))
    return [first + int(np.searchsorted(reached, tail - _ROUNDING)) for tail in tails]


def _counted(times: Sequence[int]) -> Whole:
    counts = np.asarray(times, np.int64)
    if (counts < 0).any():
        raise ValueError(f"a number of events can't be negative: {counts.min()}")
    return counts


def _checked(probabilities: Sequence[float] | Floats) -> Floats:
    chances = np.asarray(probabilities, np.float64)
    strange = chances[~((chances >= 0) & (chances <= 1))]
    if len(strange):
        raise ValueError(f"a probability is from 0 to 1: {strange[0]}")
    return chances


def _refined_normal(chances: Floats, counts: Whole) -> tuple[int, Floats]:
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
