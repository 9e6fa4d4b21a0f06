"""
Sales conduct: who is counted, and both sides of each edge.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics import KPIS, evaluate_many
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import local, rows_of_fact

NOON = local("2024-05-02 12:00:00")
A_SECOND_LATER = local("2024-05-02 12:00:01")


def figure(name, **known):
    row = {"application_id": "1", "started_at": local("2024-05-01 10:00:00"), "submitted_at": NOON} | known
    facts = {"applications": rows_of_fact("applications", [row])}.__getitem__
    asked = evaluate_many([KPIS[name]], facts, terms(date(2024, 6, 15)), recorded=ALL_RECORDED, by=[])
    found = asked[name].row(0, named=True)
    return found["numerator"], found["denominator"]


@pytest.mark.parametrize(("at", "counted"), [(NOON, (1, 1)), (A_SECOND_LATER, (0, 1)), (None, (0, 1))])
def test_needs_are_analysed_before_the_application_is_sent(at, counted):
    """
    At the same instant is in time; a second later, or never, isn't.
    """
    assert figure("needs_analysis_rate", term_years=2, needs_analysed_at=at) == counted


def test_a_contract_of_a_year_needs_no_analysis():
    """
    Long-term is longer than a year.
    """
    assert figure("needs_analysis_rate", term_years=1, needs_analysed_at=NOON) == (0, 0)


@pytest.mark.parametrize(("at", "counted"), [(NOON, (1, 1)), (A_SECOND_LATER, (0, 1)), (None, (0, 1))])
def test_health_is_declared_by_the_decision(at, counted):
    """
    Both sides of the instant; what was declined needed none.
    """
    known = {"decided_at": NOON, "health_declaration_required": True, "health_declared_at": at}

    assert figure("health_declaration_rate", outcome="issued", **known) == counted
    assert figure("health_declaration_rate", outcome="declined", **known) == (0, 0)


@pytest.mark.parametrize(
    ("required", "recorded", "passed", "coverage", "passing"),
    [
        (True, True, True, (1, 1), (1, 1)),
        (True, True, False, (1, 1), (0, 1)),
        (True, True, None, (1, 1), (0, 0)),
        (True, None, None, (0, 1), (0, 0)),
        (False, True, True, (0, 0), (0, 0)),
    ],
)
def test_only_sales_that_had_to_be_recorded_count(required, recorded, passed, coverage, passing):
    """
    Nothing known of a recording is none; a recording not checked yet neither passed nor failed.
    """
    known = {"recording_required": required, "recorded": recorded, "recording_passed": passed}

    assert figure("recording_coverage_rate", **known) == coverage
    assert figure("recording_pass_rate", **known) == passing


@pytest.mark.parametrize(("confirmed", "counted"), [(True, (1, 1)), (False, (0, 1)), (None, (0, 0))])
def test_a_flag_counts_once_it_is_decided(confirmed, counted):
    """
    Whether confirmed must be known.
    """
    known = {"conduct_flag": "exaggeration", "flagged_at": NOON, "flag_confirmed": confirmed}

    assert figure("conduct_flags_confirmed", **known) == counted
