"""
The agents somebody may see: what they are called, which of them is looked at, and what of a page is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.metrics import chosen
from dashboard.reader import Reader
from dashboard.ui.address import chosen_one
from dashboard.ui.names import agent_labels
from dashboard.ui.page import Look

# The agent looked at, in the session and in the address.
AGENT: Final = "agent"
EVERYBODY: Final = "all"
# Who is to be looked at next: a choice can't be changed once it is drawn.
_ASKED: Final = "agent_asked"


@dataclass(frozen=True, slots=True)
class Agent:
    """
    One agent, as far as the viewer may know them.

    Attributes:
        key: Their id.
        label: Their name and id; the id alone where names are hidden.
        team_id: Where they belong.
        branch_id: Likewise.
        joined_on: Since when; null if not recorded.
        left_on: Until when; null while they are here.
        licence_until_on: When their licence expires.
    """

    key: str
    label: str
    team_id: str
    branch_id: str
    joined_on: date | None
    left_on: date | None
    licence_until_on: date | None


def _key(reader: Reader) -> tuple[str, str]:
    return reader.version_id, reader.viewer.scope


@st.cache_resource(max_entries=50, show_spinner=False, hash_funcs={Reader: _key})
def _agents(reader: Reader) -> pl.DataFrame:
    columns = ("agent_id", "team_id", "branch_id", "joined_on", "left_on", "licence_until_on")
    return reader.rows("agents").select(columns).collect()


def agents_of(look: Look) -> dict[str, Agent]:
    """
    The agents of the branches and teams selected, by id, in the order in which they are read.
    """
    labels = agent_labels(look.ctx.reader)
    units = tuple(pair for pair in look.selection.values if pair[0] in ("branch_id", "team_id"))
    rows = chosen(_agents(look.ctx.reader).lazy(), units).collect()
    # A day that hasn't come says nothing yet of who is here.
    left = [day if day is not None and day <= look.ctx.as_of else None for day in rows["left_on"]]
    found = [
        Agent(
            row["agent_id"],
            labels[row["agent_id"]],
            row["team_id"],
            row["branch_id"],
            row["joined_on"],
            left_on,
            row["licence_until_on"],
        )
        for row, left_on in zip(rows.iter_rows(named=True), left, strict=True)
    ]
    return {agent.key: agent for agent in sorted(found, key=lambda agent: (agent.label, agent.key))}


def chosen_agent(look: Look, agents: Mapping[str, Agent]) -> Agent | None:
    """
    Draw the choice of whom to look at and return them; None: everybody. An agent looks at themselves.
    """
    words, viewer = look.ctx.words, look.ctx.viewer
    if viewer.bound_by == "agent_id":
        # Nobody else is there to be chosen, whatever stands in the address.
        return next(iter(agents.values()), None)
    asked = st.session_state.pop(_ASKED, None)
    if asked is not None:
        st.session_state[AGENT] = asked
    picked = chosen_one(
        words.text("Look at"),
        [EVERYBODY, *agents],
        EVERYBODY,
        key=AGENT,
        name_of=lambda key: words.text("Everybody") if key == EVERYBODY else agents[key].label,
        width=300,
    )
    return agents.get(picked)


def look_at(key: str) -> None:
    """
    Have the page look at an agent, or with `EVERYBODY` at all, when it is drawn next.
    """
    st.session_state[_ASKED] = key


def ask_for_agent(key: str) -> None:
    """
    Have the page look at an agent now.
    """
    look_at(key)
    st.rerun()


def of_agent(look: Look, agent: Agent, fact: str) -> Look:
    """
    The same period of another fact, of one agent alone: the other filters are left out.
    """
    own = replace(look.selection, values=(("agent_id", (agent.key,)),))
    return replace(look.about(fact), selection=own)
