"""
How do units compare, and which differences are more than chance?

Dots with their intervals, and the whole as a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.theme import Theme, figure, plain, share_axis
from dashboard.words import Words

ROW = 30
FRAME = 56
# With the choice of what to compare above it, as high as its neighbours.
LEAST = 246


def ranking(
    units: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    overall: float | None,
    minimum: int,
    higher_is_better: bool = True,
) -> Drawing:
    """
    Draw one row per unit: the rate as a dot, its 95 % interval as a line, the overall rate as a reference.

    A unit is coloured only where its whole interval lies to one side of the overall rate; units with too few cases
    are hollow and grey. Sorted by the rate, best at the top, units with too few cases last.

    Args:
        units: `unit` (the key), `label`, `value`, `numerator`, `denominator`, `lower`, `upper`.
        words: The reader's language.
        colours: The mode's colours.
        overall: The rate over all units; None leaves it out.
        minimum: Fewest cases for which a unit is judged.
        higher_is_better: Which side of the overall rate is the good one.

    Returns:
        A figure as tall as it has rows; a click carries the unit's key.
    """
    shown = (
        units.filter(pl.col("value").is_not_null())
        .with_columns(judged=pl.col("denominator") >= minimum)
        .sort(["judged", "value"], descending=[False, not higher_is_better])
    )
    drawn = figure(colours, height=max(FRAME + ROW * shown.height, LEAST))
    rows = list(shown.iter_rows(named=True))
    labels = [plain(row["label"]) for row in rows]
    for row in rows:
        drawn.add_trace(
            scatter(
                x=[row["lower"], row["upper"]],
                y=[plain(row["label"])] * 2,
                mode="lines",
                line={"color": _colour(row, overall, colours, higher_is_better), "width": 2},
                opacity=0.65,
                hoverinfo="skip",
            )
        )
    drawn.add_trace(
        scatter(
            x=[row["value"] for row in rows],
            y=labels,
            mode="markers",
            marker={
                "size": 10,
                "color": [
                    _colour(row, overall, colours, higher_is_better) if row["judged"] else colours.surface
                    for row in rows
                ],
                "line": {
                    "width": 2,
                    "color": [_colour(row, overall, colours, higher_is_better) for row in rows],
                },
            },
            text=[_hover(row, words) for row in rows],
            customdata=[[row["unit"]] for row in rows],
            hovertemplate="%{text}<extra></extra>",
            cliponaxis=False,
        )
    )
    if overall is not None and rows:
        drawn.add_vline(x=overall, line={"color": colours.reference, "width": 1, "dash": "dot"}, layer="below")
        drawn.add_annotation(
            yref="paper",
            y=1,
            x=overall,
            text=words.text("all {value}", value=words.percent(overall)),
            showarrow=False,
            yanchor="bottom",
            font={"size": 11, "color": colours.reference},
        )
    lows = [row["lower"] for row in rows if row["lower"] is not None]
    span, ticks = share_axis(min(lows, default=None))
    drawn.update_xaxes(range=span, tickvals=ticks, tickformat=".0%", showgrid=True, gridcolor=colours.grid)
    drawn.update_yaxes(showgrid=False, type="category", tickfont={"color": colours.ink, "size": 13})
    drawn.update_layout(margin={"l": 8, "r": 16, "t": 24, "b": 8})
    return drawn


def _colour(row: Mapping[str, Any], overall: float | None, colours: Theme, higher_is_better: bool) -> str:
    if overall is None or not row["judged"] or row["lower"] is None:
        return colours.reference
    if row["lower"] > overall:
        return colours.improvement if higher_is_better else colours.concern
    if row["upper"] < overall:
        return colours.concern if higher_is_better else colours.improvement
    return colours.muted


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        f"<b>{plain(row['label'])}</b>",
        words.percent(row["value"])
        + "  ·  "
        + words.text(
            "{part} of {whole}", part=words.count(row["numerator"]), whole=words.count(row["denominator"])
        ),
    ]
    if row["lower"] is not None:
        lines.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.percent(row["lower"]),
                upper=words.percent(row["upper"]),
            )
        )
    if not row["judged"]:
        lines.append(words.text("Too few to judge (n = {count})", count=words.count(row["denominator"])))
    return "<br>".join(lines)
