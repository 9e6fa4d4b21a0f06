"""
The stable names of all figures, those of the registry and those still to come.

Settings may hold a target for any of them, so that one settings file serves every version of the dashboard.
"""

from __future__ import annotations

from typing import Final

_COMPLAINTS = """
complaints_received complaints_open complaints_overdue complaints_due_7d complaint_on_time_rate
complaint_on_time_rate_closed complaint_days_median complaint_days_p90 complaint_breaches_expected_7d
major_started_1d_rate fast_track_48h_rate first_contact_resolution_rate complaints_per_10k_policies
complaints_per_100m_premium reopened_rate escalation_rate overturn_rate mediation_acceptance_rate
mediation_success_rate settlement_record_rate
"""
_CLAIMS = """
claims_reported claims_open claims_overdue claim_cycle_days_median claim_cycle_days_p90 claim_review_3d_rate
claim_determination_on_time_rate claim_payment_on_time_rate refusal_notice_on_time_rate claim_acceptance_rate
documents_per_claim documents_fetched_rate progress_update_rate
auto_adjudication_rate straight_through_rate eligible_straight_through_rate instant_pay_rate auto_overturn_rate
"""
_RENEWALS = """
renewal_rate renewal_premium_rate lapse_rate in_grace_save_rate reminder_coverage_rate auto_renew_rate
persistency_13m_rate persistency_25m_rate dormant_customers reengagement_uplift
"""
_CONDUCT = """
suitability_breach_rate needs_analysis_rate recording_coverage_rate recording_pass_rate step_record_rate
health_declaration_rate callback_success_rate free_look_cancellation_rate replacement_rate conduct_flags_confirmed
misselling_complaint_rate
"""
_SERVICE = """
application_minutes_median application_minutes_p90 application_3min_rate application_conversion_rate
e_signature_rate ocr_rate
answered_rate ai_handled_rate ai_resolution_rate manager_coverage_rate review_coverage_rate
agents_active_rate policies_per_active_agent training_on_time_rate case_review_rate certification_rate
conduct_cases_on_time_rate conduct_substantiated_rate
"""

KPI_NAMES: Final = (
    *_COMPLAINTS.split(),
    *_CLAIMS.split(),
    *_RENEWALS.split(),
    *_CONDUCT.split(),
    *_SERVICE.split(),
)
