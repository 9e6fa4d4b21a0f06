"""
The facts about cases: what customers complain of, what they claim, and who touched a claim.
"""

from __future__ import annotations

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

CHANNELS = "app wechat web phone counter letter social regulator agent"
PRODUCT_LINES = "life health accident motor property"

COMPLAINTS = fact(
    "complaints",
    texts("complaint_id"),
    texts("customer_id", personal=True),
    texts("policy_id claim_id"),
    instants("received_at"),
    code("product_line", PRODUCT_LINES),
    code("channel", CHANNELS),
    code("source", "direct regulator media"),
    usual("category", "sales claims service surrender renewal"),
    usual(
        "cause",
        "benefits_exaggerated terms_unclear signature_forged claims_too_slow refusal_disputed"
        " deductible_misunderstood too_many_documents hard_to_reach staff_attitude surrender_loss"
        " surrender_delayed charge_disputed",
    ),
    code("initial_grade", "simple ordinary complex major"),
    code("grade", "simple ordinary complex major", came_with="regraded_at", formerly="initial_grade"),
    instants("regraded_at"),
    texts("branch_id team_id agent_id handler_id"),
    instants("regulator_received_at acknowledged_at investigation_started_at"),
    columns(Kind.COUNT, "paused_days"),
    columns(Kind.TRUTH, "pause_told"),
    known_from("extension_approved_at", columns(Kind.COUNT, "extension_days")),
    instants("extension_approved_at"),
    code("extension_approver", "branch head_office superior", came_with="extension_approved_at"),
    instants("extension_told_at decided_at informed_at closed_at withdrawn_at"),
    known_from("closed_at", texts("merged_into_id")),
    texts("reopened_of_id"),
    code(
        "outcome",
        "upheld partly_upheld rejected settled withdrawn merged invalid",
        came_with="decided_at withdrawn_at closed_at",
    ),
    known_from("decided_at closed_at", columns(Kind.TRUTH, "first_contact_resolved")),
    instants("mediation_offered_at mediation_accepted_at mediation_ended_at"),
    code("mediator", "claims_lead third_party", came_with="mediation_accepted_at"),
    known_from("mediation_ended_at", columns(Kind.TRUTH, "mediation_settled")),
    instants("settlement_record_at review_requested_at escalated_at review_decided_at"),
    known_from("review_decided_at", columns(Kind.TRUTH, "overturned")),
    known_from("decided_at closed_at", columns(Kind.MONEY, "redress_amount")),
    usual("handover_cause", "sales_underwriting underwriting_claims sales_claims"),
    keys=("complaint_id",),
    dated="received_at",
    order=(
        ("received_at", "acknowledged_at"),
        ("received_at", "investigation_started_at"),
        ("received_at", "decided_at"),
        ("received_at", "informed_at"),
        ("received_at", "closed_at"),
        ("received_at", "withdrawn_at"),
    ),
)

CLAIMS = fact(
    "claims",
    texts("claim_id policy_id"),
    texts("customer_id", personal=True),
    instants("reported_at"),
    code("product_line", PRODUCT_LINES),
    code("claim_type", "medical critical_illness death accident motor property"),
    code("channel", CHANNELS),
    texts("branch_id team_id agent_id handler_id"),
    instants(
        "incident_at registered_at documents_first_at documents_requested_at documents_completed_at"
        " decided_at agreed_at refusal_told_at first_paid_at paid_at closed_at"
    ),
    code("decision", "paid part_paid refused withdrawn cancelled", came_with="decided_at closed_at"),
    columns(Kind.MONEY, "amount_claimed"),
    known_from("first_paid_at paid_at", columns(Kind.MONEY, "amount_paid")),
    columns(
        Kind.COUNT,
        "document_requests documents_submitted documents_fetched progress_due progress_sent",
    ),
    instants("last_progress_at"),
    columns(Kind.TRUTH, "auto_eligible"),
    known_from(
        "decided_at",
        columns(Kind.TRUTH, "auto_decided"),
        columns(Kind.COUNT, "touches_before_decision touches_total"),
    ),
    usual(
        "fallout_reason",
        "missing_documents coverage_unclear amount_limit fraud_score data_mismatch system_error quality_sample",
    ),
    columns(Kind.TRUTH, "instant_eligible"),
    known_from("first_paid_at paid_at", columns(Kind.TRUTH, "instant_paid")),
    instants("overturned_at audited_at"),
    known_from("audited_at", columns(Kind.MONEY, "audit_amount_due")),
    columns(Kind.TRUTH, "disputed_nondisclosure"),
    keys=("claim_id",),
    dated="reported_at",
    order=(
        ("incident_at", "reported_at"),
        ("reported_at", "registered_at"),
        ("reported_at", "decided_at"),
        ("reported_at", "agreed_at"),
        ("reported_at", "refusal_told_at"),
        ("reported_at", "first_paid_at"),
        ("reported_at", "paid_at"),
        ("reported_at", "closed_at"),
        ("documents_first_at", "documents_completed_at"),
        ("decided_at", "agreed_at"),
        ("decided_at", "refusal_told_at"),
        ("decided_at", "overturned_at"),
        ("first_paid_at", "paid_at"),
    ),
    within=(
        ("documents_fetched", "documents_submitted"),
        ("touches_before_decision", "touches_total"),
    ),
)

CLAIM_TOUCHES = fact(
    "claim_touches",
    texts("touch_id"),
    texts("claim_id", required=True),
    instants("at"),
    texts("actor step note_code"),
    keys=("touch_id",),
    dated="at",
    optional=True,
)

CONDUCT_CASES = fact(
    "conduct_cases",
    texts("conduct_case_id"),
    instants("reported_at"),
    code("source", "hotline internal regulator customer"),
    usual("category", "misleading_sale signature_forged rebate premium_misused data_leaked"),
    texts("branch_id team_id"),
    texts("agent_id", personal=True),
    instants("accepted_at decided_at"),
    known_from("decided_at", columns(Kind.TRUTH, "substantiated")),
    code("discipline", "none warning fine dismissed blacklisted", came_with="decided_at"),
    columns(Kind.TRUTH, "anonymous"),
    keys=("conduct_case_id",),
    dated="reported_at",
    order=(("reported_at", "accepted_at"), ("reported_at", "decided_at")),
)

INTERACTIONS = fact(
    "interactions",
    texts("interaction_id"),
    texts("customer_id", personal=True),
    instants("at"),
    code("channel", CHANNELS),
    code("direction", "in out"),
    columns(Kind.TRUTH, "two_way"),
    code("handled_by", "ai person"),
    usual(
        "topic",
        "policy_enquiry claim_progress renewal_payment product_enquiry complaint change_of_details",
    ),
    texts("issue_id"),
    columns(Kind.TRUTH, "answered"),
    columns(Kind.COUNT, "wait_seconds"),
    columns(Kind.TRUTH, "resolved handed_over"),
    keys=("interaction_id",),
    dated="at",
)

CAMPAIGNS = fact(
    "campaigns",
    texts("contact_id campaign"),
    texts("customer_id", personal=True),
    texts("policy_id"),
    code("arm", "treated holdout"),
    days("assigned_on"),
    instants("contacted_at"),
    planned_days("outcome_due_on"),
    known_from("outcome_due_on", columns(Kind.TRUTH, "renewed"), columns(Kind.MONEY, "premium")),
    keys=("contact_id",),
    dated="assigned_on",
    order=(("assigned_on", "outcome_due_on"),),
)

EXPOSURE = fact(
    "exposure",
    days("month"),
    texts("branch_id"),
    code("product_line", PRODUCT_LINES),
    columns(Kind.COUNT, "policies_in_force insured_persons"),
    columns(Kind.MONEY, "premium_written"),
    keys=("month", "branch_id", "product_line"),
    nullable_keys=("branch_id", "product_line"),
    dated="month",
)

VIEWERS = fact(
    "viewers",
    texts("email", personal=True),
    Column("role", Kind.TEXT, required=True),
    # Somebody bound to several units has a row for each.
    keys=("email", "role", "branch_id", "team_id", "agent_id"),
    nullable_keys=("branch_id", "team_id", "agent_id"),
    optional=True,
)
