"""
The days a case is drawn over: where one lies, which are days off, and where the due lines stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import polars as pl

from dashboard.charts.drawing import Drawing
from dashboard.charts.labels import LINE, NARROW, lanes, width_of
from dashboard.charts.theme import Theme, plain
from dashboard.words import Words

DAY = timedelta(days=1)
# Longer, and week-ends are a grey haze.
SHADED = timedelta(days=100)
# Shorter, and the hour of an event matters.
HOURLY = timedelta(days=3)
SMALL = 11


@dataclass(frozen=True, slots=True)
class DayAxis:
    """
    The first and the last moment drawn, by the wall clock.
    """

    left: datetime
    right: datetime

    def place(self, at: datetime) -> float:
        """
        Where a moment lies on the narrowest plot, in pixels from the left.
        """
        return (at - self.left) / (self.right - self.left) * NARROW

    @property
    def ticks(self) -> str:
        """
        How Plotly is to write the ticks: hours on a short axis, years where there are two of them.
        """
        if self.right - self.left <= HOURLY:
            return "%m-%d %H:%M"
        return "%m-%d" if self.left.year == self.right.year else "%Y-%m-%d"


def due_lines(
    drawn: Drawing, dues: Sequence[tuple[str, datetime]], axis: DayAxis, *, words: Words, colours: Theme
) -> int:
    """
    Draw due lines with their names above the plot, in as many lines as keep them apart.

    Args:
        drawn: The figure to draw into.
        dues: Name and first moment that is too late of each; the day written is the last one in time.
        axis: The days drawn.
        words: The reader's language.
        colours: The mode's colours.

    Returns:
        How many lines of names there are.
    """
    # The last moment in time lies before the first that is too late: for a limit in days, on the day before.
    names = [f"{label} {words.short_day(at - timedelta(seconds=1))}" for label, at in dues]
    widths = [width_of(name, SMALL) for name in names]
    places = [axis.place(at) for _, at in dues]
    anchors = [
        "right" if place > NARROW - width / 2 else "left" if place < width / 2 else "center"
        for place, width in zip(places, widths, strict=True)
    ]
    shift = {"left": 0.0, "center": 0.5, "right": 1.0}
    starts = [place - width * shift[anchor] for place, width, anchor in zip(places, widths, anchors, strict=True)]
    rows = lanes(starts, widths)
    for (_, at), name, anchor, row in zip(dues, names, anchors, rows, strict=True):
        drawn.add_vline(x=at, line={"color": colours.ink, "width": 1.2, "dash": "dot"}, layer="below")
        drawn.add_annotation(
            x=at,
            yref="paper",
            y=1,
            yshift=row * LINE,
            text=plain(name),
            showarrow=False,
            xanchor=anchor,
            yanchor="bottom",
            font={"size": SMALL, "color": colours.ink},
        )
    return max(rows, default=-1) + 1


def shade_days_off(drawn: Drawing, days: pl.DataFrame, axis: DayAxis, *, colours: Theme) -> None:
    """
    Shade the days on which nobody works, neighbours as one; nothing on an axis too long to tell them apart.

    Args:
        drawn: The figure to draw into.
        days: `day` and `is_working` (null if unknown: not shaded).
        axis: The days drawn.
        colours: The mode's colours.
    """
    if axis.right - axis.left > SHADED:
        return
    off = sorted(row["day"] for row in days.iter_rows(named=True) if row["is_working"] is False)
    for first, last in _runs(off):
        begin, stop = datetime.combine(first, time()), datetime.combine(last, time()) + DAY
        if stop > axis.left and begin < axis.right:
            drawn.add_vrect(
                x0=max(begin, axis.left),
                x1=min(stop, axis.right),
                fillcolor=colours.band,
                line={"width": 0},
                layer="below",
            )


def _runs(days: Sequence[date]) -> list[tuple[date, date]]:
    runs: list[tuple[date, date]] = []
    for day in days:
        if runs and day - runs[-1][1] == DAY:
            runs[-1] = (runs[-1][0], day)
        else:
            runs.append((day, day))
    return runs
