"""
A grid of cells that can be clicked, for charts made of rows and columns.

Bars and not Plotly's heat map: a heat map can't be selected, hatched or lettered cell by cell.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.charts.drawing import Drawing, bar

# What a cell leaves free of its place, so that neighbours of one colour stay two cells.
GAP = 0.06


@dataclass(frozen=True, slots=True)
class Cell:
    """
    One cell: its place counted from the top left, what it looks like, says and carries.
    """

    row: int
    column: int
    fill: str
    text: str
    ink: str
    hover: str
    key: tuple[str | None, ...]
    is_hatched: bool = False


def add_cells(
    drawn: Drawing, cells: Sequence[Cell], *, rows: int, columns: int, hatch: str, size: int = 12
) -> None:
    """
    Draw cells as one trace, the first row at the top; a click carries a cell's key.

    Args:
        drawn: The figure to draw into; its axes are set.
        cells: In any order; a place without one stays empty.
        rows: How many rows the grid has.
        columns: How many columns the grid has.
        hatch: Colour of the hatching.
        size: Of the lettering, in pixels.
    """
    drawn.add_trace(
        bar(
            x=[cell.column for cell in cells],
            y=[1 - GAP] * len(cells),
            base=[cell.row - (1 - GAP) / 2 for cell in cells],
            width=1 - GAP,
            marker={
                "color": [cell.fill for cell in cells],
                "line": {"width": 0},
                "cornerradius": 3,
                "pattern": {
                    "shape": ["/" if cell.is_hatched else "" for cell in cells],
                    "fgcolor": hatch,
                    "size": 6,
                    "solidity": 0.18,
                },
            },
            text=[cell.text for cell in cells],
            textposition="inside",
            insidetextanchor="middle",
            textangle=0,
            constraintext="none",
            insidetextfont={"size": size, "color": [cell.ink for cell in cells]},
            hovertext=[cell.hover for cell in cells],
            hovertemplate="%{hovertext}<extra></extra>",
            customdata=[list(cell.key) for cell in cells],
        )
    )
    drawn.update_xaxes(range=[-0.5, max(columns, 1) - 0.5])
    drawn.update_yaxes(range=[max(rows, 1) - 0.5, -0.5], showgrid=False)
