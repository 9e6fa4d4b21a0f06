"""
A forecast is judged by its interval, and a probability by the share that happened.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.charts.forecast import backtest, calibration
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import MODES, drawn_as, markers

WORDS = Words("en")
POINTS = pl.DataFrame(
    {
        "day": [date(2026, 8, 3), date(2026, 8, 10), date(2026, 8, 17)],
        "expected": [5.0, 5.5, 6.0],
        "lower": [2.0, 2.0, 2.0],
        "upper": [9.0, 9.0, 9.0],
        "actual": [4.0, 12.0, None],
    }
)
BINS = pl.DataFrame(
    {
        "predicted": [0.1, 0.8],
        "observed": [0.12, 0.7],
        "lower": [0.08, None],
        "upper": [0.17, None],
        "cases": [400, 100],
    }
)


@MODES
def test_what_has_not_happened_yet_isn_t_drawn(colours):
    """
    Three forecasts, two outcomes; each click carries its day.
    """
    expected, happened = markers(backtest(POINTS, words=WORDS, colours=colours).checked())

    assert list(expected.y) == [5.0, 5.5, 6.0]
    assert list(happened.y) == [4.0, 12.0]
    assert [key[0] for key in happened.customdata] == ["2026-08-03", "2026-08-10"]
    assert happened.marker.symbol == "diamond"
    assert expected.text[2].endswith("not yet known")


@pytest.mark.parametrize(
    ("actual", "colour"),
    [(9.0, LIGHT.ink), (9.1, LIGHT.concern), (2.0, LIGHT.ink), (1.9, LIGHT.improvement)],
)
def test_an_outcome_is_coloured_only_outside_the_interval(actual, colour):
    """
    On the limit it is inside.
    """
    points = POINTS.head(1).with_columns(actual=pl.lit(actual))

    assert list(markers(backtest(points, words=WORDS, colours=LIGHT).checked())[1].marker.color) == [colour]


def test_intervals_don_t_run_into_each_other():
    """
    From the lower to the upper limit at each day, with a gap between days.
    """
    line = backtest(POINTS, words=WORDS, colours=LIGHT).checked().data[0]

    assert list(line.y) == [2.0, 9.0, None] * 3
    assert line.connectgaps is False


def test_the_hover_says_what_was_expected_and_what_happened():
    """
    With the interval, in words.
    """
    assert markers(backtest(POINTS, words=WORDS, colours=LIGHT).checked())[1].text[1] == (
        "<b>10 Aug 2026</b><br>5.5 expected<br>95 % interval 2 to 9<br>12 happened"
    )


@MODES
def test_a_bin_stands_where_it_was_predicted_and_observed(colours):
    """
    Points as large as they have cases, the diagonal dotted and named, nothing said of an unknown interval.
    """
    figure = calibration(BINS, words=WORDS, colours=colours).checked()
    points, diagonal = markers(figure)[0], figure.data[0]

    assert (list(points.x), list(points.y)) == ([0.1, 0.8], [0.12, 0.7])
    assert list(points.marker.size) == [400, 100]
    assert points.marker.sizemode == "area"
    assert (list(diagonal.x), list(diagonal.y), diagonal.line.dash) == ([0, 1], [0, 1], "dot")
    assert diagonal.name == "as it should be"
    assert points.text[0] == "10.0% given, 12.0% happened<br>400 cases<br>95 % interval 8.0% to 17.0%"
    assert points.text[1] == "80.0% given, 70.0% happened<br>100 cases"


@pytest.mark.parametrize("rows", [0, 1])
def test_little_is_still_a_figure(rows):
    """
    No forecasts, no bins; one of each.
    """
    drawn_as(backtest(POINTS.head(rows), words=WORDS, colours=LIGHT).checked())
    drawn_as(calibration(BINS.head(rows), words=WORDS, colours=LIGHT).checked())
