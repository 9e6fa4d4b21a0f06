"""
Events stand over the months they happened in, never over each other, and a hover says them in full.
"""

from __future__ import annotations

import random
from datetime import date
from itertools import combinations

import plotly.graph_objects as go
import polars as pl
import pytest

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.flags import LANES, LETTER, MARK_WIDTH, NARROWEST_PLOT, PADDING, flagged
from dashboard.charts.lettering import cut, width_of, wrapped
from dashboard.charts.theme import DARK, LIGHT, figure
from dashboard.charts.trend import trend
from dashboard.words import Words
from tests.charts.figures import drawn_as

WORDS = Words("en")
FIRST, LAST = date(2024, 7, 1), date(2026, 6, 30)
DAYS = (LAST - FIRST).days
SENT = "New deductible wording sent to customers"


def chart() -> Drawing:
    drawn = figure(LIGHT)
    drawn.update_xaxes(range=[FIRST, LAST])
    return drawn


def flags(events, *, by="month", colours=LIGHT, on=None) -> list[go.layout.Annotation]:
    drawn = flagged(on or chart(), events, words=WORDS, colours=colours, by=by)
    return list(drawn.checked().layout.annotations)


def boxes(found, width: float) -> list[tuple[float, float, float]]:
    """
    Where each label lies on a plot of some width: its start and end, in pixels, and its height.
    """
    lying = []
    for each in found:
        at = width * (date.fromisoformat(each.x) - FIRST).days / DAYS
        wide = MARK_WIDTH if each.text.isdigit() else width_of(each.text) * LETTER + PADDING
        start = at - wide if each.xanchor == "right" else at
        lying.append((start, start + wide, each.yshift))
    return lying


@pytest.mark.parametrize(
    ("by", "stands_on"), [("month", "2026-03-01"), ("day", "2026-03-12")], ids=["by month", "by day"]
)
def test_a_flag_stands_where_the_chart_has_its_point(by, stands_on):
    """
    Charts by month have their points on the first of each month; charts by day on each day.
    """
    (flag,) = flags([(date(2026, 3, 12), SENT)], by=by)

    assert flag.x == stands_on


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_a_flag_has_a_short_label_and_says_all_on_hover(colours):
    """
    The label is cut; the day and the whole title are one hover away, broken into lines that fit a phone.
    """
    (flag,) = flags([(date(2026, 3, 12), SENT)], colours=colours)

    assert flag.text == "New deductible wording se…"
    assert flag.hovertext == f"<b>12 Mar 2026</b><br>{SENT}"
    assert flag.font.color == colours.ink


def test_events_of_one_month_share_a_flag():
    """
    The first gives the label, the hover has all of them, oldest first.
    """
    (flag,) = flags([(date(2026, 3, 30), "Third"), (date(2026, 3, 1), "First"), (date(2026, 3, 30), "Second")])

    assert flag.text == "First +2"
    assert (
        flag.hovertext
        == "<b>1 Mar 2026</b><br>First<br><b>30 Mar 2026</b><br>Second<br><b>30 Mar 2026</b><br>Third"
    )


def test_events_of_two_days_of_a_month_are_two_flags_by_day():
    """
    On an axis of days they stand apart.
    """
    found = flags([(date(2026, 3, 30), "Second"), (date(2026, 3, 1), "First")], by="day")

    assert [flag.text for flag in found] == ["First", "Second"]


@pytest.mark.parametrize(
    ("day", "is_drawn"),
    [
        (date(2024, 6, 30), False),
        (date(2024, 7, 1), True),
        (date(2026, 6, 30), True),
        (date(2026, 7, 1), False),
    ],
)
def test_only_what_the_axis_shows_is_drawn(day, is_drawn):
    """
    The first and the last month shown are in; the months beside them aren't.
    """
    assert bool(flags([(day, "Sent")])) is is_drawn


def test_an_axis_without_a_range_is_as_long_as_its_traces():
    """
    Days as texts or as days, in several traces.
    """
    drawn = figure(LIGHT)
    drawn.add_trace(scatter(x=["2026-02-01"], y=[1]))
    drawn.add_trace(scatter(x=[date(2026, 4, 1)], y=[1]))
    events = [(date(2026, month, 15), str(month)) for month in range(1, 6)]

    assert [flag.x for flag in flags(events, on=drawn)] == ["2026-02-01", "2026-03-01", "2026-04-01"]


def test_a_chart_of_nothing_has_no_flags():
    """
    No axis, no error.
    """
    assert flags([(date(2026, 3, 12), SENT)], on=figure(LIGHT)) == []


def test_without_events_the_chart_is_as_it_was():
    """
    No room is kept for labels that aren't there.
    """
    assert drawn_as(flagged(chart(), [], words=WORDS, colours=LIGHT).checked()) == drawn_as(chart().checked())


def test_titles_are_harmless():
    """
    Somebody's tags are letters, in the label and in the hover.
    """
    (flag,) = flags([(date(2026, 3, 12), '<a href="x">y</a>')])

    assert flag.text == '&lt;a href="x"&gt;y&lt;/a&gt;'
    assert "<a" not in flag.hovertext


@pytest.mark.parametrize("number", [1, 3, 8, 24, 100])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("by", ["month", "day"])
def test_labels_never_overlap_and_no_event_is_lost(number, seed, by):
    """
    Few events or a hundred, by month or by day, on a phone or on a wide screen; labels of both scripts.
    """
    dice = random.Random(seed)
    titles = ("Sent", SENT, "新的免赔额说明已发给全部客户", "Head of claims in the East branch changed")
    events = [
        (date.fromordinal(dice.randint(FIRST.toordinal(), LAST.toordinal())), f"{dice.choice(titles)} {index}")
        for index in range(number)
    ]
    found = flags(events, by=by)

    for width in (NARROWEST_PLOT, 700):
        for one, other in combinations(boxes(found, width), 2):
            assert one[1] <= other[0] or other[1] <= one[0] or one[2] != other[2]
    said = "".join(flag.hovertext for flag in found)
    assert said.count("<b>") == number
    assert len({flag.yshift for flag in found}) <= LANES


def test_the_room_above_grows_with_the_lanes():
    """
    Labels stand above the plot, not on the figures.
    """
    one = flagged(chart(), [(date(2026, 3, 1), SENT)], words=WORDS, colours=LIGHT).frame["margin"]["t"]
    near = [(date(2026, 3, 1), SENT), (date(2026, 2, 1), SENT), (date(2026, 1, 1), SENT)]
    more = flagged(chart(), near, words=WORDS, colours=LIGHT).frame["margin"]["t"]

    assert chart().frame["margin"]["t"] < one < more


def test_a_trend_shows_the_events_of_its_months():
    """
    Over the figures and the labels it has anyway.
    """
    months = [date(2026, month, 1) for month in (1, 2, 3)]
    points = pl.DataFrame(
        {
            "month": months,
            "value": [0.9] * 3,
            "numerator": [9] * 3,
            "denominator": [10] * 3,
            "provisional": [False] * 3,
        }
    )
    drawn = trend(
        points,
        unit="rate",
        words=WORDS,
        colours=LIGHT,
        target=0.95,
        annotations=[(date(2026, 3, 31), "Sent"), (date(2026, 4, 1), "Later")],
    )

    assert [each.text for each in drawn.checked().layout.annotations] == ["target 95.0%", "Sent"]


@pytest.mark.parametrize(
    ("text", "width", "shown"),
    [("four", 4, "four"), ("fours", 4, "fou…"), ("免赔", 4, "免赔"), ("免赔额", 4, "免…"), ("an end", 4, "an…")],
)
def test_a_cut_text_fits(text, width, shown):
    """
    Exactly as wide is whole; wider ends in an ellipsis, and no space stands before it.
    """
    assert cut(text, width) == shown
    assert width_of(cut(text, width)) <= width


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("one two three", ["one two", "three"]),
        ("incomprehensible", ["incompre", "hensible"]),
        ("新的免赔额说明", ["新的免赔", "额说明"]),
        ("seven 免赔额", ["seven 免", "赔额"]),
        ("", [""]),
    ],
)
def test_a_wrapped_text_fits_line_by_line(text, lines):
    """
    At spaces, within words that are too wide, and between Chinese characters.
    """
    assert wrapped(text, 8) == lines
