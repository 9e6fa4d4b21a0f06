"""
A case's events stand in the order in which they happened, and only what came too late is coloured.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from dashboard.charts.case_timeline import case_timeline
from dashboard.charts.theme import LIGHT
from dashboard.words import Words
from tests.charts.figures import HOSTILE, MODES, assert_harmless, drawn_as, markers, notes

WORDS = Words("en")
ZONE = ZoneInfo("Asia/Shanghai")
DAY = timedelta(days=1)
RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
TOO_LATE = datetime(2026, 3, 18, tzinfo=ZONE)
INSTANT = pl.Datetime("us", "Asia/Shanghai")
MOMENTS = pl.DataFrame(
    [
        ("decided", "Decided", RECEIVED + 14 * DAY, None),
        ("received", "Received", RECEIVED, None),
        ("pause", "Paused", RECEIVED + 3 * DAY, RECEIVED + 5 * DAY),
    ],
    schema={"moment": pl.String, "label": pl.String, "at": INSTANT, "until": INSTANT},
    orient="row",
)
DUE = pl.DataFrame([("due", TOO_LATE)], schema={"label": pl.String, "at": INSTANT}, orient="row")
DAYS = pl.DataFrame(
    [(date(2026, 3, 1) + timedelta(step), (step % 7) not in (0, 6)) for step in range(31)],
    schema={"day": pl.Date, "is_working": pl.Boolean},
    orient="row",
)


def draw(moments=MOMENTS, colours=LIGHT, **more):
    stopped_at = more.pop("stopped_at", RECEIVED + 14 * DAY)
    given = {"now": RECEIVED + 40 * DAY, "overdue_from": TOO_LATE, "due": DUE, "days": DAYS, "is_breach": True}
    return case_timeline(
        moments,
        words=WORDS,
        colours=colours,
        received_at=RECEIVED,
        stopped_at=stopped_at,
        **(given | more),
    ).checked()


def bars(figure, row: int) -> list[tuple[str, datetime, datetime]]:
    return [
        (trace.line.color, trace.x[0], trace.x[1])
        for trace in figure.data
        if trace.mode == "lines" and trace.y[0] == row
    ]


def wall(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def test_each_event_has_a_row_of_its_own_in_time_s_order():
    """
    Under the case itself: received, paused, decided, however they were given.
    """
    figure = draw()

    assert list(figure.layout.yaxis.ticktext) == ["<b>Time taken</b>", "Received", "Paused", "Decided"]
    assert [(key[0], y) for key, y in zip(markers(figure)[0].customdata, markers(figure)[0].y, strict=True)] == [
        ("received", 1),
        ("decided", 3),
    ]
    assert [(start, end) for _, start, end in bars(figure, 2)] == [
        (wall(RECEIVED + 3 * DAY), wall(RECEIVED + 5 * DAY))
    ]


@MODES
def test_a_case_in_time_has_no_colour(colours):
    """
    One neutral bar from receipt to the stop.
    """
    figure = draw(colours=colours)

    assert bars(figure, 0) == [(colours.reference, wall(RECEIVED), wall(RECEIVED + 14 * DAY))]
    assert "<b>14 days</b>" in notes(figure)


@pytest.mark.parametrize(
    ("stopped_at", "parts"), [(TOO_LATE, 1), (TOO_LATE + timedelta(minutes=1), 2)], ids=["to the moment", "after"]
)
def test_late_begins_with_the_first_moment_that_is_too_late(stopped_at, parts):
    """
    Stopped at midnight after the due day nothing has been late yet; a minute later something has.
    """
    assert len(bars(draw(stopped_at=stopped_at), 0)) == parts


@MODES
@pytest.mark.parametrize("is_breach", [True, False])
def test_red_is_for_a_breach_of_law_alone(colours, is_breach):
    """
    Late under a law is red, under a house rule orange; the words have the same colour and say how late.
    """
    figure = draw(colours=colours, stopped_at=TOO_LATE + DAY, is_breach=is_breach)
    expected = colours.breach if is_breach else colours.concern
    said = next(note for note in figure.layout.annotations if note.text.startswith("<b>"))

    assert bars(figure, 0)[1] == (expected, wall(TOO_LATE), wall(TOO_LATE + DAY))
    assert said.text == "<b>16.6 days · 1 d 0 h late</b>"
    assert said.font.color == expected


def test_a_case_late_from_the_start_is_late_as_a_whole():
    """
    A due moment before receipt draws nothing before receipt.
    """
    late = bars(draw(overdue_from=RECEIVED - DAY), 0)[1]

    assert late == (LIGHT.breach, wall(RECEIVED), wall(RECEIVED + 14 * DAY))


def test_an_open_case_reaches_now():
    """
    Its bar ends now, and now is a line; a stopped case has no such line.
    """
    now = RECEIVED + 10 * DAY
    figure = draw(stopped_at=None, now=now)
    solid = [shape.x0 for shape in figure.layout.shapes if shape.type == "line" and shape.line.dash is None]

    assert bars(figure, 0) == [(LIGHT.reference, wall(RECEIVED), wall(now))]
    assert solid == [wall(now)]
    assert figure.layout.yaxis.ticktext[0] == "<b>Time so far</b>"
    assert [shape for shape in draw().layout.shapes if shape.type == "line" and shape.line.dash is None] == []


def test_the_due_line_names_the_last_day_in_time():
    """
    It stands where lateness begins, at midnight, and names the day before; an hour's limit names its own day.
    """
    noon = DUE.with_columns(at=pl.lit(TOO_LATE + timedelta(hours=12)).cast(INSTANT))

    assert "due 17 Mar" in notes(draw())
    assert "due 18 Mar" in notes(draw(due=noon))
    assert [shape.x0 for shape in draw().layout.shapes if shape.line.dash == "dot"] == [wall(TOO_LATE)]


def test_nothing_is_late_where_no_due_day_is_known():
    """
    No due moment, no colour, no line, however long it took.
    """
    figure = draw(overdue_from=None, due=DUE.clear(), stopped_at=RECEIVED + 400 * DAY)

    assert [colour for colour, _, _ in bars(figure, 0)] == [LIGHT.reference]
    assert not [shape for shape in figure.layout.shapes if shape.line.dash == "dot"]


def test_days_off_are_shaded_as_runs_and_only_where_they_can_be_seen():
    """
    A week-end is one band; a case of four hundred days has none; an unknown day isn't a day off.
    """
    bands = [shape for shape in draw().layout.shapes if shape.type == "rect"]
    unknown = DAYS.with_columns(is_working=pl.lit(None, dtype=pl.Boolean))

    saturday = datetime(2026, 3, 7, tzinfo=ZONE)

    assert (bands[1].x0, bands[1].x1) == (wall(saturday), wall(saturday + 2 * DAY))
    assert not [s for s in draw(stopped_at=RECEIVED + 400 * DAY).layout.shapes if s.type == "rect"]
    assert not [s for s in draw(days=unknown).layout.shapes if s.type == "rect"]


@pytest.mark.parametrize(("days", "said"), [(3, "2 Mar 09:00"), (3.01, "2 Mar")])
def test_the_hour_is_said_of_short_cases(days, said):
    """
    Up to three days; from then on the day is enough.
    """
    moments = MOMENTS.filter(pl.col("moment") == "received")

    assert said in notes(draw(moments, stopped_at=RECEIVED + days * DAY))


def test_the_wall_clock_is_shown_and_not_the_reader_s():
    """
    09:00 in Shanghai is drawn and told as 09:00.
    """
    figure = draw()

    assert drawn_as(figure)["data"][-1]["x"][0] == "2026-03-02T09:00:00"
    assert markers(figure)[0].text[0] == "<b>Received</b><br>2026-03-02 09:00"


def test_a_label_can_do_no_harm():
    """
    Of an event, a span and a due line.
    """
    hostile = pl.lit(HOSTILE).alias("label")

    assert_harmless(draw(MOMENTS.with_columns(hostile), due=DUE.with_columns(hostile)))


def test_little_is_still_a_figure():
    """
    No events, and a case that has only just begun.
    """
    drawn_as(draw(MOMENTS.clear(), stopped_at=None, now=RECEIVED, overdue_from=None, due=DUE.clear()))
    drawn_as(draw(MOMENTS.head(1)))
