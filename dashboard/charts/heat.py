"""
Where do two things meet more often than they would by chance?
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from dashboard.charts.cells import Cell, add_cells
from dashboard.charts.drawing import Drawing
from dashboard.charts.labels import shortened
from dashboard.charts.scales import lettering, shade, tint
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

ROW = 26
LEAST = 246
# Of the names beside the rows and above the columns, in pixels.
ROW_NAME, COLUMN_NAME = 136, 84
# A residual of 4 is one in 16,000 by chance: stronger colour would say nothing more.
STRONGEST = 4.0


def heat(
    cells: pl.DataFrame,
    *,
    words: Words,
    colours: Theme,
    signed: bool,
    height: int | None = None,
) -> Drawing:
    """
    Draw a matrix with the count in every cell and colour for what is unusual, or for how much.

    Args:
        cells: `row`, `row_label`, `column`, `column_label`, `cases`, `value` (the signed residual, or the amount;
            null leaves the cell without colour) and, where known, `expected` (cases if rows and columns had
            nothing to do with each other). Rows and columns stand in the order in which they first appear; a pair
            that isn't there has no cases.
        words: The reader's language.
        colours: The mode's colours.
        signed: Whether `value` is a residual (orange above what was expected, blue below) or an amount.
        height: In pixels; as high as the rows need if left out.

    Returns:
        A figure; a click carries the keys of row and column. Cells without cases show a muted 0 on the surface.
    """
    rows = _names(cells, "row")
    columns = _names(cells, "column")
    drawn = figure(colours, height=height or max(ROW * len(rows) + 60, LEAST))
    found = {(cell["row"], cell["column"]): cell for cell in cells.iter_rows(named=True)}
    largest = max((abs(cell["value"]) for cell in found.values() if cell["value"] is not None), default=0.0)
    squares = []
    for down, (row, row_label) in enumerate(rows.items()):
        for across, (column, column_label) in enumerate(columns.items()):
            cell = found.get((row, column), {"cases": 0, "value": None})
            value = cell["value"] if cell["cases"] else None
            fill = colours.surface
            if value is not None:
                fill = tint(colours, value, STRONGEST) if signed else shade(colours, value, largest)
            squares.append(
                Cell(
                    row=down,
                    column=across,
                    fill=fill,
                    text=words.count(cell["cases"]),
                    ink=lettering(colours, fill) if cell["cases"] else colours.muted,
                    hover=_hover(f"{plain(row_label)} · {plain(column_label)}", cell, words, signed=signed),
                    key=(row, column),
                )
            )
    add_cells(drawn, squares, rows=len(rows), columns=len(columns), hatch=colours.grid)
    name = {"color": colours.ink, "size": 12}
    drawn.update_xaxes(
        side="top",
        tickvals=list(range(len(columns))),
        ticktext=[plain(shortened(label, COLUMN_NAME)) for label in columns.values()],
        tickfont=name,
        # Names lean over the corner that is free, not over the right edge.
        autotickangles=[0, 45, 90],
    )
    drawn.update_yaxes(
        tickvals=list(range(len(rows))),
        ticktext=[plain(shortened(label, ROW_NAME)) for label in rows.values()],
        tickfont=name,
    )
    drawn.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return drawn


def _names(cells: pl.DataFrame, side: str) -> dict[Any, str]:
    pairs = cells.select(side, f"{side}_label").unique(subset=side, keep="first", maintain_order=True)
    return dict(pairs.iter_rows())


def _hover(title: str, cell: Mapping[str, Any], words: Words, *, signed: bool) -> str:
    lines = [f"<b>{title}</b>", words.text("{count} cases", count=words.count(cell["cases"]))]
    if cell.get("expected") is not None:
        lines.append(words.text("{count} expected by chance", count=words.decimal(cell["expected"])))
    if signed and cell["value"] is not None:
        lines.append(words.text("residual {residual}", residual=words.signed(cell["value"], 1)))
    return "<br>".join(lines)
