"""
What must be answered today, what is already late, and why?
"""

from __future__ import annotations

from dashboard.ui.case import case_if_asked
from dashboard.ui.context import Context
from dashboard.ui.deadlines import working_day
from dashboard.ui.outlook import backtest_panel, calibration_panel
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.rules import rule_in_force
from dashboard.ui.states import side_by_side

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("complaints",)

FIGURES = (
    *("complaint_breaches_expected_7d", "complaints_due_7d", "complaint_on_time_rate", "complaints_overdue"),
)


def render(ctx: Context) -> None:
    """
    The list of this moment and what moves it; then how many will be late, and how good such forecasts were.
    """
    ctx.require("complaint-deadlines")
    text = ctx.words.text
    heading(
        ctx,
        text("Complaint deadlines"),
        text("What must be answered today, what is already late, and why?"),
    )
    complaints = look(ctx, "complaints", with_period=False)
    working_day(complaints)
    cards(complaints, FIGURES, key="deadlines")
    left, right = side_by_side()
    with left:
        backtest_panel(complaints)
    with right:
        calibration_panel(complaints)
    rule_in_force(ctx)
    case_if_asked(complaints)
