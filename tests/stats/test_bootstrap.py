"""
The spread of a ratio of sums, found by drawing again.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from dashboard.stats import bootstrap_ratio
from dashboard.stats.bootstrap import GROUPS

SEED = 7


def sample(size, seed=1):
    draws = np.random.default_rng(seed)
    due = draws.lognormal(8, 0.5, size)
    return due * draws.normal(0.03, 0.1, size), due


def linearised(numerators, denominators):
    """
    The interval by the textbook's variance of a ratio, which large samples must agree with.
    """
    ratio = numerators.sum() / denominators.sum()
    left = numerators - ratio * denominators
    spread = math.sqrt((left**2).sum()) / denominators.sum()
    return ratio - 1.96 * spread, ratio + 1.96 * spread


@pytest.mark.parametrize("size", [400, GROUPS, GROUPS + 1, 20_000])
def test_many_clusters_give_the_textbook_interval(size):
    """
    Whether each cluster is drawn or, beyond a number, the groups they are dealt into.
    """
    numerators, denominators = sample(size)
    expected = linearised(numerators, denominators)
    found = bootstrap_ratio(numerators, denominators, seed=SEED)

    width = expected[1] - expected[0]
    assert found is not None
    assert all(abs(one - other) < 0.1 * width for one, other in zip(expected, found, strict=True))


def test_the_same_seed_gives_the_same_interval_and_another_one_another():
    """
    A figure doesn't flicker from look to look.
    """
    case = sample(50)

    assert bootstrap_ratio(*case, seed=SEED) == bootstrap_ratio(*case, seed=SEED)
    assert bootstrap_ratio(*case, seed=SEED) != bootstrap_ratio(*case, seed=SEED + 1)


def test_what_is_always_the_same_has_no_spread():
    """
    A twentieth too much of every claim is a twentieth, however one draws.
    """
    due = np.array([100.0, 2_000.0, 50.0])

    assert bootstrap_ratio(due / 20, due, seed=SEED) == pytest.approx((0.05, 0.05))


@pytest.mark.parametrize(
    ("numerators", "denominators"),
    [([], []), ([1.0], [10.0]), ([1.0, 2.0], [0.0, 0.0])],
    ids=["none", "one", "nothing due"],
)
def test_where_drawing_tells_nothing_there_is_no_interval(numerators, denominators):
    """
    One cluster is always drawn as itself; over nothing there is no ratio.
    """
    assert bootstrap_ratio(np.array(numerators), np.array(denominators), seed=SEED) is None


def test_a_numerator_without_its_denominator_is_refused():
    """
    They belong together.
    """
    with pytest.raises(ValueError, match="2 numerators, 1 denominators"):
        bootstrap_ratio(np.ones(2), np.ones(1), seed=SEED)
