"""
Everything for a talk with one agent: how they do beside their team, what waits for them, what they have learnt.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from dashboard.errors import SourceError
from dashboard.keeping import Action
from dashboard.ui.address import begin_with_one, write
from dashboard.ui.agent_figures import figures_panel, trends_panels
from dashboard.ui.agent_learning import certificates_held, trainings_list
from dashboard.ui.agent_sheet import one_to_one
from dashboard.ui.agent_words import who_in_words
from dashboard.ui.agent_work import complaints_open, policies_suspended, renewals_due
from dashboard.ui.auditing import filters_now, note
from dashboard.ui.case import case_if_asked
from dashboard.ui.kept import logged
from dashboard.ui.literal import literal
from dashboard.ui.page import Look
from dashboard.ui.people import EVERYBODY, Agent, look_at
from dashboard.ui.states import not_entered, panel, side_by_side
from dashboard.words import Words, msgid

_VIEW: Final = "view"
# Of whom the audit log knows already that they are looked at.
_ENTERED: Final = "agent_entered"
_VIEWS: Final[Mapping[str, str]] = {"profile": msgid("Profile"), "sheet": msgid("One-to-one sheet")}


def profile(look: Look, agent: Agent) -> None:
    """
    Draw who it is, and either everything about them or the sheet to print.
    """
    words = look.ctx.words
    if not _entered(look, agent):
        return
    with panel(words, "agent"):
        _who(look, agent)
    view = _chosen_view(words)
    if view == "sheet":
        with panel(words, "one-to-one sheet"):
            one_to_one(look, agent)
        return
    figures_panel(look, agent)
    trends_panels(look, agent)
    complaints_open(look, agent)
    renewals_due(look, agent)
    policies_suspended(look, agent)
    left, right = side_by_side()
    with left:
        trainings_list(look, agent)
    with right:
        certificates_held(look, agent)
    case_if_asked(look.about("complaints"))


def _entered(look: Look, agent: Agent) -> bool:
    """
    Enter into the audit log that an agent is looked at, once until another is; false: it couldn't be entered.
    """
    if look.ctx.viewer.bound_by == "agent_id" or st.session_state.get(_ENTERED) == agent.key:
        return True
    try:
        note(look.ctx, Action.CASE, f"Agent {agent.key}", filters=filters_now())
    except SourceError as error:
        not_entered(look.ctx.words, logged(error))
        return False
    st.session_state[_ENTERED] = agent.key
    return True


def _who(look: Look, agent: Agent) -> None:
    """
    The agent's name, where they belong, since when, and until when their licence holds.
    """
    words = look.ctx.words
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(literal(agent.label), anchor=False)
        if look.ctx.viewer.bound_by != "agent_id":
            st.button(
                words.text("Back to everybody"),
                icon=":material/arrow_back:",
                type="tertiary",
                on_click=look_at,
                args=(EVERYBODY,),
            )
    st.caption(literal(" · ".join(who_in_words(look, agent))))
    st.caption(
        words.text(
            "Figures are of this agent alone; the filters of branch, team, product line and channel are left out."
        )
    )


def _chosen_view(words: Words) -> str:
    begin_with_one(_VIEW, list(_VIEWS), "profile")
    st.segmented_control(
        words.text("View"),
        list(_VIEWS),
        format_func=lambda view: words.text(_VIEWS[view]),
        key=_VIEW,
        label_visibility="collapsed",
        required=True,
    )
    view = str(st.session_state[_VIEW])
    write(_VIEW, [view], is_default=view == "profile")
    return view
