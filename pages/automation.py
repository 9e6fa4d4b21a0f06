"""
How many claims do rules decide and pay, why not more, and can it be trusted?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.automation_goal import goals_panel
from dashboard.ui.automation_instant import instant_panel
from dashboard.ui.automation_safety import safety_panel
from dashboard.ui.automation_times import time_panel, where_panel
from dashboard.ui.automation_ways import fallout_by_panel, fallout_panel, funnel_panel
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.states import side_by_side

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("claims",)

FIGURES = (
    *("auto_adjudication_rate", "straight_through_rate", "eligible_straight_through_rate", "instant_pay_rate"),
    *("auto_overturn_rate", "claim_acceptance_rate", "claim_review_3d_rate", "documents_fetched_rate"),
)


def render(ctx: Context) -> None:
    """
    The four definitions and their goals, what falls out and why, whether rules decide well, and where next.
    """
    ctx.require("automation")
    text = ctx.words.text
    heading(
        ctx,
        text("Automation"),
        text("How many claims do rules decide and pay, why not more, and can it be trusted?"),
    )
    claims = look(ctx, "claims")
    cards(claims, FIGURES, key="automation")
    goals_panel(claims)
    left, right = side_by_side()
    with left:
        fallout_panel(claims)
    with right:
        fallout_by_panel(claims)
    left, right = side_by_side()
    with left:
        funnel_panel(claims)
    with right:
        instant_panel(claims)
    safety_panel(claims)
    time_panel(claims)
    where_panel(claims)
    annotate(claims)
