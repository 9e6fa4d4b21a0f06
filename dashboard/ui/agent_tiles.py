"""
What a team comes to besides its registered figures: people, what they bring in, and what goes wrong.
"""

from __future__ import annotations

import streamlit as st

from dashboard.ui.agent_measures import MEASURES, told, value_of
from dashboard.ui.agents import counts_of
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.words import Words

_RATIOS = ("complaints", "mis_selling", "flags", "early_claims")


def team_tiles(look: Look) -> None:
    """
    The counts of all units selected, added up.
    """
    words = look.ctx.words
    with panel(words, "team"):
        whole = (
            counts_of(look.figures, look.selection.values, look.period, "team_id")
            .drop("unit")
            .sum()
            .row(0, named=True)
        )
        grid = st.grid(4, min_column_width=165, gap="small", border=True, key="team_tiles")
        with grid.cell():
            st.metric(words.text("Headcount"), words.count(whole["headcount"]))
        for name in _RATIOS:
            measure = MEASURES[name]
            hits, base = whole[measure.hits] or 0, whole[measure.base] or 0
            with grid.cell():
                st.metric(
                    words.text(measure.short),
                    words.figure(value_of(measure, hits, base), measure.unit),
                    help=words.text(measure.title),
                )
                st.markdown(f":small[{told(measure, hits, base, words)}]")
