"""
Strips of legs: from the quickest tenth to the slowest, open ended where the slowest aren't done.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.charts.leg_strips import leg_strips
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, markers, notes


def strips(groups=("rules", "people"), legs=("to decision", "to payment"), p90=9.0):
    return pl.DataFrame(
        [
            {
                "leg": leg,
                "label": leg,
                "group": group,
                "group_label": group.title(),
                "p10": 1.0,
                "median": 3.0,
                "p75": 5.0,
                "p90": p90,
                "longest": 20.0,
                "n": 8,
                "open": 2,
            }
            for group in groups
            for leg in legs
        ],
        schema_overrides={"p90": pl.Float64},
    )


def draw(spans, colours=LIGHT):
    return leg_strips(spans, words=Words("en"), colours=colours).checked()


def lines(figure):
    return [list(trace.x) for trace in figure.data if trace.mode == "lines"]


@MODES
def test_a_strip_runs_from_p10_to_p90_thick_up_to_p75(colours):
    """
    One leg, one group: the thin line, the thick one, the dot at the median.
    """
    figure = draw(strips(groups=("rules",), legs=("to decision",)), colours)

    assert lines(figure) == [[1.0, 9.0], [3.0, 5.0]]
    assert [list(trace.x) for trace in markers(figure)] == [[3.0]]
    assert not figure.layout.showlegend


def test_groups_stand_beside_each_other_and_are_named():
    """
    The first leg on top, its two strips around its place.
    """
    figure = draw(strips())
    first, second = markers(figure)

    assert figure.layout.showlegend
    assert [first.name, second.name] == ["Rules", "People"]
    assert list(first.y) == pytest.approx([-0.15, 0.85])
    assert list(second.y) == pytest.approx([0.15, 1.15])
    assert list(figure.layout.yaxis.range) == [1.5, -0.5]
    assert list(first.customdata[1]) == ["to payment", "rules"]


def test_a_p90_that_isnt_reached_is_open_ended():
    """
    The line runs to the longest anybody was watched, with an arrow; the hover says more than.
    """
    figure = draw(strips(groups=("rules",), legs=("to decision",), p90=None))

    assert lines(figure)[0] == [1.0, 20.0]
    assert notes(figure) == ["›"]
    assert "> 20 days" in markers(figure)[0].text[0]
    assert not notes(draw(strips()))


def test_names_are_shown_as_they_are_written():
    """
    A group named like a tag is no tag.
    """
    assert_harmless(draw(strips().with_columns(group_label=pl.lit(HOSTILE))))


def test_more_groups_than_colours_are_refused():
    """
    Seven strips a leg couldn't be told apart.
    """
    with pytest.raises(ValueError, match="7 groups"):
        draw(strips(groups=tuple("abcdefg")))
