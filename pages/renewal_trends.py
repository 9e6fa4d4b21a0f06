"""
Do customers stay with us, is that changing, and where does the premium go that doesn't come back?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.rankings import Split, ranking_panel
from dashboard.ui.reminders import lapses_panel, reminders_panel
from dashboard.ui.renewal_cohorts import fan_panel, gross_panel, renewed_panel, tenures
from dashboard.ui.renewal_premiums import bridge_panel, triangle_panel
from dashboard.ui.states import side_by_side
from dashboard.ui.trends import trend_panel
from dashboard.words import msgid

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("renewals",)

FIGURES = (
    *("renewal_rate", "renewal_premium_rate", "lapse_rate", "in_grace_save_rate"),
    *("reminder_coverage_rate", "auto_renew_rate"),
)
PERSISTENCY = ("persistency_13m_rate", "persistency_25m_rate")

COMPARED = {
    "product_line": msgid("Product line"),
    "channel": msgid("Channel"),
    "branch_id": msgid("Branch"),
    "team_id": msgid("Team"),
    "tenure_band": msgid("Years with us"),
}


def render(ctx: Context) -> None:
    """
    The figures, the months and their age, where it differs, the premium, how contracts end, and persistency.
    """
    ctx.require("renewal-trends")
    text = ctx.words.text
    heading(
        ctx,
        text("Renewal trends"),
        text("Do customers stay, is that changing, and where does the premium go that doesn't come back?"),
    )
    renewals = look(ctx, "renewals")
    cards(renewals, FIGURES + PERSISTENCY, key="renewals")
    left, right = side_by_side()
    with left:
        renewed_panel(renewals)
    with right:
        fan_panel(renewals)
    left, right = side_by_side()
    with left:
        ranking_panel(renewals, "renewal_rate", COMPARED, {"tenure_band": Split("tenure_years", tenures)})
    with right:
        gross_panel(renewals)
    left, right = side_by_side()
    with left:
        bridge_panel(renewals)
    with right:
        lapses_panel(renewals)
    left, right = side_by_side()
    with left:
        trend_panel(renewals, "lapse_rate")
    with right:
        reminders_panel(renewals)
    triangle_panel(renewals)
    annotate(renewals)
