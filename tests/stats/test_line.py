"""
A weighted line and the interval of its next point.
"""

from __future__ import annotations

import random

import pytest
from scipy import stats as scipy_stats
from statsmodels.api import WLS, add_constant

from dashboard.stats import fitted_line, student_point


@pytest.mark.parametrize("freedom", [1, 2, 4, 10, 60])
@pytest.mark.parametrize("below", [0.5, 0.9, 0.975, 0.9995])
def test_students_points_are_scipys(below, freedom):
    """
    From one degree of freedom to many.
    """
    assert student_point(below, freedom) == pytest.approx(scipy_stats.t.ppf(below, freedom), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("seed", range(5))
def test_line_and_prediction_are_those_of_statsmodels(seed):
    """
    Slope, level, and the interval of a further point with a weight of its own.
    """
    chance = random.Random(seed)
    places = list(range(12))
    values = [0.5 + 0.01 * place + chance.gauss(0, 0.02) for place in places]
    weights = [chance.uniform(200, 900) for _ in places]
    expected = WLS(values, add_constant(places), weights=weights).fit()
    ahead = expected.get_prediction([[1, 18]], weights=400).summary_frame(alpha=0.05)
    line = fitted_line(places, values, weights)

    assert line is not None
    assert expected.params[1] == pytest.approx(line.slope)
    assert ahead["mean"][0] == pytest.approx(line.at(18))
    assert (ahead["obs_ci_lower"][0], ahead["obs_ci_upper"][0]) == pytest.approx(line.prediction(18, 400))


def test_points_on_a_line_are_met_exactly():
    """
    Three of them, and the next one.
    """
    line = fitted_line([0, 1, 2], [0.1, 0.2, 0.3], [5, 1, 9])

    assert line is not None
    assert line.at(3) == pytest.approx(0.4)
    assert line.prediction(3, 5) == pytest.approx((0.4, 0.4))


@pytest.mark.parametrize("places", [[], [1], [1, 2], [4, 4, 4]], ids=str)
def test_too_few_places_make_no_line(places):
    """
    Through two points everything fits, and above one place nothing has a slope.
    """
    assert fitted_line(places, [0.5] * len(places), [1.0] * len(places)) is None
