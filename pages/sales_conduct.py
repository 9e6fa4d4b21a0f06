"""
Is what we sell suitable, is every step recorded, is nothing forbidden done, and do buyers keep what they bought?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.campaign_effects import about
from dashboard.ui.conduct_flags import flags_panel
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.replacements import after_sale_panel, replacements_panel
from dashboard.ui.sale_records import recordings_panel, steps_panel
from dashboard.ui.states import side_by_side
from dashboard.ui.trends import trend_panel
from dashboard.ui.unsuitable_sales import breaches_panel, rules_panel

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("applications", "policies", "complaints")

AT_THE_SALE = (
    *("suitability_breach_rate", "needs_analysis_rate", "recording_coverage_rate", "recording_pass_rate"),
    *("step_record_rate", "health_declaration_rate", "conduct_flags_confirmed"),
)
AFTERWARDS = (
    *("callback_success_rate", "free_look_cancellation_rate", "replacement_rate"),
    "misselling_complaint_rate",
)


def render(ctx: Context) -> None:
    """
    The figures of the sale and of what came after it, unsuitable sales by kind and rule, recordings and steps,
    flags, replacements, and complaints about sales by the month of the sale.
    """
    ctx.require("sales-conduct")
    text = ctx.words.text
    heading(
        ctx,
        text("Sales conduct"),
        text("Is what we sell suitable and properly recorded, and do buyers keep what they bought?"),
    )
    applications = look(ctx, "applications", also=("policies",))
    contracts, _ = about(applications.about("policies"), "policies")
    cards(applications, AT_THE_SALE, key="at_the_sale")
    cards(contracts, AFTERWARDS, key="after_the_sale")
    left, right = side_by_side()
    with left:
        breaches_panel(applications)
    with right:
        flags_panel(applications)
    left, right = side_by_side()
    with left:
        recordings_panel(applications)
    with right:
        steps_panel(applications)
    left, right = side_by_side()
    with left:
        replacements_panel(contracts)
    with right:
        after_sale_panel(contracts)
    left, right = side_by_side()
    with left:
        trend_panel(applications, "suitability_breach_rate")
    with right:
        trend_panel(contracts, "misselling_complaint_rate")
    rules_panel(applications)
    annotate(applications)
