"""
What became of last year's premium, and how much of each year's business is still paid?
"""

from __future__ import annotations

from datetime import date
from typing import Final, cast

import polars as pl
import streamlit as st

from dashboard.charts.triangle import triangle
from dashboard.charts.waterfall import waterfall
from dashboard.metrics.persistency_triangle import Basis
from dashboard.metrics.premium_bridge import PremiumBridge
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.renewals import bridge_of, triangle_of
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

STEPS: Final = {
    "expiring": msgid("Expiring premium"),
    "lost": msgid("Not renewed"),
    "rate": msgid("Change of rate"),
    "other": msgid("Cover and other"),
    "untold": msgid("Rate not recorded"),
    "renewed": msgid("Renewed premium"),
}
BASES: Final = {"premium": msgid("By premium"), "count": msgid("By contracts")}
BASIS_KEY, FILING_KEY = "persistency_basis", "persistency_filing"


def bridge_panel(look: Look) -> None:
    """
    What turned last year's premium into this year's: what was lost, the rates, or the cover?
    """
    words = look.ctx.words
    with panel(words, "premium bridge"):
        title = words.text("From last year's premium to this year's")
        if not look.figures.can_tell("renewal_premium_rate"):
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = bridge_of(look.figures, look.selection.values, look.period)
        with framed(title, _bridged(found, words)):
            if not found.amount("expiring"):
                nothing(look, found.steps)
                return
            steps = _shown(look, found).with_columns(
                label=pl.col("step").replace_strict(
                    {step: words.text(name) for step, name in STEPS.items()}, return_dtype=pl.String
                ),
                is_total=pl.col("step").is_in(["expiring", "renewed"]),
            )
            alt = words.text("Premium from last year to this year, by what changed it")
            drawn = waterfall(steps, words=words, colours=look.ctx.colours)
            show_chart(drawn, key="bridge", alt=alt, select=False)
            if not look.figures.recorded("renewals") & {"premium_change_rate"}:
                st.caption(words.text("The change of rate isn't recorded, so rate and cover can't be told apart."))
            if found.left_out:
                st.caption(
                    words.text(
                        "{count} contracts are left out: one of their premiums isn't recorded",
                        count=words.count(found.left_out),
                    )
                )
            table = steps.select("label", pl.col("amount").cast(pl.Float64), pl.col("cases").alias("contracts"))
            as_table(look, table, "bridge")


def triangle_panel(look: Look) -> None:
    """
    Of the business of each half-year: how much is still paid at 13, 25, 37 and 61 months?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "persistency triangle"):
        basis = cast("Basis", chosen_of(BASIS_KEY, BASES))
        is_filing = bool(st.session_state.get(FILING_KEY, False))
        said = (
            words.text("As filed with the regulator: suspended contracts are left out of both sides")
            if is_filing
            else words.text("Received by the end of grace; suspended contracts stay in")
        )
        with framed(words.text("Persistency by half-year of effect"), said, alone=True):
            if not look.figures.can_tell("persistency_13m_rate"):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
                return
            with st.container(horizontal=True, vertical_alignment="center"):
                choose_one(words, BASIS_KEY, BASES)
                st.toggle(
                    words.text("As filed, without suspended contracts"),
                    key=FILING_KEY,
                    disabled="suspended" not in look.figures.recorded("premiums"),
                )
            cells = triangle_of(look.figures, look.selection.values, basis, without_suspended=is_filing)
            if cells.is_empty():
                nothing(look, cells)
                return
            shown = _labelled(cells, words)
            drawn = triangle(shown, words=words, colours=ctx.colours, as_of=ctx.as_of)
            alt = words.text("Persistency by half-year of effect and policy month")
            show_chart(drawn, key="triangle", alt=alt, select=False)
            table = shown.select(
                pl.col("row_label").alias("cohort"), "policy_month", "value", "lower", "upper", "cases", "known_on"
            )
            as_table(look, table, "triangle")


def _bridged(found: PremiumBridge, words: Words) -> str:
    expiring, renewed = found.amount("expiring"), found.amount("renewed")
    if not expiring:
        return words.text("Of contracts that can no longer be renewed late")
    return words.text(
        "{renewed} of {expiring} came back ({share}); contracts that can no longer be renewed late",
        renewed=words.compact_money(renewed),
        expiring=words.compact_money(expiring),
        share=words.percent(float(renewed / expiring)),
    )


def _shown(look: Look, found: PremiumBridge) -> pl.DataFrame:
    """
    The steps worth a bar: the rate's parts only where it is recorded, the untold one only where it isn't.
    """
    told = "premium_change_rate" in look.figures.recorded("renewals")
    without = {"rate", "other"} if not told else set()
    without |= set() if found.steps.filter(step="untold")["cases"].item() else {"untold"}
    return found.steps.filter(~pl.col("step").is_in(without))


def _labelled(cells: pl.DataFrame, words: Words) -> pl.DataFrame:
    rows = [_half_year(cohort, words) for cohort in cells["cohort"]]
    columns = [words.text("{count} months", count=words.count(month)) for month in cells["policy_month"]]
    return cells.with_columns(
        row=pl.col("cohort").cast(pl.String),
        row_label=pl.Series(rows, dtype=pl.String),
        column=pl.col("policy_month").cast(pl.String),
        column_label=pl.Series(columns, dtype=pl.String),
    )


def _half_year(first: date, words: Words) -> str:
    sentence = msgid("{year}, first half") if first.month == 1 else msgid("{year}, second half")
    return words.text(sentence, year=first.year)
