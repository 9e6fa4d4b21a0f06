"""
How many claims do rules decide and pay, why not more, and can it be trusted?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.states import side_by_side
from dashboard.ui.trends import trend_panel

FIGURES = (
    *("auto_adjudication_rate", "straight_through_rate", "eligible_straight_through_rate", "instant_pay_rate"),
    *("auto_overturn_rate",),
)


def render(ctx: Context) -> None:
    """
    The four definitions side by side, what falls out, and whether rules decide well.
    """
    text = ctx.words.text
    heading(
        ctx,
        text("Automation"),
        text("How many claims do rules decide and pay, why not more, and can it be trusted?"),
    )
    claims = look(ctx, "claims")
    cards(claims, FIGURES, key="automation")
    left, right = side_by_side()
    with left:
        trend_panel(claims, "auto_adjudication_rate")
    with right:
        trend_panel(claims, "straight_through_rate")
    annotate(claims)
