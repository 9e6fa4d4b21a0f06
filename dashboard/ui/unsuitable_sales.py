"""
Which contracts were sold against the rules on suitability, of which kind, and what do the rules say?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.pareto import pareto
from dashboard.metrics.suitability import BREACHED, SuitabilityRule, suitability_rules
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.sales_conduct import breaches_of
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

FIGURE: Final = "suitability_breach_rate"
KINDS: Final = {
    "elderly": msgid("Dear for the elderly"),
    "risk_averse": msgid("Too much risk"),
    "no_needs_analysis": msgid("Needs not analysed"),
    "no_risk_test": msgid("Risk not tested"),
    "against_advice": msgid("Sold against advice"),
}


def breaches_panel(look: Look) -> None:
    """
    Unsuitable sales by kind, the most frequent first; a click lists exactly those contracts.
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "unsuitable sales"):
        title = words.text("How sales were unsuitable")
        if not look.figures.can_tell(FIGURE):
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = breaches_of(look.figures, look.selection.values, look.period)
        broken = int(found["breaches"].sum())
        finding = words.several(
            "1 breach; a contract may be unsuitable in several ways",
            "{count} breaches; a contract may be unsuitable in several ways",
            broken,
        )
        with framed(title, finding):
            if not int(found["tested"].sum()):
                nothing(look, found.clear())
                return
            if not broken:
                st.info(words.text("Every contract suited."), icon=":material/task_alt:")
                return
            counts = _ordered(found, broken, words)
            drawn = pareto(counts, words=words, colours=ctx.colours)
            picked = show_chart(drawn, key="breaches", alt=f"{title}: {finding}")
            st.caption(words.text("A click lists the contracts. The target is none at all."))
            as_table(
                look,
                counts.select(
                    "label",
                    "cases",
                    "share",
                    pl.col("tested").alias(words.text("Contracts tested")),
                ),
                "breaches",
            )
    if picked:
        ask_for_rows(look, FIGURE, look.period, {BREACHED[picked]: True})


def _ordered(found: pl.DataFrame, broken: int, words: Words) -> pl.DataFrame:
    """
    The kinds as the chart reads causes.
    """
    names = pl.Series("label", [words.text(KINDS[kind]) for kind in found["kind"]], dtype=pl.String)
    shown = found.with_columns(names, share=pl.col("breaches") / broken).filter(pl.col("breaches") > 0)
    return (
        shown.rename({"kind": "cause", "breaches": "cases"})
        .sort("cases", "cause", descending=[True, False])
        .with_columns(cumulative=pl.col("share").cum_sum())
    )


def rules_panel(look: Look) -> None:
    """
    The rules by which sales are unsuitable: what they forbid, since when, and where they come from.
    """
    words = look.ctx.words
    with panel(words, "rules on suitability"):
        title = words.text("What makes a sale unsuitable")
        finding = words.text("By the rules in force on the day the contract was issued")
        with framed(title, finding, alone=True):
            rules = suitability_rules()
            shown = pl.DataFrame(
                {
                    words.text("Rule"): [_said(rule, words) for rule in rules],
                    words.text("Since"): [rule.effective_from for rule in rules],
                    words.text("Source"): [words.text(rule.source) for rule in rules],
                }
            )
            st.dataframe(
                shown,
                hide_index=True,
                height="content",
                key="suitability_rules",
                lazy=False,
                alt=title,
                column_config={
                    words.text("Since"): st.column_config.DateColumn(words.text("Since"), format="YYYY-MM-DD")
                },
            )


def _said(rule: SuitabilityRule, words: Words) -> str:
    match rule.kind:
        case "elderly":
            return words.text(
                "From {age} on, longer than {years} year: premium above {percent} % of the yearly income",
                age=rule.min_age,
                years=rule.min_years,
                percent=rule.max_income_percent,
            )
        case "risk_averse":
            return words.text("Product riskier than the customer's risk tolerance")
        case "no_needs_analysis":
            return words.text(
                "Longer than {years} year, needs not analysed before it was sent", years=rule.min_years
            )
        case "no_risk_test":
            return words.text(
                "Product risk {grade} or higher, risk not tested before it was sent", grade=rule.min_product_risk
            )
    return words.text("Issued after the customer was advised to stop")
