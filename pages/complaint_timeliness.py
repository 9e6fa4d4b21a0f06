"""
Are complaints answered in time, where aren't they, and what is waiting?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.bases import bases
from dashboard.ui.benchmarks import benchmark_panel
from dashboard.ui.clocks import choose_clock
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import ageing_panel, cards
from dashboard.ui.rankings import ranking_panel
from dashboard.ui.rules import rule_in_force
from dashboard.ui.states import side_by_side
from dashboard.ui.survivals import survival_panel
from dashboard.ui.trends import trend_panel
from dashboard.words import msgid

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("complaints",)

# What needs action stands first.
FIGURES = (
    *("complaints_overdue", "complaints_due_7d", "complaints_open", "complaints_received"),
    *("complaint_on_time_rate", "complaint_on_time_rate_closed", "complaint_days_median", "complaint_days_p90"),
    *("major_started_1d_rate", "fast_track_48h_rate", "first_contact_resolution_rate", "reopened_rate"),
    *("complaints_per_10k_policies", "complaints_per_100m_premium", "escalation_rate", "overturn_rate"),
)

COMPARED = {
    "category": msgid("Category"),
    "branch_id": msgid("Branch"),
    "team_id": msgid("Team"),
    "product_line": msgid("Product line"),
    "channel": msgid("Channel"),
}


def render(ctx: Context) -> None:
    """
    The working figures, how they move, what waits, where it differs, and the rule they are judged by.
    """
    ctx.require("complaint-timeliness")
    text = ctx.words.text
    heading(
        ctx,
        text("Complaint timeliness"),
        text("Are complaints answered in time, where aren't they, and what is waiting?"),
    )
    ctx = choose_clock(ctx)
    complaints = look(ctx, "complaints")
    cards(complaints, FIGURES, key="timeliness")
    bases(complaints)
    left, right = side_by_side()
    with left:
        trend_panel(complaints, "complaint_on_time_rate")
    with right:
        survival_panel(complaints)
    left, right = side_by_side()
    with left:
        ranking_panel(complaints, "complaint_on_time_rate", COMPARED)
    with right:
        ageing_panel(complaints)
    left, right = side_by_side()
    with left:
        trend_panel(complaints, "complaint_days_median")
    with right:
        trend_panel(complaints, "complaints_per_10k_policies")
    benchmark_panel(complaints)
    annotate(complaints)
    rule_in_force(ctx)
