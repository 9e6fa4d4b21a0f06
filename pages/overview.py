"""
In five seconds: are customers treated well, and on time? And what needs somebody's attention now?
"""

from __future__ import annotations

from dashboard.ui.attention import attention
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.states import side_by_side
from dashboard.ui.trends import trend_panel

FIRST = (
    "complaint_on_time_rate",
    "complaints_overdue",
    "complaint_days_median",
    "complaints_received",
)


def render(ctx: Context) -> None:
    """
    The first figures of the company, what needs attention, and how the two that matter most have moved.
    """
    ctx.require("overview")
    text = ctx.words.text
    heading(ctx, text("Overview"), text("Are customers treated well, and on time?"))
    complaints = look(ctx, "complaints")
    cards(complaints, FIRST, key="overview")
    attention(complaints)
    left, right = side_by_side()
    with left:
        trend_panel(complaints, "complaint_on_time_rate")
    with right:
        trend_panel(complaints, "complaints_received")
    ctx.page_link("complaint-timeliness", text("More on complaint timeliness"))
