"""
Why do customers complain, what is getting worse, and does what we do about it help?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.causes import matrix_panel, pareto_panel, rising_panel
from dashboard.ui.context import Context
from dashboard.ui.endings import complainants_panel, handovers_panel, outcomes_panel
from dashboard.ui.fixes import fixes_panel
from dashboard.ui.mediations import funnel_panel, mediators_panel, unrecorded_panel
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.states import side_by_side
from dashboard.ui.surging import surges_panel

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("complaints",)

FIGURES = (
    *("complaints_received", "complaints_per_10k_policies", "escalation_rate", "overturn_rate"),
    *("mediation_acceptance_rate", "mediation_success_rate", "settlement_record_rate", "reopened_rate"),
)


def render(ctx: Context) -> None:
    """
    What surges and rises first, then the causes by size and place, what was done about them, and how they end.
    """
    ctx.require("complaint-causes")
    text = ctx.words.text
    heading(
        ctx,
        text("Complaint causes"),
        text("Why do customers complain, what is getting worse, and does what we do about it help?"),
    )
    complaints = look(ctx, "complaints")
    left, right = side_by_side()
    with left:
        surges_panel(complaints)
    with right:
        rising_panel(complaints)
    cards(complaints, FIGURES, key="causes")
    left, right = side_by_side()
    with left:
        pareto_panel(complaints)
    with right:
        matrix_panel(complaints)
    left, right = side_by_side()
    with left:
        fixes_panel(complaints)
    with right:
        outcomes_panel(complaints)
    left, right = side_by_side()
    with left:
        funnel_panel(complaints)
    with right:
        mediators_panel(complaints)
    unrecorded_panel(complaints)
    left, right = side_by_side()
    with left:
        handovers_panel(complaints)
    with right:
        complainants_panel(complaints)
    annotate(complaints)
