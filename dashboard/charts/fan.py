"""
Has a young month come as far as older ones had at the same age?
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import LINE, apart, width_of
from dashboard.charts.theme import HEIGHT, Theme, figure
from dashboard.words import Words

TOP = 10
BOTTOM = 46
# Shares are rounded outwards to a step: months of one insurer differ by a few points, and those are looked for.
STEP = 0.05


def fan(cohorts: pl.DataFrame, *, words: Words, colours: Theme, unit_label: str, height: int = HEIGHT) -> Drawing:
    """
    Draw a line per month over its age: old months thin and grey, young ones in colour and named where they end.

    A month is young while one of its ages isn't known. The axis holds what is known from the due day on: where
    little is done before it, lines come in from underneath, and a month that has only that has no name.

    Args:
        cohorts: `month`, `age` (in days), `share` (null: not known yet), `lower`, `upper`, `invited`, `renewed`,
            `known_on`; by month and age.
        words: The reader's language.
        colours: The mode's colours; months beyond their number of lines, the oldest, are drawn as old ones.
        unit_label: What ages are counted from: "days after the due day".
        height: In pixels.

    Returns:
        A figure; a click carries the month.
    """
    drawn = figure(colours, height=height)
    months = [list(part.iter_rows(named=True)) for part in cohorts.partition_by("month", maintain_order=True)]
    known = [[point for point in month if point["share"] is not None] for month in months]
    drawable = [(month, points) for month, points in zip(months, known, strict=True) if points]
    young = [points for month, points in drawable if len(points) < len(month)][-len(colours.lines) :]
    old = [points for _, points in drawable if points not in young]
    for points in old:
        _line(drawn, points, words, colour=colours.reference, is_young=False)
    for index, points in enumerate(reversed(young)):
        _line(drawn, points, words, colour=colours.lines[index], is_young=True)
    after_due = [point["share"] for points in (*old, *young) for point in points if point["age"] >= 0]
    span, ticks = _axis(after_due)
    ends = [points[-1] for points in reversed(young)]
    right = _names(drawn, ends, span, height, words, colours)
    ages = cohorts["age"].unique().sort().to_list()
    drawn.update_xaxes(
        tickvals=ages,
        ticktext=[words.signed(age) if age < 0 else words.count(age) for age in ages],
        title={"text": unit_label, "font": {"size": 12, "color": colours.muted}, "standoff": 6},
        ticklabelstandoff=4,
    )
    drawn.update_yaxes(range=span, tickvals=ticks, tickformat=".0%")
    drawn.update_layout(margin={"l": 8, "r": right, "t": TOP, "b": 8}, hovermode="closest", hoverdistance=30)
    return drawn


def _axis(shares: Sequence[float]) -> tuple[list[float], list[float]]:
    """
    The range that holds the shares, rounded outwards, and its ticks; all of it where there are none.
    """
    if not shares:
        return [0.0, 1.0], [0.0, 0.25, 0.5, 0.75, 1.0]
    low, high = math.floor(min(shares) / STEP), math.ceil(max(shares) / STEP)
    every = -(-(high - low) // 5) or 1
    margin = max(high - low, 1) * STEP * 0.04
    ticks = [round(step * STEP, 4) for step in range(low, high + 1, every)]
    return [low * STEP - margin, max(high, low + 1) * STEP + margin], ticks


def _line(
    drawn: Drawing, points: Sequence[Mapping[str, Any]], words: Words, *, colour: str, is_young: bool
) -> None:
    drawn.add_trace(
        scatter(
            x=[point["age"] for point in points],
            y=[point["share"] for point in points],
            mode="lines+markers",
            line={"color": colour, "width": 2.5 if is_young else 1},
            marker={"size": 8 if is_young else 4, "color": colour},
            opacity=1.0 if is_young else 0.55,
            text=[_hover(point, words) for point in points],
            customdata=[[point["month"].isoformat()] for point in points],
            hovertemplate="%{text}<extra></extra>",
        )
    )


def _names(
    drawn: Drawing,
    ends: Sequence[Mapping[str, Any]],
    span: Sequence[float],
    height: int,
    words: Words,
    colours: Theme,
) -> float:
    """
    Name the young months at the right edge, at the height they have come to; returns the room that takes.
    """
    inside = [(index, end) for index, end in enumerate(ends) if end["share"] >= span[0]]
    said = [f"{words.month(end['month'])} {words.percent(end['share'], 0)}" for _, end in inside]
    gap = LINE / (height - TOP - BOTTOM) * (span[1] - span[0])
    levels = apart([end["share"] for _, end in inside], gap, span[0], span[1])
    for (index, _), text, level in zip(inside, said, levels, strict=True):
        drawn.add_annotation(
            xref="paper",
            x=1,
            xshift=6,
            y=level,
            text=text,
            showarrow=False,
            xanchor="left",
            font={"size": 12, "color": colours.lines[index]},
        )
    return 14 + max((width_of(text) for text in said), default=0.0)


def _hover(point: Mapping[str, Any], words: Words) -> str:
    month: date = point["month"]
    return "<br>".join(
        [
            f"<b>{words.month(month)}</b>",
            words.text("{days} after the due day", days=words.days(point["age"])),
            words.percent(point["share"])
            + "  ·  "
            + words.text(
                "{part} of {whole}", part=words.count(point["renewed"]), whole=words.count(point["invited"])
            ),
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.percent(point["lower"]),
                upper=words.percent(point["upper"]),
            ),
        ]
    )
