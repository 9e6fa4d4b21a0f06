"""
Sources that don't record everything about claims: what can't be told is said to be not recorded, and is never 0.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.metrics import claim_crowd
from tests.metrics.asking import ALL_RECORDED, OF_CLAIMS, claim_figures, terms
from tests.metrics.oracle_claim_sums import Sums
from tests.metrics.oracle_claims import known
from tests.rows import SHANGHAI

AS_OF = date(2024, 9, 14)
CROWD = claim_crowd.claims(5, 400)
STRAIGHT = {"straight_through_rate", "eligible_straight_through_rate"}
BY_RULES = {"auto_adjudication_rate", "auto_overturn_rate"} | STRAIGHT
ON_MERITS = {
    "claim_acceptance_rate",
    "documents_per_claim",
    "documents_fetched_rate",
    "instant_pay_rate",
} | BY_RULES
# What waits for the final payment.
PAID = {
    "claim_cycle_days_median",
    "claim_cycle_days_p90",
    "claim_payment_on_time_rate",
    "instant_pay_rate",
} | STRAIGHT
STATES = {"claims_open", "claims_overdue"}
DECIDED = {"claim_determination_on_time_rate", "claim_review_3d_rate", "refusal_notice_on_time_rate"}


@pytest.mark.parametrize(
    ("missing", "names"),
    [
        ("decided_at", ON_MERITS | DECIDED | {"claims_overdue"}),
        ("decision", ON_MERITS | {"refusal_notice_on_time_rate"}),
        ("documents_completed_at", {"claim_review_3d_rate"}),
        ("documents_first_at", set()),
        ("documents_requested_at", set()),
        ("agreed_at", {"claim_payment_on_time_rate"}),
        ("paid_at", PAID),
        ("closed_at", set()),
        ("closed_at paid_at", PAID | STATES),
        ("closed_at refusal_told_at", STATES | {"refusal_notice_on_time_rate"}),
        ("refusal_told_at", {"refusal_notice_on_time_rate"}),
        ("documents_submitted", {"documents_per_claim", "documents_fetched_rate"}),
        ("documents_fetched", {"documents_fetched_rate"}),
        ("progress_due", {"progress_update_rate"}),
        ("progress_sent", {"progress_update_rate"}),
        ("auto_decided", BY_RULES),
        ("auto_eligible", {"eligible_straight_through_rate"}),
        ("touches_before_decision touches_total audited_at", set()),
        ("instant_eligible", {"instant_pay_rate"}),
        ("instant_paid", {"instant_pay_rate"}),
        ("overturned_at", {"auto_overturn_rate"}),
    ],
    # A set has no order of its own, and every process must call a test alike.
    ids=lambda value: "+".join(sorted(value)) or "none" if isinstance(value, set) else value.replace(" ", "+"),
)
def test_what_a_source_lacks_is_not_recorded(missing, names):
    """
    The figures that need a missing column say so, with neither a value nor a count; by group and by month, too.
    """
    lacking = set(missing.split())
    recorded = ALL_RECORDED | {"claims": ALL_RECORDED["claims"] - lacking}
    rows = [{name: value for name, value in row.items() if name not in lacking} for row in CROWD]
    for by in ([], ["branch_id"], ["month"]):
        found = claim_figures(rows, terms(AS_OF), recorded=recorded, by=by)

        assert names == {name for name, frame in found.items() if frame["not_recorded"].any()}
        for name in names:
            assert [(None, None, None, 0)] == found[name].select(
                "value", "numerator", "denominator", "cases"
            ).rows()


@pytest.mark.parametrize(
    "missing",
    [
        "documents_first_at",
        "documents_requested_at",
        "touches_total",
        "touches_before_decision",
        "audited_at",
        "closed_at",
        "cases",
    ],
)
def test_what_can_be_told_without_a_column_is_told_as_if_it_were_empty(missing):
    """
    The clock runs from the report, nothing was asked for, nobody touched it, nothing was audited, none was closed.
    """
    recorded = ALL_RECORDED | {"claims": ALL_RECORDED["claims"] - {missing}}
    rows = [row | {missing: None} for row in CROWD]
    found = claim_figures(rows, terms(AS_OF), recorded=recorded)
    sums = Sums(known(rows, AS_OF, SHANGHAI), (), as_of=AS_OF, first=None, before=None)

    for name in OF_CLAIMS:
        answer = sums.answer(name, ())
        value = None if answer.value is None else pytest.approx(float(answer.value))
        assert (value, answer.above) == (found[name]["value"].item(), found[name]["numerator"].item()), name


def test_a_source_of_reports_alone():
    """
    It says how many there were, and of everything else that it isn't recorded.
    """
    recorded = ALL_RECORDED | {"claims": frozenset({"claim_id", "reported_at"})}
    rows = [{name: row[name] for name in ("claim_id", "reported_at")} for row in CROWD]
    found = claim_figures(rows, terms(AS_OF), recorded=recorded)

    assert {"claims_reported"} == {name for name, frame in found.items() if not frame["not_recorded"].item()}
    assert len(CROWD) == found["claims_reported"]["value"].item()


def test_no_claims_at_all():
    """
    Nothing of nothing: counts are zero, shares and days are unknown.
    """
    found = claim_figures([], terms(AS_OF))

    for name, kpi in OF_CLAIMS.items():
        assert (0 if kpi.unit == "count" else None) == found[name]["value"].item()
        assert not found[name]["not_recorded"].item()
