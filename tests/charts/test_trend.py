"""
A figure by month, and what may come of it.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.charts.theme import LIGHT
from dashboard.charts.trend import trend
from dashboard.words import Words
from tests.charts.figures import MODES, drawn_as

WORDS = Words("en")
MONTHS = [date(2024, month, 1) for month in range(1, 7)]
POINTS = pl.DataFrame(
    {
        "month": MONTHS,
        "value": [0.6, 0.62, None, 0.65, 0.66, 0.7],
        "numerator": [60] * 6,
        "denominator": [100] * 6,
        "provisional": [False] * 5 + [True],
    }
)
AHEAD = pl.DataFrame(
    {
        "month": [date(2024, 5, 1), date(2024, 6, 1), date(2024, 7, 1)],
        "needed": [0.66, 0.73, 0.8],
        "value": [0.66, 0.68, 0.7],
        "lower": [0.66, 0.64, 0.45],
        "upper": [0.66, 0.72, 0.78],
    }
)


def draw(ahead, colours):
    return trend(POINTS, unit="rate", words=WORDS, colours=colours, target=0.8, ahead=ahead).checked()


def named(drawn, name):
    (found,) = [trace for trace in drawn.data if trace.name == name]
    return found


@MODES
def test_where_it_leads_and_what_is_needed_are_two_lines_and_a_band(colours):
    """
    From the last settled month on; the hover of the trend says how sure it is.
    """
    drawn = draw(AHEAD, colours)
    leads, needed = named(drawn, "If the trend goes on"), named(drawn, "Needed for the target")
    (band,) = [trace for trace in drawn.data if trace.fill == "toself"]

    assert list(leads.y) == [0.66, 0.68, 0.7]
    assert (list(needed.y), needed.line.dash) == ([0.66, 0.73, 0.8], "dash")
    assert list(band.y) == [0.66, 0.72, 0.78, 0.45, 0.64, 0.66]
    assert leads.text[-1].endswith("95 % interval 45.0% to 78.0%")
    assert drawn_as(drawn)["data"]


@MODES
def test_the_axes_reach_as_far_as_the_band(colours):
    """
    To the last month ahead, and below the lowest limit.
    """
    drawn, plain = draw(AHEAD, colours), draw(None, colours)

    assert drawn.layout.xaxis.range[1] > plain.layout.xaxis.range[1]
    assert drawn.layout.yaxis.range[0] <= 0.45 < plain.layout.yaxis.range[0]


@MODES
def test_a_target_that_is_reached_needs_no_way(colours):
    """
    Nothing is dashed then.
    """
    ahead = AHEAD.with_columns(needed=pl.lit(None, pl.Float64))

    assert list(named(draw(ahead, colours), "Needed for the target").x) == []


def test_without_anything_ahead_the_chart_is_as_it_was():
    """
    One line and its points.
    """
    assert [trace.mode for trace in draw(None, LIGHT).data] == ["lines", "markers"]


@pytest.mark.parametrize("value", [0.6, None])
def test_a_month_without_a_figure_is_a_gap(value):
    """
    Also as the first one.
    """
    points = POINTS.with_columns(value=pl.when(pl.int_range(pl.len()) == 0).then(value).otherwise("value"))
    drawn = trend(points, unit="rate", words=WORDS, colours=LIGHT).checked()

    assert drawn.data[0].connectgaps is False
    assert drawn.data[0].y[0] == value
