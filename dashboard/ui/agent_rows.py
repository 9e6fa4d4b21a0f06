"""
Exactly the rows behind a figure of an agent, in a dialog, with the way to take them along.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.metrics.agent_rows import ROWS, rows_observed
from dashboard.periods import Period
from dashboard.ui.agent_measures import SPOKEN
from dashboard.ui.export import export_button
from dashboard.ui.figures import Figures
from dashboard.ui.filters import period_in_words
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.people import Agent
from dashboard.ui.remembering import remembered
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.tables import show_rows

# The registered figures whose rows are a measure's.
KPI_OF: Final[Mapping[str, str]] = {
    "renewal_rate": "renewal_rate",
    "persistency_13m": "persistency_13m_rate",
    "complaints_per_1000_sold": "complaints_received",
    "training_on_time_rate": "training_on_time_rate",
}
_FIRST: Final[Mapping[str, tuple[str, ...]]] = {
    "complaints": ("complaint_id", "received_on", "category", "cause", "outcome", "product_line", "policy_id"),
    "applications": ("application_id", "flagged_at", "conduct_flag", "flag_confirmed", "product_line", "premium"),
    "claims": ("claim_id", "effective_on", "reported_at", "days", "claim_type", "decision", "amount_claimed"),
}
# What judging and joining add to a fact and a reader understands.
_ADDED: Final = frozenset({"received_on", "effective_on", "days"})


def ask_for_agent_rows(look: Look, measure: str, agent: Agent) -> None:
    """
    Open the dialog with the rows behind an agent's figure in the period.
    """
    wide = replace(look, selection=replace(look.selection, values=()))
    if measure in KPI_OF:
        ask_for_rows(wide, KPI_OF[measure], look.period, {"agent_id": agent.key})
        return
    title = f"{look.ctx.words.text(SPOKEN[measure].title)} · {literal(agent.label)}"
    st.dialog(title, width="large")(_dialog)(wide, measure, agent)


def _dialog(look: Look, measure: str, agent: Agent) -> None:
    ctx, words = look.ctx, look.ctx.words
    fact = ROWS[measure][0]
    every = rows_of_agent(look.figures, measure, look.period, agent.key)
    recorded = look.figures.recorded(fact) | _ADDED
    hidden = set() if ctx.viewer.rights.personal else set(FACTS[fact].personal)
    shown = [name for name in every.columns if name in recorded and name not in hidden]
    title = words.text(SPOKEN[measure].title)
    show_rows(
        every.select(name for name in _FIRST[fact] if name in shown),
        fact=FACTS[fact],
        words=words,
        zone=ctx.zone,
        key=f"agent_dialog_{measure}",
        total=every.height,
        name=title,
    )
    export_button(
        ctx,
        lambda: every.select(shown),
        fact=FACTS[fact],
        title=f"{title} · {agent.label}",
        said=[
            words.text("Period: {period}", period=period_in_words(words, look.period)),
            words.text("as of {day}", day=words.day(ctx.as_of)),
        ],
        name=measure,
        day=ctx.as_of,
        key=f"agent_export_{measure}",
    )


@remembered
def rows_of_agent(figures: Figures, measure: str, period: Period, agent: str) -> pl.DataFrame:
    """
    The rows that a measure observed of one agent: see `metrics.agent_rows`.
    """
    rows = rows_observed(measure, figures.reader.rows, figures.terms, period)
    return rows.filter(pl.col("agent_id") == agent).collect()
