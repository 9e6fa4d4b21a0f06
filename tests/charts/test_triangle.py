"""
A cell says its share, or until when it isn't known, or that nothing is recorded: never a blank, never zero.
"""

from __future__ import annotations

from datetime import date

import polars as pl

from dashboard.charts.theme import LIGHT
from dashboard.charts.triangle import triangle
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as

WORDS = Words("en")
AS_OF = date(2026, 6, 30)


def cell(row: str, column: str, value: float | None, known_on: date) -> dict:
    return {
        "row": row,
        "row_label": f"{row} H1",
        "column": column,
        "column_label": f"{column} months",
        "value": value,
        "known_on": known_on,
        "lower": value and value - 0.01,
        "upper": value and value + 0.01,
        "cases": 40 if value is not None else 0,
    }


CELLS = pl.DataFrame(
    [
        cell("2023", "13", 0.9, date(2024, 8, 29)),
        cell("2023", "25", 0.51, date(2025, 8, 29)),
        cell("2025", "13", None, AS_OF),
        cell("2025", "25", None, date(2026, 7, 1)),
    ]
)


def draw(cells=CELLS, colours=LIGHT):
    return triangle(cells, words=WORDS, colours=colours, as_of=AS_OF).checked()


@MODES
def test_every_cell_says_what_is_known(colours):
    """
    Known by the day and without a value is not recorded; known a day later is not known yet.
    """
    (bars,) = draw(colours=colours).data

    assert list(bars.text) == ["90.0%", "51.0%", "–", "n/a until<br>2026-07-01"]
    assert [list(key) for key in bars.customdata] == [
        ["2023", "13"],
        ["2023", "25"],
        ["2025", "13"],
        ["2025", "25"],
    ]
    assert list(bars.marker.color)[2:] == [colours.surface] * 2
    assert bars.marker.color[0] != bars.marker.color[1]


def test_the_hover_says_it_in_words():
    """
    Share, contracts and interval; else the day, or that nothing is recorded.
    """
    hover = list(draw().data[0].hovertext)

    assert hover[0] == "<b>2023 H1  ·  13 months</b><br>90.0%  ·  40 contracts<br>95 % interval 89.0% to 91.0%"
    assert hover[2].endswith("<br>not recorded")
    assert hover[3].endswith("<br>n/a until 1 Jul 2026")


def test_a_label_can_do_no_harm():
    """
    On the axes as in the hover.
    """
    assert_harmless(draw(CELLS.with_columns(row_label=pl.lit(HOSTILE), column_label=pl.lit(HOSTILE))))


def test_little_is_still_a_figure():
    """
    No cells; one.
    """
    drawn_as(draw(CELLS.clear()))
    drawn_as(draw(CELLS.head(1)))
