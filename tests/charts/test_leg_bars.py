"""
Bars of legs: in order from zero, the whole's own mark beside them, and what isn't reached.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.charts.leg_bars import leg_bars
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

LEGS = ("to report", "to decision", "to payment")


def bars(groups=("a", "b"), days=(1.0, 2.0, 3.0), legs=LEGS):
    return pl.DataFrame(
        [
            {
                "group": group,
                "label": f"Group {group}",
                "leg": leg,
                "leg_label": leg.title(),
                "days": span,
                "longest": 40.0,
                "n": 12,
                "open": 3,
            }
            for group in groups
            for leg, span in zip(legs, days, strict=True)
        ],
        schema_overrides={"days": pl.Float64},
    )


def totals(days=7.5, groups=("a", "b")):
    rows = [{"group": group, "days": days, "longest": 40.0} for group in groups]
    return pl.DataFrame(rows, schema_overrides={"days": pl.Float64})


def draw(legs, wholes, colours=LIGHT):
    return leg_bars(legs, wholes, words=Words("en"), colours=colours, whole="Incident to payment").checked()


@MODES
def test_legs_are_stacked_in_their_order_and_the_whole_stands_beside(colours):
    """
    Three parts a bar, whose sum is 6; the diamond at 7.5, because typical times don't add up.
    """
    figure = draw(bars(), totals(), colours)
    *parts, whole = figure.data

    assert [trace.name for trace in parts] == [leg.title() for leg in LEGS]
    assert [list(trace.x) for trace in parts] == [[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]
    assert figure.layout.barmode == "stack"
    assert (list(whole.x), whole.marker.symbol) == ([7.5, 7.5], "diamond")
    assert notes(figure) == ["◇ 7.5", "◇ 7.5"]
    assert figure.layout.xaxis.range[0] == 0
    assert figure.layout.xaxis.range[1] > 7.5


def test_the_first_group_stands_on_top():
    """
    The axis of groups runs downwards, and a click carries group and leg.
    """
    figure = draw(bars(), totals())

    assert list(figure.layout.yaxis.range) == [1.5, -0.5]
    assert list(figure.layout.yaxis.ticktext) == ["Group a", "Group b"]
    assert [list(data) for data in figure.data[0].customdata] == [["a", "to report"], ["b", "to report"]]


def test_what_isnt_reached_says_more_than():
    """
    A whole without a median has no diamond but a sentence; a leg without one is said in its hover.
    """
    figure = draw(bars(days=(1.0, 2.0, None)), totals(None))

    assert len(figure.data[-1].x) == 0
    assert notes(figure) == ["◇ > 40.0", "◇ > 40.0"]
    assert "&gt; 40" in figure.data[2].hovertext[0] or "> 40 days" in figure.data[2].hovertext[0]


def test_nothing_takes_any_time():
    """
    All legs within the hour: an axis all the same.
    """
    assert draw(bars(days=(0.0, 0.0, 0.0)), totals(0.0)).layout.xaxis.range[1] > 0


def test_names_are_shown_as_they_are_written():
    """
    A branch named like a tag is no tag.
    """
    assert_harmless(draw(bars().with_columns(label=pl.lit(HOSTILE)), totals()))
    assert drawn_as(draw(bars(), totals()))["data"]


def test_more_legs_than_colours_are_refused():
    """
    Seven parts couldn't be told apart.
    """
    with pytest.raises(ValueError, match="7 legs"):
        draw(bars(days=(1.0,) * 7, legs=tuple("abcdefg")), totals())
