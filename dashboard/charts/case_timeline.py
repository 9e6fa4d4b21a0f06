"""
What happened to one case, when, and how did it stand to its due day?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import plotly.graph_objects as go
import polars as pl

from dashboard.charts.labels import LINE, NARROW, lanes, shortened, width_of
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

ROW = 21
FRAME = 40
NAME = 128
# Longer, and week-ends are a grey haze.
SHADED = 100
# Shorter, and the hour of an event matters.
HOURLY = 3
DAY = timedelta(days=1)
HOURS = 3600


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
) -> go.Figure:
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
    inside = [begin, end, *(at for _, at in dues), *(_wall(row["until"] or row["at"]) for row in rows)]
    first, last = min(begin, *(_wall(row["at"]) for row in rows)) if rows else begin, max(inside)
    span = max(last - first, timedelta(hours=6))
    left, right = first - span * 0.03, last + span * 0.05
    lines = _due_lines(drawn := figure(colours), dues, words, colours, left, right)
    _shade(drawn, days, left, right, colours)
    colour = colours.breach if is_breach else colours.concern
    _bar(drawn, 0, begin, min(end, late_from) if late_from else end, colours.reference, "")
    if late_from and end > late_from:
        _bar(drawn, 0, max(late_from, begin), end, colour, "")
    for index, row in enumerate(rows, start=1):
        if row["until"] is not None:
            _bar(drawn, index, _wall(row["at"]), _wall(row["until"]), colours.sequence[-1], _hover(row, words))
    _dots(drawn, rows, words, colours)
    hourly = span <= HOURLY * DAY
    said = [_lasted(begin, end, late_from, words), *(_when(row, words, hourly=hourly) for row in rows)]
    tips = [end, *(_wall(row["until"] or row["at"]) for row in rows)]
    starts = [begin, *(_wall(row["at"]) for row in rows)]
    is_late = late_from is not None and end > late_from
    for index, text in enumerate(said):
        _beside(
            drawn,
            index,
            text,
            starts[index],
            tips[index],
            left,
            right,
            colour if is_late and not index else colours.muted,
        )
    head = words.text("Time taken") if stopped_at else words.text("Time so far")
    names = [f"<b>{head}</b>", *(plain(shortened(row["label"], NAME)) for row in rows)]
    if not stopped_at:
        drawn.add_vline(x=end, line={"color": colours.ink, "width": 1}, layer="below")
    drawn.update_xaxes(
        type="date",
        range=[left, right],
        nticks=5,
        tickformat="%m-%d %H:%M" if hourly else "%m-%d" if left.year == right.year else "%Y-%m-%d",
    )
    drawn.update_yaxes(
        range=[len(rows) + 0.6, -0.6],
        showgrid=False,
        tickvals=list(range(len(names))),
        ticktext=names,
        tickfont={"color": colours.ink, "size": 12},
    )
    drawn.update_layout(
        height=height or FRAME + LINE * lines + ROW * len(names),
        margin={"l": 8, "r": 8, "t": 6 + LINE * lines, "b": 8},
        barmode="overlay",
    )
    return drawn


def _wall(at: datetime) -> datetime:
    """
    The wall clock's reading: Plotly would take an instant to the reader's own zone.
    """
    return at.replace(tzinfo=None)


def _bar(drawn: go.Figure, row: int, start: datetime, end: datetime, colour: str, hover: str) -> None:
    drawn.add_trace(
        go.Scatter(
            x=[start, max(start, end)],
            y=[row, row],
            mode="lines",
            line={"color": colour, "width": 9},
            text=[hover, hover],
            hoverinfo="text" if hover else "skip",
        )
    )


def _dots(drawn: go.Figure, rows: Sequence[Mapping[str, Any]], words: Words, colours: Theme) -> None:
    events = [(index, row) for index, row in enumerate(rows, start=1) if row["until"] is None]
    drawn.add_trace(
        go.Scatter(
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


def _beside(
    drawn: go.Figure,
    row: int,
    text: str,
    start: datetime,
    tip: datetime,
    left: datetime,
    right: datetime,
    colour: str,
) -> None:
    """
    Say when, behind the mark; before it where there is no room behind.
    """
    room = (right - tip) / (right - left) * NARROW
    before = (start - left) / (right - left) * NARROW
    is_behind = room >= width_of(text, 11) or room >= before
    drawn.add_annotation(
        x=tip if is_behind else start,
        y=row,
        text=text,
        showarrow=False,
        xanchor="left" if is_behind else "right",
        xshift=8 if is_behind else -8,
        font={"size": 11, "color": colour},
    )


def _due_lines(
    drawn: go.Figure,
    dues: Sequence[tuple[str, datetime]],
    words: Words,
    colours: Theme,
    left: datetime,
    right: datetime,
) -> int:
    """
    Draw the due lines with their names above the plot; returns how many lines of names there are.
    """
    # The last instant in time lies before the first that is too late, on a day of its own after midnight.
    names = [f"{plain(label)} {words.short_day(at - timedelta(seconds=1))}" for label, at in dues]
    widths = [width_of(name, 11) for name in names]
    ends = [(at - left) / (right - left) * NARROW for _, at in dues]
    rows = lanes([end - width for end, width in zip(ends, widths, strict=True)], widths)
    for (_, at), name, row in zip(dues, names, rows, strict=True):
        drawn.add_vline(x=at, line={"color": colours.ink, "width": 1.2, "dash": "dot"}, layer="below")
        drawn.add_annotation(
            x=at,
            yref="paper",
            y=1,
            yshift=row * LINE,
            text=name,
            showarrow=False,
            xanchor="auto",
            yanchor="bottom",
            font={"size": 11, "color": colours.ink},
        )
    return max(rows, default=-1) + 1


def _shade(drawn: go.Figure, days: pl.DataFrame, left: datetime, right: datetime, colours: Theme) -> None:
    if right - left > SHADED * DAY:
        return
    off = [row["day"] for row in days.iter_rows(named=True) if row["is_working"] is False]
    for start, end in _runs(sorted(off)):
        begin, stop = datetime.combine(start, time()), datetime.combine(end, time()) + DAY
        if stop > left and begin < right:
            drawn.add_vrect(
                x0=max(begin, left), x1=min(stop, right), fillcolor=colours.band, line_width=0, layer="below"
            )


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs


def _lasted(begin: datetime, end: datetime, late_from: datetime | None, words: Words) -> str:
    took = words.days((end - begin) / DAY)
    if late_from is None or end <= late_from:
        return took
    return took + " · " + words.time_left(-(end - late_from).total_seconds() / HOURS)


def _when(row: Mapping[str, Any], words: Words, *, hourly: bool) -> str:
    def said(at: datetime) -> str:
        return words.short_day(at) + (f"{at: %H:%M}" if hourly else "")

    return said(row["at"]) if row["until"] is None else f"{said(row['at'])} – {said(row['until'])}"


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [f"<b>{plain(row['label'])}</b>", words.instant(row["at"])]
    if row["until"] is not None:
        lines[-1] = words.text("{first} to {last}", first=lines[-1], last=words.instant(row["until"]))
        lines.append(words.days((row["until"] - row["at"]) / DAY))
    return "<br>".join(lines)
