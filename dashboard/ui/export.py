"""
Take it with you: exactly the rows behind a figure as an Excel file that says what it holds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

import polars as pl
import streamlit as st
from xlsxwriter import Workbook

from dashboard.facts import Fact
from dashboard.keeping import Action
from dashboard.ui.auditing import filters_now, note
from dashboard.ui.context import Context
from dashboard.ui.standing import allowed
from dashboard.ui.tables import readable
from dashboard.words import Words

# A sheet holds 1,048,576 rows, the heading and our own lines among them.
SHEET_ROWS = 1_000_000

# Texts are texts: a complaint that starts with "=" must not become a formula, nor a link one that can be clicked.
_PLAIN = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}


@dataclass(frozen=True, slots=True)
class Book:
    """
    An Excel file, and how many rows it holds.
    """

    content: bytes
    row_count: int


def workbook(
    rows: pl.DataFrame, *, fact: Fact | None, words: Words, zone: str, title: str, said: Sequence[str]
) -> Book:
    """
    Write rows to an Excel file: on top what they are and how many, then a frozen heading with filters.

    Args:
        rows: All of them; more than a sheet holds is refused, never cut.
        fact: Whose contract names the columns; None: they are no fact's.
        words: The reader's language.
        zone: The business time zone, in which times are written.
        title: What the rows are.
        said: Lines under the title: selection, day, scope, rule.

    Returns:
        The file.

    Raises:
        ValueError: More rows than a sheet holds.
    """
    if rows.height > SHEET_ROWS:
        raise ValueError(f"{rows.height} rows are more than the {SHEET_ROWS} a sheet holds")
    file = BytesIO()
    with Workbook(file, _PLAIN) as book:
        sheet = book.add_worksheet(words.text("Rows"))
        sheet.write_string(0, 0, title, book.add_format({"bold": True, "font_size": 14}))
        count = words.several("1 row", "{count} rows", rows.height)
        for line, sentence in enumerate([*said, count], start=1):
            sheet.write_string(line, 0, sentence, book.add_format({"font_color": "#566370"}))
        top = len(said) + 3
        headed = readable(rows, fact, words, zone)
        headed = headed.rename(_headings(headed.columns, words))
        headed.write_excel(
            book,
            sheet,
            position=(top, 0),
            autofit=True,
            autofilter=True,
            freeze_panes=(top + 1, 0),
            dtype_formats={pl.Date: "yyyy-mm-dd", pl.Datetime: "yyyy-mm-dd hh:mm"},
            table_style="Table Style Light 1",
        )
    return Book(file.getvalue(), rows.height)


def export_button(
    ctx: Context,
    rows: Callable[[], pl.DataFrame],
    *,
    fact: Fact,
    title: str,
    said: Sequence[str],
    name: str,
    day: date,
    key: str,
    is_empty: bool = False,
) -> None:
    """
    Draw the button that takes rows along; the file is made when it is asked for.

    Args:
        ctx: Who looks; the version and the scope are said in the file, and the scope in its name.
        rows: Gives them.
        fact: Whose contract names the columns.
        title: What the rows are.
        said: Lines under the title: selection, day, rule.
        name: What the file is called, before the day and the scope.
        day: The day it tells of.
        key: A stable name for the button.
        is_empty: Whether there is nothing to take.
    """
    words = ctx.words
    blanks = {"version": ctx.reader.version_id, "scope": ctx.viewer.scope}
    lines = [*said, words.text("Snapshot {version}, scope {scope}", **blanks)]
    take_along(
        ctx,
        lambda: workbook(rows(), fact=fact, words=words, zone=ctx.zone, title=title, said=lines),
        name=name,
        day=day,
        key=key,
        is_off=is_empty,
    )


def take_along(
    ctx: Context,
    make: Callable[[], Book],
    *,
    name: str,
    day: date,
    key: str,
    is_off: bool = False,
    why_off: str | None = None,
) -> None:
    """
    Draw the button for an Excel file that is made when it is asked for, if the viewer's role is the same then.

    Args:
        ctx: Who looks; the scope is in the file's name.
        make: Gives the file.
        name: What the file is called, before the day and the scope.
        day: The day it tells of.
        key: A stable name for the button.
        is_off: Whether there is nothing to take, or too much.
        why_off: What to do about that.
    """
    filters = filters_now()

    def audited() -> bytes:
        book = make()
        note(ctx, Action.EXPORT, name, row_count=book.row_count, filters=filters)
        return book.content

    st.download_button(
        ctx.words.text("Export to Excel"),
        data=allowed(ctx, audited),
        file_name=f"{name}_{day.isoformat()}_{ctx.viewer.scope}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
        disabled=is_off,
        help=why_off,
        key=key,
    )


def _headings(names: Sequence[str], words: Words) -> dict[str, str]:
    # Two columns may read alike ("Decided" the instant, "Decided" the day); a sheet's headings must differ.
    headings: dict[str, str] = {}
    for name in names:
        label = words.column(name)
        headings[name] = f"{label} ({name})" if label in headings.values() else label
    return headings
