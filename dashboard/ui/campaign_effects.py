"""
Did the campaign win renewals, and what would have been claimed for it had nobody been left alone?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import polars as pl
import streamlit as st

from dashboard.metrics import GROUP_KEYS, campaigns, chosen, renewals
from dashboard.metrics.campaign_effect import campaign_effect
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import framed, nothing
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words

NEEDED = frozenset({"campaign", "arm", "renewed", "outcome_due_on"})


def about(look: Look, fact: str) -> tuple[Look, bool]:
    """
    The same look with those filters that a fact knows; and whether any had to be left out.
    """
    known = tuple((column, values) for column, values in look.selection.values if column in GROUP_KEYS[fact])
    return replace(look, selection=replace(look.selection, values=known)), known != look.selection.values


def campaign_panel(look: Look) -> None:
    """
    The share renewed of those drawn for a campaign against those left alone, and what that is worth.
    """
    words = look.ctx.words
    with panel(words, "campaigns"):
        known, is_wider = about(look, "campaigns")
        title = words.text("Do campaigns win renewals?")
        if not look.figures.recorded("campaigns") >= NEEDED:
            with framed(title, ""):
                nothing(known, pl.DataFrame({"not_recorded": [True]}))
            return
        found = _effect(look.figures, known.selection.values)
        with framed(title, words.text("Those drawn for it against those drawn to be left alone, reached or not")):
            if is_wider:
                st.caption(
                    words.text("Campaigns aren't divided by product line and channel; these filters are left out.")
                )
            if not found.height:
                nothing(known, found)
                return
            for row in found.iter_rows(named=True):
                _campaign(words, row)


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_data(max_entries=100, show_spinner=False, hash_funcs={Figures: _key})
def _effect(figures: Figures, values: Values) -> pl.DataFrame:
    drawn = campaigns.judged(chosen(figures.reader.rows("campaigns"), values), figures.terms)
    due = renewals.judged(chosen(figures.reader.rows("renewals"), values), figures.terms)
    return campaign_effect(drawn, due)


def _campaign(words: Words, row: Mapping[str, Any]) -> None:
    st.markdown(f"**{literal(row['campaign'])}**")
    if row["difference"] is None:
        st.markdown(words.text("Nobody was left alone, so what it won can't be told."))
        return
    figures = {
        words.text("Renewed more"): [words.points(row[name]) for name in ("difference", "lower", "upper")],
        words.text("Renewals won"): [
            words.count(row[name]) for name in ("policies", "policies_lower", "policies_upper")
        ],
        words.text("Premium won"): [
            words.compact_money(row[name]) for name in ("premium_won", "premium_lower", "premium_upper")
        ],
    }
    grid = st.grid(3, min_column_width=165, gap="small", key=f"campaign_{row['campaign']}")
    for label, (value, lower, upper) in figures.items():
        with grid.cell():
            st.metric(label, value)
            st.markdown(f":small[{words.text('95 % interval {lower} to {upper}', lower=lower, upper=upper)}]")
    said = words.text(
        "Drawn for it {treated}, of them reached {reached} and renewed {treated_share}; left alone {holdout}, "
        "renewed {holdout_share}.",
        treated=words.count(row["treated"]),
        reached=words.count(row["reached"]),
        treated_share=words.percent(row["treated_renewed"] / row["treated"]),
        holdout=words.count(row["holdout"]),
        holdout_share=words.percent(row["holdout_renewed"] / row["holdout"]),
    )
    if row["untold"]:
        said += " " + words.text("Of {count} the outcome isn't due yet.", count=words.count(row["untold"]))
    st.markdown(f":small[{said}]")
    if row["seen"] is None:
        return
    st.markdown(
        ":small[:gray["
        + words.text(
            "Misleading: without those left alone, one would have compared with the contracts of the same months "
            "a year before ({before} renewed) and claimed {seen}.",
            before=words.percent(row["before"]),
            seen=words.points(row["seen"]),
        )
        + "]]"
    )
