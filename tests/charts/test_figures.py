"""
Charts draw what they are given: gaps stay gaps, what may change is hollow, colour only where a difference is sure.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from datetime import date

import plotly.graph_objects as go
import polars as pl
import pytest

from dashboard.charts.bands import bands
from dashboard.charts.ranking import ranking
from dashboard.charts.sparkline import sparkline
from dashboard.charts.theme import DARK, LIGHT
from dashboard.charts.trend import trend
from dashboard.words import Words

WORDS = Words("en")
MONTHS = pl.DataFrame(
    {
        "month": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)],
        "value": [0.9, None, 0.8],
        "numerator": [9.0, 0.0, 8.0],
        "denominator": [10.0, 0.0, 10.0],
        "lower": [0.6, None, 0.5],
        "upper": [0.98, None, 0.95],
        "provisional": [False, False, True],
    }
)
UNITS = pl.DataFrame(
    {
        "unit": ["a", "b", "c", "<b>d</b>"],
        "label": ["East", "West", "North", "<b>d</b>"],
        "value": [0.99, 0.5, 0.9, 1.0],
        "numerator": [99.0, 50.0, 90.0, 3.0],
        "denominator": [100.0, 100.0, 100.0, 3.0],
        "lower": [0.95, 0.4, 0.83, 0.4],
        "upper": [1.0, 0.6, 0.94, 1.0],
    }
)


def points(figure: go.Figure) -> go.Scatter:
    return next(trace for trace in figure.data if getattr(trace, "mode", "") == "markers")


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_month_without_cases_is_a_gap_and_a_provisional_one_hollow(colours):
    """
    Nothing is drawn for a month that has no rate; a point that may still change has the surface's colour inside.
    """
    drawn = trend(MONTHS, unit="rate", words=WORDS, colours=colours, target=0.95).checked()
    line = drawn.data[0]

    assert line.y[1] is None
    assert line.connectgaps is False
    assert list(points(drawn).marker.color) == [colours.muted, colours.muted, colours.surface]


def test_the_hover_says_value_denominator_interval_and_doubt():
    """
    What a figure hides is one hover away.
    """
    hover = points(trend(MONTHS, unit="rate", words=WORDS, colours=LIGHT).checked()).text[2]

    assert hover == (
        "<b>Mar 2026</b><br>80.0%  ·  8 of 10<br>95 % interval 50.0% to 95.0%<br>Provisional: can still change"
    )


def test_a_signal_is_coloured_by_better_or_worse_and_shaped():
    """
    Never by colour alone: a signal is a diamond, and its hover says which rule it broke.
    """
    judged = MONTHS.with_columns(
        signal=pl.Series([None, None, "below the limit"]), better=pl.Series([None, None, False])
    )
    drawn = points(trend(judged, unit="rate", words=WORDS, colours=LIGHT).checked())

    assert list(drawn.marker.symbol) == ["circle", "circle", "diamond"]
    assert drawn.marker.line.color[2] == LIGHT.concern
    assert "below the limit" in drawn.text[2]


def test_a_trend_of_nothing_is_an_empty_figure():
    """
    No months, no error.
    """
    drawn = trend(MONTHS.clear(), unit="days", words=WORDS, colours=LIGHT, target=3).checked()

    assert list(points(drawn).x) == []


def test_units_are_coloured_only_where_the_difference_is_sure():
    """
    Blue above, orange below, grey where the interval holds the overall rate, hollow where cases are few.
    """
    drawn = points(ranking(UNITS, words=WORDS, colours=LIGHT, overall=0.85, minimum=20).checked())
    colour = dict(zip(drawn.y, drawn.marker.color, strict=True))

    assert colour == {
        "East": LIGHT.improvement,
        "West": LIGHT.concern,
        "North": LIGHT.muted,
        "&lt;b&gt;d&lt;/b&gt;": LIGHT.surface,
    }
    assert "Too few to judge (n = 3)" in drawn.text[0]


def test_a_click_carries_the_unit_and_not_its_label():
    """
    Two branches may share a name; a click must find the right one.
    """
    drawn = points(ranking(UNITS, words=WORDS, colours=LIGHT, overall=None, minimum=20).checked())

    assert {row[0] for row in drawn.customdata} == {"a", "b", "c", "<b>d</b>"}


@pytest.mark.parametrize(("is_breach", "colour"), [(True, LIGHT.breach), (False, LIGHT.concern)])
def test_red_is_for_a_breach_of_law_alone(is_breach, colour):
    """
    What is late under a house rule is orange, under a law red.
    """
    counts = pl.DataFrame({"band": ["0-7", "8-15"], "label": ["0–7", "8–15"], "late": [0, 2], "not_late": [5, 1]})
    drawn = bands(
        counts, words=WORDS, colours=LIGHT, late="overdue", not_late="in time", is_breach=is_breach
    ).checked()

    assert drawn.data[0].marker.color == colour
    assert list(drawn.data[2].text) == ["5", "3"]


def test_a_sparkline_breaks_at_gaps_and_ends_hollow():
    """
    Two runs, two lines; a provisional end isn't filled.
    """
    drawn = ET.fromstring(
        sparkline([1, 2, None, 3, 4], provisional=[False] * 4 + [True], colours=LIGHT, target=2.5)
    )
    space = "{http://www.w3.org/2000/svg}"

    assert len(drawn.findall(f"{space}polyline")) == 2
    assert drawn.find(f"{space}circle").get("fill") == LIGHT.surface
    assert len(drawn.findall(f"{space}line")) == 1


@pytest.mark.parametrize("values", [[], [None, None], [5.0], [0.0, 0.0]])
def test_a_sparkline_of_little_is_still_a_picture(values):
    """
    Nothing known, one point, a flat line: no division by zero.
    """
    assert ET.fromstring(sparkline(values, provisional=[False] * len(values), colours=DARK)) is not None
