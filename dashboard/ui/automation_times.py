"""
How much time do rules save, and where would they be worth it next?
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.ui.automation import time_saved_of, where_next_of
from dashboard.ui.frames import framed, nothing
from dashboard.ui.names import amounts_in_words
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

DECIDED: Final = "auto_adjudication_rate"
LEGS: Final = {
    "decision": msgid("Last document to decision"),
    "payment": msgid("Report to final payment"),
}
TOO_FEW: Final = "○"


def time_panel(look: Look) -> None:
    """
    How much sooner are claims decided and paid by rules than claims of the same type and amount by hand?
    """
    words = look.ctx.words
    with panel(words, "time saved"):
        is_told = look.figures.can_tell(DECIDED)
        found = time_saved_of(look.figures, look.selection.values, look.period) if is_told else None
        legs = (
            [] if found is None else [row for row in found.iter_rows(named=True) if row["difference"] is not None]
        )
        with framed(words.text("Time saved, for the same mix of claims"), _saved(legs, words), alone=True):
            if not legs:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            st.dataframe(
                pl.DataFrame([_leg(row, words) for row in legs]),
                hide_index=True,
                placeholder=words.text("n/a"),
                height="content",
                key="time_saved",
                lazy=False,
            )
            st.caption(
                words.text(
                    "Mean days of legs that ended in the period; claims of the same type and amount band compared,"
                    " each counted by its automatic claims. {share} of the automatic ones could be compared.",
                    share=words.percent(min(row["covered"] for row in legs)),
                )
            )
            st.caption(
                words.text(
                    "What still hangs on, mostly claims decided by hand, is missing: rules rather save more than"
                    " less. Within a type and band, rules may still get the easier claims."
                )
            )


def where_panel(look: Look) -> None:
    """
    Which kinds of claims are many, slow and still decided by hand?
    """
    words, minimum = look.ctx.words, look.ctx.settings.display.minimum_cases
    with panel(words, "where next"):
        is_told = look.figures.can_tell(DECIDED)
        found = where_next_of(look.figures, look.selection.values, look.period) if is_told else None
        with framed(words.text("Where next"), _next(found, minimum, words), alone=True):
            if found is None or not found.height:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            rate, days = words.text("Automatic, share"), words.text("Median days")
            by_hand = words.text("Median days by hand")
            st.dataframe(
                pl.DataFrame(
                    [_kind(row, minimum, (rate, days, by_hand), look) for row in found.iter_rows(named=True)]
                ),
                hide_index=True,
                column_config={
                    "": st.column_config.TextColumn("", width=30),
                    rate: st.column_config.ProgressColumn(format="percent", min_value=0, max_value=1),
                    days: st.column_config.NumberColumn(format="%.1f"),
                    by_hand: st.column_config.NumberColumn(format="%.1f"),
                },
                placeholder=words.text("n/a"),
                height=460,
                key="where_next",
                lazy=False,
            )
            st.caption(
                words.text(
                    "{sign} fewer than {count} decisions: too few to judge. Medians from report to final payment,"
                    " what is agreed and unpaid included.",
                    sign=TOO_FEW,
                    count=minimum,
                )
            )


def _saved(legs: list[dict[str, Any]], words: Words) -> str:
    """
    The finding: by how much sooner, or that there is no difference beyond chance.
    """
    said = []
    for row in legs:
        sooner = words.decimal(-row["difference"])
        if row["upper"] is None or row["lower"] <= 0 <= row["upper"]:
            continue
        if row["difference"] > 0:
            said.append(words.text("{leg}: {days} days longer", leg=words.text(LEGS[row["leg"]]), days=sooner[1:]))
        else:
            said.append(words.text("{leg}: {days} days sooner", leg=words.text(LEGS[row["leg"]]), days=sooner))
    if said or not legs:
        return " · ".join(said)
    return words.text("No difference beyond chance")


def _leg(row: dict[str, Any], words: Words) -> dict[str, Any]:
    interval = None
    if row["lower"] is not None:
        interval = words.text(
            "{value} ({lower} to {upper})",
            value=words.signed(row["difference"], 1),
            lower=words.signed(row["lower"], 1),
            upper=words.signed(row["upper"], 1),
        )
    return {
        words.text("Leg"): words.text(LEGS[row["leg"]]),
        words.text("Automatic, days"): _days(row["automatic"], words),
        words.text("Same mix by hand, days"): _days(row["manual"], words),
        words.text("Difference, 95 %"): interval,
        words.text("Claims"): words.text(
            "{automatic} against {manual}",
            automatic=words.count(row["cases_automatic"]),
            manual=words.count(row["cases_manual"]),
        ),
    }


def _days(days: float, words: Words) -> str:
    # Minutes would be nought point nought days.
    return words.decimal(days, 2 if days < 1 else 1)


def _kind(row: dict[str, Any], minimum: int, names: tuple[str, str, str], look: Look) -> dict[str, Any]:
    words = look.ctx.words
    rate, days, by_hand = names
    return {
        "": TOO_FEW if row["decided"] < minimum else "",
        words.column("claim_type"): words.code("claim_type", row["claim_type"]),
        words.text("Amount claimed"): amounts_in_words(row["amount_band"], words),
        words.text("Decided"): row["decided"],
        words.text("By hand"): row["manual"],
        rate: row["rate"],
        days: row["median_days"],
        by_hand: row["median_days_manual"],
    }


def _next(found: pl.DataFrame | None, minimum: int, words: Words) -> str:
    """
    The kind with most decisions by hand, of those that can be judged.
    """
    judged = None if found is None else found.filter(pl.col("decided") >= minimum, pl.col("manual") > 0)
    if judged is None or not judged.height:
        return ""
    first = judged.row(0, named=True)
    return words.text(
        "Most decisions by hand: {kind}, {amounts}: {count}, {share} automatic",
        kind=words.code("claim_type", first["claim_type"]),
        amounts=amounts_in_words(first["amount_band"], words),
        count=words.count(first["manual"]),
        share=words.percent(first["rate"]),
    )
