"""
What happens to customers: claims, complaints, contacts and campaigns.
"""

from __future__ import annotations

import sqlalchemy as sa

from dashboard.demo.schema.parts import amounts, counts, days, instants, link, number, serial, table, truths, words

CLAIM = table(
    "claim",
    number("claim_no"),
    link("policy.policy_no"),
    link("team.team_no"),
    link("staff.staff_no", "handler_no", optional=True),
    words("type_code entry_code"),
    instants("incident_at"),
    instants("reported_at", required=True),
    instants("registered_at proofs_first_at proofs_asked_at proofs_complete_at decided_at agreed_at"),
    instants("refusal_sent_at closed_at"),
    words("decision_code"),
    amounts("amount_claimed"),
    counts("document_rounds updates_owed updates_sent"),
    instants("last_update_at"),
    truths("rule_eligible decided_by_rule"),
    words("fallout_code"),
    truths("instant_eligible paid_instantly"),
    instants("overturned_at"),
    truths("disputed_nondisclosure"),
    indexed="policy_no",
)

CLAIM_DOCUMENT = table(
    "claim_document",
    serial("document_no"),
    link("claim.claim_no"),
    words("kind_code"),
    instants("received_at"),
    truths("fetched"),
    changed=False,
    indexed="claim_no",
)

CLAIM_PAYMENT = table(
    "claim_payment",
    serial("payment_no"),
    link("claim.claim_no"),
    counts("sequence_no"),
    amounts("amount"),
    instants("paid_at", required=True),
    truths("is_final"),
    changed=False,
    indexed="claim_no",
)

CLAIM_EVENT = table(
    "claim_event",
    number("event_no"),
    link("claim.claim_no"),
    instants("happened_at", required=True),
    words("step_code", required=True),
    link("staff.staff_no", optional=True),
    words("note_code"),
    changed=False,
    indexed="claim_no happened_at",
)

CLAIM_AUDIT = table(
    "claim_audit",
    number("audit_no"),
    link("claim.claim_no"),
    instants("audited_at", required=True),
    amounts("amount_due"),
    changed=False,
    indexed="claim_no",
)

# The business number came with the present system: cases taken over from the old one may lack it.
COMPLAINT = table(
    "complaint",
    serial("case_no"),
    words("complaint_no", 20),
    link("customer.customer_no"),
    link("policy.policy_no", optional=True),
    link("claim.claim_no", optional=True),
    link("team.team_no"),
    link("agent.agent_no", optional=True),
    link("staff.staff_no", "handler_no", optional=True),
    words("entry_code origin_code category_code cause_code first_grade"),
    instants("received_at regulator_received_at decided_at informed_at closed_at withdrawn_at"),
    words("merged_into_no earlier_complaint_no", 20),
    words("outcome_code"),
    truths("solved_at_once"),
    amounts("redress_amount"),
    words("handover_code"),
)
sa.Index("ux_complaint_complaint_no", COMPLAINT.c.complaint_no, unique=True)

COMPLAINT_EVENT = table(
    "complaint_event",
    serial("event_no"),
    link("complaint.case_no"),
    words("event_code", required=True),
    instants("happened_at", required=True),
    words("grade_code authority_code"),
    counts("days"),
    truths("told changed"),
    changed=False,
    indexed="case_no",
)

MEDIATION = table(
    "mediation",
    serial("mediation_no"),
    link("complaint.case_no"),
    instants("offered_at", required=True),
    instants("accepted_at ended_at"),
    words("mediator_code"),
    truths("settled"),
    instants("record_kept_at"),
    changed=False,
    indexed="case_no",
)

CONTACT = table(
    "contact",
    number("contact_no"),
    link("customer.customer_no"),
    link("agent.agent_no", optional=True),
    instants("happened_at", required=True),
    words("entry_code direction_code"),
    truths("two_way by_robot"),
    words("topic_code"),
    words("issue_no", 20),
    truths("answered"),
    counts("wait_seconds"),
    truths("solved passed_on"),
)

CAMPAIGN = table(
    "campaign",
    number("campaign_no"),
    words("title", required=True),
    days("started_on result_on"),
    changed=False,
)

CAMPAIGN_MEMBER = table(
    "campaign_member",
    number("member_no"),
    link("campaign.campaign_no"),
    link("customer.customer_no"),
    link("policy.policy_no"),
    words("arm_code", required=True),
    days("assigned_on", required=True),
    instants("called_at"),
    days("result_due_on"),
    truths("renewed"),
    amounts("premium"),
)
