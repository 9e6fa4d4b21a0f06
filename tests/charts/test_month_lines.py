"""
Lines by month: named at their end, hollow where they can still change, broken where nothing is known.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.charts.month_lines import month_lines
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, notes

WORDS = Words("en")


def line(series: str, *values: float | None, label: str | None = None) -> list[dict]:
    return [
        {
            "month": date(2026, month, 1),
            "series": series,
            "label": label or series,
            "value": value,
            "numerator": value and round(100 * value),
            "denominator": 100,
            "provisional": month == 3,
        }
        for month, value in enumerate(values, start=1)
    ]


POINTS = pl.DataFrame([*line("invited", 0.8, None, 0.82), *line("gross", 0.79, 0.78, None)])


def draw(points=POINTS, colours=LIGHT):
    return month_lines(points, words=WORDS, colours=colours).checked()


@MODES
def test_what_can_still_change_is_hollow(colours):
    """
    The last month is filled with the surface; a month without a value is a gap.
    """
    invited, gross = draw(colours=colours).data

    assert list(invited.marker.color) == [colours.lines[0]] * 2 + [colours.surface]
    assert list(invited.y) == [0.8, None, 0.82]
    assert (invited.connectgaps, gross.line.color) == (False, colours.lines[1])


def test_lines_are_named_where_they_end():
    """
    At the last value there is, apart from each other.
    """
    drawn = draw()
    first, second = (note.y for note in drawn.layout.annotations)

    assert notes(drawn) == ["invited", "gross"]
    assert first > second


def test_the_hover_says_it_in_words():
    """
    With what it is of, and that it may change.
    """
    text = draw().data[0].text

    assert text[0] == "<b>invited</b>  ·  Jan 2026<br>80.0%  ·  80 of 100"
    assert text[2].endswith("Provisional: can still change")


def test_too_many_lines_are_refused():
    """
    Rather than drawn in colours that can't be told apart.
    """
    with pytest.raises(ValueError, match="7 series"):
        draw(pl.DataFrame([row for index in range(7) for row in line(f"s{index}", 0.5)]))


def test_a_label_can_do_no_harm():
    """
    Beside the line as in the hover.
    """
    assert_harmless(draw(pl.DataFrame(line("gross", 0.5, label=HOSTILE))))


def test_little_is_still_a_figure():
    """
    No points; none with a value.
    """
    drawn_as(draw(POINTS.clear()))
    drawn_as(draw(POINTS.with_columns(value=pl.lit(None, pl.Float64))))
