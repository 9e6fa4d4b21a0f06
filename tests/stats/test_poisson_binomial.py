"""
Sums of unlike chances: every outcome enumerated, the reference library, certainties, weights and large numbers.
"""

from __future__ import annotations

import sys
from fractions import Fraction
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, poisson_binom

from dashboard.stats import poisson_binomial, poisson_binomial_interval, poisson_binomial_points

MODULE = sys.modules["dashboard.stats.poisson_binomial"]
TENTHS = st.integers(0, 10)


def enumerated(tenths):
    """
    The probability of every number of events: all outcomes one by one, in exact fractions.
    """
    masses = [Fraction(0)] * (len(tenths) + 1)
    for outcome in product([0, 1], repeat=len(tenths)):
        chance = Fraction(1)
        for happens, tenth in zip(outcome, tenths, strict=True):
            chance *= Fraction(tenth, 10) if happens else 1 - Fraction(tenth, 10)
        masses[sum(outcome)] += chance
    return masses


def smallest_not_exceeded(masses, tail):
    total = Fraction(0)
    for count, mass in enumerate(masses):
        total += mass
        if total >= tail:
            return count
    raise AssertionError(total)


@settings(max_examples=60, deadline=None)
@given(st.lists(TENTHS, max_size=9))
def test_the_masses_are_those_of_all_outcomes_one_by_one(tenths):
    """
    Certain and impossible events among them, and no events at all.
    """
    expected = [float(mass) for mass in enumerated(tenths)]

    assert expected == pytest.approx(list(poisson_binomial([tenth / 10 for tenth in tenths])), abs=1e-12)


@settings(max_examples=60, deadline=None)
@given(st.lists(TENTHS, max_size=9), st.sampled_from([(0.8, 10), (0.95, 40)]))
def test_the_interval_cuts_off_both_tails(tenths, how):
    """
    Each end is the smallest number that isn't exceeded with its tail's probability; a tail reached exactly counts.
    """
    level, parts = how
    masses = enumerated(tenths)
    expected = tuple(smallest_not_exceeded(masses, tail) for tail in (Fraction(1, parts), 1 - Fraction(1, parts)))

    assert expected == poisson_binomial_interval([tenth / 10 for tenth in tenths], level=level)


@pytest.mark.parametrize("events", [1, 2, 3, 7, 100, 1025, 6000])
def test_the_masses_are_scipys(events):
    """
    On both sides of powers of two, where the padding changes.
    """
    chances = np.random.default_rng(events).random(events) ** 2

    expected = poisson_binom.pmf(np.arange(events + 1), chances)

    assert np.abs(expected - poisson_binomial(chances)).max() < 1e-12


def test_equal_chances_are_a_binomial():
    """
    The textbook's case.
    """
    assert binom.pmf(range(41), 40, 0.05) == pytest.approx(poisson_binomial([0.05] * 40), abs=1e-12)
    assert (0, 5) == poisson_binomial_interval([0.05], [40])


@pytest.mark.parametrize(
    ("chances", "expected"),
    [([], (0, 0)), ([0.0, 0.0], (0, 0)), ([1.0, 1.0, 0.0], (2, 2)), ([0.024], (0, 0)), ([0.026], (0, 1))],
    ids=["no events", "impossible ones", "certain ones", "rarer than the tail", "less rare than the tail"],
)
def test_the_interval_at_its_edges(chances, expected):
    """
    What is certain has no width; 2.5 % on each side may be missed.
    """
    assert expected == poisson_binomial_interval(chances)


def test_a_row_that_stands_for_several_cases_is_several_events():
    """
    Each on its own: not one event that counts threefold.
    """
    weighted = poisson_binomial_interval([0.3, 0.8, 0.5], [3, 0, 2])

    assert poisson_binomial_interval([0.3, 0.3, 0.3, 0.5, 0.5]) == weighted


@pytest.mark.parametrize("chance", [-0.01, 1.01, float("nan")])
def test_what_is_no_probability_is_refused(chance):
    """
    With the value found.
    """
    with pytest.raises(ValueError, match=f"from 0 to 1: {chance}"):
        poisson_binomial([0.5, chance])


def test_a_negative_number_of_events_is_refused():
    """
    With the value found.
    """
    with pytest.raises(ValueError, match="negative: -1"):
        poisson_binomial_interval([0.5], [-1])


@pytest.mark.parametrize("seed", range(6))
def test_where_there_are_too_many_the_normal_distribution_is_off_by_one_at_most(monkeypatch, seed):
    """
    Compared with the exact one on as many events as can be convolved quickly, rare, frequent and mixed.
    """
    draws = np.random.default_rng(seed)
    chances = draws.random(20_000) ** [1, 2, 5, 20, 0.2, 0.05][seed]
    exact = poisson_binomial_interval(chances)

    monkeypatch.setattr(MODULE, "MOST_CONVOLVED", 19_999)
    approximate = poisson_binomial_interval(chances)

    assert max(abs(one - other) for one, other in zip(exact, approximate, strict=True)) <= 1


def test_both_sides_of_the_limit(monkeypatch):
    """
    As many events as may be convolved are; one more, all certain or impossible, needs no approximation.
    """
    monkeypatch.setattr(MODULE, "MOST_CONVOLVED", 4)

    assert (4, 4) == poisson_binomial_interval([1.0], [4])
    assert (5, 5) == poisson_binomial_interval([1.0, 0.0], [5, 2])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(TENTHS, max_size=8), min_size=1, max_size=6), st.sampled_from([0.1, 0.5, 0.999]))
def test_many_sums_at_once_are_those_one_by_one(sums, tail):
    """
    Sums of any sizes beside each other, of none as well; certain and impossible events; tails reached exactly.
    """
    chances = [[tenth / 10 for tenth in tenths] for tenths in sums]
    found = poisson_binomial_points(chances, [[1] * len(each) for each in chances], [tail])
    exact = Fraction(tail).limit_denominator(1000)

    assert [smallest_not_exceeded(enumerated(tenths), exact) for tenths in sums] == found[:, 0].tolist()


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from([0.0, 0.01, 0.3, 0.5, 0.731, 0.97, 1.0]), st.integers(0, 900), min_size=1),
        min_size=1,
        max_size=5,
    )
)
def test_shared_chances_taken_many_times_have_the_ends_of_their_intervals(sums):
    """
    Sums that share their chances, up to thousands of events, and beyond what is transformed beside others.
    """
    chances = [list(each) for each in sums]
    times = [list(each.values()) for each in sums]
    found = poisson_binomial_points(chances, times, [0.001, 0.999])
    ends = [poisson_binomial_interval(*each, level=0.998) for each in zip(chances, times, strict=True)]

    assert ends == [tuple(each) for each in found.tolist()]


def test_many_sums_are_checked_as_one_is():
    """
    No sums, no points; a chance beyond one and a negative number of events are refused.
    """
    assert (0, 2) == poisson_binomial_points([], [], [0.1, 0.9]).shape
    with pytest.raises(ValueError, match=r"from 0 to 1: 1\.2"):
        poisson_binomial_points([[0.5], [1.2]], [[1], [1]], [0.5])
    with pytest.raises(ValueError, match="negative: -1"):
        poisson_binomial_points([[0.5]], [[-1]], [0.5])
