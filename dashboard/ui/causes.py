"""
What do customers complain about, where more than elsewhere, and which causes rise?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.heat import heat
from dashboard.charts.pareto import pareto
from dashboard.metrics.signals import EXACT
from dashboard.ui.complaints import matrix_of, pareto_of, rising_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.ui.trends import SIGNALS
from dashboard.words import Words, msgid

RECEIVED: Final = "complaints_received"
COLUMNS: Final = {
    "product_line": msgid("Product line"),
    "branch_id": msgid("Branch"),
    "channel": msgid("Channel"),
    "source": msgid("Source"),
}
# Beyond so many standard deviations a cell is hardly chance.
SURELY: Final = 3.0
# Rising ones come first; the others scroll.
FEW_ROWS: Final = 6
ABOVE_CHANCE: Final = msgid("More than chance explains, given the year before")


def pareto_panel(look: Look) -> None:
    """
    Which causes make up most complaints, and how many complaints have no cause coded?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "pareto"):
        found = pareto_of(look.figures, look.selection.values, look.period)
        with framed(words.text("Causes by size"), _coded(look, found.uncoded, found.uncoded_share)):
            if not _is_told(look) or not found.causes.height:
                nothing(look, _untold(look))
                return
            rises = rising_of(look.figures, look.selection.values).select("cause", "is_rising")
            labels = {value: words.code("cause", value) for value in found.causes["cause"]}
            causes = found.causes.with_columns(
                pl.col("cause").replace_strict(labels, return_dtype=pl.String).alias("label")
            ).join(rises, on="cause", how="left", maintain_order="left")
            drawn = pareto(causes, words=words, colours=ctx.colours)
            picked = show_chart(drawn, key="pareto", alt=words.text("Complaints by cause, the largest first"))
            as_table(look, causes.select("label", "cases", "share", "cumulative"), "pareto")
    if picked:
        ask_for_rows(look, RECEIVED, look.period, {"cause": picked})


def matrix_panel(look: Look) -> None:
    """
    Which cause meets which product or branch more often than both alone would explain?
    """
    ctx, words = look.ctx, look.ctx.words
    picked: list[str] | None = None
    columns_by = ""
    with panel(words, "matrix"):
        recorded = look.figures.recorded("complaints")
        offered = [column for column in COLUMNS if column in recorded]
        with framed(
            words.text("Where which cause stands out"),
            words.text("Coloured where more (orange) or fewer (blue) than cause and column alone would give"),
        ):
            if not _is_told(look) or not offered:
                nothing(look, _untold(look))
                return
            columns_by = str(
                st.segmented_control(
                    words.text("Compare by"),
                    offered,
                    default=offered[0],
                    format_func=lambda column: words.text(COLUMNS[column]),
                    key="matrix_by",
                    label_visibility="collapsed",
                    required=True,
                )
            )
            cells = matrix_of(look.figures, look.selection.values, look.period, columns_by)
            if not cells.height:
                nothing(look, cells)
                return
            named = _named(look, cells, columns_by)
            drawn = heat(named, words=words, colours=ctx.colours, signed=True)
            picked = show_chart_keys(drawn, key=f"matrix_{columns_by}", alt=_strongest(named, words))
            as_table(look, named.select("row_label", "column_label", "cases", "expected"), "matrix")
    if picked:
        row, column = picked
        ask_for_rows(look, RECEIVED, look.period, {"cause": row or None, columns_by: column or None})


def rising_panel(look: Look) -> None:
    """
    Which causes were more frequent last month than their own year explains?
    """
    words = look.ctx.words
    with panel(words, "rising"):
        found = rising_of(look.figures, look.selection.values)
        rises = found.filter(pl.col("is_rising").fill_null(value=False))
        finding = (
            words.text(
                "Rising: {causes}",
                causes=", ".join(literal(words.code("cause", cause)) for cause in rises["cause"]),
            )
            if rises.height
            else words.text("No cause rises beyond what its own last twelve months explain")
        )
        with framed(words.text("Which causes rise"), finding):
            if not _is_told(look) or not found.height:
                nothing(look, _untold(look))
                return
            st.dataframe(
                pl.DataFrame([_rising_row(row, words) for row in found.iter_rows(named=True)]),
                hide_index=True,
                column_config={
                    "": st.column_config.TextColumn("", width=30),
                    words.text("Last month"): st.column_config.NumberColumn(width=80),
                    words.text("Expected"): st.column_config.TextColumn(width=80),
                    words.text("Times expected"): st.column_config.TextColumn(width=120),
                },
                height="content" if found.height <= FEW_ROWS else 250,
                placeholder=words.text("n/a"),
                key="rising",
                lazy=False,
                alt=finding,
            )
            basis = found["basis"][0]
            month = words.month(found["month"][0])
            st.caption(
                words.text("{month} against the twelve months before it, per policy in force", month=month)
                if basis == "policy_years"
                else words.text("{month} against the twelve months before it, per day", month=month)
            )


def show_chart_keys(drawn: Any, *, key: str, alt: str) -> list[str] | None:
    """
    Draw a matrix; return the keys of row and column of the cell a viewer just clicked, if any.
    """
    before = st.session_state.get(f"seen_{key}")
    show_chart(drawn, key=key, alt=alt)
    points = st.session_state.get(f"seen_{key}")
    if not points or points == before:
        return None
    data = points[0].get("customdata") or []
    return [str(each) for each in data[:2]]


def _rising_row(row: dict[str, Any], words: Words) -> dict[str, Any]:
    signal = row["signal"]
    said = ABOVE_CHANCE if signal == EXACT else SIGNALS.get((signal, "high"), "")
    return {
        "": "▲" if row["is_rising"] else "",
        words.column("cause"): words.code("cause", row["cause"]),
        words.text("Last month"): row["cases"],
        words.text("Expected"): None if row["expected"] is None else words.decimal(row["expected"]),
        words.text("Times expected"): None
        if row["ratio"] is None
        else words.text(
            "{ratio}× ({lower}–{upper})",
            ratio=words.decimal(row["ratio"]),
            lower=words.decimal(row["lower"]),
            upper=words.decimal(row["upper"]),
        ),
        words.text("Signal"): words.text(said) if said else "–",
    }


def _coded(look: Look, uncoded: int, share: float | None) -> str:
    words = look.ctx.words
    if share is None or not _is_told(look):
        return ""
    return words.text(
        "Shares of the coded complaints; {count} ({share}) have no cause",
        count=words.count(uncoded),
        share=words.percent(share),
    )


def _is_told(look: Look) -> bool:
    return "cause" in look.figures.recorded("complaints")


def _untold(look: Look) -> pl.DataFrame:
    return pl.DataFrame({"not_recorded": [not _is_told(look)]})


def _named(look: Look, cells: pl.DataFrame, columns_by: str) -> pl.DataFrame:
    names = look.names
    rows = {value: names.of("cause", value) for value in cells["cause"].unique()}
    columns = {value: names.of(columns_by, value) for value in cells[columns_by].unique()}
    return cells.select(
        row=pl.col("cause").fill_null(""),
        row_label=pl.col("cause").replace_strict(rows, return_dtype=pl.String),
        column=pl.col(columns_by).fill_null(""),
        column_label=pl.col(columns_by).replace_strict(columns, return_dtype=pl.String),
        cases="cases",
        value="residual",
        expected="expected",
    )


def _strongest(cells: pl.DataFrame, words: Words) -> str:
    sure = cells.filter(pl.col("value") > SURELY).sort("value", descending=True).head(1)
    if not sure.height:
        return words.text("No cause stands out anywhere")
    cell = sure.row(0, named=True)
    return words.text(
        "{cause} stands out in {column}: {cases} complaints, {expected} expected",
        cause=cell["row_label"],
        column=cell["column_label"],
        cases=words.count(cell["cases"]),
        expected=words.decimal(cell["expected"]),
    )
