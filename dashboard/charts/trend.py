"""
How does one figure move from month to month, and is the movement more than noise?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.flags import flagged
from dashboard.charts.theme import Theme, figure, half_a_month_around, share_axis
from dashboard.words import Words


def trend(
    points: pl.DataFrame,
    *,
    unit: str,
    words: Words,
    colours: Theme,
    target: float | None = None,
    limits: Mapping[str, float] | None = None,
    annotations: Sequence[tuple[date, str]] = (),
    ahead: pl.DataFrame | None = None,
    height: int = 300,
) -> Drawing:
    """
    Draw a figure by month with its target, its process limits and its uncertain end.

    Args:
        points: `month` (date), `value`, `numerator`, `denominator`, `provisional`, and, where the process was
            judged, `signal` (text or null) and `better` (truth or null). Oldest first; a null value is a gap.
        unit: "rate", "days", "minutes" or "count".
        words: The reader's language.
        colours: The mode's colours.
        target: Dotted and labelled.
        limits: `mean`, `lower`, `upper` of the process, drawn as a soft band.
        annotations: Days and titles of events, drawn as flags over their months.
        ahead: What may come: `month`, `value` with `lower` and `upper` (where it leads if it goes on) and `needed`
            (the way to the target; null: none), from the last settled month on.
        height: In pixels.

    Returns:
        A figure; months without cases are gaps, provisional months hollow points.
    """
    drawn = figure(colours, height=height)
    months = points["month"].to_list()
    values = points["value"].to_list()
    hover = [_hover(row, unit, words) for row in points.iter_rows(named=True)]
    if limits and months:
        _band(drawn, limits, unit, colours)
    drawn.add_trace(
        scatter(
            x=months,
            y=values,
            mode="lines",
            line={"color": colours.muted, "width": 2},
            connectgaps=False,
            hoverinfo="skip",
        )
    )
    drawn.add_trace(
        scatter(
            x=months,
            y=values,
            mode="markers",
            marker={
                "size": 9,
                "color": [_fill(row, colours) for row in points.iter_rows(named=True)],
                "symbol": ["diamond" if row.get("signal") else "circle" for row in points.iter_rows(named=True)],
                "line": {"color": [_edge(row, colours) for row in points.iter_rows(named=True)], "width": 2},
            },
            text=hover,
            customdata=[[month.isoformat()] for month in months],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    coming = [] if ahead is None else ahead["month"].to_list()
    if ahead is not None:
        _ahead(drawn, ahead, unit, words, colours)
        values = [*values, *ahead["lower"], *ahead["upper"]]
    drawn.update_xaxes(range=half_a_month_around([*months, *coming]), tickformat="%Y-%m", nticks=7)
    span = _value_axis(drawn, values, target, limits, unit)
    levels = (
        [(limits["mean"], words.text("mean {value}", value=words.figure(limits["mean"], unit)), False)]
        if limits
        else []
    )
    if target is not None:
        drawn.add_hline(y=target, line={"color": colours.ink, "width": 1.2, "dash": "dot"})
        levels.append((target, words.text("target {value}", value=words.figure(target, unit)), True))
    if months:
        _label(drawn, levels, span, colours)
        flagged(drawn, annotations, words=words, colours=colours)
    return drawn


def _ahead(drawn: Drawing, ahead: pl.DataFrame, unit: str, words: Words, colours: Theme) -> None:
    """
    Where it leads, as a line in a band that widens, and the way that is needed, dashed.
    """
    months = ahead["month"].to_list()
    drawn.add_trace(
        scatter(
            x=[*months, *reversed(months)],
            y=[*ahead["upper"], *reversed(ahead["lower"].to_list())],
            mode="lines",
            fill="toself",
            fillcolor=colours.band,
            line={"width": 0},
            hoverinfo="skip",
        )
    )
    ways = (
        ("value", words.text("If the trend goes on"), colours.reference, "solid"),
        ("needed", words.text("Needed for the target"), colours.ink, "dash"),
    )
    for column, said, colour, dash in ways:
        rows = [row for row in ahead.iter_rows(named=True) if row[column] is not None]
        drawn.add_trace(
            scatter(
                x=[row["month"] for row in rows],
                y=[row[column] for row in rows],
                mode="lines",
                line={"color": colour, "width": 1.6, "dash": dash},
                name=said,
                text=[_coming(row, column, said, unit, words) for row in rows],
                hovertemplate="%{text}<extra></extra>",
            )
        )


def _coming(row: Mapping[str, Any], column: str, said: str, unit: str, words: Words) -> str:
    lines = [f"<b>{words.month(row['month'])}</b>", f"{said}: {words.figure(row[column], unit)}"]
    if column == "value":
        lines.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.figure(row["lower"], unit),
                upper=words.figure(row["upper"], unit),
            )
        )
    return "<br>".join(lines)


def _label(
    drawn: Drawing, levels: list[tuple[float, str, bool]], span: tuple[float, float], colours: Theme
) -> None:
    """
    Name the lines at the right edge, apart from each other where they lie close.
    """
    close = len(levels) > 1 and abs(levels[0][0] - levels[1][0]) < (span[1] - span[0]) * 0.08
    upper = max(level for level, _, _ in levels) if levels else None
    for level, said, is_target in levels:
        drawn.add_annotation(
            xref="paper",
            x=1.01,
            y=level,
            text=said,
            showarrow=False,
            xanchor="left",
            yshift=0 if not close else 8 if level == upper else -8,
            font={"size": 11, "color": colours.ink if is_target else colours.reference},
        )
    drawn.update_layout(margin={"r": 92})


def _fill(row: Mapping[str, Any], colours: Theme) -> str:
    return colours.surface if row["provisional"] else _edge(row, colours)


def _edge(row: Mapping[str, Any], colours: Theme) -> str:
    if row.get("signal"):
        return colours.improvement if row.get("better") else colours.concern
    return colours.muted


def _hover(row: Mapping[str, Any], unit: str, words: Words) -> str:
    lines = [f"<b>{words.month(row['month'])}</b>", words.figure(row["value"], unit)]
    if unit == "rate" and row["denominator"]:
        lines[-1] += "  ·  " + words.text(
            "{part} of {whole}", part=words.count(row["numerator"]), whole=words.count(row["denominator"])
        )
    elif unit in ("days", "minutes") and row["denominator"]:
        lines[-1] += "  ·  " + words.several("1 case", "{count} cases", row["denominator"])
    if row.get("lower") is not None and row.get("upper") is not None:
        lines.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.figure(row["lower"], unit),
                upper=words.figure(row["upper"], unit),
            )
        )
    if row["provisional"]:
        lines.append(words.text("Provisional: can still change"))
    if row.get("signal"):
        lines.append(str(row["signal"]))
    return "<br>".join(lines)


def _band(drawn: Drawing, limits: Mapping[str, float], unit: str, colours: Theme) -> None:
    top = min(limits["upper"], 1.0) if unit == "rate" else limits["upper"]
    drawn.add_hrect(y0=max(limits["lower"], 0.0), y1=top, fillcolor=colours.band, line={"width": 0}, layer="below")
    drawn.add_hline(y=limits["mean"], line={"color": colours.reference, "width": 1}, layer="below")


def _value_axis(
    drawn: Drawing,
    values: list[float | None],
    target: float | None,
    limits: Mapping[str, float] | None,
    unit: str,
) -> tuple[float, float]:
    known = [value for value in values if value is not None]
    known += [] if target is None else [target]
    known += [limits["lower"], limits["upper"]] if limits else []
    if unit == "rate":
        span, ticks = share_axis(min(known, default=None), max(known, default=None))
        drawn.update_yaxes(range=span, tickvals=ticks, tickformat=".1~%")
        return span[0], span[1]
    top = max(known, default=1.0) * 1.12 or 1.0
    drawn.update_yaxes(range=[0, top], tickformat=",d" if unit == "count" else ",.2~f", nticks=5)
    return 0.0, top
