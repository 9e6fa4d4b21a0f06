"""
What turned one amount into another?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, bar
from dashboard.charts.labels import shortened
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

ROW = 38
FRAME = 16
BAR = 0.62
NAME = 132


def waterfall(steps: pl.DataFrame, *, words: Words, colours: Theme, height: int | None = None) -> Drawing:
    """
    Draw a bar per step, changes hanging between the levels before and after them; rows, so that names fit a phone.

    Args:
        steps: `step` (the key), `label`, `amount` (money; changes signed), `is_total` (the first and the last) and
            `cases`, from the first to the last; the changes sum to the difference of the totals.
        words: The reader's language.
        colours: The mode's colours.
        height: In pixels; as high as the steps need if left out.

    Returns:
        A figure whose totals start at zero; what was lost is of concern, what was gained no more than an amount.
    """
    drawn = figure(colours, height=height or FRAME + ROW * max(steps.height, 1))
    rows = list(steps.iter_rows(named=True))
    bars, level = [], 0.0
    for row in rows:
        amount = float(row["amount"])
        start = 0.0 if row["is_total"] else level
        level = start + amount
        bars.append((start, amount))
    drawn.add_trace(
        bar(
            y=list(range(len(rows))),
            base=[start for start, _ in bars],
            x=[amount for _, amount in bars],
            orientation="h",
            width=BAR,
            marker={"color": [_colour(row, colours) for row in rows], "line": {"width": 0}},
            customdata=[[row["step"]] for row in rows],
            hovertext=[_hover(row, words) for row in rows],
            hovertemplate="%{hovertext}<extra></extra>",
        )
    )
    ends = [start + amount for start, amount in bars]
    for index, end in enumerate(ends[:-1]):
        drawn.add_shape(
            type="line",
            x0=end,
            x1=end,
            y0=index + BAR / 2,
            y1=index + 1 - BAR / 2,
            line={"color": colours.reference, "width": 1},
        )
    most = max((max(start, start + amount) for start, amount in bars), default=1.0) or 1.0
    least = min((min(start, start + amount) for start, amount in bars), default=0.0)
    for index, (row, (start, amount)) in enumerate(zip(rows, bars, strict=True)):
        drawn.add_annotation(
            x=max(start, start + amount),
            y=index,
            xshift=5,
            text=_amount(row, words),
            showarrow=False,
            xanchor="left",
            font={"size": 12, "color": colours.ink},
        )
    # A quarter of the room is for the amounts beside the longest bar.
    drawn.update_xaxes(range=[least, most + (most - least) * 0.34], showticklabels=False)
    drawn.update_yaxes(
        range=[max(len(rows), 1) - 0.5, -0.5],
        tickvals=list(range(len(rows))),
        ticktext=[plain(shortened(row["label"], NAME)) for row in rows],
        tickfont={"color": colours.ink, "size": 12},
        showgrid=False,
    )
    drawn.update_layout(margin={"l": 8, "r": 8, "t": 4, "b": 4})
    return drawn


def _colour(row: Mapping[str, Any], colours: Theme) -> str:
    if row["is_total"]:
        return colours.muted
    return colours.concern if row["amount"] < 0 else colours.sequence[-1]


def _amount(row: Mapping[str, Any], words: Words) -> str:
    sign = "+" if row["amount"] > 0 and not row["is_total"] else ""
    return sign + words.compact_money(row["amount"])


def _hover(row: Mapping[str, Any], words: Words) -> str:
    return "<br>".join(
        [
            f"<b>{plain(row['label'])}</b>",
            words.money(row["amount"]),
            words.text("{count} contracts", count=words.count(row["cases"])),
        ]
    )
