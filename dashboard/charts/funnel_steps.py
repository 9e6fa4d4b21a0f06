"""
How many get from each step to the next, and how many may still get there?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.charts.drawing import Drawing, bar
from dashboard.charts.labels import shortened
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

ROW = 46
FRAME = 12
NAME = 150
# A bar lies in the lower part of its row, under its name and its numbers.
BAR = 0.36


def funnel_steps(steps: pl.DataFrame, *, words: Words, colours: Theme, height: int | None = None) -> Drawing:
    """
    Draw a bar per step under its name and numbers; what may still reach the step is hatched.

    Args:
        steps: `step` (the key), `label`, `cases` (that reached it), `pending` (of the step before, that may still
            reach it; null where nothing can be pending) and `share` (of the step before; null for the first step
            and where nothing came before), in order.
        words: The reader's language.
        colours: The mode's colours.
        height: In pixels; as high as the steps need if left out.

    Returns:
        A figure whose bars start at zero; a click carries the step's key.
    """
    drawn = figure(colours, height=height or FRAME + ROW * max(steps.height, 1))
    rows = list(steps.iter_rows(named=True))
    hover = [_hover(row, words) for row in rows]
    for column, is_hatched in (("cases", False), ("pending", True)):
        drawn.add_trace(
            bar(
                x=[row[column] or 0 for row in rows],
                y=[index + 0.22 for index in range(len(rows))],
                orientation="h",
                width=BAR,
                marker={
                    "color": colours.surface if is_hatched else colours.sequence[-1],
                    "line": {"width": 0},
                    "pattern": {
                        "shape": "/" if is_hatched else "",
                        "fgcolor": colours.reference,
                        "size": 6,
                        "solidity": 0.3,
                    },
                },
                customdata=[[row["step"]] for row in rows],
                hovertext=hover,
                hovertemplate="%{hovertext}<extra></extra>",
            )
        )
    for index, row in enumerate(rows):
        for x, anchor, said, colour in (
            (0, "left", f"<b>{plain(shortened(row['label'], NAME))}</b>", colours.ink),
            (1, "right", _numbers(row, words), colours.muted),
        ):
            drawn.add_annotation(
                xref="paper",
                x=x,
                y=index - 0.2,
                text=said,
                showarrow=False,
                xanchor=anchor,
                font={"size": 12, "color": colour},
            )
    most = max((row["cases"] + (row["pending"] or 0) for row in rows), default=1) or 1
    drawn.update_layout(barmode="stack", margin={"l": 8, "r": 8, "t": 4, "b": 4})
    drawn.update_xaxes(range=[0, most], showticklabels=False)
    drawn.update_yaxes(range=[max(len(rows), 1) - 0.5, -0.5], showgrid=False, showticklabels=False)
    return drawn


def _numbers(row: Mapping[str, Any], words: Words) -> str:
    parts = [f'<span style="font-weight:600">{words.count(row["cases"])}</span>']
    if row["share"] is not None:
        parts.append(words.percent(row["share"]))
    if row["pending"]:
        parts.append(words.text("{count} pending", count=words.count(row["pending"])))
    return " · ".join(parts)


def _hover(row: Mapping[str, Any], words: Words) -> str:
    lines = [
        f"<b>{plain(row['label'])}</b>",
        words.text("{count} cases", count=words.count(row["cases"])),
    ]
    if row["share"] is not None:
        lines.append(words.text("{share} of the step before", share=words.percent(row["share"])))
    if row["pending"]:
        lines.append(words.text("{count} may still get here", count=words.count(row["pending"])))
    return "<br>".join(lines)
