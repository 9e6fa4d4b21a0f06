"""
Complaints through the regulator, per premium and per policies, beside the medians it publishes.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.benchmark import benchmark
from dashboard.ui.complaints import regulator_of
from dashboard.ui.frames import as_table, framed, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import msgid

MEASURES: Final = {
    "per_100m": (msgid("Per 100 million of premium"), msgid("complaints per 100 million of premium")),
    "per_10k": (msgid("Per 10,000 policies"), msgid("complaints per 10,000 policies")),
}
SECTORS: Final = {
    "property_casualty": msgid("Property and casualty (motor, property)"),
    "life": msgid("Life (life, health, accident)"),
}


def benchmark_panel(look: Look) -> None:
    """
    How many complaints reach the regulator each quarter, compared with the industry's published median?
    """
    ctx, words = look.ctx, look.ctx.words
    with (
        panel(words, "benchmark"),
        framed(
            words.text("Complaints through the regulator, by quarter"),
            words.text("Quarterly and regulator channel only, like the published medians; not annualised"),
            alone=True,
        ),
    ):
        measure = str(
            st.segmented_control(
                words.text("Measured"),
                list(MEASURES),
                default="per_100m",
                format_func=lambda key: words.text(MEASURES[key][0]),
                key="benchmark_measure",
                label_visibility="collapsed",
                required=True,
            )
        )
        found = regulator_of(look.figures, look.selection.values)
        if "source" not in look.figures.recorded("complaints") or found is None:
            st.info(
                words.text(
                    "Not recorded: this takes the complaint's source and the ledger of the units selected."
                ),
                icon=":material/info:",
            )
            return
        points = found.filter(pl.col("sector").is_not_null()).select(
            "sector",
            pl.col("sector")
            .replace_strict({key: words.text(name) for key, name in SECTORS.items()}, return_dtype=pl.String)
            .alias("sector_label"),
            "quarter",
            pl.col(measure).alias("value"),
            pl.col(f"{measure}_lower").alias("lower"),
            pl.col(f"{measure}_upper").alias("upper"),
            "cases",
            pl.col(f"benchmark_{measure}").alias("median"),
            pl.format("{} ({})", "benchmark_source", pl.col("benchmark_quarter").dt.strftime("%Y-%m")).alias(
                "source"
            ),
            "provisional",
        )
        if not points["value"].drop_nulls().len():
            st.info(words.text("No quarter is over yet whose ledger is complete."), icon=":material/info:")
            return
        drawn = benchmark(
            points.sort("sector", "quarter"),
            words=words,
            colours=ctx.colours,
            unit_label=words.text(MEASURES[measure][1]),
        )
        alt = words.text("Own complaints through the regulator by quarter beside the published median")
        show_chart(drawn, key=f"benchmark_{measure}", alt=alt, select=False)
        as_table(look, points.drop("sector", "source"), "benchmark")
