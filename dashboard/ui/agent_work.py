"""
What waits for one agent: complaints about them, contracts of theirs that fall due, policies without cover.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.metrics import chosen
from dashboard.metrics.suspended import in_suspension
from dashboard.ui.case_parts import open_picked
from dashboard.ui.falling_due import ahead_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import framed, nothing
from dashboard.ui.listing import list_columns, list_table
from dashboard.ui.live import live
from dashboard.ui.page import Look
from dashboard.ui.people import Agent, of_agent
from dashboard.ui.remembering import remembered
from dashboard.ui.renewals_list import contracts_table
from dashboard.ui.states import panel
from dashboard.ui.tables import SHOWN, show_rows
from dashboard.ui.worklists import listed

_COMPLAINTS: Final = ("sign", "complaint_id", "due_on", "time_left", "stage", "category", "cause", "product_line")
_RENEWALS: Final = ("policy_id", "due_on", "premium_due", "probability", "premium_at_risk", "why", "contact_on")
_SUSPENDED: Final = ("policy_id", "suspended_on", "reinstate_until_on", "product_line", "premium", "customer_id")


def complaints_open(look: Look, agent: Agent) -> None:
    """
    The open complaints about an agent, the most urgent first; a click opens the case.
    """
    words = look.ctx.words
    with panel(words, "complaints about the agent"):
        found = live(of_agent(look, agent, "complaints"))
        count = int(found.rows["cases"].sum())
        finding = words.text("Open as of this moment, with the agent as the one complained of")
        with framed(words.several("1 open complaint", "{count} open complaints", count), finding, alone=True):
            if _untold(look, "complaints", {"agent_id"}):
                return
            if not found.rows.height:
                st.info(words.text("No open complaint here."), icon=":material/task_alt:")
                return
            shown = listed(found, found.rows.head(SHOWN)).select(_COMPLAINTS)
            columns = list_columns(
                words,
                texts=("stage", "category", "cause", "product_line"),
                days=("due_on",),
                key="complaint_id",
            )
            event = list_table(
                shown,
                words,
                columns={name: each for name, each in columns.items() if name in _COMPLAINTS},
                total=found.rows.height,
                key="agent_complaints",
                alt=words.text("Open complaints about the agent, the riskiest first"),
            )
            open_picked(event, shown["complaint_id"].to_list(), key="agent_complaints")


def renewals_due(look: Look, agent: Agent) -> None:
    """
    An agent's contracts that fall due in the next 90 days and aren't paid, with the forecast where there is one.
    """
    words = look.ctx.words
    with panel(words, "renewals of the agent"):
        found = ahead_of(of_agent(look, agent, "renewals"))
        count = int(found.rows["cases"].sum())
        finding = words.text("Unpaid, and due in the next 90 days; most premium at risk first")
        with framed(
            words.several("1 contract falls due", "{count} contracts fall due", count), finding, alone=True
        ):
            if _untold(look, "renewals", {"agent_id"}):
                return
            if not found.rows.height:
                st.info(words.text("No unpaid contract here."), icon=":material/task_alt:")
                return
            contracts_table(found, found.rows, {agent.key: agent.label}, columns=_RENEWALS)


def policies_suspended(look: Look, agent: Agent) -> None:
    """
    The policies an agent sold that lost their cover for want of a premium, and can still be brought back.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "suspended policies of the agent"):
        rows = suspended_of(look.figures, (("agent_id", (agent.key,)),))
        count = int(rows["cases"].sum())
        finding = words.text("Suspended for want of a premium; within two years cover can be reinstated")
        with framed(
            words.several("1 policy without cover", "{count} policies without cover", count), finding, alone=True
        ):
            if _untold(look, "policies", {"agent_id", "suspended_on"}):
                return
            if not rows.height:
                st.info(words.text("No policy is suspended."), icon=":material/task_alt:")
                return
            recorded = look.figures.recorded("policies") | {"reinstate_until_on"}
            hidden = set() if ctx.viewer.rights.personal else set(FACTS["policies"].personal)
            show_rows(
                rows.select(name for name in _SUSPENDED if name in recorded and name not in hidden),
                fact=FACTS["policies"],
                words=words,
                zone=ctx.zone,
                key="agent_suspended",
                total=rows.height,
                name=words.text("Policies without cover"),
            )


@remembered
def suspended_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    The policies that are suspended, those longest first: see `metrics.suspended`.
    """
    return chosen(in_suspension(figures.reader.rows("policies"), figures.terms), values).collect()


def _untold(look: Look, fact: str, needed: set[str]) -> bool:
    """
    Say that the source doesn't record what a list needs, if so.
    """
    is_untold = not needed <= look.figures.recorded(fact)
    if is_untold:
        nothing(look, pl.DataFrame({"not_recorded": [True]}))
    return is_untold
