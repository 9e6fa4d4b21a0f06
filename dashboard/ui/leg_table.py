"""
Every leg of a claim's way in figures, and the periods the market compares.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.metrics.claim_legs import LEGS, told_legs
from dashboard.ui.cycle import legs_of
from dashboard.ui.frames import framed, nothing
from dashboard.ui.legs import NAMES, named_legs
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

QUANTILES: Final = {"median": msgid("Median"), "p75": msgid("P75"), "p90": msgid("P90")}


def periods_panel(look: Look) -> None:
    """
    All legs and periods with their quantiles and intervals, and the naive mean beside them.
    """
    words = look.ctx.words
    with (
        panel(words, "periods"),
        framed(
            words.text("Every leg in figures"),
            words.text("In days. Quantiles count open claims too; the mean of finished ones is too low"),
            alone=True,
        ),
    ):
        found = named_legs(look, legs_of(look.figures, look.selection.values, look.period, None), None)
        if not found.height:
            nothing(look, pl.DataFrame({"not_recorded": [not told_legs(look.figures.recorded("claims"))]}))
            return
        # The periods the market compares first, then the steps they are made of.
        periods = [leg.key for leg in LEGS if leg.is_period]
        steps = [leg.key for leg in LEGS if not leg.is_period]
        rows = {row["leg"]: row for row in found.iter_rows(named=True)}
        told = [_in_words(rows[key], words) for key in (*periods, *steps) if key in rows]
        st.dataframe(
            pl.DataFrame(told),
            hide_index=True,
            column_config={
                words.text(name): st.column_config.NumberColumn(format="percent")
                for name in ("≤ 3 days", "≤ 30 days")
            }
            | {words.text("Mean of finished"): st.column_config.NumberColumn(format="%.1f")},
            placeholder=words.text("n/a"),
            height="content",
            key="periods",
            lazy=False,
            alt=words.text("Every leg in figures"),
        )
        missing = [NAMES[leg.key] for leg in LEGS if leg.key not in rows]
        if missing:
            names = words.text(", ").join(words.text(name) for name in missing)
            st.caption(words.text("Not recorded by the source: {names}", names=names))


def _in_words(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """
    A leg as a row of the table, quantiles with their interval.
    """
    quantiles = {name: _with_interval(row, column, words) for column, name in QUANTILES.items()}
    return {
        words.text("Leg"): row["leg_label"],
        words.column("claims"): row["n"],
        words.text("Open"): row["open"],
        **{words.text(name): told for name, told in quantiles.items()},
        words.text("≤ 3 days"): row["within_3"],
        words.text("≤ 30 days"): row["within_30"],
        words.text("Mean of finished"): row["mean"],
        words.text("No date"): row["not_recorded"],
    }


def _with_interval(row: Mapping[str, Any], column: str, words: Words) -> str:
    value, low, high = row[column], row[f"{column}_lower"], row[f"{column}_upper"]
    told = words.decimal(value) if value is not None else f"> {words.decimal(row['longest'])}"
    if value is None or low is None or high is None:
        return told
    return f"{told} ({words.decimal(low)}–{words.decimal(high)})"
