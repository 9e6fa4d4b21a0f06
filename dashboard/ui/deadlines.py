"""
The working list of complaint deadlines, live: tiles, list, calendar, what changed. Drawn again every minute.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import streamlit as st

from dashboard.charts.due_calendar import due_calendar
from dashboard.deadlines import days_between
from dashboard.metrics.worklist import due_by_day
from dashboard.ui.changing import changes_panel
from dashboard.ui.frames import framed, nothing, show_chart
from dashboard.ui.live import Live, live
from dashboard.ui.page import Look
from dashboard.ui.states import panel, side_by_side
from dashboard.ui.worklists import choose_day, working_list

EVERY: Final = timedelta(minutes=1)
# This week and the six after it.
WEEKS: Final = 7


@st.fragment(run_every=EVERY)
def working_day(look: Look) -> None:
    """
    What waits at this moment: how many, which, when they fall due, and what changed since the day began.
    """
    words = look.ctx.words
    with panel(words, "working day"):
        if not look.figures.can_tell("complaints_overdue"):
            st.info(
                words.text(
                    "When complaints are due can't be told: the source doesn't record what {rule} needs.",
                    rule=look.ctx.regime.id,
                ),
                icon=":material/info:",
            )
            return
        now = live(look)
        working_list(now)
        left, right = side_by_side()
        with left:
            _calendar(now)
        with right:
            changes_panel(now)


def _calendar(now: Live) -> None:
    """
    What falls due on which day of the next weeks; a click narrows the list to one.
    """
    look, words = now.look, now.look.ctx.words
    first = now.today - timedelta(days=now.today.weekday())
    before = first + timedelta(weeks=WEEKS)
    picked = None
    with panel(words, "due calendar"):
        table = days_between(look.ctx.rules.calendar, first, before)
        days = due_by_day(now.rows.lazy(), table, due_from=first, due_before=before)
        total = int(days["cases"].sum())
        finding = words.text("{count} fall due in these seven weeks; click a day", count=words.count(total))
        with framed(words.text("What falls due when"), finding):
            if not now.rows.height:
                nothing(look, days)
                return
            drawn = due_calendar(days, words=words, colours=look.ctx.colours, today=now.today)
            picked = show_chart(drawn, key="due_calendar", alt=finding)
    if picked:
        choose_day(date.fromisoformat(picked))
        st.rerun(scope="fragment")
