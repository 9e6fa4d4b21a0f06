"""
Do customers hold what was recommended to them, and what would the gaps be worth?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.heat import heat
from dashboard.ui.applications import gaps_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words

NEEDED: Final = {
    "applications": frozenset({"customer_id", "recommended_product_line"}),
    "customers": frozenset({"segment", "lines_held"}),
}
LINE: Final = "recommended_product_line"


def combinations_panel(look: Look) -> None:
    """
    By segment and line: how many don't hold what was recommended to them, and what premium would that be?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "combinations"):
        is_told = all(look.figures.recorded(fact) >= columns for fact, columns in NEEDED.items())
        found = gaps_of(look.figures, look.selection.values, look.period) if is_told else pl.DataFrame()
        with framed(words.text("Recommended and not held"), _finding(found, words), alone=True):
            if not found.height:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            named = found.with_columns(
                segment_label=_named("segment", "segment", found, words),
                line_label=_named("product_line", LINE, found, words),
            )
            cells = named.select(
                row=pl.col("segment").fill_null(""),
                row_label="segment_label",
                column=LINE,
                column_label="line_label",
                cases="gaps",
                value="gap_premium",
            )
            drawn = heat(cells, words=words, colours=ctx.colours, signed=False)
            alt = words.text("Customers by segment and line recommended to them that they don't hold")
            show_chart(drawn, key="combinations", alt=alt, select=False)
            st.caption(
                words.text(
                    "Customers without what was recommended to them, darker the more premium that would be: gaps "
                    "times the median premium issued in that line to that segment, an estimate. Groups under "
                    "5 are left out."
                )
            )
            # In whole units, which is how an estimate is read.
            premiums = pl.col("typical_premium", "gap_premium").round().cast(pl.Int64)
            told = named.select(
                pl.col("segment_label").alias("segment"),
                pl.col("line_label").alias(LINE),
                *("recommended", "held", "gaps", "gap_share"),
                premiums,
            )
            as_table(look, told, "combinations")


def _named(code: str, column: str, found: pl.DataFrame, words: Words) -> pl.Expr:
    names = {value: words.code(code, value) for value in found[column].unique()}
    return pl.col(column).replace_strict(names, return_dtype=pl.String)


def _finding(found: pl.DataFrame, words: Words) -> str:
    """
    How many gaps there are, what they would be worth, and the dearest of them.
    """
    if not found.height or not found["recommended"].sum():
        return ""
    dearest = found.sort("gap_premium", descending=True, nulls_last=True).row(0, named=True)
    return words.text(
        "{gaps} of {recommended} recommendations not held, about {premium} a year; most in {segment}, {line}",
        gaps=words.count(int(found["gaps"].sum())),
        recommended=words.count(int(found["recommended"].sum())),
        premium=words.compact_money(found["gap_premium"].sum()),
        segment=words.code("segment", dearest["segment"]),
        line=words.code("product_line", dearest[LINE]),
    )
