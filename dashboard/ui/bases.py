"""
Two ways to count "on time", side by side, and why they differ.
"""

from __future__ import annotations

import streamlit as st

from dashboard.ui.page import Look
from dashboard.ui.states import panel

DUE_BASIS, CLOSED_BASIS = "complaint_on_time_rate", "complaint_on_time_rate_closed"


def bases(look: Look) -> None:
    """
    Say how far the rate of closed cases lies from the rate of due ones, and what makes the difference.
    """
    words = look.ctx.words
    with panel(words, "bases"):
        found = look.figures.of([DUE_BASIS, CLOSED_BASIS], look.period, look.selection.values)
        due, closed = (found[name].row(0, named=True) for name in (DUE_BASIS, CLOSED_BASIS))
        if due["value"] is None or closed["value"] is None:
            return
        late_and_open = look.figures.one("complaints_overdue", look.period, look.selection.values)
        said = words.text(
            "By due day {due} were on time, of those closed {closed} ({difference}).",
            due=words.figure(due["value"], "rate"),
            closed=words.figure(closed["value"], "rate"),
            difference=words.points(closed["value"] - due["value"]),
        )
        why = words.text(
            "The first counts what fell due, open or not. The second counts only what was closed: the {open} open "
            "overdue complaints are missing from it, and cases closed before their due day count early.",
            open=words.count(late_and_open["value"]),
        )
        st.markdown(f":small[{said} :gray[{why}]]")
