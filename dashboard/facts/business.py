"""
The facts about business and people: what is sold, what renews, who buys, who sells, who has been trained.
"""

from __future__ import annotations

from dashboard.facts.cases import CHANNELS, PRODUCT_LINES
from dashboard.facts.model import (
    Column,
    Kind,
    code,
    columns,
    days,
    fact,
    instants,
    known_from,
    planned_days,
    texts,
    usual,
)

POLICIES = fact(
    "policies",
    texts("policy_id"),
    texts("customer_id", personal=True),
    instants("issued_at"),
    texts("product_id"),
    code("product_line", PRODUCT_LINES),
    code("channel", CHANNELS),
    texts("branch_id team_id agent_id servicing_agent_id"),
    instants("applied_at"),
    planned_days("effective_on term_end_on"),
    columns(Kind.MONEY, "premium"),
    code("payment_mode", "single annual half_yearly quarterly monthly"),
    columns(Kind.TRUTH, "auto_renew"),
    instants("receipt_signed_at"),
    planned_days("free_look_until_on"),
    instants("free_look_cancelled_at callback_at"),
    known_from("callback_at", columns(Kind.TRUTH, "callback_succeeded")),
    days("suspended_on reinstated_on ended_on"),
    code(
        "end_reason",
        "expired lapsed surrendered cancelled death claim_terminated insurer_declined replaced",
        came_with="ended_on",
    ),
    texts("replaced_policy_id"),
    columns(Kind.TRUTH, "replacement_declared"),
    keys=("policy_id",),
    dated="issued_at",
    order=(("applied_at", "issued_at"), ("effective_on", "term_end_on"), ("effective_on", "ended_on")),
)

RENEWALS = fact(
    "renewals",
    texts("renewal_id policy_id"),
    texts("customer_id", personal=True),
    planned_days("due_on", required=True),
    code("product_line", PRODUCT_LINES),
    code("channel", CHANNELS),
    columns(Kind.COUNT, "grace_days"),
    columns(Kind.MONEY, "premium_due"),
    days("renewed_on"),
    known_from("renewed_on", planned_days("new_term_from_on"), columns(Kind.MONEY, "premium_renewed")),
    days("outcome_on"),
    code(
        "outcome",
        "renewed lapsed cancelled insurer_declined claim_terminated",
        came_with="outcome_on renewed_on",
    ),
    columns(Kind.TRUTH, "auto_renew"),
    instants("reminded_at"),
    usual("reminder_channel", "sms wechat phone app"),
    columns(Kind.TRUTH, "offer_made"),
    days("reinstated_on"),
    columns(Kind.NUMBER, "tenure_years"),
    columns(Kind.COUNT, "claims_last_year complaints_last_year"),
    instants("last_contact_at"),
    columns(Kind.COUNT, "customer_age"),
    columns(Kind.NUMBER, "premium_change_rate"),
    # Without `dated`: a renewal that falls due next month is a fact today.
    keys=("renewal_id",),
)

PREMIUMS = fact(
    "premiums",
    texts("premium_id policy_id"),
    days("effective_on"),
    columns(Kind.COUNT, "policy_month"),
    planned_days("due_on"),
    columns(Kind.COUNT, "grace_days"),
    columns(Kind.MONEY, "premium_first_year premium_due"),
    days("paid_on"),
    known_from("paid_on", columns(Kind.MONEY, "premium_paid")),
    code("excluded_reason", "single free_look claim_ended waived transferred"),
    columns(Kind.TRUTH, "suspended"),
    code("product_line", PRODUCT_LINES),
    code("channel", CHANNELS),
    keys=("premium_id",),
    dated="effective_on",
    order=(("effective_on", "due_on"),),
)

APPLICATIONS = fact(
    "applications",
    texts("application_id"),
    instants("started_at submitted_at decided_at"),
    known_from("decided_at", texts("issued_policy_id")),
    code("channel", CHANNELS),
    texts("branch_id team_id agent_id product_id"),
    code("product_line", PRODUCT_LINES),
    # Of one that isn't sent yet it grows: what it came to isn't known before.
    known_from("submitted_at decided_at", columns(Kind.COUNT, "active_seconds")),
    code(
        "abandoned_step",
        "needs_analysis risk_assessment disclosure health_declaration signature",
        came_with="decided_at",
    ),
    columns(Kind.TRUTH, "ocr_used e_signed"),
    columns(Kind.COUNT, "fields_asked"),
    known_from("decided_at", columns(Kind.TRUTH, "underwriting_automatic")),
    code("outcome", "issued declined withdrawn abandoned open", came_with="decided_at"),
    texts("customer_id", personal=True),
    code("customer_segment", "high_net_worth family young small_business standard"),
    columns(Kind.COUNT, "customer_age"),
    columns(Kind.MONEY, "annual_income", personal=True),
    columns(Kind.COUNT, "risk_tolerance product_risk"),
    columns(Kind.NUMBER, "term_years"),
    columns(Kind.MONEY, "premium"),
    instants("needs_analysed_at risk_assessed_at"),
    columns(Kind.TRUTH, "advised_to_stop recording_required recorded recording_passed"),
    columns(Kind.TRUTH, "health_declaration_required"),
    instants("health_declared_at"),
    columns(Kind.COUNT, "steps_required steps_recorded"),
    code(
        "conduct_flag",
        "exaggeration hidden_exclusion forced_bundling induced_replacement blank_signature",
        came_with="flagged_at",
    ),
    instants("flagged_at"),
    columns(Kind.TRUTH, "flag_confirmed"),
    texts("recommended_product_line"),
    keys=("application_id",),
    dated="started_at",
    order=(("started_at", "submitted_at"), ("started_at", "decided_at")),
)

CUSTOMERS = fact(
    "customers",
    texts("customer_id name", personal=True),
    code("segment", "high_net_worth family young small_business standard"),
    texts("manager_id"),
    columns(Kind.COUNT, "birth_year", personal=True),
    days("joined_on"),
    instants("last_two_way_contact_at last_review_at health_news_sent_at"),
    Column("lines_held", Kind.CODES, vocabulary=tuple(PRODUCT_LINES.split())),
    instants("profile_completed_at"),
    keys=("customer_id",),
)

AGENTS = fact(
    "agents",
    texts("agent_id"),
    texts("name", personal=True),
    texts("team_id branch_id", required=True),
    texts("team_name branch_name region"),
    code("channel", CHANNELS),
    days("joined_on left_on"),
    planned_days("licence_until_on"),
    keys=("agent_id",),
    order=(("joined_on", "left_on"),),
)

TRAININGS = fact(
    "trainings",
    texts("training_id"),
    texts("agent_id", required=True),
    texts("team_id branch_id course"),
    code("topic", "product law ethics skills case_review cross_department"),
    planned_days("due_on", required=True),
    days("completed_on"),
    known_from("completed_on", columns(Kind.NUMBER, "hours score")),
    keys=("training_id",),
)

CERTIFICATIONS = fact(
    "certifications",
    texts("certification_id"),
    texts("agent_id", required=True),
    texts("team_id branch_id name"),
    days("issued_on"),
    planned_days("expires_on"),
    keys=("certification_id",),
    order=(("issued_on", "expires_on"),),
)
