"""
How long do claimants wait, for what, and who must be helped today?
"""

from __future__ import annotations

from dashboard.ui.annotations import annotate
from dashboard.ui.claim_ages import ageing_by, silence_panel
from dashboard.ui.claim_case import claim_if_asked
from dashboard.ui.claim_endings import endings_panel
from dashboard.ui.claim_holdups import documents_panel, holdups_panel
from dashboard.ui.claim_worklists import claims_waiting
from dashboard.ui.context import Context
from dashboard.ui.leg_table import periods_panel
from dashboard.ui.legs import legs_panel, strips_panel
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.rankings import ranking_panel
from dashboard.ui.rules import claim_rules_in_force
from dashboard.ui.states import side_by_side
from dashboard.ui.survivals import PAYMENTS, survival_panel
from dashboard.ui.trends import trend_panel
from dashboard.words import msgid

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("claims",)

# What needs action stands first.
FIGURES = (
    *("claims_overdue", "claims_open", "claim_cycle_days_median", "claim_cycle_days_p90"),
    *("claim_review_3d_rate", "claim_determination_on_time_rate", "claim_payment_on_time_rate"),
    *("refusal_notice_on_time_rate", "claim_acceptance_rate", "documents_per_claim"),
    *("documents_fetched_rate", "progress_update_rate"),
)

COMPARED = {
    "claim_type": msgid("Claim type"),
    "branch_id": msgid("Branch"),
    "team_id": msgid("Team"),
    "product_line": msgid("Product line"),
    "channel": msgid("Channel"),
}


def render(ctx: Context) -> None:
    """
    The figures, what waits and why, where the time goes, and where it differs.
    """
    ctx.require("claim-cycle")
    text = ctx.words.text
    heading(ctx, text("Claim cycle"), text("How long do claimants wait, for what, and who must be helped today?"))
    claims = look(ctx, "claims")
    cards(claims, FIGURES, key="cycle")
    claims_waiting(claims)
    left, right = side_by_side()
    with left:
        ageing_by(claims, "stage")
    with right:
        ageing_by(claims, "amount_band")
    silence_panel(claims)
    left, right = side_by_side()
    with left:
        trend_panel(claims, "claim_cycle_days_median")
    with right:
        trend_panel(claims, "claim_determination_on_time_rate")
    left, right = side_by_side()
    with left:
        legs_panel(claims)
    with right:
        strips_panel(claims)
    left, right = side_by_side()
    with left:
        survival_panel(claims, PAYMENTS)
    with right:
        endings_panel(claims)
    left, right = side_by_side()
    with left:
        holdups_panel(claims)
    with right:
        documents_panel(claims)
    left, right = side_by_side()
    with left:
        ranking_panel(claims, "claim_review_3d_rate", COMPARED)
    with right:
        ranking_panel(claims, "claim_determination_on_time_rate", COMPARED)
    periods_panel(claims)
    annotate(claims)
    claim_rules_in_force(ctx)
    claim_if_asked(claims)
