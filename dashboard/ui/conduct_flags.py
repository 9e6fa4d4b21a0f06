"""
Of which prohibited conduct were sales suspected, and how much was confirmed?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.bands import bands
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.sales_conduct import flags_of
from dashboard.ui.states import panel
from dashboard.words import Words

FIGURE: Final = "conduct_flags_confirmed"
COLUMN: Final = "conduct_flag"


def flags_panel(look: Look) -> None:
    """
    Flags by kind, those confirmed in front; a click lists exactly those sales.
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "conduct flags"):
        title = words.text("Prohibited conduct suspected")
        if not look.figures.recorded("applications") >= {COLUMN, "flagged_at", "flag_confirmed"}:
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = flags_of(look.figures, look.selection.values, look.period)
        finding = words.text(
            "{confirmed} of {decided} flags confirmed; {waiting} not decided",
            confirmed=words.count(int(found["confirmed"].sum())),
            decided=words.count(int(found["decided"].sum())),
            waiting=words.count(int((found["flagged"] - found["decided"]).sum())),
        )
        with framed(title, finding):
            if not found.height:
                nothing(look, found)
                return
            labels = pl.Series("label", [words.code(COLUMN, each) for each in found[COLUMN]], dtype=pl.String)
            counts = found.select(
                band=COLUMN, late="confirmed", not_late=pl.col("flagged") - pl.col("confirmed")
            ).with_columns(labels)
            drawn = bands(
                counts,
                words=words,
                colours=ctx.colours,
                late=words.text("flag confirmed"),
                not_late=words.text("not confirmed, or not yet"),
                is_breach=True,
            )
            picked = show_chart(drawn, key="conduct_flags", alt=f"{title}: {finding}")
            st.caption(
                words.text("How long a decision took isn't recorded: the source tells the day of the flag alone.")
            )
            as_table(look, _told(found, labels, words), "conduct_flags")
    if picked is not None:
        ask_for_rows(look, FIGURE, look.period, {COLUMN: picked})


def _told(found: pl.DataFrame, labels: pl.Series, words: Words) -> pl.DataFrame:
    return found.select(
        labels,
        pl.col("flagged").alias(words.text("Flags")),
        pl.col("decided").alias(words.text("Flags decided")),
        pl.col("confirmed").alias(words.text("Flags confirmed")),
        pl.col("share"),
        pl.col("days_median").alias(words.text("Days from sale to flag, median")),
        pl.col("days_p90").alias(words.text("Days from sale to flag, P90")),
    )
