"""
A fix is judged by the ratio of the rates on either side of its day.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.charts.before_after import before_after
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

WORDS = Words("en")
FIXED = date(2026, 2, 12)
POINTS = pl.DataFrame(
    {
        "month": [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1)],
        "value": [4.0, None, 2.0, 2.5],
        "cases": [40, 0, 20, 25],
        "provisional": [False, False, False, True],
    }
)
SURE = {"value": 0.5, "lower": 0.4, "upper": 0.7}


def draw(points=POINTS, colours=LIGHT, **more):
    given = {"day": FIXED, "event": "New wording", "before": 4.0, "after": 2.2, "ratio": SURE}
    return before_after(
        points, words=WORDS, colours=colours, unit_label="per 10,000 policies", **(given | more)
    ).checked()


def means(figure) -> list[tuple[float, str]]:
    return [(trace.y[0], trace.line.color) for trace in figure.data if trace.mode == "lines"]


@MODES
def test_months_are_points_with_honest_gaps(colours):
    """
    A month without a rate is a gap, one that can still change is hollow; a click carries the month.
    """
    series = draw(colours=colours).data[0]

    assert list(series.y) == [4.0, None, 2.0, 2.5]
    assert series.connectgaps is False
    assert list(series.marker.color) == [colours.muted] * 3 + [colours.surface]
    assert series.customdata[0][0] == "2026-01-01"


@pytest.mark.parametrize(
    ("lower", "upper", "colour"),
    [
        (0.4, 0.99, LIGHT.improvement),
        (0.4, 1.0, LIGHT.ink),
        (1.0, 1.4, LIGHT.ink),
        (1.01, 1.4, LIGHT.concern),
        (None, None, LIGHT.ink),
    ],
)
def test_the_mean_afterwards_is_coloured_only_where_the_difference_is_sure(lower, upper, colour):
    """
    The whole interval must lie on one side of one; fewer is better.
    """
    figure = draw(ratio={"value": 0.8, "lower": lower, "upper": upper})

    assert means(figure) == [(4.0, LIGHT.ink), (2.2, colour)]


def test_the_ratio_is_said_with_its_interval():
    """
    Or without it where there is none, or that there are too few.
    """
    unknown = {"value": None, "lower": None, "upper": None}

    assert "<b>Rate ratio 0.50</b>  ·  95 % interval 0.40 to 0.70" in notes(draw())
    assert "<b>Rate ratio 0.50</b>" in notes(draw(ratio=SURE | {"lower": None}))
    assert "Too few to compare" in notes(draw(ratio=unknown))


def test_the_day_is_a_dotted_line_with_what_was_done():
    """
    Once, on its day.
    """
    figure = draw()

    assert [(shape.x0, shape.line.dash) for shape in figure.layout.shapes] == [(FIXED, "dot")]
    assert "New wording · 12 Feb" in notes(figure)


@pytest.mark.parametrize(
    ("before", "after", "levels"),
    [(None, 2.2, [2.2]), (4.0, None, [4.0]), (None, None, []), (0.0, 0.0, [0.0, 0.0])],
)
def test_an_unknown_mean_has_no_line_and_none_has_one(before, after, levels):
    """
    Null is left out, zero is a mean.
    """
    assert [level for level, _ in means(draw(before=before, after=after))] == levels


def test_an_event_can_do_no_harm():
    """
    Its title was written by somebody.
    """
    assert_harmless(draw(event=HOSTILE))
    assert draw().data[0].text[0] == "<b>Jan 2026</b><br>4.0 per 10,000 policies<br>40 cases"


@pytest.mark.parametrize("rows", [0, 1])
def test_little_is_still_a_figure(rows):
    """
    No months; one.
    """
    drawn_as(draw(POINTS.head(rows)))


def test_what_chance_does_is_a_band_behind_everything():
    """
    From the first month to the last, never below nought, and the axis has room for it; no band without limits.
    """
    figure = draw(limits=(-1.0, 9.0))
    band, points = figure.data[:2]

    assert set(band.y) == {0.0, 9.0}
    assert min(band.x) == POINTS["month"][0]
    assert points.mode == "lines+markers"
    assert figure.layout.yaxis.range[1] > 9.0
    assert not any(trace.fill for trace in draw().data)
