"""
The registry: complete, consistent with the facts, and helpful about misspelt names.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.errors import SettingsError
from dashboard.facts import FACTS
from dashboard.metrics import KPIS, kpi
from dashboard.metrics.judging import also_read, judged_rows
from dashboard.metrics.kpis import GROUP_KEYS
from dashboard.metrics.names import KPI_NAMES
from tests.metrics.asking import facts_of, terms

NAMES = [
    *("complaints_received", "complaints_open", "complaints_overdue", "complaints_due_7d"),
    "complaint_breaches_expected_7d",
    *("complaint_on_time_rate", "complaint_on_time_rate_closed", "complaint_days_median", "complaint_days_p90"),
    *("major_started_1d_rate", "fast_track_48h_rate"),
    *("complaints_per_10k_policies", "complaints_per_100m_premium"),
    *("first_contact_resolution_rate", "reopened_rate", "escalation_rate", "overturn_rate"),
    *("mediation_acceptance_rate", "mediation_success_rate", "settlement_record_rate"),
    *("claims_reported", "claims_open", "claims_overdue", "claim_cycle_days_median", "claim_cycle_days_p90"),
    *("claim_review_3d_rate", "claim_determination_on_time_rate", "claim_payment_on_time_rate"),
    *("refusal_notice_on_time_rate", "claim_acceptance_rate"),
    *("documents_per_claim", "documents_fetched_rate", "progress_update_rate"),
    *("auto_adjudication_rate", "straight_through_rate", "eligible_straight_through_rate", "instant_pay_rate"),
    "auto_overturn_rate",
    *("renewal_rate", "renewal_premium_rate", "lapse_rate", "in_grace_save_rate", "reminder_coverage_rate"),
    *("auto_renew_rate", "persistency_13m_rate", "persistency_25m_rate"),
    *("dormant_customers", "reengagement_uplift"),
    *("agents_active_rate", "policies_per_active_agent", "certification_rate"),
    *("training_on_time_rate", "case_review_rate"),
    *("conduct_cases_on_time_rate", "conduct_substantiated_rate"),
    *("application_minutes_median", "application_minutes_p90", "application_3min_rate"),
    *("application_conversion_rate", "e_signature_rate", "ocr_rate"),
    *("answered_rate", "ai_handled_rate", "ai_resolution_rate"),
    *("manager_coverage_rate", "review_coverage_rate"),
    *("suitability_breach_rate", "needs_analysis_rate", "recording_coverage_rate", "recording_pass_rate"),
    *("step_record_rate", "health_declaration_rate", "conduct_flags_confirmed"),
    *("callback_success_rate", "free_look_cancellation_rate", "replacement_rate", "misselling_complaint_rate"),
]


def test_the_names_are_the_promised_ones():
    """
    Stable ids, each under its own name.
    """
    assert NAMES == list(KPIS) == [each.id for each in KPIS.values()]


@pytest.mark.parametrize("each", KPIS.values(), ids=KPIS)
def test_a_kpi_is_wholly_defined(each):
    """
    Words for everything, a denominator unless it is a count, a day unless it is a state, columns that exist.
    """
    rows, on = facts_of([])(each.fact), terms(date(2024, 6, 30))
    exposures = {name: facts_of([])(name).collect() for name in also_read([each])}
    also = [facts_of([])(name) for name in each.also]
    judged = judged_rows(each.judge, rows, on, exposures, also=also).collect_schema()
    columns = (each.among, each.hits, each.pending, each.amount, each.base, each.chance, each.day)
    used = {name for name in columns if name}

    assert all([each.title, each.question.endswith("?"), each.numerator, each.source])
    assert (each.unit in ("count", "expected")) == (each.denominator is None)
    assert (each.unit in ("rate", "days", "minutes", "difference")) == (
        each.hits is not None or each.base is not None
    )
    assert (each.unit == "difference") == (each.against is not None)
    assert each.amount is None or (each.hits is None and each.unit in ("rate", "mean"))
    assert (each.unit == "mean") == (each.amount is not None and each.base is None)
    assert each.unit != "rate" or each.amount or each.parts
    assert (each.date_basis == "as_of") == (each.day is None) == (each.stock_by_month is not None)
    assert (each.unit in ("days", "minutes")) == (each.quantile is not None)
    assert (each.unit == "ratio") == (each.exposure is not None) == (each.per is not None)
    assert (each.unit == "expected") == (each.chance is not None) == (each.interval is not None)
    assert used <= set(judged.names())
    assert {str(judged[name]) for name in used if name.startswith("is_")} == {"Boolean"}
    assert {name for alternatives in each.needs for name in alternatives} <= set(FACTS[each.fact].schema)
    assert each.min_n > 0


def test_splits_are_columns_of_the_fact_and_never_personal():
    """
    Whoever sees a figure may see its groups.
    """
    for fact, keys in GROUP_KEYS.items():
        assert set(keys) <= set(FACTS[fact].schema)
        assert not set(keys) & set(FACTS[fact].personal)


@pytest.mark.parametrize(("rule", "kind"), [("CN-2020-3", "law"), ("guide-30", "code")])
def test_deadline_figures_are_as_binding_as_their_rule(rule, kind):
    """
    Under a law late is unlawful; under a promise it is a broken promise. Durations are the house's own.
    """
    on = terms(date(2024, 6, 30), rule)

    assert kind == KPIS["complaints_overdue"].kind_under(on) == KPIS["complaint_on_time_rate"].kind_under(on)
    assert "internal" == KPIS["complaint_days_median"].kind_under(on)


def test_a_misspelt_kpi_gets_a_suggestion():
    """
    Or the list, if nothing is near.
    """
    assert KPIS["complaints_open"] is kpi("complaints_open")
    with pytest.raises(SettingsError, match='did you mean "complaints_open"'):
        kpi("complaint_open")
    with pytest.raises(SettingsError, match="write one of complaints_received"):
        kpi("zzz")


def test_the_registry_uses_stable_names():
    """
    Every figure has one of the names that settings, exports and other people's scripts may rely on; none twice.
    """
    assert set(KPIS) <= set(KPI_NAMES)
    assert len(set(KPI_NAMES)) == len(KPI_NAMES)
