"""
How differently do cases fare on each leg? From the quickest tenth to the slowest, with the middle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, scatter
from dashboard.charts.labels import SIZE, shortened
from dashboard.charts.theme import Theme, figure, key_above, plain
from dashboard.words import Words

ROW = 40
FRAME = 74
LEAST = 246
NAME = 150
# Between the strips of one leg, as a part of its row.
APART = 0.3


def leg_strips(spans: pl.DataFrame, *, words: Words, colours: Theme) -> Drawing:
    """
    Draw a strip per leg and group: thin from P10 to P90, thick up to P75, a dot at the median.

    A quantile that isn't reached is drawn at the longest time anybody was watched, and ends in an arrow.

    Args:
        spans: `leg`, `label`, `group` (the key), `group_label`, `p10`, `median`, `p75`, `p90` (days, null: not
            reached), `longest`, `n`, `open`; legs in their order, first on top.
        words: The reader's language.
        colours: The mode's colours.

    Returns:
        A figure from 0 days; a click carries leg and group.

    Raises:
        ValueError: More groups than colours that can be told apart.
    """
    names = dict(spans.select("leg", "label").iter_rows())
    groups = dict(spans.select("group", "group_label").iter_rows())
    if len(groups) > len(colours.lines):
        raise ValueError(f"{len(groups)} groups of strips; at most {len(colours.lines)} can be told apart")
    drawn = figure(colours, height=max(ROW * len(names) + FRAME, LEAST))
    places = {leg: place for place, leg in enumerate(names)}
    ends: list[float] = []
    for index, group in enumerate(groups):
        colour = colours.ink if len(groups) == 1 else colours.lines[index]
        shift = (index - (len(groups) - 1) / 2) * APART
        rows = list(spans.filter(pl.col("group") == group).iter_rows(named=True))
        ends += [_strip(drawn, row, places[row["leg"]] + shift, colour) for row in rows]
        drawn.add_trace(
            scatter(
                x=[_until(row, "median") for row in rows],
                y=[places[row["leg"]] + shift for row in rows],
                mode="markers",
                name=plain(groups[group]),
                marker={"size": 9, "color": colour, "line": {"width": 1, "color": colours.surface}},
                customdata=[[row["leg"], group] for row in rows],
                text=[_hover(row, words) for row in rows],
                hovertemplate="%{text}<extra></extra>",
                cliponaxis=False,
            )
        )
    drawn.update_layout(
        margin={"l": 8, "r": 16, "t": 8, "b": 8},
        hovermode="closest",
    )
    if len(groups) > 1:
        key_above(drawn, colours)
    drawn.update_xaxes(
        range=[0, max([*ends, 0.1]) * 1.04],
        showgrid=True,
        gridcolor=colours.grid,
        nticks=6,
        title={"text": plain(words.text("days")), "font": {"size": SIZE, "color": colours.muted}, "standoff": 4},
    )
    drawn.update_yaxes(
        showgrid=False,
        range=[len(names) - 0.5, -0.5],
        tickvals=list(places.values()),
        ticktext=[plain(shortened(name, NAME)) for name in names.values()],
        tickfont={"color": colours.ink, "size": SIZE},
        ticklabelstandoff=10,
    )
    return drawn


def _strip(drawn: Drawing, row: Mapping[str, Any], place: float, colour: str) -> float:
    """
    Draw one strip; returns where it ends.
    """
    first, end = _until(row, "p10"), _until(row, "p90")
    for width, start, stop, opacity in (
        (2, first, end, 0.7),
        (7, _until(row, "median"), _until(row, "p75"), 0.45),
    ):
        drawn.add_trace(
            scatter(
                x=[start, stop],
                y=[place, place],
                mode="lines",
                line={"color": colour, "width": width},
                opacity=opacity,
                hoverinfo="skip",
                showlegend=False,
            )
        )
    if row["p90"] is None:
        drawn.add_annotation(
            x=end, y=place, text="›", showarrow=False, xanchor="left", font={"size": 16, "color": colour}
        )
    return end


def _until(row: Mapping[str, Any], quantile: str) -> float:
    return float(row[quantile] if row[quantile] is not None else row["longest"])


def _hover(row: Mapping[str, Any], words: Words) -> str:
    def told(quantile: str) -> str:
        return words.days_at_least(row[quantile], row["longest"])

    return "<br>".join(
        [
            f"<b>{plain(row['label'])}</b>  ·  {plain(row['group_label'])}",
            words.text("Median {median}, P75 {p75}", median=told("median"), p75=told("p75")),
            words.text("P10 {p10}, P90 {p90}", p10=told("p10"), p90=told("p90")),
            words.text(
                "{count} cases, {open} of them open", count=words.count(row["n"]), open=words.count(row["open"])
            ),
        ]
    )
