"""
What is left of each year's business after a while, and when will the rest be known?
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboard.charts.cells import Cell, add_cells
from dashboard.charts.drawing import Drawing
from dashboard.charts.scales import lettering, shade
from dashboard.charts.theme import Theme, figure, plain
from dashboard.words import Words

ROW = 34
FRAME = 40
# Below half of it left, a lighter colour would say nothing more.
FAINTEST = 0.5


def triangle(
    cells: pl.DataFrame, *, words: Words, colours: Theme, as_of: date, height: int | None = None
) -> Drawing:
    """
    Draw a row per cohort and a column per age, each share in its cell; what isn't known yet says until when.

    Args:
        cells: `row`, `row_label`, `column`, `column_label`, `value` (share; null: not known), `known_on`, `lower`,
            `upper`, `cases`; rows and columns in the order in which they first appear.
        words: The reader's language.
        colours: The mode's colours.
        as_of: The day up to which things are known: a cell without a value and known by then has no records.
        height: In pixels; as high as the rows need if left out.

    Returns:
        A figure; darker is more. A click carries the keys of row and column.
    """
    rows, columns = (
        dict(
            cells.select(side, f"{side}_label").unique(subset=side, keep="first", maintain_order=True).iter_rows()
        )
        for side in ("row", "column")
    )
    drawn = figure(colours, height=height or FRAME + ROW * max(len(rows), 1))
    across, down = ({key: place for place, key in enumerate(side)} for side in (columns, rows))
    squares = []
    for cell in cells.iter_rows(named=True):
        value, is_young = cell["value"], cell["known_on"] > as_of
        fill = colours.surface if value is None else shade(colours, value - FAINTEST, 1 - FAINTEST)
        title = f"{plain(cell['row_label'])}  ·  {plain(cell['column_label'])}"
        squares.append(
            Cell(
                row=down[cell["row"]],
                column=across[cell["column"]],
                fill=fill,
                text=_text(cell, words, is_young=is_young),
                ink=colours.muted if value is None else lettering(colours, fill),
                hover=f"<b>{title}</b><br>{_said(cell, words, is_young=is_young)}",
                key=(str(cell["row"]), str(cell["column"])),
            )
        )
    add_cells(drawn, squares, rows=len(rows), columns=len(columns), hatch=colours.grid, size=11)
    name = {"color": colours.ink, "size": 12}
    drawn.update_xaxes(
        side="top",
        tickvals=list(range(len(columns))),
        ticktext=[plain(label) for label in columns.values()],
        tickfont=name,
        tickangle=0,
    )
    drawn.update_yaxes(
        tickvals=list(range(len(rows))), ticktext=[plain(label) for label in rows.values()], tickfont=name
    )
    drawn.update_layout(margin={"l": 8, "r": 8, "t": 8, "b": 8})
    return drawn


def _text(cell: Mapping[str, Any], words: Words, *, is_young: bool) -> str:
    if cell["value"] is not None:
        return words.percent(cell["value"])
    return words.text("n/a until") + "<br>" + words.day(cell["known_on"]) if is_young else "–"


def _said(cell: Mapping[str, Any], words: Words, *, is_young: bool) -> str:
    if cell["value"] is None:
        if is_young:
            return words.text("n/a until {day}", day=words.day_in_words(cell["known_on"]))
        return words.text("not recorded")
    said = [
        words.percent(cell["value"]) + "  ·  " + words.text("{count} contracts", count=words.count(cell["cases"]))
    ]
    if cell["lower"] is not None and cell["upper"] is not None:
        said.append(
            words.text(
                "95 % interval {lower} to {upper}",
                lower=words.percent(cell["lower"]),
                upper=words.percent(cell["upper"]),
            )
        )
    return "<br>".join(said)
