"""
What the pages' questions read of judged rows, besides what figures read: all else isn't kept in memory.
"""

from __future__ import annotations

from typing import Final

from dashboard.metrics.application_minutes import FILLING_READ, SPREAD_READ
from dashboard.metrics.application_shares import SHARES_READ
from dashboard.metrics.application_steps import ENDINGS_READ, FUNNEL_READ, GIVEN_UP_READ
from dashboard.metrics.claim_endings import ENDING_COLUMN
from dashboard.metrics.claim_holdups import READ as HOLDUPS_READ
from dashboard.metrics.claim_legs import LEG_COLUMNS
from dashboard.metrics.combinations import TYPICAL_READ
from dashboard.metrics.conduct_flags import FLAGS_READ
from dashboard.metrics.contact_shares import CONTACTS_READ as ASKED_OF_CONTACTS
from dashboard.metrics.contact_shares import TIERS_READ as ASKED_OF_TIERS
from dashboard.metrics.sale_records import RECORDS_READ
from dashboard.metrics.suitability import KINDS_READ

# `ui/complaints.py`
COMPLAINTS_READ: Final = (
    *("complaint_id", "customer_id", "handler_id", "cases"),
    *("branch_id", "team_id", "product_line", "channel"),
    *("source", "category", "cause", "handover_cause", "grade", "outcome", "merged_into_id", "redress_amount"),
    *("mediation_offered_at", "mediation_accepted_at", "mediation_ended_at", "mediator", "mediation_settled"),
    *("settlement_record_at", "review_requested_at", "escalated_at"),
    *("received_on", "stopped_on", "days", "is_counted", "is_open", "is_due", "is_answered", "is_in_time"),
)
# `ui/automation.py`
AUTOMATION_READ: Final = (
    *("incident_at", "reported_at", "documents_requested_at", "documents_completed_at", "decided_at", "paid_at"),
    *("closed_at", "audited_at", "decision", "amount_paid", "audit_amount_due", "amount_band", "product_line"),
    *("auto_eligible", "auto_decided", "fallout_reason", "instant_eligible"),
    *("days", "is_open", "is_counted", "is_adjudicated", "is_accepted", "is_refused", "is_paid", "is_automatic"),
    *("is_automation_known", "is_finished", "is_finishing", "is_straight_through", "is_instant_paid"),
    *("is_instant_finished", "is_instant_finishing", "is_auto_overturned", "is_touched", "is_decided"),
    *("decision_hours", "payment_hours"),
)
# All pages about claims.
CLAIMS_READ: Final = (
    *("claim_id", "cases", "claim_type", "reported_on", "decided_on", "paid_on", "ended_on"),
    *("is_payable", "is_paid", "days", "auto_decided", *LEG_COLUMNS, ENDING_COLUMN),
    *HOLDUPS_READ,
    *AUTOMATION_READ,
)
# Of judged renewals.
RENEWALS_READ: Final = (
    *("cases", "due_on", "matures_on", "lapsed_on", "renewed_on", "reminded_on", "outcome_on", "reinstated_on"),
    *("outcome", "auto_renew", "tenure_band", "premium_due", "premium_renewed", "premium_change_rate"),
    *("is_available", "is_invited", "is_due", "is_renewed", "is_mature", "is_maturing", "is_gross_mature"),
    *("is_priced", "is_lapsed", "is_reminded"),
)
# Of judged premiums.
PREMIUMS_READ: Final = (
    *("cases", "effective_on", "policy_month", "grace_ends_on", "grace_days", "suspended"),
    *("premium_first_year", "premium_kept", "is_to_continue", "is_mature", "is_persistent"),
)
# Of judged customers.
CUSTOMERS_READ: Final = ("cases", "silent_since", "is_holder", "is_dormant")
# Of judged applications.
APPLICATIONS_READ: Final = (
    *("cases", "started_on"),
    *(*FUNNEL_READ, *GIVEN_UP_READ, *ENDINGS_READ, *SPREAD_READ, *FILLING_READ, *SHARES_READ, *TYPICAL_READ),
)
# Of applications judged by how they were sold.
CONDUCT_READ: Final = (
    *("cases", "age_band", "term_band", "product_line", "channel"),
    *(*KINDS_READ, *RECORDS_READ, *FLAGS_READ),
)
# Of trainings judged.
TRAININGS_READ: Final = (
    *("cases", "agent_id", "topic", "due_on", "completed_on", "hours"),
    *("is_due", "is_on_time"),
)
# Of judged contacts, and of customers judged by their tier.
CONTACTS_READ: Final = ("cases", *ASKED_OF_CONTACTS)
TIERS_READ: Final = ASKED_OF_TIERS
