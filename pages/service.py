"""
Are customers answered, soon and for good, by whom, and are they looked after as their tier promises?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.campaign_effects import about
from dashboard.ui.comparisons import comparison_panel
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.reminders import reminders_panel
from dashboard.ui.service import CONTACTS, TIERS, hours_panel, switches_panel, waits_panel
from dashboard.ui.sleeping import silence_panel
from dashboard.ui.states import side_by_side
from dashboard.ui.trends import trend_panel

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("interactions",)

FIGURES = (
    *("answered_rate", "ai_handled_rate", "ai_resolution_rate"),
    *("manager_coverage_rate", "review_coverage_rate", "dormant_customers", "reminder_coverage_rate"),
)


def render(ctx: Context) -> None:
    """
    The figures, when customers come, how long they wait, where it differs, and who is looked after.
    """
    ctx.require("service")
    text = ctx.words.text
    heading(
        ctx,
        text("Service"),
        text("Are customers answered, soon and for good, and looked after as promised?"),
    )
    contacts = look(ctx, "interactions")
    cards(contacts, FIGURES, key="service")
    hours_panel(contacts)
    left, right = side_by_side()
    with left:
        waits_panel(contacts)
    with right:
        trend_panel(contacts, "answered_rate")
    left, right = side_by_side()
    with left:
        comparison_panel(contacts, CONTACTS)
    with right:
        switches_panel(contacts)
    left, right = side_by_side()
    with left:
        comparison_panel(contacts, TIERS)
    with right:
        silence_panel(contacts)
    left, right = side_by_side()
    with left:
        reminders_panel(about(contacts, "renewals")[0].about("renewals"))
    with right:
        trend_panel(contacts, "ai_handled_rate")
    annotate(contacts)
