"""
Each step shows who got there, and apart from them who still may.
"""

from __future__ import annotations

import polars as pl

from dashboard.charts.funnel_steps import funnel_steps
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

WORDS = Words("en")
STEPS = pl.DataFrame(
    {
        "step": ["offered", "accepted", "settled"],
        "label": ["Offered", "Accepted", "Settled"],
        "cases": [1000, 600, 0],
        "pending": [None, 50, 0],
        "share": [None, 0.6, None],
    }
)


def draw(steps: pl.DataFrame, colours=LIGHT):
    return funnel_steps(steps, words=WORDS, colours=colours).checked()


@MODES
def test_who_may_still_come_is_hatched_behind_who_came(colours):
    """
    Two traces on one place, the second hatched on the surface; a click carries the step.
    """
    reached, pending = draw(STEPS, colours).data

    assert list(reached.x) == [1000, 600, 0]
    assert list(pending.x) == [0, 50, 0]
    assert (reached.marker.pattern.shape, pending.marker.pattern.shape) == ("", "/")
    assert pending.marker.color == colours.surface
    assert [key[0] for key in pending.customdata] == ["offered", "accepted", "settled"]


def test_numbers_stand_above_their_bar():
    """
    The share of the step before where there is one, pending where somebody is.
    """
    assert [
        text.replace('<span style="font-weight:600">', "").replace("</span>", "") for text in notes(draw(STEPS))
    ] == [
        "<b>Offered</b>",
        "1,000",
        "<b>Accepted</b>",
        "600 · 60.0% · 50 pending",
        "<b>Settled</b>",
        "0",
    ]


def test_the_hover_says_it_in_words():
    """
    And nothing of what isn't known.
    """
    hover = draw(STEPS).data[0].hovertext

    assert hover[0] == "<b>Offered</b><br>1,000 cases"
    assert hover[1] == "<b>Accepted</b><br>600 cases<br>60.0% of the step before<br>50 may still get here"


def test_the_axis_holds_the_pending_too():
    """
    Where more are pending than ever came, their bar is still inside.
    """
    steps = STEPS.with_columns(pending=pl.Series([None, 700, 0]))

    assert draw(steps).layout.xaxis.range == (0, 1300)


def test_a_label_can_do_no_harm():
    """
    Above the bar as in the hover.
    """
    assert_harmless(draw(STEPS.with_columns(label=pl.lit(HOSTILE))))


def test_little_is_still_a_figure():
    """
    No steps; one; none with cases.
    """
    assert notes(draw(STEPS.clear())) == []
    assert len(notes(draw(STEPS.head(1)))) == 2
    drawn_as(draw(STEPS.with_columns(cases=0, pending=0)))
