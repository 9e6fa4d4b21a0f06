"""
Intervals: golden values, edges, and the reference libraries.
"""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2
from statsmodels.stats.proportion import proportion_confint

from dashboard.stats import poisson_interval, wilson


def interval(successes, trials, level=0.95):
    lower, upper = wilson(pl.lit(successes), pl.lit(trials), level=level)
    return pl.select(lower=lower, upper=upper).row(0)


@pytest.mark.parametrize(
    ("successes", "trials", "expected"),
    [(48, 50, (0.865, 0.989)), (7, 9, (0.453, 0.937)), (0, 20, (0.0, 0.161)), (5, 5, (0.566, 1.0))],
    ids=["48 of 50", "7 of 9", "none of 20", "T62 all of five"],
)
def test_wilsons_golden_values(successes, trials, expected):
    """
    Few cases give a wide interval, and it never leaves 0 to 1.
    """
    assert expected == pytest.approx(interval(successes, trials), abs=0.0006)


def test_t61_no_trials_have_no_interval():
    """
    Nothing over nothing is unknown.
    """
    assert (None, None) == interval(0, 0)


def test_wilson_works_on_columns():
    """
    One row each, null among them.
    """
    lower, upper = wilson(pl.col("hits"), pl.col("cases"))
    frame = pl.DataFrame({"hits": [48, 0, None], "cases": [50, 0, None]}).select(lower=lower, upper=upper)

    assert [False, True, True] == frame["lower"].is_null().to_list() == frame["upper"].is_null().to_list()


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.9, 0.95, 0.998]),
)
def test_wilson_agrees_with_statsmodels(shares, level):
    """
    At every share and level.
    """
    successes, trials = shares
    expected = proportion_confint(successes, trials, alpha=1 - level, method="wilson")

    assert expected == pytest.approx(interval(successes, trials, level), abs=1e-9)


def test_t63_three_complaints():
    """
    Three seen: between 0.62 and 8.77 expected.
    """
    assert (0.62, 8.77) == pytest.approx(poisson_interval(3), abs=0.005)


@pytest.mark.parametrize("count", [0, 1, 2, 10, 100, 2_000, 1_000_000])
@pytest.mark.parametrize("level", [0.8, 0.95, 0.998])
def test_poisson_agrees_with_scipy(count, level):
    """
    From none to a million.
    """
    tail = (1 - level) / 2
    lower = chi2.ppf(tail, 2 * count) / 2 if count else 0.0
    upper = chi2.ppf(1 - tail, 2 * count + 2) / 2

    assert (lower, upper) == pytest.approx(poisson_interval(count, level=level), rel=1e-7)


def test_a_negative_count_is_refused():
    """
    It can't have been counted.
    """
    with pytest.raises(ValueError, match="-1"):
        poisson_interval(-1)
