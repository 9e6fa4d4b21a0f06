"""
Stacked ends: in their order, with what is open above them, up to where nothing more is to be seen.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.charts.incidence import incidence
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, notes

TONES = {"paid": "improvement_soft", "refused": "neutral_soft"}
SHARES = {"paid": (0.0, 0.5, 0.8, 0.8), "refused": (0.0, 0.1, 0.1, 0.15)}


def endings(days=(0, 5, 20, 90), label=None):
    return pl.DataFrame(
        [
            {
                "ending": ending,
                "label": label or ending,
                "days": day,
                "incidence": share,
                "lower": None if not share else share - 0.05,
                "upper": None if not share else share + 0.05,
                "at_risk": 40,
            }
            for ending, shares in SHARES.items()
            for day, share in zip(days, shares, strict=True)
        ]
    )


def draw(points, colours=LIGHT, limits=()):
    return incidence(
        points,
        words=Words("en"),
        colours=colours,
        tones=TONES,
        limits=limits,
        unit_label="days since the report",
        rest="open",
    ).checked()


@MODES
def test_ends_are_stacked_and_what_is_left_is_named(colours):
    """
    80 % paid, 15 % refused at the last day: 5 % are open.
    """
    figure = draw(endings(), colours)

    assert [trace.name for trace in figure.data] == ["paid", "refused"]
    assert {trace.stackgroup for trace in figure.data} == {"endings"}
    assert list(figure.data[0].y) == [0.0, 0.5, 0.8, 0.8, 0.8]
    assert figure.data[0].line.shape == "hv"
    assert notes(figure) == ["paid 80.0%", "refused 15.0%", "open 5.0%"]
    assert list(figure.layout.yaxis.range) == [0, 1]


@pytest.mark.parametrize(("limit", "reach"), [(10, 90.0), (70, 90.0), (100, 110.0)])
def test_the_axis_reaches_the_limit_and_nearly_all_ends(limit, reach):
    """
    The 15th per cent comes on day 90; a later limit is drawn with a little room behind it.
    """
    figure = draw(endings(), limits=[(limit, "limit")])

    assert figure.layout.xaxis.range[1] == pytest.approx(reach)
    assert figure.layout.shapes[0].layer == "above"


def test_a_long_tail_isnt_drawn():
    """
    With all but a hair ended on day 20, the axis ends there, or half as far again as the limit.
    """
    points = endings().with_columns(
        incidence=pl.when((pl.col("days") == 90) & (pl.col("ending") == "refused"))
        .then(0.105)
        .otherwise("incidence")
    )

    assert draw(points).layout.xaxis.range[1] == 20
    assert draw(points, limits=[(16, "limit")]).layout.xaxis.range[1] == 24


def test_nothing_to_draw_and_hostile_names():
    """
    No points make an empty frame; a name like a tag is none.
    """
    assert not draw(endings().clear()).data
    assert_harmless(draw(endings(label=HOSTILE)))
