"""
What every working list shares: tiles for the bands, codes in words, the share of the limit, a table one can click.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final, TypeVar

import polars as pl
import streamlit as st

from dashboard.metrics.urgency import LADDER, in_band
from dashboard.ui.names import Names
from dashboard.ui.tables import FEW, SHOWN
from dashboard.ui.tiles import Tile
from dashboard.words import Words, msgid

Rows = TypeVar("Rows", pl.DataFrame, pl.LazyFrame)

ALL: Final = "all"
BANDS: Final = {
    "overdue": (msgid("Overdue"), msgid("Open, and the due day is over")),
    "today": (msgid("Due today"), msgid("Open, and due by midnight")),
    "within_3d": (msgid("Within 3 days"), msgid("Open, and due today or on one of the two days after it")),
    "within_7d": (msgid("Within 7 days"), msgid("Open, and due today or on one of the six days after it")),
    "within_14d": (msgid("Within 14 days"), msgid("Open, and due today or on one of the 13 days after it")),
}
ALL_OPEN: Final = msgid("All open")

# The signs of what is late by law, late by a promise of the house, near its limit, and well within it.
BREACH, LATE, NEAR, WELL = "■", "▼", "▲", "●"


def band_name(band: str) -> str:
    """
    What a band's tile is called, in English.
    """
    return BANDS[band][0] if band in BANDS else ALL_OPEN


def within(rows: Rows, band: str) -> Rows:
    """
    The rows of a tile.
    """
    return rows if band == ALL else rows.filter(in_band(band))


def cases_by_band(rows: pl.LazyFrame) -> dict[str, int]:
    """
    The cases of a working list by its tiles: each of `BANDS`, and `ALL`. A case may be in several bands.
    """
    cases = pl.col("cases")
    sums = {band: cases.filter(in_band(band)).sum() for band in BANDS} | {ALL: cases.sum()}
    return rows.select(**sums).collect().row(0, named=True)


def band_tiles(cases: Mapping[str, int], words: Words, *, everything: str, is_breach: bool) -> list[Tile]:
    """
    A tile for each band, and one for all rows.

    Args:
        cases: As `cases_by_band` gives them.
        words: The reader's language.
        everything: What the last tile counts, in the reader's language.
        is_breach: Whether what is overdue breaks a law.
    """
    signs = {
        "overdue": (BREACH, "red") if is_breach else (LATE, "orange"),
        "today": (NEAR, "orange"),
        "within_3d": (NEAR, "orange"),
    }
    meanings = {band: words.text(meaning) for band, (_, meaning) in BANDS.items()} | {ALL: everything}
    return [
        Tile(
            band,
            words.text(band_name(band)),
            cases[band],
            meaning,
            *signs.get(band, ("", "gray")),
        )
        for band, meaning in meanings.items()
    ]


def sign(is_law: pl.Expr) -> pl.Expr:
    """
    The sign of a row of a working list: late (by law or not), near its limit, well within it.
    """
    return (
        pl.when(pl.col("is_overdue"))
        .then(pl.when(is_law).then(pl.lit(BREACH)).otherwise(pl.lit(LATE)))
        .when(pl.col("ladder") >= LADDER[0])
        .then(pl.lit(NEAR))
        .otherwise(pl.lit(WELL))
    )


def counted(rows: pl.DataFrame, words: Words, stages: Mapping[str, str]) -> dict[str, pl.Expr | pl.Series]:
    """
    How a row stands to its due day, as people read it: the time left, the share of the limit, the stage.
    """
    return {
        "time_left": pl.Series(
            [None if hours is None else words.time_left(hours) for hours in rows["hours_left"]], dtype=pl.String
        ),
        "limit_used": (pl.col("share_used") * 100).round(0),
        "stage": pl.Series([words.text(stages[stage]) for stage in rows["stage"]], dtype=pl.String),
    }


def worded(rows: pl.DataFrame, names: Names, columns: Collection[str]) -> dict[str, pl.Expr]:
    """
    Columns of codes and units in words; what isn't recorded stays null.
    """
    return {
        column: pl.col(column).replace_strict(
            {value: names.of(column, value) for value in rows[column].unique().drop_nulls()},
            default=None,
            return_dtype=pl.String,
        )
        for column in columns
    }


def share_column(label: str, meaning: str | None = None) -> Any:
    """
    A column of per cents drawn as bars.
    """
    return st.column_config.ProgressColumn(label, help=meaning, format="%d%%", min_value=0, max_value=100)


def list_columns(words: Words, *, texts: Collection[str], days: Collection[str], key: str) -> dict[str, Any]:
    """
    How a working list's columns are headed; its sign and its number stay in sight on a phone.

    Args:
        words: The reader's language.
        texts: Columns of text.
        days: Columns of days.
        key: The column of the number.
    """
    config = st.column_config
    return {
        **{name: config.TextColumn(words.column(name)) for name in ("time_left", *texts)},
        **{name: config.DateColumn(words.column(name), format="YYYY-MM-DD") for name in days},
        "sign": config.TextColumn("", width=36, pinned=True),
        key: config.TextColumn(words.column(key), pinned=True, width=120),
        "limit_used": share_column(words.column("limit_used")),
    }


def list_table(
    shown: pl.DataFrame, words: Words, *, columns: Mapping[str, Any], total: int, key: str, alt: str
) -> Any:
    """
    Draw a working list; returns what was clicked.

    Args:
        shown: At most `SHOWN` rows, as people read them.
        words: The reader's language.
        columns: As `list_columns` gives them, and any others.
        total: How many rows there are.
        key: A stable name for the widget.
        alt: What the list is, for screen readers.
    """
    if total > SHOWN:
        st.caption(
            words.text(
                "{shown} of {total} rows; the export has them all",
                shown=words.count(SHOWN),
                total=words.count(total),
            )
        )
    return st.dataframe(
        shown,
        hide_index=True,
        column_config=dict(columns),
        placeholder="–",
        height="content" if shown.height <= FEW else 460,
        key=key,
        on_select="rerun",
        selection_mode="single-cell",
        lazy=False,
        alt=alt,
    )
