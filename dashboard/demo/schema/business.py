"""
Customers and contracts: who applied for what, what was issued, and how it went on.
"""

from __future__ import annotations

from dashboard.demo.schema.parts import (
    amounts,
    counts,
    days,
    instants,
    link,
    number,
    ratios,
    serial,
    table,
    truths,
    words,
)

HOUSEHOLD = table("household", number("household_no"), words("stage_code"), changed=False)

CUSTOMER = table(
    "customer",
    number("customer_no"),
    link("household.household_no"),
    link("agent.agent_no"),
    link("staff.staff_no", "manager_no", optional=True),
    words("full_name", required=True),
    words("segment_code lines_held"),
    counts("birth_year"),
    days("joined_on"),
    amounts("annual_income"),
    instants("last_talk_at last_review_at health_news_at profile_completed_at"),
)

PRODUCT = table(
    "product",
    number("product_no"),
    words("title line_code", required=True),
    counts("risk_level term_years grace_days free_look_days"),
    changed=False,
)

APPLICATION = table(
    "application",
    number("application_no"),
    link("customer.customer_no"),
    link("product.product_no"),
    link("agent.agent_no"),
    words("entry_code"),
    instants("opened_at", required=True),
    instants("submitted_at decided_at"),
    words("decision_code"),
    counts("active_seconds"),
    words("abandoned_step"),
    truths("ocr_used e_signed"),
    counts("fields_asked"),
    truths("decided_by_rule"),
    counts("applicant_age risk_tolerance"),
    amounts("declared_income premium_quoted"),
    truths("advised_to_stop recording_required recorded recording_passed declaration_required"),
    words("recommended_line"),
)

APPLICATION_STEP = table(
    "application_step",
    link("application.application_no", key=True),
    words("step_code", key=True),
    truths("required recorded"),
    instants("done_at"),
    changed=False,
)

QUALITY_FINDING = table(
    "quality_finding",
    number("finding_no"),
    link("application.application_no"),
    words("finding_code", required=True),
    instants("raised_at", required=True),
    truths("confirmed"),
    changed=False,
    indexed="application_no",
)

POLICY = table(
    "policy",
    number("policy_no"),
    link("application.application_no", optional=True),
    link("customer.customer_no"),
    link("product.product_no"),
    link("agent.agent_no"),
    link("agent.agent_no", "servicing_agent_no", optional=True),
    words("entry_code"),
    instants("applied_at"),
    instants("issued_at", required=True),
    days("effective_on expires_on"),
    amounts("annual_premium"),
    words("payment_code"),
    truths("auto_renewal"),
    instants("receipt_signed_at"),
    days("free_look_until"),
    link("policy.policy_no", "replaced_policy_no", optional=True),
    truths("replacement_declared"),
    indexed="application_no customer_no",
)

POLICY_EVENT = table(
    "policy_event",
    serial("event_no"),
    link("policy.policy_no"),
    words("event_code", required=True),
    instants("happened_at", required=True),
    days("takes_effect_on"),
    truths("succeeded"),
    changed=False,
    indexed="policy_no",
)

PREMIUM_INSTALMENT = table(
    "premium_instalment",
    number("instalment_no"),
    link("policy.policy_no"),
    counts("policy_month"),
    days("due_on", required=True),
    amounts("amount_due"),
    days("paid_on"),
    amounts("amount_paid"),
    words("exclusion_code"),
    truths("suspended"),
)

RENEWAL = table(
    "renewal",
    number("renewal_no"),
    link("policy.policy_no"),
    days("due_on", required=True),
    amounts("premium_due"),
    words("status_code"),
    days("status_on"),
    days("renewed_on new_term_from"),
    amounts("premium_renewed"),
    days("reinstated_on"),
    truths("offer_made"),
    ratios("tenure_years price_change"),
    counts("claims_last_year complaints_last_year holder_age"),
    instants("last_contact_at"),
)

REMINDER = table(
    "reminder",
    serial("reminder_no"),
    link("renewal.renewal_no"),
    counts("sequence_no"),
    instants("sent_at", required=True),
    words("medium_code"),
    changed=False,
    indexed="renewal_no",
)
