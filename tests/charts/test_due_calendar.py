"""
A calendar has its weeks from Monday to Sunday, and every day is in its place.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.charts.due_calendar import due_calendar
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as

WORDS = Words("en")
MONDAY = date(2026, 9, 28)
TODAY = date(2026, 9, 30)
SHAPE = {
    "day": pl.Date,
    "cases": pl.Int64,
    "expected": pl.Float64,
    "is_working": pl.Boolean,
    "name": pl.String,
}


def frame(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=SHAPE, orient="row")


FORTNIGHT = frame(*((MONDAY + timedelta(step), step, step / 10, step % 7 < 5, None) for step in range(14)))


def draw(days: pl.DataFrame, colours=LIGHT, today=TODAY, words=WORDS):
    return due_calendar(days, words=words, colours=colours, today=today).checked()


def cell(figure, day: date) -> dict:
    bar = figure.data[0]
    at = [key[0] for key in bar.customdata].index(day.isoformat())
    return {
        "place": (bar.x[at], round(bar.base[at] + bar.y[at] / 2, 6)),
        "text": bar.text[at],
        "fill": bar.marker.color[at],
        "hatch": bar.marker.pattern.shape[at],
        "ink": bar.insidetextfont.color[at],
        "hover": bar.hovertext[at],
    }


@MODES
def test_a_day_stands_under_its_weekday_in_the_row_of_its_week(colours):
    """
    Monday is the first column, Sunday the last; the next Monday begins a row.
    """
    figure = draw(FORTNIGHT, colours)

    assert cell(figure, MONDAY)["place"] == (0, 0)
    assert cell(figure, MONDAY + timedelta(6))["place"] == (6, 0)
    assert cell(figure, MONDAY + timedelta(7))["place"] == (0, 1)


def test_a_calendar_that_begins_in_mid_week_keeps_its_weekdays():
    """
    A Thursday alone is in the fourth column of the first row.
    """
    figure = draw(frame((date(2026, 10, 1), 3, None, True, None)))

    assert cell(figure, date(2026, 10, 1))["place"] == (3, 0)


@MODES
def test_the_past_is_grey_and_today_is_not(colours):
    """
    Yesterday has no shade and muted letters; today has a shade and an outline around its cell.
    """
    figure = draw(FORTNIGHT, colours)
    yesterday, today = (cell(figure, day) for day in (TODAY - timedelta(1), TODAY))

    assert (yesterday["fill"], yesterday["ink"]) == (colours.surface, colours.muted)
    assert today["fill"] in colours.sequence
    assert today["ink"] == colours.ink
    assert [(round(box.x0 + box.x1, 6) / 2, round(box.y0 + box.y1, 6) / 2) for box in figure.layout.shapes] == [
        (2, 0)
    ]


@pytest.mark.parametrize(
    ("today", "boxes"),
    [(MONDAY, 1), (MONDAY - timedelta(1), 0), (MONDAY + timedelta(13), 1), (MONDAY + timedelta(14), 0)],
)
def test_today_is_outlined_only_inside_the_calendar(today, boxes):
    """
    On the first and the last day, not the day before and not the day after.
    """
    assert len(draw(FORTNIGHT, today=today).layout.shapes) == boxes


def test_the_largest_day_to_come_has_the_last_shade():
    """
    What is past sets no scale.
    """
    days = frame((TODAY - timedelta(1), 900, None, True, None), (TODAY, 9, None, True, None))

    assert cell(draw(days), TODAY)["fill"] == LIGHT.sequence[-1]


@pytest.mark.parametrize(("is_working", "hatch"), [(True, ""), (False, "/"), (None, "")])
def test_only_known_days_off_are_hatched(is_working, hatch):
    """
    A day of which nobody knows isn't a day off; its hover says so.
    """
    found = cell(draw(frame((TODAY, 1, None, is_working, None))), TODAY)

    assert found["hatch"] == hatch
    assert ("not known" in found["hover"]) is (is_working is None)
    assert ("day off" in found["hover"]) is (is_working is False)


def test_the_hover_names_the_holiday_and_what_will_probably_be_late():
    """
    The holiday's own name stands for "day off"; nothing is said of what isn't known.
    """
    figure = draw(frame((TODAY, 12, 1.44, False, "National Day"), (TODAY + timedelta(1), 0, None, True, None)))

    assert cell(figure, TODAY)["hover"] == (
        "<b>30 Sep 2026</b><br>12 due<br>1.4 expected to be late<br>National Day"
    )
    assert cell(figure, TODAY + timedelta(1))["hover"] == "<b>1 Oct 2026</b><br>0 due"


def test_months_are_named_where_they_begin():
    """
    Beside the first week, and beside each week that holds the first of a month; both languages.
    """
    days = frame(*((date(2026, 9, 14) + timedelta(step), 1, None, True, None) for step in range(28)))

    assert list(draw(days).layout.yaxis.ticktext) == ["Sep 2026", "", "Oct 2026", ""]
    assert draw(days, words=Words("zh_CN")).layout.xaxis.ticktext[0] == "周一"


def test_a_holiday_s_name_can_do_no_harm():
    """
    It comes from a file that somebody edits.
    """
    assert_harmless(draw(frame((TODAY, 1, None, False, HOSTILE))))


def test_little_is_still_a_figure():
    """
    No days: a week without any.
    """
    assert drawn_as(draw(frame()))["data"][0].get("x", []) == []
    assert draw(frame()).layout.yaxis.range == (0.5, -0.5)
