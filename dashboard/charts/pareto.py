"""
Which few causes make up most of the cases, and which of them are rising?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, bar
from dashboard.charts.labels import shortened
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

ROW = 26
FRAME = 40
LEAST = 246
NAME = 140
# The share that Pareto's "vital few" are said to make up.
VITAL = 0.8


def pareto(causes: pl.DataFrame, *, words: Words, colours: Theme, height: int | None = None) -> Drawing:
    """
    Draw a bar per cause, the largest at the top, its count beside it and the cumulative share at the right.

    Lying bars, since names of causes are long. A dotted line lies below the cause with which four in five cases
    are reached. Rising causes are orange and marked with ▲.

    Args:
        causes: `cause` (the key), `label`, `cases`, `share` (of the coded cases), `cumulative` (share up to and
            with this cause) and, where judged, `is_rising` (truth or null); largest first.
        words: The reader's language.
        colours: The mode's colours.
        height: In pixels; as high as the rows need if left out.

    Returns:
        A figure whose bars start at zero; a click carries the cause's key.
    """
    drawn = figure(colours, height=height or max(FRAME + ROW * causes.height, LEAST))
    rows = list(causes.iter_rows(named=True))
    longest = max((row["share"] for row in rows), default=1.0) or 1.0
    drawn.add_trace(
        bar(
            x=[row["share"] for row in rows],
            y=list(range(len(rows))),
            orientation="h",
            width=0.68,
            marker={
                "color": [colours.concern if row.get("is_rising") else colours.sequence[-1] for row in rows],
                "line": {"width": 0},
            },
            text=[
                ("▲ " if row.get("is_rising") else "")
                + f"{words.count(row['cases'])} · {words.percent(row['share'])}"
                for row in rows
            ],
            textposition="outside",
            textfont={
                "size": 12,
                "color": [colours.concern if row.get("is_rising") else colours.ink for row in rows],
            },
            constraintext="none",
            cliponaxis=False,
            customdata=[[row["cause"]] for row in rows],
            hovertext=[_hover(row, words) for row in rows],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    for index, row in enumerate(rows):
        _at_the_right(drawn, index, words.percent(row["cumulative"]), colours.muted)
    if rows:
        _at_the_right(drawn, -1, words.text("cumulative"), colours.reference)
    reached = next((index for index, row in enumerate(rows) if row["cumulative"] >= VITAL), None)
    if reached is not None and reached < len(rows) - 1:
        drawn.add_shape(
            type="line",
            xref="paper",
            x0=0,
            x1=1,
            y0=reached + 0.5,
            y1=reached + 0.5,
            line={"color": colours.reference, "width": 1, "dash": "dot"},
        )
    # The longest bar leaves room for its own figures, on a phone too.
    drawn.update_xaxes(range=[0, longest * 2.4], showticklabels=False)
    drawn.update_yaxes(
        range=[len(rows) - 0.5, -1.5],
        showgrid=False,
        tickvals=list(range(len(rows))),
        ticktext=[plain(shortened(row["label"], NAME)) for row in rows],
        tickfont={"color": colours.ink, "size": 12},
    )
    drawn.update_layout(margin={"l": 8, "r": 8, "t": 4, "b": 4})
    return drawn


def _at_the_right(drawn: Drawing, row: int, text: str, colour: str) -> None:
    drawn.add_annotation(
        xref="paper",
        x=1,
        y=row,
        text=text,
        showarrow=False,
        xanchor="right",
        font={"size": 11, "color": colour},
    )


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        f"<b>{plain(row['label'])}</b>",
        words.text("{count} cases", count=words.count(row["cases"]))
        + "  ·  "
        + words.text("{share} of those with a cause", share=words.percent(row["share"])),
        words.text("{share} together with those above", share=words.percent(row["cumulative"])),
    ]
    if row.get("is_rising"):
        lines.append(words.text("Rising"))
    return "<br>".join(lines)
