"""
Over-dispersed counts: what is estimated from them, and how seldom chance alone raises an alarm.
"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import betabinom, binom

from dashboard.stats import dispersion, excess_chance, shared_dispersion

RANDOM = np.random.default_rng(20_260_630)


def counts(mean, size, spread=1.0):
    """
    Random counts of a mean, of variance `spread` times the mean.
    """
    if spread == 1:
        return RANDOM.poisson(mean, size).astype(float)
    return RANDOM.negative_binomial(mean / (spread - 1), 1 / spread, size).astype(float)


def test_dispersion_by_hand():
    """
    2, 4, 3 on equal windows: steps 2 and -1, mean 3: (4 + 1) / 2 / 6.
    """
    assert dispersion(np.array([2.0, 4.0, 3.0]), [1, 1, 1]) == pytest.approx(5 / 12)


def test_dispersion_takes_exposure_into_account():
    """
    Twice as many where twice as many could happen is no variation at all.
    """
    assert dispersion(np.array([10.0, 20.0, 10.0, 20.0]), [1, 2, 1, 2]) == 0


@pytest.mark.parametrize("few", [[], [3.0], [3.0, 4.0], [0.0, 0.0, 0.0]])
def test_too_little_to_tell(few):
    """
    Two windows, or windows in which nothing happened, say nothing.
    """
    assert dispersion(np.array(few), [1] * len(few)) is None


@pytest.mark.parametrize(("mean", "spread"), [(0.7, 1), (6, 1), (80, 1), (6, 2.5), (80, 4)])
def test_dispersion_finds_what_was_drawn(mean, spread):
    """
    On average the spread that was drawn, less a little for the extreme steps, at any mean.
    """
    found = [dispersion(counts(mean, 12, spread), [1] * 12) for _ in range(6000)]
    known = [each for each in found if each is not None]

    assert 0.82 * spread < np.mean(known) < 1.02 * spread


def test_a_change_of_level_isnt_variation():
    """
    A series that steps up and stays varies no more than it did; about its mean it would seem to.
    """
    stepped = np.array([9.0, 11.0] * 3 + [39.0, 41.0] * 3)

    assert dispersion(stepped, [1] * 12) == pytest.approx(4 / (2 * 25))


def test_shared_by_cells_and_never_below_one():
    """
    A cell with nothing gets what is common, a wild one gets more, none less than 1.
    """
    calm = [[9.0, 10.0, 9.0, 10.0, 9.0]] * 12
    found = shared_dispersion(np.array([*calm, [0.0] * 5, [1.0, 40.0, 1.0, 40.0, 1.0]]), [1] * 5)

    assert [1.0] * 13 == found[:13].tolist()
    assert found[13] > 5


def test_nothing_at_all_is_taken_for_poisson():
    """
    Without a single event there is nothing to estimate from.
    """
    assert [1.0, 1.0] == shared_dispersion(np.zeros((2, 6)), [1] * 6).tolist()


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 300), st.integers(0, 900), st.floats(0.02, 0.9), st.sampled_from([1, 1.2, 3]))
def test_chances_agree_with_scipy(count, before, share, spread):
    """
    Binomial without over-dispersion, beta-binomial with it.
    """
    total = count + before
    if spread == 1 or total == 0:
        expected = binom.sf(count - 1, total, share)
    else:
        mixing = total / (spread - 1)
        expected = betabinom.sf(count - 1, total, mixing * share, mixing * (1 - share))

    assert expected == pytest.approx(excess_chance(count, before, share, spread), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(("share", "spread"), [(0, 1), (1, 1), (0.5, 0.9)])
def test_impossible_terms_are_refused(share, spread):
    """
    A window that is nothing, or everything; counts that vary less than by chance.
    """
    with pytest.raises(ValueError, match="not a share"):
        excess_chance(1, 1, share, spread)


@pytest.mark.parametrize(("mean", "spread"), [(3, 1), (20, 1), (20, 3)])
def test_alarms_are_as_seldom_as_promised(mean, spread):
    """
    Given the true dispersion, one window in a hundred at most is called one in a hundred.
    """
    before, last = counts(mean, (4000, 12), spread).sum(axis=1), counts(mean, 4000, spread)
    alarms = [
        excess_chance(int(seen), int(past), 1 / 13, spread) < 0.01 for seen, past in zip(last, before, strict=True)
    ]

    assert np.mean(alarms) < 0.015
