"""
Who is about to leave, what is at stake, who should call, and does calling help?
"""

from __future__ import annotations

from dashboard.ui.campaign_effects import campaign_panel
from dashboard.ui.context import Context
from dashboard.ui.falling_due import ahead_of
from dashboard.ui.forecast_honesty import honesty_panels
from dashboard.ui.page import heading, look
from dashboard.ui.renewals_ahead import working_list
from dashboard.ui.sleeping import silence_panel, sleeping_list
from dashboard.ui.states import side_by_side

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("renewals",)


def render(ctx: Context) -> None:
    """
    The list of what falls due and may be lost; whether calling helps; who sleeps; and how good the forecast is.
    """
    ctx.require("renewals-at-risk")
    text = ctx.words.text
    heading(
        ctx,
        text("Renewals at risk"),
        text("Who is about to leave, what is at stake, who should call, and does calling help?"),
    )
    renewals = look(ctx, "renewals", with_period=False)
    ahead = ahead_of(renewals)
    working_list(ahead)
    left, right = side_by_side()
    with left:
        campaign_panel(renewals)
    with right:
        silence_panel(renewals)
    honesty_panels(ahead)
    sleeping_list(renewals)
