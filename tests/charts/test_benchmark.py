"""
A quarter is compared with the median published for that quarter, and coloured only where the difference is sure.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.charts.benchmark import benchmark
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, markers, notes

WORDS = Words("en")
SHAPE = {
    "sector": pl.String,
    "sector_label": pl.String,
    "quarter": pl.Date,
    "value": pl.Float64,
    "lower": pl.Float64,
    "upper": pl.Float64,
    "cases": pl.Int64,
    "median": pl.Float64,
    "source": pl.String,
    "provisional": pl.Boolean,
}
Q1, Q2 = date(2026, 1, 1), date(2026, 4, 1)
POINTS = pl.DataFrame(
    [
        ("pc", "Property", Q1, 2.0, 1.8, 2.2, 60, 1.5, "notice", False),
        ("pc", "Property", Q2, None, None, None, 0, None, None, True),
        ("life", "Life", Q1, 0.5, 0.4, 0.6, 20, 0.7, "notice", False),
        ("life", "Life", Q2, 0.7, 0.5, 0.9, 22, 0.75, "notice", True),
    ],
    schema=SHAPE,
    orient="row",
)


def draw(points=POINTS, colours=LIGHT):
    return benchmark(points, words=WORDS, colours=colours, unit_label="per 10,000 policies").checked()


@MODES
def test_each_sector_has_a_panel_and_a_scale_of_its_own(colours):
    """
    One above the other, from zero, quarter under quarter; a click carries sector and quarter.
    """
    figure = draw(colours=colours)
    property_, life = markers(figure)

    assert (property_.yaxis, life.yaxis) == ("y", "y2")
    assert list(property_.x) == list(life.x) == [0, 1]
    assert list(life.y) == [0.5, 0.7]
    assert [list(key) for key in life.customdata] == [["life", "2026-01-01"], ["life", "2026-04-01"]]
    assert figure.layout.yaxis.range[0] == figure.layout.yaxis2.range[0] == 0
    assert figure.layout.yaxis.domain[0] > figure.layout.yaxis2.domain[1]


@MODES
def test_a_sure_difference_is_coloured_and_a_provisional_quarter_hollow(colours):
    """
    Surely above is orange, surely below blue; what may still change has the surface's colour inside.
    """
    property_, life = markers(draw(colours=colours))

    assert list(property_.marker.color) == [colours.concern, colours.surface]
    assert list(life.marker.color) == [colours.improvement, colours.surface]
    assert list(life.marker.line.color) == [colours.improvement, colours.muted]


@pytest.mark.parametrize(
    ("median", "colour"),
    [
        (1.8, LIGHT.muted),
        (1.79, LIGHT.concern),
        (2.2, LIGHT.muted),
        (2.21, LIGHT.improvement),
        (None, LIGHT.muted),
    ],
)
def test_a_median_on_the_interval_s_end_is_inside(median, colour):
    """
    And without a median nothing is better or worse.
    """
    points = POINTS.head(1).with_columns(median=pl.lit(median, dtype=pl.Float64))

    assert list(markers(draw(points))[0].marker.color) == [colour]


def test_each_quarter_has_its_own_median_and_the_last_is_named():
    """
    A gap where none was published.
    """
    figure = draw()
    dotted = [trace for trace in figure.data if trace.mode == "lines" and trace.line.dash == "dot"]

    assert list(dotted[0].y) == [1.5, 1.5, None, None, None, None]
    assert list(dotted[1].y) == [0.7, 0.7, None, 0.75, 0.75, None]
    assert [text for text in notes(figure) if text.startswith("median")] == ["median 1.50", "median 0.75"]


def test_the_hover_names_quarter_median_and_source():
    """
    And says nothing of what isn't known.
    """
    property_ = markers(draw())[0]

    assert property_.text[0] == (
        "<b>Property  ·  2026 Q1</b><br>2.00 per 10,000 policies  ·  60 cases<br>95 % interval 1.80 to 2.20<br>"
        "Published median 1.50<br>Source: notice"
    )
    assert "median" not in property_.text[1]
    assert "interval" not in property_.text[1]


@pytest.mark.parametrize("column", ["sector_label", "source"])
def test_labels_can_do_no_harm(column):
    """
    The sector's name and the source's.
    """
    assert_harmless(draw(POINTS.with_columns(pl.lit(HOSTILE).alias(column))))


@pytest.mark.parametrize("rows", [0, 1])
def test_little_is_still_a_figure(rows):
    """
    No quarters; one.
    """
    drawn_as(draw(POINTS.head(rows)))
