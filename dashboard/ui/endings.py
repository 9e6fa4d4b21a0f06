"""
How do complaints end, which arise between departments, and who comes back?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.mix import mix
from dashboard.facts import FACTS
from dashboard.periods import Period, month_start, shift_months
from dashboard.ui.annotations import annotations_of
from dashboard.ui.complaints import complainants_of, handovers_of, outcomes_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import show_rows
from dashboard.words import Words

# The customer was right: something went wrong before. Who settles or withdraws leaves that open.
TONES: Final = {
    "upheld": "concern",
    "partly_upheld": "concern_soft",
    "settled": "neutral",
    "rejected": "neutral_soft",
    "withdrawn": "neutral_faint",
}
MOST_MONTHS: Final = 13


def outcomes_panel(look: Look) -> None:
    """
    How did the complaints of each month end: upheld, settled, rejected, withdrawn?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "outcomes"):
        this = month_start(ctx.as_of)
        last = min(look.period.before or shift_months(this, 1), shift_months(this, 1))
        first = shift_months(month_start(last), -MOST_MONTHS)
        months = outcomes_of(look.figures, look.selection.values, Period(first, last)).months
        known = months.filter(pl.col("outcome").is_in(list(TONES)))
        with framed(words.text("How complaints end"), words.text("Share of each month's endings")):
            if not known.height:
                nothing(
                    look, pl.DataFrame({"not_recorded": ["outcome" not in look.figures.recorded("complaints")]})
                )
                return
            parts = known.select(
                "month",
                pl.col("outcome").alias("part"),
                _coded("outcome", known, words).alias("label"),
                "cases",
                (pl.col("cases") / pl.col("cases").sum().over("month")).alias("share"),
                (pl.col("month") == this).alias("provisional"),
            )
            events = annotations_of(look, None)
            drawn = mix(parts, words=words, colours=ctx.colours, tones=TONES, annotations=events)
            alt = words.text("Complaints by outcome and month of their end")
            show_chart(drawn, key="outcomes", alt=alt, select=False)
            as_table(look, parts.select("month", "label", "cases", "share"), "outcomes")


def handovers_panel(look: Look) -> None:
    """
    How many complaints arise between departments, and are they answered in time?
    """
    words = look.ctx.words
    with (
        panel(words, "hand-overs"),
        framed(
            words.text("Between departments"), words.text("Complaints whose cause is a hand-over of information")
        ),
    ):
        if "handover_cause" not in look.figures.recorded("complaints"):
            st.info(words.text("Not recorded by the source."), icon=":material/info:")
            return
        causes = handovers_of(look.figures, look.selection.values, look.period).causes
        found = causes.filter(pl.col("handover_cause").is_not_null())
        if not found.height:
            nothing(look, pl.DataFrame({"not_recorded": [False]}))
            return
        st.dataframe(
            found.select(
                _coded("handover_cause", found, words).alias(words.column("handover_cause")),
                pl.col("cases").alias(words.column("cases")),
                pl.col("share").alias(words.text("Of all complaints")),
                pl.col("on_time_rate").alias(words.text("Answered on time")),
            ),
            hide_index=True,
            column_config={
                words.text("Of all complaints"): st.column_config.NumberColumn(format="percent"),
                words.text("Answered on time"): st.column_config.NumberColumn(format="percent"),
            },
            placeholder=words.text("n/a"),
            height="content",
            key="handovers",
            lazy=False,
        )


def complainants_panel(look: Look) -> None:
    """
    Which customers complained more than once within a year?
    """
    words = look.ctx.words
    with panel(words, "repeat complainants"):
        found = complainants_of(look.figures, look.selection.values)
        with framed(
            words.text("Customers who complained again"),
            words.text("Two complaints or more in the 365 days up to {day}", day=words.day(look.ctx.as_of)),
        ):
            if found is None:
                st.info(
                    words.text("Customers aren't recorded, or your role doesn't show them."),
                    icon=":material/lock:",
                )
                return
            st.markdown(
                words.text(
                    "{customers} customers with {complaints} complaints, {share} of all whose customer is known",
                    customers=words.count(found.customers),
                    complaints=words.count(found.complaints),
                    share=words.percent(found.share),
                )
            )
            if not found.customers:
                return
            people = found.people.with_columns(
                causes=pl.Series(
                    [
                        ", ".join(words.code("cause", cause) for cause in causes)
                        for causes in found.people["causes"]
                    ],
                    dtype=pl.String,
                )
            )
            show_rows(
                people,
                fact=FACTS["complaints"],
                words=words,
                zone=look.ctx.zone,
                key="complainants",
                total=people.height,
                name=words.text("Customers who complained again"),
            )


def _coded(column: str, rows: pl.DataFrame, words: Words) -> pl.Expr:
    names = {value: words.code(column, value) for value in rows[column].unique().drop_nulls()}
    return pl.col(column).replace_strict(names, return_dtype=pl.String)
