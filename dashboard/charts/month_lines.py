"""
How do a few shares move beside each other from month to month?
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import LINE, apart, shortened, width_of
from dashboard.charts.theme import HEIGHT, Theme, figure, half_a_month_around, plain, share_axis
from dashboard.words import Words

NAME = 116
TOP = 10
BOTTOM = 28


def month_lines(points: pl.DataFrame, *, words: Words, colours: Theme, height: int = HEIGHT) -> Drawing:
    """
    Draw a line per series; months that can still change are hollow, months without a value are gaps.

    Args:
        points: `month`, `series` (the key), `label`, `value` (a share of one, or null), `numerator`,
            `denominator`, `provisional`; by series and month, the one that matters first.
        words: The reader's language.
        colours: The mode's colours.
        height: In pixels.

    Returns:
        A figure whose lines are named where they end; a click carries month and series.

    Raises:
        ValueError: More series than can be told apart.
    """
    series = [list(part.iter_rows(named=True)) for part in points.partition_by("series", maintain_order=True)]
    if len(series) > len(colours.lines):
        raise ValueError(f"{len(series)} series; at most {len(colours.lines)} can be told apart")
    drawn = figure(colours, height=height)
    for index, rows in enumerate(series):
        colour = colours.lines[index]
        drawn.add_trace(
            scatter(
                x=[row["month"].isoformat() for row in rows],
                y=[row["value"] for row in rows],
                mode="lines+markers",
                line={"color": colour, "width": 2},
                marker={
                    "size": 8,
                    "color": [colours.surface if row["provisional"] else colour for row in rows],
                    "line": {"width": 2, "color": colour},
                },
                connectgaps=False,
                cliponaxis=False,
                text=[_hover(row, words) for row in rows],
                customdata=[[row["month"].isoformat(), row["series"]] for row in rows],
                hovertemplate="%{text}<extra></extra>",
            )
        )
    span, ticks = share_axis(points["value"].drop_nulls().min())  # type: ignore[arg-type]
    right = _names(drawn, series, span, height, colours)
    months = points["month"].unique().sort().to_list()
    drawn.update_xaxes(type="date", range=half_a_month_around(months), tickformat="%Y-%m", nticks=7)
    drawn.update_yaxes(range=span, tickvals=ticks, tickformat=".0%")
    drawn.update_layout(margin={"l": 8, "r": right, "t": TOP, "b": 8})
    return drawn


def _names(
    drawn: Drawing,
    series: Sequence[Sequence[Mapping[str, Any]]],
    span: Sequence[float],
    height: int,
    colours: Theme,
) -> float:
    """
    Name the lines at the right edge, apart from each other; returns the room that takes.
    """
    ends = [[row["value"] for row in rows if row["value"] is not None] for rows in series]
    names = [shortened(rows[0]["label"], NAME) for rows in series]
    gap = LINE / (height - TOP - BOTTOM) * (span[1] - span[0])
    levels = apart([known[-1] if known else span[0] for known in ends], gap, span[0], span[1])
    for index, (name, level) in enumerate(zip(names, levels, strict=True)):
        drawn.add_annotation(
            xref="paper",
            x=1,
            xshift=6,
            y=level,
            text=plain(name),
            showarrow=False,
            xanchor="left",
            font={"size": 12, "color": colours.lines[index]},
        )
    return 14 + max((width_of(name) for name in names), default=0.0)


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [f"<b>{plain(row['label'])}</b>  ·  {words.month(row['month'])}", words.percent(row["value"])]
    if row["denominator"]:
        lines[-1] += "  ·  " + words.text(
            "{part} of {whole}", part=words.count(row["numerator"]), whole=words.count(row["denominator"])
        )
    if row["provisional"]:
        lines.append(words.text("Provisional: can still change"))
    return "<br>".join(lines)
