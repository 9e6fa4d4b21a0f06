"""
Did it get better after what was done about it?
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.theme import HEIGHT, Theme, figure, plain
from dashboard.words import Words

# From the first of a month to about its middle, where its point stands.
MIDDLE = timedelta(days=14)
# Room for the names of the means, in pixels, and how near, as a share of the axis, they would touch.
BESIDE = 88
CLOSE = 0.09


def before_after(
    points: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    day: date,
    event: str,
    before: float | None,
    after: float | None,
    ratio: Mapping[str, float | None],
    unit_label: str,
    limits: tuple[float, float] | None = None,
    height: int = HEIGHT,
) -> Drawing:
    """
    Draw a rate by month around a dated event, its mean on either side and the ratio of the two.

    The mean after the event is blue or orange only if the ratio's whole interval lies on one side of one: fewer is
    better.

    Args:
        points: `month` (date), `value`, `cases` and `provisional`; oldest first, a null value is a gap.
        words: The reader's language.
        colours: The mode's colours.
        day: Of the event.
        event: What was done.
        before: Mean rate before the day, null if unknown.
        after: Mean rate from the day on, null if unknown.
        ratio: `value`, `lower` and `upper` of the rate after over the rate before; null if unknown.
        unit_label: What the rate counts: "per 10,000 policies".
        limits: Between which months lay by chance alone before the event; drawn as a band to the end.
        height: In pixels.

    Returns:
        A figure from zero; a click carries the month.
    """
    drawn = figure(colours, height=height)
    rows = list(points.iter_rows(named=True))
    places = [row["month"] + MIDDLE for row in rows]
    if limits is not None and rows:
        _band(drawn, rows[0]["month"], rows[-1]["month"] + 2 * MIDDLE, limits, colours)
    drawn.add_trace(
        scatter(
            x=places,
            y=[row["value"] for row in rows],
            mode="lines+markers",
            line={"color": colours.muted, "width": 2},
            marker={
                "size": 8,
                "color": [colours.surface if row["provisional"] else colours.muted for row in rows],
                "line": {"color": colours.muted, "width": 2},
            },
            connectgaps=False,
            text=[_hover(row, words, unit_label) for row in rows],
            customdata=[[row["month"].isoformat()] for row in rows],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    known = [
        value for value in (*(row["value"] for row in rows), before, after, *(limits or ())) if value is not None
    ]
    if rows:
        begin, end = rows[0]["month"], rows[-1]["month"] + 2 * MIDDLE
        _mean(drawn, begin, min(day, end), before, colours.ink)
        _mean(drawn, max(day, begin), end, after, _verdict(ratio, colours))
        _names(drawn, before, after, max(known, default=1.0), (colours.ink, _verdict(ratio, colours)), words)
        drawn.update_xaxes(range=[begin - timedelta(days=3), end + timedelta(days=6)])
        _event(drawn, day, event, begin + (end - begin) / 2, words, colours)
    drawn.add_annotation(
        xref="paper",
        yref="paper",
        x=0,
        y=1,
        yshift=20,
        text=_ratio(ratio, words),
        showarrow=False,
        xanchor="left",
        yanchor="bottom",
        font={"size": 12, "color": colours.ink},
    )
    drawn.update_xaxes(type="date", tickformat="%Y-%m", nticks=6)
    drawn.update_yaxes(range=[0, (max(known, default=1.0) or 1.0) * 1.15], nticks=5)
    drawn.update_layout(margin={"l": 8, "r": BESIDE, "t": 46, "b": 8})
    return drawn


def _band(drawn: Drawing, begin: date, end: date, limits: tuple[float, float], colours: Theme) -> None:
    lower, upper = max(limits[0], 0.0), limits[1]
    drawn.add_trace(
        scatter(
            x=[begin, end, end, begin],
            y=[upper, upper, lower, lower],
            mode="lines",
            fill="toself",
            fillcolor=colours.band,
            line={"width": 0},
            hoverinfo="skip",
        )
    )


def _mean(drawn: Drawing, first: date, last: date, level: float | None, colour: str) -> None:
    if level is None or first >= last:
        return
    line = {"color": colour, "width": 2.5}
    drawn.add_trace(scatter(x=[first, last], y=[level, level], mode="lines", line=line, hoverinfo="skip"))


def _names(
    drawn: Drawing,
    before: float | None,
    after: float | None,
    top: float,
    colours: tuple[str, str],
    words: Words,
) -> None:
    """
    Name both means beside the plot, where no point can lie; of two close together the higher one a little above.
    """
    is_close = before is not None and after is not None and abs(before - after) < CLOSE * (top or 1.0)
    named = [
        (before, words.text("before {value}", value=words.decimal(before)), colours[0]),
        (after, words.text("since {value}", value=words.decimal(after)), colours[1]),
    ]
    highest = max((level for level, _, _ in named if level is not None), default=None)
    for level, said, colour in named:
        if level is None:
            continue
        drawn.add_annotation(
            xref="paper",
            x=1,
            xshift=4,
            y=level,
            yshift=(8 if level == highest else -8) if is_close else 0,
            text=said,
            showarrow=False,
            xanchor="left",
            font={"size": 12, "color": colour},
        )


def _event(drawn: Drawing, day: date, event: str, middle: date, words: Words, colours: Theme) -> None:
    drawn.add_vline(x=day, line={"color": colours.ink, "width": 1.2, "dash": "dot"}, layer="below")
    drawn.add_annotation(
        x=day,
        yref="paper",
        y=1,
        text=f"{plain(event)} · {words.short_day(day)}",
        showarrow=False,
        xanchor="left" if day <= middle else "right",
        yanchor="bottom",
        font={"size": 11, "color": colours.ink},
    )


def _verdict(ratio: Mapping[str, float | None], colours: Theme) -> str:
    lower, upper = ratio["lower"], ratio["upper"]
    if upper is not None and upper < 1:
        return colours.improvement
    return colours.concern if lower is not None and lower > 1 else colours.ink


def _ratio(ratio: Mapping[str, float | None], words: Words) -> str:
    if ratio["value"] is None:
        return words.text("Too few to compare")
    said = words.text("Rate ratio {ratio}", ratio=words.decimal(ratio["value"], 2))
    if ratio["lower"] is None or ratio["upper"] is None:
        return f"<b>{said}</b>"
    interval = words.text(
        "95 % interval {lower} to {upper}",
        lower=words.decimal(ratio["lower"], 2),
        upper=words.decimal(ratio["upper"], 2),
    )
    return f"<b>{said}</b>  ·  {interval}"


def _hover(row: Mapping[str, Any], words: Words, unit_label: str) -> str:
    lines = [
        f"<b>{words.month(row['month'])}</b>",
        f"{words.decimal(row['value'])} {plain(unit_label)}",
        words.text("{count} cases", count=words.count(row["cases"])),
    ]
    if row["provisional"]:
        lines.append(words.text("Provisional: can still change"))
    return "<br>".join(lines)
