"""
Limits of observed over expected: golden values, scipy's distributions, the spread between units written out.
"""

from __future__ import annotations

import math
from itertools import product

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import poisson

from dashboard.stats import ratio_funnel, ratio_spread, standardised
from dashboard.stats.ratio_funnel import poisson_point

TAILS = {"lower_998": 0.001, "lower_95": 0.025, "upper_95": 0.975, "upper_998": 0.999}


def units(*rows, is_share):
    """
    Units as (observed, [(chance, times), …]), standardised.
    """
    counts = [
        {"unit": str(number), "kind": str(chance), "observed": observed if place == 0 else 0, "base": times}
        for number, (observed, cases) in enumerate(rows)
        for place, (chance, times) in enumerate(cases)
    ]
    chances = {chance for _, cases in rows for chance, _ in cases}
    cells = [
        {"kind": str(chance), "observed": round(chance * 10_000_000), "base": 10_000_000} for chance in chances
    ]
    return standardised(pl.DataFrame(counts), pl.DataFrame(cells), unit="unit", strata=["kind"], is_share=is_share)


def test_forty_cases_around_95_percent():
    """
    The golden limits of a rate: of forty cases 0.825 and 0.875.
    """
    judged = ratio_funnel(units((40, [(0.95, 40)]), is_share=True), is_share=True).row(0, named=True)

    assert judged["lower_998"] * 0.95 == pytest.approx(0.825)
    assert judged["lower_95"] * 0.95 == pytest.approx(0.875)
    assert judged["upper_998"] * 0.95 == pytest.approx(1.0)


@settings(max_examples=150, deadline=None)
@given(st.floats(0.001, 20_000), st.sampled_from(list(TAILS.values())))
def test_points_of_a_count_agree_with_scipy(mean, tail):
    """
    From a thousandth expected to twenty thousand.
    """
    assert int(poisson.ppf(tail, mean)) == poisson_point(mean, tail)


@pytest.mark.parametrize(("mean", "tail", "point"), [(0, 0.999, 0), (math.log(2), 0.5, 0), (0.7, 0.5, 1)])
def test_a_tail_reached_exactly_is_reached(mean, tail, point):
    """
    With log 2 expected none comes half of the time.
    """
    assert point == poisson_point(mean, tail)


@pytest.mark.parametrize(("observed", "signal"), [(4, None), (3, None), (0, None), (10, None), (11, "high")])
def test_the_limit_itself_is_still_chance(observed, signal):
    """
    Three expected: nine aren't exceeded with 0.9989, ten with 0.9997, so that eleven are a signal; none isn't one.
    """
    judged = ratio_funnel(units((observed, [(0.003, 1000)]), is_share=False), is_share=False)

    assert (10, 0.9989) == (poisson_point(3, 0.999), pytest.approx(poisson.cdf(9, 3), abs=1e-4))
    assert judged["signal"].to_list() == [signal]


def test_unlike_chances_have_the_limits_of_their_sum():
    """
    Two cases of nine tenths and two of a half: every outcome counted out.
    """
    cases = [(0.9, 2), (0.5, 2)]
    judged = ratio_funnel(units((0, cases), is_share=True), is_share=True).row(0, named=True)
    chances = [0.9, 0.9, 0.5, 0.5]
    masses = [0.0] * 5
    for fates in product((0, 1), repeat=4):
        masses[sum(fates)] += math.prod(c if fate else 1 - c for c, fate in zip(chances, fates, strict=True))
    for name, tail in TAILS.items():
        point = next(count for count in range(5) if sum(masses[: count + 1]) >= tail - 1e-9)
        assert judged[name] == pytest.approx(point / 2.8), name


def test_nothing_expected_is_not_judged():
    """
    No limits, no ratio, no signal; and no share beyond all of it.
    """
    cases = pl.DataFrame({"unit": ["a"], "kind": ["x"], "observed": [3], "base": [5]})
    cells = pl.DataFrame({"kind": ["y"], "observed": [1], "base": [10]})
    found = standardised(cases, cells, unit="unit", strata=["kind"], is_share=False)
    judged = ratio_funnel(found, is_share=False).row(0, named=True)

    assert (judged["unmatched"], judged["unmatched_base"], judged["observed"]) == (3, 5, 0)
    assert [judged[name] for name in ("ratio", "signal", *TAILS)] == [None] * 6


def spread_by_hand(observed, expected, variance):
    """
    Spiegelhalter's tau squared of a ratio, written out.
    """
    scores = [(o - e) / math.sqrt(v) for o, e, v in zip(observed, expected, variance, strict=True)]
    ranked = sorted(scores)

    def at(share):
        place = share * (len(ranked) - 1)
        below = math.floor(place)
        above = min(below + 1, len(ranked) - 1)
        return ranked[below] + (place - below) * (ranked[above] - ranked[below])

    drawn_in = [min(max(score, at(0.1)), at(0.9)) for score in scores]
    weights = [1 / (v / e**2) for e, v in zip(expected, variance, strict=True)]
    phi = sum(score**2 for score in drawn_in) / len(scores)
    below = sum(weights) - sum(weight**2 for weight in weights) / sum(weights)
    return max(0.0, (len(scores) * phi - (len(scores) - 1)) / below)


WILD = [30, 55, 62, 41, 20, 90, 47, 12, 70, 35]


def test_the_spread_between_units():
    """
    Ten units of which some forty each are expected and which differ far more: as written out by hand.
    """
    expected = [46.2, 40.0, 51.0, 44.0, 39.0, 48.0, 50.0, 41.0, 45.0, 47.0]
    found = ratio_spread(WILD, expected, expected)

    assert spread_by_hand(WILD, expected, expected) == pytest.approx(found)
    assert found > 0.1
    assert ratio_spread([46, 40, 51], [46.0, 40.0, 51.0], [46.0, 40.0, 51.0]) == 0
    assert ratio_spread([46], [20.0], [20.0]) == 0


def test_allowing_for_the_spread_leaves_no_signal_among_units_that_all_differ():
    """
    By chance alone many stand out; by what they all differ, none, and no limit is narrower than chance's.
    """
    found = units(*((count, [(0.046, 1000)]) for count in WILD), is_share=False)
    spread = ratio_spread(WILD, found["expected"].to_list(), found["variance"].to_list())
    strict, wide = (ratio_funnel(found, is_share=False, spread=each) for each in (0.0, spread))

    assert strict["signal"].count() >= 4
    assert wide["signal"].count() == 0
    assert (wide["lower_998"] <= strict["lower_998"]).all()
    assert (wide["upper_998"] >= strict["upper_998"]).all()


def test_a_share_has_no_limit_beyond_all():
    """
    However wide, no more than all cases can be observed.
    """
    judged = ratio_funnel(units((9, [(0.9, 10)]), is_share=True), is_share=True, spread=0.5).row(0, named=True)

    assert judged["upper_998"] == pytest.approx(1 / 0.9)
