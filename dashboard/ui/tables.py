"""
The rows behind a figure, as people read them: codes in words, days as ISO, times in the business's own zone.
"""

from __future__ import annotations

from typing import Any

import polars as pl
import streamlit as st

from dashboard.facts import Column, Fact, Kind
from dashboard.words import Words

# More rows than anybody reads make a page slow for everybody; the export has them all.
SHOWN = 1_000
# Up to so many a table is as high as its rows; more scroll.
FEW = 12


def readable(rows: pl.DataFrame, fact: Fact | None, words: Words, zone: str) -> pl.DataFrame:
    """
    The same rows with codes as words, truths as yes and no, and instants as local times without a zone.

    An unknown code stays as it is. Columns that aren't of the contract (a due day, a stop) pass by their type, and
    so do all where the rows are no fact's.
    """
    return rows.with_columns(
        _readable(pl.col(name), fact.by_name.get(name) if fact else None, dtype, words, zone)
        for name, dtype in rows.schema.items()
    )


def _readable(values: pl.Expr, column: Column | None, dtype: pl.DataType, words: Words, zone: str) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        return values.dt.convert_time_zone(zone).dt.replace_time_zone(None)
    if dtype == pl.Boolean:
        return values.replace_strict({True: words.text("Yes"), False: words.text("No")}, return_dtype=pl.String)
    if isinstance(dtype, pl.Decimal):
        return values.cast(pl.Float64)
    if column is not None and column.vocabulary and column.kind is not Kind.CODES:
        known = {code: words.code(column.name, code) for code in column.vocabulary}
        return values.replace(known)
    return values


def column_settings(rows: pl.DataFrame, words: Words) -> dict[str, Any]:
    """
    Streamlit's settings for each column: heading, alignment and format by type.
    """
    settings: dict[str, Any] = {}
    for name, dtype in rows.schema.items():
        label = words.column(name)
        if isinstance(dtype, pl.Datetime):
            settings[name] = st.column_config.DatetimeColumn(label, format="YYYY-MM-DD HH:mm")
        elif dtype == pl.Date:
            settings[name] = st.column_config.DateColumn(label, format="YYYY-MM-DD")
        elif dtype.is_float():
            settings[name] = st.column_config.NumberColumn(label, format="%.1f")
        elif dtype.is_integer():
            settings[name] = st.column_config.NumberColumn(label, format="%d")
        else:
            settings[name] = st.column_config.TextColumn(label)
    return settings


def show_rows(rows: pl.DataFrame, *, fact: Fact, words: Words, zone: str, key: str, total: int, name: str) -> None:
    """
    Draw rows as a table under a line that says how many of how many are shown.

    Args:
        rows: At most `SHOWN` rows, the ones that matter most first.
        fact: Whose contract names the columns.
        words: The reader's language.
        zone: The business time zone.
        key: A stable name for the widget.
        total: How many rows there are in all.
        name: What the table is, for screen readers.
    """
    shown = rows.head(SHOWN)
    st.caption(
        words.text("{shown} of {total} rows", shown=words.count(shown.height), total=words.count(total))
        + (" · " + words.text("the export has them all") if total > shown.height else "")
    )
    shown = readable(shown, fact, words, zone)
    st.dataframe(
        shown,
        hide_index=True,
        column_config=column_settings(shown, words),
        placeholder=words.text("not recorded"),
        height="content" if shown.height <= FEW else 460,
        key=key,
        lazy=False,
        alt=name,
    )
