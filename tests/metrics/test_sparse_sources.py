"""
A source that records little more than when a complaint came in: figures say so instead of failing or making it up.
"""

from __future__ import annotations

import pytest

from dashboard.metrics.before_after import before_after
from dashboard.metrics.causes import cause_rates, handovers, matrix, pareto
from dashboard.metrics.complainants import repeat_complainants
from dashboard.metrics.mediation import mediation_funnel, mediators, settlements_without_record
from dashboard.metrics.mediation_effect import mediation_effect
from dashboard.metrics.outcomes import outcome_mix, redress_by_outcome, upheld_rate
from dashboard.metrics.regulator import regulator_rates
from dashboard.metrics.signals import rising, surges
from dashboard.metrics.survival_curves import curves
from tests.metrics.crowd import AS_OF, ON, YEAR, judge, ledger
from tests.rows import local


@pytest.fixture(scope="module")
def rows():
    """
    Thirty open complaints of every month, of which nothing else is known.
    """
    return judge(
        {"complaint_id": f"c{month}-{number}", "received_at": local(f"2024-{month:02d}-03")}
        for month in range(1, 13)
        for number in range(30)
    )


def test_causes_nobody_coded(rows):
    """
    All are uncoded, in one cell, without a rate, and may still surge.
    """
    found = pareto(rows, period=YEAR)

    assert (360, 360, 0) == (found.cases, found.uncoded, found.causes.height)
    assert [(None, None, 360, 360.0, None)] == matrix(
        rows, period=YEAR, rows_by="cause", columns_by="branch_id"
    ).rows()
    assert cause_rates(rows, ledger(), months=[], as_of=AS_OF).is_empty()
    assert [(None, 360, 1.0)] == handovers(rows, period=YEAR).causes.select(
        "handover_cause", "cases", "share"
    ).rows()
    assert [None] == rising(rows, None, as_of=AS_OF)["cause"].to_list()
    assert surges(rows, as_of=AS_OF).cells.is_empty()
    assert before_after(rows, None, cause="slow", day=AS_OF, as_of=AS_OF).too_few


def test_customers_nobody_named(rows):
    """
    Unknown, not none.
    """
    assert repeat_complainants(rows, as_of=AS_OF) is None


def test_no_mediation_no_outcomes(rows):
    """
    Nothing was offered, nothing ended, nothing can be compared.
    """
    assert [0] * 5 == mediation_funnel(rows, period=YEAR)["cases"].to_list()
    assert mediators(rows, ON, period=YEAR).is_empty()
    assert settlements_without_record(rows, ON).is_empty()
    assert [None, None] == mediation_effect(rows, ON, period=YEAR)["difference"].to_list()
    assert outcome_mix(rows, period=YEAR).months.is_empty()
    assert [None] == upheld_rate(rows, period=YEAR)["rate"].to_list()
    assert redress_by_outcome(rows, period=YEAR).is_empty()


def test_no_ledger_no_rates(rows):
    """
    Every quarter is there, none has a rate.
    """
    found = regulator_rates(rows, ledger(), as_of=AS_OF, quarters=4)

    assert 8 == found.height
    assert found["per_100m"].is_null().all()
    assert found["provisional"].all()


def test_nobody_was_answered(rows):
    """
    All are still waiting, whatever the group.
    """
    found = curves(rows, period=YEAR, by="grade")

    assert (None,) == found.shown
    assert {1.0} == set(found.points["survival"])
