"""
What happened to one case, when, and how did it stand to its due day?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl

from dashboard.charts.day_axis import HOURLY, SMALL, DayAxis, due_lines, shade_days_off
from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import LINE, NARROW, shortened, width_of
from dashboard.charts.scales import lettering
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

ROW = 21
FRAME = 40
NAME = 128
DAY = timedelta(days=1)
# However short a case is, its axis is at least this long.
LEAST = timedelta(hours=6)
BAR = 14
CLEAR = "rgba(0,0,0,0)"
# Between a mark and the words beside it, both sides together.
BESIDE = 12
HOUR = 3600


def case_timeline(
    moments: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    received_at: datetime,
    stopped_at: datetime | None,
    now: datetime,
    overdue_from: datetime | None,
    due: pl.DataFrame,
    days: pl.DataFrame,
    is_breach: bool,
    height: int | None = None,
) -> Drawing:
    """
    Draw one case: a bar for the time it took, under it one row per event, in the order in which they happened.

    A row each, so that no label covers another, be it a case of a day or of four hundred. All instants are shown
    by the wall clock of the zone they carry.

    Args:
        moments: `moment` (the key), `label`, `at` and `until` (datetime; null for an event, the end for a span;
            what hasn't ended yet ends now), one row each, receipt included if it is to be shown.
        words: The reader's language.
        colours: The mode's colours.
        received_at: Where the case begins.
        stopped_at: Where its clock stopped; null while open.
        now: Where an open case has got to.
        overdue_from: The first instant that is too late, or null where no due day is known.
        due: `label` and `at` (the first instant that is too late) of each due line; the day shown is the last one
            in time.
        days: `day` and `is_working`; days off are shaded where the case is short enough to see them.
        is_breach: Whether being late breaks a law (red) or a house rule (orange).
        height: In pixels; as high as the rows need if left out.

    Returns:
        A figure; the part of the case that is too late is coloured and says how long it is.
    """
    rows = sorted(moments.iter_rows(named=True), key=lambda row: (row["at"], row["until"] is not None))
    begin, end = _wall(received_at), _wall(stopped_at or now)
    late_from = _wall(overdue_from) if overdue_from else None
    dues = [(row["label"], _wall(row["at"])) for row in due.iter_rows(named=True)]
    seen = [begin, end, *(_wall(row["at"]) for row in rows), *(_wall(row["until"] or row["at"]) for row in rows)]
    inside = [*seen, *(at for _, at in dues)]
    span = max(max(inside) - min(inside), LEAST)
    axis = DayAxis(min(inside) - span * 0.03, max(inside) + span * 0.05)
    is_hourly = max(seen) - min(seen) <= HOURLY

    drawn = figure(colours)
    lines = due_lines(drawn, dues, axis, words=words, colours=colours)
    shade_days_off(drawn, days, axis, colours=colours)
    if not stopped_at:
        drawn.add_vline(x=end, line={"color": colours.ink, "width": 1}, layer="below")
    late = colours.breach if is_breach else colours.concern
    is_late = _lifetime(drawn, begin, end, late_from, colours.reference, late)
    _lasted(drawn, _duration(begin, end, late_from, words), late if is_late else colours.ink, colours.surface)
    _spans(drawn, rows, words, colours, axis, is_hourly=is_hourly)
    _events(drawn, rows, words, colours, axis, is_hourly=is_hourly)

    head = words.text("Time taken") if stopped_at else words.text("Time so far")
    names = [f"<b>{head}</b>", *(plain(shortened(row["label"], NAME)) for row in rows)]
    drawn.update_xaxes(type="date", range=[axis.left, axis.right], nticks=4, tickformat=axis.ticks)
    drawn.update_yaxes(
        range=[len(rows) + 0.6, -1.3],
        showgrid=False,
        tickvals=list(range(len(names))),
        ticktext=names,
        tickfont={"color": colours.ink, "size": 12},
    )
    drawn.update_layout(
        height=height or FRAME + LINE * lines + ROW * (len(names) + 1),
        margin={"l": 8, "r": 8, "t": 6 + LINE * lines, "b": 8},
    )
    return drawn


def _wall(at: datetime) -> datetime:
    """
    The wall clock's reading: Plotly would take an instant to the reader's own zone.
    """
    return at.replace(tzinfo=None)


def _bar(drawn: Drawing, row: int, start: datetime, end: datetime, colour: str, hover: str = "") -> None:
    drawn.add_trace(
        scatter(
            x=[start, max(start, end)],
            y=[row, row],
            mode="lines",
            line={"color": colour, "width": BAR},
            text=[hover, hover],
            hoverinfo="text" if hover else "skip",
        )
    )


def _lifetime(
    drawn: Drawing, begin: datetime, end: datetime, late_from: datetime | None, colour: str, late: str
) -> bool:
    """
    Draw the time the case took, what came too late in its own colour; returns whether anything did.
    """
    if late_from is None or end <= late_from:
        _bar(drawn, 0, begin, end, colour)
        return False
    _bar(drawn, 0, begin, late_from, colour)
    _bar(drawn, 0, max(late_from, begin), end, late)
    return True


def _lasted(drawn: Drawing, text: str, colour: str, ground: str) -> None:
    """
    Say above the first bar how long the case took: beside it there may be no room.
    """
    drawn.add_annotation(
        xref="paper",
        x=0,
        xshift=2,
        y=-0.85,
        text=f"<b>{text}</b>",
        showarrow=False,
        xanchor="left",
        font={"size": 12, "color": colour},
        bgcolor=ground,
        borderpad=1,
    )


def _spans(
    drawn: Drawing,
    rows: Sequence[Mapping[str, Any]],
    words: Words,
    colours: Theme,
    axis: DayAxis,
    *,
    is_hourly: bool,
) -> None:
    """
    Draw what lasted as bars, and say from when to when inside, behind or before them, wherever there is room.
    """
    fill = colours.sequence[-1]
    for index, row in enumerate(rows, start=1):
        if row["until"] is None:
            continue
        start, end = _wall(row["at"]), _wall(row["until"])
        _bar(drawn, index, start, end, fill, _hover(row, words))
        inside, behind = axis.place(end) - axis.place(start), NARROW - axis.place(end)
        said = f"{_day(start, words, is_hourly=is_hourly)} – {_day(end, words, is_hourly=is_hourly)}"
        if max(inside, behind, axis.place(start)) < width_of(said, SMALL) + BESIDE:
            said = words.days((end - start) / DAY)
        width = width_of(said, SMALL) + BESIDE
        if inside >= width:
            _say(drawn, index, start + (end - start) / 2, said, "center", lettering(colours, fill), CLEAR)
        elif behind >= width:
            _say(drawn, index, end, said, "left", colours.muted, colours.surface)
        else:
            _say(drawn, index, start, said, "right", colours.muted, colours.surface)


def _events(
    drawn: Drawing,
    rows: Sequence[Mapping[str, Any]],
    words: Words,
    colours: Theme,
    axis: DayAxis,
    *,
    is_hourly: bool,
) -> None:
    """
    Draw what happened at one moment as dots, and say when behind them, or before them near the right edge.
    """
    events = [(index, row) for index, row in enumerate(rows, start=1) if row["until"] is None]
    drawn.add_trace(
        scatter(
            x=[_wall(row["at"]) for _, row in events],
            y=[index for index, _ in events],
            mode="markers",
            marker={"size": 9, "color": colours.ink, "line": {"width": 0}},
            text=[_hover(row, words) for _, row in events],
            customdata=[[row["moment"]] for _, row in events],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    for index, row in events:
        at = _wall(row["at"])
        said = _day(at, words, is_hourly=is_hourly)
        is_behind = NARROW - axis.place(at) >= width_of(said, SMALL) + BESIDE
        _say(drawn, index, at, said, "left" if is_behind else "right", colours.muted, colours.surface)


def _say(drawn: Drawing, row: int, at: datetime, text: str, anchor: str, colour: str, ground: str) -> None:
    drawn.add_annotation(
        x=at,
        y=row,
        text=text,
        showarrow=False,
        xanchor=anchor,
        xshift={"left": 7, "right": -7, "center": 0}[anchor],
        font={"size": SMALL, "color": colour},
        # A due line may run where the words stand.
        bgcolor=ground,
        borderpad=1,
    )


def _duration(begin: datetime, end: datetime, late_from: datetime | None, words: Words) -> str:
    took = words.days((end - begin) / DAY)
    if late_from is None or end <= late_from:
        return took
    return took + " · " + words.time_left(-(end - late_from).total_seconds() / HOUR)


def _day(at: datetime, words: Words, *, is_hourly: bool) -> str:
    return words.short_day(at) + (f" {at:%H:%M}" if is_hourly else "")


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [f"<b>{plain(row['label'])}</b>", words.instant(row["at"])]
    if row["until"] is not None:
        lines[-1] = words.text("{first} to {last}", first=lines[-1], last=words.instant(row["until"]))
        lines.append(words.days((row["until"] - row["at"]) / DAY))
    return "<br>".join(lines)
