"""
Everything that happened to one customer, drawn: a lane for each kind, bars that don't cover each other, promises.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from dashboard.charts.swimlanes import MOST_BARS, swimlanes
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, markers

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 6, 30, 12, tzinfo=ZONE)
DAY = timedelta(days=1)
INSTANT = pl.Datetime("us", "Asia/Shanghai")
LANES = [("claims", "Claims"), ("complaints", "Complaints")]
SPAN = {"lane": pl.String, "label": pl.String, "at": INSTANT, "until": INSTANT}
POINT = {
    "lane": pl.String,
    "label": pl.String,
    "said": pl.String,
    "at": INSTANT,
    "kind": pl.String,
    "number": pl.String,
}


def draw(spans=(), points=(), colours=LIGHT, lanes=LANES, begin=NOW - 90 * DAY):
    return swimlanes(
        lanes,
        pl.DataFrame(list(spans), schema=SPAN, orient="row"),
        pl.DataFrame(list(points), schema=POINT, orient="row"),
        words=Words("en"),
        colours=colours,
        begin=begin,
        now=NOW,
    ).checked()


def point(kind="event", days=-10, lane="claims", label="Paid"):
    return (lane, label, "then", NOW + days * DAY, kind, "CL1")


def span(first, last, lane="claims"):
    return (lane, "CL1", NOW + first * DAY, NOW + last * DAY)


def bars(figure):
    return [trace for trace in figure.data if trace.mode == "lines"]


@MODES
def test_nothing_but_lanes_can_be_drawn(colours):
    """
    Names and the line of now, in either mode, as the browser gets it.
    """
    figure = draw(colours=colours)

    assert list(figure.layout.yaxis.ticktext) == ["Claims", "Complaints"]
    assert drawn_as(figure)["layout"]["height"] > 0


def test_points_lie_in_their_lane_and_carry_their_number():
    """
    Each kind with a mark of its own; only what is late by law is red.
    """
    kinds = ("event", "quiet", "due", "late", "breach")
    figure = draw(points=[point(kind, days=5 if kind == "due" else -5) for kind in kinds])
    places = dict(zip(figure.layout.yaxis.ticktext, figure.layout.yaxis.tickvals, strict=True))
    drawn = markers(figure)

    assert len({(trace.marker.symbol, trace.marker.color) for trace in drawn}) == len(kinds)
    assert all(list(trace.y) == [places["Claims"]] for trace in drawn)
    assert all(trace.customdata[0][0] == "CL1" for trace in drawn)
    assert [trace.marker.symbol for trace in drawn if trace.marker.color == LIGHT.breach] == ["square"]


def test_what_lies_before_the_beginning_is_left_out_or_cut():
    """
    A point of last year isn't drawn; a span that reaches in begins at the edge, one that ended before is gone.
    """
    figure = draw([span(-200, -50), span(-200, -100)], [point(days=-91), point(days=-90)])

    assert sum(len(trace.x) for trace in markers(figure)) == 1
    assert [trace.x[0] for trace in bars(figure)] == [(NOW - 90 * DAY).replace(tzinfo=None)]


def test_bars_at_the_same_time_lie_below_each_other():
    """
    Those after each other share a row; more than a few at once lie on each other rather than fill the screen.
    """
    apart = bars(draw([span(-80, -60), span(-60, -40)]))
    at_once = bars(draw([span(-80, -60), span(-70, -40)]))
    crowd = bars(draw([span(-80 + step, -10) for step in range(MOST_BARS + 3)]))

    assert apart[0].y == apart[1].y
    assert at_once[0].y != at_once[1].y
    assert len({trace.y for trace in crowd}) == MOST_BARS


def test_a_lane_with_bars_pushes_the_next_one_down():
    """
    No bar of one lane lies among the points of another.
    """
    figure = draw([span(-80, -60), span(-70, -40)])
    claims, complaints = figure.layout.yaxis.tickvals

    assert all(claims < trace.y[0] < complaints for trace in bars(figure))


def test_promises_ahead_widen_the_line_of_time():
    """
    What is due in a month can be seen.
    """
    figure = draw(points=[point("due", days=30)])

    assert figure.layout.xaxis.range[1] > (NOW + 30 * DAY).replace(tzinfo=None)


def test_more_lanes_than_colours_are_refused():
    """
    Nobody could tell them apart.
    """
    with pytest.raises(ValueError, match="lanes; at most"):
        draw(lanes=[(str(number), str(number)) for number in range(9)])


@MODES
def test_hostile_labels_are_text(colours):
    """
    Names, numbers and codes come from a source.
    """
    assert_harmless(draw([("claims", HOSTILE, NOW - DAY, NOW)], [point(label=HOSTILE)], colours))
