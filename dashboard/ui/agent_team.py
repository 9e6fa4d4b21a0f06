"""
The team first: how it does as a whole, how its people compare fairly, and who they are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.agents import RATES
from dashboard.ui.agent_funnel import funnel_panel
from dashboard.ui.agent_learning import CERTIFICATES, licence_state
from dashboard.ui.agent_measures import SPOKEN, counts_in_words
from dashboard.ui.agent_tiles import team_tiles
from dashboard.ui.agents import counts_of
from dashboard.ui.campaign_effects import about
from dashboard.ui.frames import framed, nothing
from dashboard.ui.page import Look
from dashboard.ui.panels import cards
from dashboard.ui.people import Agent, ask_for_agent
from dashboard.ui.states import panel
from dashboard.ui.tables import FEW
from dashboard.words import Words

# Of people, by branch, team and channel alone; and of what they sold.
PEOPLE: Final = ("agents_active_rate", "policies_per_active_agent", "training_on_time_rate", "certification_rate")
SOLD: Final = ("renewal_rate", "renewal_premium_rate", "persistency_13m_rate", "persistency_25m_rate")
# What the list tells of each agent besides what they sold.
LISTED: Final = ("renewal_rate", "persistency_13m", "complaints_per_1000_sold", "training_on_time_rate")


def team_view(look: Look, agents: Mapping[str, Agent]) -> None:
    """
    The cards, the comparison, and the list of agents by name.
    """
    people, is_wider = about(look, "trainings")
    cards(people, PEOPLE, key="people")
    if is_wider:
        st.caption(
            look.ctx.words.text(
                "People and trainings aren't divided by product line and channel; these filters are left out of "
                "the figures above."
            )
        )
    cards(look, SOLD, key="sold")
    team_tiles(look)
    funnel_panel(look)
    agents_list(look, agents)


def agents_list(look: Look, agents: Mapping[str, Agent]) -> None:
    """
    Who they are, by name: nobody is ranked, and what is too little to judge says so. A click looks at an agent.
    """
    words = look.ctx.words
    picked = None
    with panel(words, "list of agents"):
        counts = counts_of(look.figures, look.selection.values, look.period, "agent_id")
        rows = counts.filter(pl.col("agent_id").is_in(list(agents)), pl.col("standing") == "here")
        title = words.text("{count} agents, by name", count=words.count(rows.height))
        with framed(
            title,
            words.text("A click shows what a talk with somebody needs; who has left is found above"),
            alone=True,
        ):
            if not rows.height:
                nothing(look, rows)
                return
            shown = listed(look, rows, agents)
            event: Any = st.dataframe(
                shown.drop("unit") if len(set(shown["team_id"])) > 1 else shown.drop("unit", "team_id"),
                hide_index=True,
                column_config=_columns(words),
                placeholder="–",
                height="content" if shown.height <= FEW else 460,
                key="agents_list",
                on_select="rerun",
                selection_mode="single-cell",
                lazy=False,
                alt=title,
            )
            picked = _picked(event["selection"]["cells"], shown["unit"].to_list())
    if picked:
        ask_for_agent(picked)


def listed(look: Look, rows: pl.DataFrame, agents: Mapping[str, Agent]) -> pl.DataFrame:
    """
    The list as people read it, by name: what is too few to judge stands as counts behind its sign.

    Args:
        look: What the page looks at.
        rows: As `counts_of` gives them, by agent.
        agents: Those listed, in the order in which they are read.

    Returns:
        A row per agent: `unit` (the id), `agent_id` (name and id), `team_id` (its name), `policies`, `premium`, a
        text for each of `LISTED`, `licence_until_on` and `sign` (of the licence).
    """
    words = look.ctx.words
    minimum = look.ctx.settings.display.minimum_cases
    by_key = {row["agent_id"]: row for row in rows.iter_rows(named=True)}
    found = []
    for key, agent in agents.items():
        row = by_key.get(key)
        if row is None:
            continue
        until = agent.licence_until_on
        told = {name: _cell(name, row, minimum, words) for name in LISTED}
        found.append(
            {
                "unit": key,
                "agent_id": agent.label,
                "team_id": look.names.of("team_id", agent.team_id),
                "policies": row["policies"],
                # In whole units, which is how a list is read.
                "premium": None if row["premium_first_year"] is None else round(row["premium_first_year"]),
                **told,
                "sign": CERTIFICATES[licence_state(agent, look.ctx.as_of)][0] if until else None,
                "licence_until_on": until,
            }
        )
    return pl.DataFrame(found, infer_schema_length=None)


def _cell(measure: str, row: Mapping[str, Any], minimum: int, words: Words) -> str | None:
    """
    A figure, or what it would rest on where that is too little; null over nothing.
    """
    observed, base, _ = RATES[measure]
    if row[measure] is None:
        return None
    if row[base] < minimum:
        return f"○ {counts_in_words(measure, row[observed], row[base], words)}"
    return words.figure(row[measure], MEASURES[measure].kind)


def _picked(cells: Sequence[tuple[int, str]], keys: Sequence[str]) -> str | None:
    """
    The agent of the cell just clicked, if any; a selection that stays looks at them once.
    """
    picked = (list(cells), keys[cells[0][0]]) if cells and cells[0][0] < len(keys) else None
    if picked is None or st.session_state.get("seen_agents_list") == picked:
        return None
    st.session_state["seen_agents_list"] = picked
    return picked[1]


def _columns(words: Words) -> dict[str, Any]:
    config = st.column_config
    return {
        "agent_id": config.TextColumn(words.column("agent_id"), pinned=True, width=170),
        "team_id": config.TextColumn(words.column("team_id"), width=110),
        "policies": config.NumberColumn(words.text("Policies sold"), format="localized"),
        "premium": config.NumberColumn(words.text("First-year premium"), format="localized"),
        **{
            name: config.TextColumn(
                words.text(SPOKEN[name].short), help=words.text(SPOKEN[name].title), alignment="right"
            )
            for name in LISTED
        },
        "sign": config.TextColumn("", width=30),
        "licence_until_on": config.DateColumn(words.text("Licence until"), format="YYYY-MM-DD", width=95),
    }
