"""
One line on the band of the others: honest about gaps, and about too few others for a band.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.charts.own_band import own_band
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import MODES, drawn_as

WORDS = Words("en")
POINTS = pl.DataFrame(
    {
        "month": [date(2026, month, 1) for month in (1, 2, 3, 4)],
        "value": [3.0, None, 5.0, 2.0],
        "lower": [1.0, 1.0, None, 2.0],
        "upper": [4.0, 6.0, None, 3.0],
        "provisional": [False, False, False, True],
    }
)


def draw(points=POINTS, colours=LIGHT):
    return own_band(points, unit="count", words=WORDS, colours=colours, band="8 of 10 in the team").checked()


@MODES
def test_a_gap_stays_a_gap_and_what_may_change_is_hollow(colours):
    """
    No line over a month without a value; the month under way isn't filled.
    """
    line = draw(colours=colours).data[-1]

    assert list(line.y) == [3.0, None, 5.0, 2.0]
    assert line.connectgaps is False
    assert list(line.marker.color) == [colours.muted] * 3 + [colours.surface]


def test_a_band_breaks_where_there_are_too_few_others():
    """
    Two months of a band, one without, one that stands alone.
    """
    first, alone, _ = draw().data

    assert list(first.x) == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 2, 1), date(2026, 1, 1)]
    assert list(first.y) == [4.0, 6.0, 1.0, 1.0]
    assert alone.mode == "markers"


def test_the_hover_names_the_band_where_there_is_one():
    """
    And says when a month can still change.
    """
    hover = draw().data[-1].text

    assert hover[0] == "<b>Jan 2026</b><br>3<br>8 of 10 in the team: 1 to 4"
    assert hover[1] == "<b>Feb 2026</b><br>n/a<br>8 of 10 in the team: 1 to 6"
    assert hover[2] == "<b>Mar 2026</b><br>5"
    assert hover[3].endswith("Provisional: can still change")


def test_little_is_still_a_figure():
    """
    No months, nothing but nulls, nothing but noughts.
    """
    drawn_as(draw(POINTS.clear()))
    drawn_as(
        draw(POINTS.with_columns(pl.lit(None, pl.Float64).alias(name) for name in ("value", "lower", "upper")))
    )
    drawn_as(draw(POINTS.with_columns(value=pl.lit(0.0), lower=pl.lit(0.0), upper=pl.lit(0.0))))
