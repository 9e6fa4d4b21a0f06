"""
One sheet of paper: shown on the page as it will look, and all that is printed of it.

Streamlit draws a page as a window that scrolls, which on paper is cut after a window's height. While there is a
sheet, a print holds the sheet alone; nothing of it depends on the reader's colours, so that ink is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Final

import streamlit as st

# A4 within its margins, which a print dialog adds by itself: 210 less twice 12, and 297 less twice 10 millimetres.
_SHEET: Final = """<style>
.sheet { box-sizing: border-box; width: 100%; max-width: 186mm; margin: 0 auto; padding: 8mm; background: #ffffff;
  color: #1b2733; border: 1px solid #c1ccd6; font-size: 9pt; line-height: 1.3; overflow-wrap: anywhere; }
.sheet h2 { font-size: 14pt; font-weight: 600; margin: 0; padding: 0; color: #1b2733; }
.sheet h3 { font-size: 9.5pt; font-weight: 600; margin: 3mm 0 1mm; padding: 0; color: #1b2733; }
.sheet p { margin: 0; color: #566370; font-size: 8.5pt; }
.sheet table { width: 100%; border-collapse: collapse; margin: 0; color: #1b2733; }
.sheet th, .sheet td { text-align: left; padding: 0.6mm 1.5mm; border: 0; border-bottom: 0.2mm solid #dce3e9;
  font-size: 8.5pt; vertical-align: top; }
.sheet th { color: #566370; font-weight: 600; border-bottom-color: #8394a5; }
.sheet td:last-child { white-space: nowrap; }
.sheet .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.sheet .line { height: 6mm; border-bottom: 0.2mm solid #8394a5; }
.sheet footer { margin-top: 3mm; color: #566370; font-size: 7.5pt; }
@media print {
  @page { size: A4 portrait; margin: 10mm 12mm; }
  html, body, #root, #root div:has(.sheet), #root section:has(.sheet) {
    display: block !important; position: static !important; overflow: visible !important; height: auto !important;
    min-height: 0 !important; max-width: none !important; padding: 0 !important; margin: 0 !important;
    gap: 0 !important; border: 0 !important; background: #ffffff !important; }
  body > :not(#root), #root :not(:has(.sheet)):not(.sheet):not(.sheet *) { display: none !important; }
  .sheet { border: 0; padding: 0; max-width: none; }
  .sheet tr, .sheet h3 { break-inside: avoid; break-after: auto; }
}
</style>"""


@dataclass(frozen=True, slots=True)
class Table:
    """
    A table of a sheet: rows of texts under headings, cut after some of them, which it then says.

    Attributes:
        title: Above it.
        headings: Of its columns.
        rows: A text per column; whatever a source wrote into them is printed as it is.
        numbers: Places of the columns that are numbers.
        note: Below it, such as what is missing; empty for nothing.
    """

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    numbers: frozenset[int] = frozenset()
    note: str = ""


def sheet(title: str, lines: Sequence[str], parts: Iterable[Table], *, blank: Mapping[str, int], foot: str) -> str:
    """
    Write a sheet as HTML in which no text is anything but text.

    Args:
        title: At its top.
        lines: Under the title.
        parts: Its tables.
        blank: Titles of empty parts to write on by hand, each with its number of lines.
        foot: At its bottom: day, scope, selection.
    """
    written = [f"<h2>{escape(title)}</h2>", *(f"<p>{escape(line)}</p>" for line in lines)]
    written += [_table(part) for part in parts]
    written += [f"<h3>{escape(name)}</h3>" + '<div class="line"></div>' * lines for name, lines in blank.items()]
    return f'<div class="sheet">{"".join(written)}<footer>{escape(foot)}</footer></div>'


def show_sheet(written: str) -> None:
    """
    Draw a sheet on the page; whoever prints the page prints the sheet.
    """
    st.html(_SHEET + written)


def _table(part: Table) -> str:
    kinds = [' class="number"' if place in part.numbers else "" for place in range(len(part.headings))]
    head = "".join(f"<th{kind}>{escape(name)}</th>" for kind, name in zip(kinds, part.headings, strict=True))
    body = "".join(
        "<tr>" + "".join(f"<td{kind}>{escape(cell)}</td>" for kind, cell in zip(kinds, row, strict=True)) + "</tr>"
        for row in part.rows
    )
    note = f"<p>{escape(part.note)}</p>" if part.note else ""
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if part.rows else ""
    return f"<h3>{escape(part.title)}</h3>{table}{note}"
