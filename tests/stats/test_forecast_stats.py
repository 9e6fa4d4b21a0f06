"""
Order, gain, drift and loss of forecasts, against counting by hand, other libraries and all outcomes there can be.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score

from dashboard.stats import auc, expected_loss, lift, paired_bootstrap, population_stability


def numbers(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def truths(*values: int) -> np.ndarray:
    return np.array(values, dtype=bool)


def test_auc_counts_pairs_and_halves_ties():
    """
    Two of four pairs are in order, one is tied.
    """
    found = auc(numbers(0.9, 0.4, 0.4, 0.6), truths(1, 1, 0, 0), np.ones(4))

    assert found == pytest.approx((2 + 0.5) / 4)


def test_auc_agrees_with_another_library_and_with_rows_written_out():
    """
    Weighted rows are the rows as often as they weigh.
    """
    chance = np.random.default_rng(1)
    scores = chance.integers(0, 20, 300) / 20
    happened, cases = chance.random(300) < scores, chance.integers(1, 4, 300)
    found = auc(scores, happened, cases.astype(float))

    assert found == pytest.approx(roc_auc_score(happened, scores, sample_weight=cases))
    assert found == pytest.approx(auc(np.repeat(scores, cases), np.repeat(happened, cases), np.ones(cases.sum())))


@pytest.mark.parametrize("happened", [(1, 1), (0, 0)], ids=["to all", "to none"])
def test_without_both_outcomes_there_is_no_order(happened):
    """
    Nothing can be told apart.
    """
    assert auc(numbers(0.1, 0.9), truths(*happened), np.ones(2)) is None


def test_lift_of_the_highest_tenth():
    """
    Of twenty the two highest: both hit, where four in twenty do.
    """
    scores = np.arange(20.0)
    happened = np.isin(np.arange(20), (19, 18, 3, 4))

    assert lift(scores, happened, np.ones(20)) == pytest.approx(1.0 / 0.2)


def test_ties_at_the_edge_are_counted_at_their_own_rate():
    """
    With one score for all, the tenth is like all, in whatever order the rows came.
    """
    happened = np.array([True] * 3 + [False] * 17)

    assert lift(np.ones(20), happened, np.ones(20)) == pytest.approx(1.0)
    assert lift(np.ones(20), happened[::-1], np.ones(20)) == pytest.approx(1.0)
    assert lift(np.ones(20), np.zeros(20, bool), np.ones(20)) is None
    with pytest.raises(ValueError, match="not a share"):
        lift(np.ones(20), happened, np.ones(20), share=0)


def test_a_sure_gain_and_none():
    """
    Where every unit gains the interval leaves zero out; where half lose as much it holds it. Twice the same.
    """
    chance = np.random.default_rng(2)
    better = chance.normal(-1.0, 1.0, 400)
    even = chance.normal(0.0, 1.0, 400)

    assert paired_bootstrap(better, np.ones(400))[2] < 0
    _, lower, upper = paired_bootstrap(even, np.ones(400))
    assert lower < 0 < upper
    assert paired_bootstrap(even, np.ones(400)) == paired_bootstrap(even, np.ones(400))
    with pytest.raises(ValueError, match="no cases"):
        paired_bootstrap(even, np.zeros(400))


def test_many_units_drawn_in_groups_have_the_interval_of_their_mean():
    """
    Grouping by lot keeps the variance: the interval is the textbook's within a tenth.
    """
    values = np.random.default_rng(3).normal(0.5, 2.0, 20_000)
    mean, lower, upper = paired_bootstrap(values, np.ones(20_000))

    assert mean == pytest.approx(values.mean())
    assert (upper - lower) / 2 == pytest.approx(1.96 * values.std() / 20_000**0.5, rel=0.1)


def test_drift_of_the_same_and_of_another_population():
    """
    None where shares are equal, by hand where they are not, finite where a bin emptied.
    """
    expected = (0.6 - 0.5) * np.log(0.6 / 0.5) + (0.4 - 0.5) * np.log(0.4 / 0.5)

    assert population_stability([5, 5], [50, 50]) == pytest.approx(0)
    assert population_stability([5, 5], [60, 40]) == pytest.approx(expected)
    assert population_stability([5, 5], [100, 0]) > 1
    assert population_stability([0, 0], [1, 1]) is None
    with pytest.raises(ValueError, match="can't be compared"):
        population_stability([1], [1, 2])


def test_a_small_loss_is_as_all_its_outcomes_say():
    """
    Six contracts, all 64 outcomes written out: the sum expected, and limits that leave out at most 2.5 % a side.
    """
    chances, amounts = numbers(0.1, 0.3, 0.5, 0.2, 0.7, 0.4), numbers(100, 20, 30, 400, 50, 60)
    outcomes = []
    for lost in product((0, 1), repeat=6):
        which = np.array(lost)
        outcomes.append((float(which @ amounts), float(np.prod(np.where(which, chances, 1 - chances)))))
    expected, lower, upper = expected_loss(chances, amounts)

    assert expected == pytest.approx(sum(amount * mass for amount, mass in outcomes))
    assert sum(mass for amount, mass in outcomes if amount < lower) <= 0.035
    assert sum(mass for amount, mass in outcomes if amount > upper) <= 0.035
    assert sum(mass for amount, mass in outcomes if lower <= amount <= upper) >= 0.94


def test_a_large_loss_is_within_nothing_and_everything():
    """
    On either side of where drawing gives way to the normal distribution the intervals are alike.
    """
    chance = np.random.default_rng(4)
    chances, amounts = chance.random(401), chance.gamma(2.0, 1_000.0, 401)
    drawn, normal = expected_loss(chances[:400], amounts[:400]), expected_loss(chances, amounts)

    assert normal[2] - normal[1] == pytest.approx(drawn[2] - drawn[1], rel=0.05)
    assert expected_loss(np.ones(500), np.ones(500)) == (500.0, 500.0, 500.0)
    assert expected_loss(numbers(), numbers()) == (0.0, 0.0, 0.0)
    with pytest.raises(ValueError, match="from 0 to 1"):
        expected_loss(numbers(1.1), numbers(1))
    with pytest.raises(ValueError, match="not below zero"):
        expected_loss(numbers(0.1), numbers(-1))
