"""
Comparing shares and rates: golden values, edges, and scipy and statsmodels.
"""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import special
from scipy.stats import beta, binom, binomtest
from statsmodels.stats.proportion import confint_proportions_2indep

from dashboard.stats import clopper_pearson, difference_limits, newcombe, rate_ratio
from dashboard.stats.beta import beta_below, beta_point

SHAPES = st.floats(0.05, 20_000)


@settings(max_examples=200, deadline=None)
@given(st.floats(0, 1), SHAPES, SHAPES)
def test_the_beta_distribution_agrees_with_scipy(point, a, b):
    """
    From one side to the other, sharp and flat.
    """
    assert special.betainc(a, b, point) == pytest.approx(beta_below(point, a, b), rel=1e-8, abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([0.001, 0.025, 0.5, 0.975, 0.999]), st.floats(0.3, 5_000), st.floats(0.3, 5_000))
def test_the_points_of_a_beta_agree_with_scipy(below, a, b):
    """
    The tails that intervals use.
    """
    assert beta.ppf(below, a, b) == pytest.approx(beta_point(below, a, b), rel=1e-7, abs=1e-12)


@settings(max_examples=100, deadline=None)
@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.sampled_from([0.9, 0.95, 0.998]),
)
def test_clopper_and_pearson_agree_with_scipy(shares, level):
    """
    None and all included.
    """
    successes, trials = shares
    found = binomtest(successes, trials).proportion_ci(level, "exact")

    assert (found.low, found.high) == pytest.approx(clopper_pearson(successes, trials, level=level), abs=1e-9)


@pytest.mark.parametrize("shares", [(0, 0), (3, 2), (-1, 4)])
def test_what_is_no_share_is_refused(shares):
    """
    No trials, more than all, fewer than none.
    """
    with pytest.raises(ValueError, match="not a share"):
        clopper_pearson(*shares)


def test_a_ratio_is_that_of_the_rates():
    """
    20 in 100 days against 30 in 300 is twice as many; scipy's binomial gives the limits and the chance.
    """
    found = rate_ratio(20, 100, 30, 300)
    share = binomtest(20, 50).proportion_ci(0.95, "exact")
    chance = 2 * min(binom.sf(19, 50, 0.25), binom.cdf(20, 50, 0.25))

    assert found.ratio == pytest.approx(2.0)
    assert (found.lower, found.upper) == pytest.approx([s / (1 - s) * 3 for s in (share.low, share.high)])
    assert found.p_value == pytest.approx(chance)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 400), st.integers(0, 400), st.floats(0.1, 50))
def test_turned_round_a_ratio_is_its_inverse(a, b, exposure):
    """
    Whatever is compared with whatever, the limits and the chance are the same.
    """
    one, other = rate_ratio(a, exposure, b, 7.0), rate_ratio(b, 7.0, a, exposure)

    def inverse(limit):
        return None if limit is None else math.inf if limit == 0 else 1 / limit

    assert (one.lower is None) == (a + b == 0)
    if a + b:
        assert (inverse(one.upper) or 0.0) == pytest.approx(other.lower)
        assert one.p_value == pytest.approx(other.p_value)


def test_nothing_on_one_side():
    """
    None after some is a ratio of 0; some after none has no ratio and no upper limit, but a lower one.
    """
    gone, new = rate_ratio(0, 1, 9, 1), rate_ratio(9, 1, 0, 1)

    assert (0.0, 0.0) == (gone.ratio, gone.lower)
    assert gone.upper == pytest.approx(1 / new.lower)
    assert (None, None) == (new.ratio, new.upper)
    assert gone.p_value == pytest.approx(2 / 2**9)


@pytest.mark.parametrize("counts", [(0, 5, 0, 5), (3, 0, 3, 5), (3, 5, 3, 0)])
def test_nothing_over_nothing_is_unknown(counts):
    """
    No events at all, or no exposure, can't be compared.
    """
    found = rate_ratio(*counts)

    assert (None, None, None, None) == (found.ratio, found.lower, found.upper, found.p_value)


def test_dispersion_widens():
    """
    The ratio stays; counts that vary twice as much are worth half as many.
    """
    plain, wide = rate_ratio(40, 1, 60, 1), rate_ratio(40, 1, 60, 1, dispersion=2)
    halved = rate_ratio(20, 1, 30, 1)

    assert plain.ratio == wide.ratio
    assert (halved.lower, halved.upper, halved.p_value) == (wide.lower, wide.upper, wide.p_value)
    assert wide.lower < plain.lower < plain.upper < wide.upper


def difference(*counts, level=0.95):
    found = newcombe(*(pl.lit(each) for each in counts), level=level)
    return pl.select(**dict(zip(("difference", "lower", "upper"), found, strict=True))).row(0)


def test_newcombes_golden_value():
    """
    420 of 500 against 390 of 500: six points, give or take five.
    """
    assert (0.060, 0.011, 0.108) == pytest.approx(difference(420, 500, 390, 500), abs=0.0005)


def test_no_trials_have_no_difference():
    """
    Against nothing there is nothing to compare.
    """
    assert (None, None, None) == difference(4, 5, 0, 0)


@settings(max_examples=60, deadline=None)
@given(
    *[st.integers(1, 2000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))] * 2,
    st.sampled_from([0.9, 0.95]),
)
def test_newcombe_agrees_with_statsmodels(a, b, level):
    """
    At every pair of shares.
    """
    expected = confint_proportions_2indep(*a, *b, method="newcomb", compare="diff", alpha=1 - level)

    assert expected == pytest.approx(difference(*a, *b, level=level)[1:], abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 90), st.integers(90, 400), st.integers(0, 70), st.integers(70, 300))
def test_limits_of_a_difference_of_shares_are_newcombes(hits, trials, hits_other, trials_other):
    """
    Made of Wilson's interval of each, as statsmodels has it.
    """
    figures = []
    for successes, total in ((hits, trials), (hits_other, trials_other)):
        found = binomtest(successes, total).proportion_ci(0.95, "wilson")
        figures.append((successes / total, found.low, found.high))
    expected = confint_proportions_2indep(hits, trials, hits_other, trials_other, method="newcomb", compare="diff")

    assert difference_limits(*figures) == pytest.approx(expected, abs=1e-9)


def test_a_limit_beyond_all_numbers_opens_its_side_only():
    """
    A median whose upper limit isn't reached can be any amount longer, and not any amount shorter.
    """
    assert difference_limits((10.0, 8.0, None), (5.0, 4.0, 6.0)) == (5 - math.hypot(2, 1), math.inf)
    assert difference_limits((5.0, 4.0, 6.0), (10.0, 8.0, None)) == (-math.inf, -5 + math.hypot(1, 2))
