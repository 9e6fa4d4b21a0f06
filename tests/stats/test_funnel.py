"""
Funnel limits: the golden value, edges, and scipy's binomial.
"""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from dashboard.stats.funnel import binomial_point, funnel, variance_between


def test_the_golden_points():
    """
    Forty cases around 95 %: 0.825 and 0.875.
    """
    assert (33, 35) == (binomial_point(40, 0.95, 0.001), binomial_point(40, 0.95, 0.025))


@settings(max_examples=150, deadline=None)
@given(
    st.integers(1, 20_000),
    st.floats(0.001, 0.999),
    st.sampled_from([0.001, 0.025, 0.975, 0.999]),
)
def test_points_agree_with_scipy(trials, share, tail):
    """
    From one case to twenty thousand.
    """
    assert int(binom.ppf(tail, trials, share)) == binomial_point(trials, share, tail)


@pytest.mark.parametrize(("tail", "point"), [(0.125, 0), (0.126, 1), (0.5, 1), (0.501, 2)])
def test_a_tail_reached_exactly_is_reached(tail, point):
    """
    Three fair tosses: 1/8 for none, 4/8 for at most one.
    """
    assert point == binomial_point(3, 0.5, tail)


def test_limits_surround_the_common_rate_and_name_what_lies_outside():
    """
    A large bad unit is a signal; a small one with the same rate isn't.
    """
    units = pl.DataFrame(
        {
            "team": ["fine", "bad", "small", "none"],
            "numerator": [9_430, 400, 4, 0],
            "denominator": [10_000, 500, 5, 0],
        }
    )
    judged = funnel(units)
    overall = 9_834 / 10_505

    assert [overall] * 4 == pytest.approx(judged["overall"].to_list())
    assert [None, "low", None, None] == judged["signal"].to_list()
    assert judged["lower_998"][1] <= judged["lower_95"][1] <= overall <= judged["upper_95"][1]
    assert judged["lower_95"][3] is None


def test_a_unit_on_the_limit_is_not_outside():
    """
    The limit itself is still chance.
    """
    limit = binomial_point(500, 0.9, 0.001)
    others = pl.DataFrame({"numerator": [9_000_000], "denominator": [10_000_000]})
    on = funnel(pl.concat([others, pl.DataFrame({"numerator": [limit], "denominator": [500]})]))
    below = funnel(pl.concat([others, pl.DataFrame({"numerator": [limit - 1], "denominator": [500]})]))

    assert (None, "low") == (on["signal"][1], below["signal"][1])


@pytest.mark.parametrize(("hits", "cases"), [([0, 0], [5, 9]), ([5, 9], [5, 9]), ([0], [0]), ([], [])])
def test_rates_of_none_and_of_all(hits, cases):
    """
    Where everybody has the same rate, nobody stands out; without cases there is no rate.
    """
    units = pl.DataFrame(
        {"numerator": hits, "denominator": cases}, schema={"numerator": pl.Int64, "denominator": pl.Int64}
    )

    assert funnel(units)["signal"].is_null().all()


def spread_by_hand(hits, cases, overall):
    """
    Spiegelhalter's tau squared, written out.
    """
    scores = [
        (math.asin(math.sqrt(hit / size)) - math.asin(math.sqrt(overall))) / (1 / (2 * math.sqrt(size)))
        for hit, size in zip(hits, cases, strict=True)
    ]
    ranked = sorted(scores)

    def at(share):
        place = share * (len(ranked) - 1)
        below = math.floor(place)
        above = min(below + 1, len(ranked) - 1)
        return ranked[below] + (place - below) * (ranked[above] - ranked[below])

    drawn_in = [min(max(score, at(0.1)), at(0.9)) for score in scores]
    weights = [4 * size for size in cases]
    phi = sum(score**2 for score in drawn_in) / len(scores)
    below = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return max(0.0, (len(scores) * phi - (len(scores) - 1)) / below)


WILD = pl.DataFrame(
    {
        "numerator": [810, 905, 950, 870, 790, 930, 700, 985, 860, 900],
        "denominator": [1000] * 10,
    }
)


def test_the_variance_between_units():
    """
    Ten units of a thousand that differ far more than chance: the same as written out by hand, 0.009965.
    """
    hits, cases = WILD["numerator"].to_list(), WILD["denominator"].to_list()
    overall = sum(hits) / sum(cases)
    found = variance_between(hits, cases, overall)

    assert spread_by_hand(hits, cases, overall) == pytest.approx(found)
    assert found == pytest.approx(0.009965, abs=0.000001)


def test_units_that_all_differ_are_no_signals():
    """
    Without allowing for it nearly all stand out; allowing for it, only what stands out among them could.
    """
    assert funnel(WILD)["signal"].count() >= 7
    assert funnel(WILD, allow_spread=True)["signal"].count() == 0


def test_one_that_differs_among_many_alike_is_still_found():
    """
    Winsorising keeps the bad unit from widening its own limits.
    """
    alike = pl.DataFrame({"numerator": [905, 895] * 10, "denominator": [1000] * 20})
    units = pl.concat([alike, pl.DataFrame({"numerator": [700], "denominator": [1000]})])
    judged = funnel(units, allow_spread=True)

    assert [None] * 20 + ["low"] == judged["signal"].to_list()


def test_no_more_than_chance_changes_nothing():
    """
    Units that differ by less than chance keep the exact limits.
    """
    units = pl.DataFrame({"numerator": [90, 91, 89], "denominator": [100, 100, 100]})

    assert funnel(units).equals(funnel(units, allow_spread=True))


@pytest.mark.parametrize(("hits", "cases"), [([5], [9]), ([], []), ([0, 0], [0, 0])])
def test_one_unit_or_none_has_no_spread(hits, cases):
    """
    There is nothing between them.
    """
    units = pl.DataFrame(
        {"numerator": hits, "denominator": cases}, schema={"numerator": pl.Int64, "denominator": pl.Int64}
    )

    assert funnel(units).equals(funnel(units, allow_spread=True))
