"""
What happened to one customer, of every kind, on one line of time?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import shortened
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

# In pixels: a lane of points, a bar below it, and what stands around the plot.
LANE: Final = 34
BAR: Final = 8
FRAME: Final = 52
NAME: Final = 110
# Parts of a lane.
BAR_ROW: Final = 0.3
FIRST_BAR: Final = 0.42
# Bars that overlap further lie on each other.
MOST_BARS: Final = 4
LEAST: Final = timedelta(days=7)


def swimlanes(
    lanes: Sequence[tuple[str, str]],
    spans: pl.DataFrame,
    points: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    begin: datetime,
    now: datetime,
) -> Drawing:
    """
    Draw a lane for each kind of thing: what happened as points, what lasted as bars below them.

    All instants are shown by the wall clock of the zone they carry.

    Args:
        lanes: Key and name of each, the uppermost first; at most as many as there are colours to tell them apart.
        spans: `lane`, `label`, `at`, `until`, one row each; what began before `begin` is cut there.
        points: `lane`, `label`, `said` (when, in words), `at`, `kind` (`event`; `quiet`, an event nobody answered
            to; `due`, a promise not yet late; `late`, one that is; `breach`, one late by law), `number` (the key).
        words: The reader's language.
        colours: The mode's colours.
        begin: Where the line of time begins.
        now: Where it has got to; promises may lie beyond.

    Returns:
        A figure; a click on a point carries its number.

    Raises:
        ValueError: More lanes than colours.
    """
    if len(lanes) > len(colours.lines):
        raise ValueError(f"{len(lanes)} lanes; at most {len(colours.lines)} can be told apart")
    start, present = _wall(begin), _wall(now)
    seen = points.filter(pl.col("at") >= begin)
    last = max([present, *(_wall(at) for at in seen["at"])])
    width = max(last - start, LEAST)
    drawn = figure(colours)
    place, ticks = 0.0, []
    for (lane, name), colour in zip(lanes, colours.lines, strict=False):
        bars = spans.filter(pl.col("lane") == lane, pl.col("until") >= begin)
        rows = _packed(bars)
        height = 1 + max([row + 1 for row in rows], default=0) * BAR_ROW
        drawn.add_hline(place - 0.5, line={"color": colours.grid, "width": 1}, layer="below")
        for bar, row in zip(bars.iter_rows(named=True), rows, strict=True):
            _bar(drawn, bar, place + FIRST_BAR + row * BAR_ROW, start, colour, words)
        _points(drawn, seen.filter(pl.col("lane") == lane), place, colours, colour)
        ticks.append((place, name))
        place += height
    drawn.add_vline(present, line={"color": colours.ink, "width": 1, "dash": "dot"}, layer="below")
    drawn.add_annotation(
        x=present,
        yref="paper",
        y=1,
        yanchor="bottom",
        text=plain(words.text("now")),
        showarrow=False,
        font={"size": 11, "color": colours.ink},
    )
    drawn.update_xaxes(
        type="date",
        range=[start - width * 0.01, start + width * 1.04],
        nticks=6,
        tickformat="%Y-%m" if width > timedelta(days=120) else "%Y-%m-%d",
    )
    drawn.update_yaxes(
        range=[place - 0.5, -0.5],
        showgrid=False,
        tickvals=[at for at, _ in ticks],
        ticktext=[plain(shortened(name, NAME)) for _, name in ticks],
        tickfont={"color": colours.ink, "size": 12},
    )
    drawn.update_layout(
        height=FRAME + round(place * LANE), margin={"l": 8, "r": 12, "t": 22, "b": 8}, hovermode="closest"
    )
    return drawn


def _wall(at: datetime) -> datetime:
    return at.replace(tzinfo=None)


def _packed(bars: pl.DataFrame) -> list[int]:
    """
    The row of each bar below its lane's points: the first in which nothing before it is in the way.
    """
    ends: list[datetime] = []
    rows = []
    for at, until in bars.select("at", "until").iter_rows():
        free = next((row for row, end in enumerate(ends) if end <= at), len(ends))
        row = min(free, MOST_BARS - 1)
        if row == len(ends):
            ends.append(until)
        ends[row] = max(ends[row], until)
        rows.append(row)
    return rows


def _bar(drawn: Drawing, bar: Mapping[str, Any], place: float, start: datetime, colour: str, words: Words) -> None:
    first, until = _wall(bar["at"]), _wall(bar["until"])
    said = words.text("{first} to {last}", first=words.day(first.date()), last=words.day(until.date()))
    hover = f"<b>{plain(bar['label'])}</b><br>{plain(said)}"
    drawn.add_trace(
        scatter(
            x=[max(first, start), max(until, start)],
            y=[place, place],
            mode="lines",
            line={"color": colour, "width": BAR},
            opacity=0.45,
            text=[hover, hover],
            hoverinfo="text",
        )
    )


def _points(drawn: Drawing, points: pl.DataFrame, place: float, colours: Theme, colour: str) -> None:
    marks = {
        "event": ("circle", colour),
        "quiet": ("circle-open", colour),
        "due": ("diamond-open", colours.ink),
        "late": ("diamond", colours.concern),
        "breach": ("square", colours.breach),
    }
    for kind, (symbol, shade) in marks.items():
        rows = list(points.filter(pl.col("kind") == kind).iter_rows(named=True))
        if not rows:
            continue
        drawn.add_trace(
            scatter(
                x=[_wall(row["at"]) for row in rows],
                y=[place] * len(rows),
                mode="markers",
                marker={"size": 9, "symbol": symbol, "color": shade},
                text=[f"<b>{plain(row['label'])}</b><br>{plain(row['said'])}" for row in rows],
                customdata=[[row["number"]] for row in rows],
                hovertemplate="%{text}<extra></extra>",
                cliponaxis=False,
            )
        )
