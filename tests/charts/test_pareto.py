"""
The largest cause stands at the top, and the line lies where four in five cases are reached.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.charts.pareto import pareto
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

WORDS = Words("en")
CAUSES = pl.DataFrame(
    {
        "cause": ["slow", "rude", "unclear"],
        "label": ["Claims too slow", "Staff attitude", "Terms unclear"],
        "cases": [1500, 300, 200],
        "share": [0.75, 0.15, 0.1],
        "cumulative": [0.75, 0.9, 1.0],
        "is_rising": [False, True, None],
    }
)


def draw(causes: pl.DataFrame, colours=LIGHT):
    return pareto(causes, words=WORDS, colours=colours).checked()


@MODES
def test_a_bar_has_its_share_its_count_and_its_key(colours):
    """
    In the order given, the first at the top of a reversed axis.
    """
    figure = draw(CAUSES, colours)
    bar = figure.data[0]

    assert list(bar.x) == [0.75, 0.15, 0.1]
    assert list(bar.text) == ["1,500 · 75.0%", "▲ 300 · 15.0%", "200 · 10.0%"]
    assert [key[0] for key in bar.customdata] == ["slow", "rude", "unclear"]
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]
    assert figure.layout.xaxis.range[0] == 0


@MODES
def test_only_what_rises_is_orange(colours):
    """
    Neither what doesn't rise nor what couldn't be judged; the mark says it without colour.
    """
    assert list(draw(CAUSES, colours).data[0].marker.color) == [
        colours.sequence[-1],
        colours.concern,
        colours.sequence[-1],
    ]


def test_causes_that_weren_t_judged_need_no_such_column():
    """
    Without it nothing is marked.
    """
    bar = draw(CAUSES.drop("is_rising")).data[0]

    assert set(bar.marker.color) == {LIGHT.sequence[-1]}
    assert not any("▲" in text for text in bar.text)


@pytest.mark.parametrize(
    ("cumulative", "line"),
    [([0.8, 0.9, 1.0], [0.5]), ([0.7999, 0.9, 1.0], [1.5]), ([0.4, 0.7, 1.0], [])],
    ids=["reached exactly", "just missed", "only by the last"],
)
def test_the_line_lies_below_the_cause_with_which_four_in_five_are_reached(cumulative, line):
    """
    80 % itself is reached; where it takes all causes there is nothing to divide.
    """
    figure = draw(CAUSES.with_columns(cumulative=pl.Series(cumulative)))

    assert [shape.y0 for shape in figure.layout.shapes] == line


def test_cumulative_shares_stand_at_the_right_under_their_heading():
    """
    One per cause, and the heading.
    """
    assert notes(draw(CAUSES)) == ["75.0%", "90.0%", "100.0%", "cumulative"]


def test_the_hover_says_it_in_words():
    """
    Of those with a cause, and together with those above.
    """
    assert draw(CAUSES).data[0].hovertext[1] == (
        "<b>Staff attitude</b><br>300 cases  ·  15.0% of those with a cause<br>"
        "90.0% together with those above<br>Rising"
    )


def test_a_label_can_do_no_harm():
    """
    On the axis as in the hover.
    """
    assert_harmless(draw(CAUSES.with_columns(label=pl.lit(HOSTILE))))


def test_little_is_still_a_figure():
    """
    No causes; one cause; causes without cases.
    """
    assert notes(draw(CAUSES.clear())) == []
    assert list(draw(CAUSES.head(1)).layout.shapes) == []
    drawn_as(draw(CAUSES.with_columns(cases=0, share=0.0, cumulative=0.0)))
