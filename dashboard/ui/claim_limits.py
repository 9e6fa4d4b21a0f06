"""
How does one claim stand to each of its limits, and why?
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.deadlines import sentences
from dashboard.metrics.claim_explanations import CLOCK_TITLES, claim_clocks
from dashboard.metrics.claim_timings import IN_TIME, LATE, LEFT, RUNNING
from dashboard.ui.case_parts import in_zone, sentences_list
from dashboard.ui.context import Context
from dashboard.ui.open_claims import CLOCKS
from dashboard.ui.page import Look
from dashboard.words import msgid

STATES: Final = {
    RUNNING: msgid("running"),
    IN_TIME: msgid("in time"),
    LATE: msgid("too late"),
    LEFT: msgid("nothing left to do"),
}


def limits_of_claim(timings: pl.DataFrame, ctx: Context) -> None:
    """
    Draw a line for each limit whose clock has begun: when, until when, and how it stands.

    Args:
        timings: As `claim_timings` gives them, of one claim.
        ctx: The language and the zone.
    """
    words = ctx.words
    st.markdown(f"**{words.text('Its limits')}**")
    rows = []
    for each in timings.iter_rows(named=True):
        done_at = in_zone(each["done_at"], ctx)
        state = words.text(STATES[each["state"]])
        if each["state"] == RUNNING:
            is_paused = each["due_at"] is None
            state = (
                words.text("paused: documents are awaited") if is_paused else words.time_left(each["hours_left"])
            )
        is_late = each["state"] == LATE or each["is_overdue"]
        rows.append(
            {
                "": ("■" if each["is_law"] else "▼") if is_late else "●",
                words.text("Limit"): words.text(CLOCKS[each["clock"]]),
                words.text("Began"): each["start_on"],
                words.column("due_on"): each["due_on"],
                words.text("Done"): done_at and done_at.replace(tzinfo=None),
                words.text("Stands"): state,
                words.text("Rule"): each["rule"],
            }
        )
    st.dataframe(
        pl.DataFrame(rows, infer_schema_length=None),
        hide_index=True,
        column_config={
            "": st.column_config.TextColumn("", width=36),
            words.text("Began"): st.column_config.DateColumn(format="YYYY-MM-DD"),
            words.column("due_on"): st.column_config.DateColumn(format="YYYY-MM-DD"),
            words.text("Done"): st.column_config.DatetimeColumn(format="YYYY-MM-DD HH:mm"),
        },
        placeholder="–",
        height="content",
        lazy=False,
        key="claim_limits",
    )


def why_so(look: Look, claim: Mapping[str, Any], now: datetime) -> None:
    """
    Each rule in sentences: what started its clock, what moved its end, and whether it was kept.
    """
    words, recorded = look.ctx.words, look.figures.recorded("claims")
    with st.expander(words.text("Why, rule by rule"), icon=":material/gavel:"):
        clocks = claim_clocks(claim, look.figures.on(now.date()).terms, recorded)
        for clock, explanation in clocks.items():
            st.markdown(f"**{words.text(CLOCK_TITLES[clock])}**")
            sentences_list(sentences(explanation, words))
