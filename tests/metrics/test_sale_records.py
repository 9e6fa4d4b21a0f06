"""
Recordings, steps and flags in groups: who is in which band, what is counted, and few cases that judge nobody.
"""

from __future__ import annotations

from datetime import date
from functools import partial

import pytest

from dashboard.metrics import sales_conduct
from dashboard.metrics.agent_cases import Measure, replaced
from dashboard.metrics.application_shares import shares
from dashboard.metrics.conduct_flags import flags_by_kind
from dashboard.metrics.sale_records import RECORDINGS, STEPS, retention_on, steps_recorded
from dashboard.metrics.unit_funnel import cases_of, unit_counts, unit_funnel
from dashboard.periods import Period
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

NOON = local("2024-03-15 12:00:00")
EVER = Period()
ON = terms(date(2024, 12, 31))
COVERAGE = RECORDINGS["recording_coverage_rate"]


def application(number, **known):
    return {"application_id": str(number), "started_at": NOON, "submitted_at": NOON} | known


def judged(*rows, on=ON):
    return sales_conduct.judged(rows_of_fact("applications", rows), on)


@pytest.mark.parametrize(("age", "band"), [(59, "0-59"), (60, "60-64"), (64, "60-64"), (65, "65+"), (None, None)])
def test_t59_who_turns_sixty_on_the_day_is_sixty(age, band):
    """
    T59: the birthday counts as reached, so that a sale to somebody of 60 is among those recorded for their age.
    """
    rows = judged(application(1, customer_age=age, recording_required=True, recorded=True))
    found = shares(rows, COVERAGE, period=EVER, by="age_band")

    assert found.select("age_band", "numerator", "denominator").rows() == [(band, 1, 1)]


@pytest.mark.parametrize(("years", "band"), [(0.5, "0-1"), (1, "0-1"), (2, "1+"), (None, None)])
def test_a_contract_of_a_year_is_a_short_one(years, band):
    """
    Longer than a year is longer than one.
    """
    assert judged(application(1, term_years=years)).collect()["term_band"].to_list() == [band]


def test_steps_are_counted_each_for_itself():
    """
    Whoever had to take a step, and of these who did; a step nobody had to take has no share.
    """
    rows = judged(
        application(1, term_years=10, needs_analysed_at=NOON, recording_required=True),
        application(2, term_years=10, needs_analysed_at=NOON, risk_assessed_at=NOON, cases=3),
        application(3, term_years=1),
    )
    found = {row[0]: row[1:] for row in steps_recorded(rows, period=EVER).drop("lower", "upper").rows()}

    assert list(found) == list(STEPS)
    assert found == {
        "needs_analysis": (1.0, 4, 4),
        "risk_assessment": (0.75, 3, 4),
        "recording": (0.0, 0, 1),
        "health_declaration": (None, 0, 0),
    }


def test_only_the_period_is_counted():
    """
    By the day the application was begun.
    """
    rows = judged(application(1, term_years=10))
    day, next_day = date(2024, 3, 15), date(2024, 3, 16)

    assert steps_recorded(rows, period=Period(day, next_day))["denominator"][0] == 1
    assert steps_recorded(rows, period=Period(next_day, None))["denominator"][0] == 0


@pytest.mark.parametrize(("day", "years"), [(date(2017, 10, 31), None), (date(2017, 11, 1), (5, 10, 2))])
def test_recordings_are_kept_since_the_measures_say_so(day, years):
    """
    The day before there was no rule.
    """
    rule = retention_on(day)

    assert (rule and (rule.short_years, rule.long_years, rule.dispute_years)) == years


def test_flags_by_kind_with_their_days():
    """
    The most frequent first; days count from the decision on the contract, and only where it came first.
    """
    flagged = {"outcome": "issued", "decided_at": local("2024-03-20"), "conduct_flag": "exaggeration"}
    rows = judged(
        application(1, **flagged, flagged_at=local("2024-03-20"), flag_confirmed=True),
        application(2, **flagged, flagged_at=local("2024-03-30"), flag_confirmed=False),
        application(3, **flagged, flagged_at=local("2024-03-19"), flag_confirmed=None),
        application(4, **flagged | {"conduct_flag": None}, flagged_at=local("2024-04-01"), flag_confirmed=True),
        application(5),
        application(6, **flagged, flagged_at=local("2025-01-01"), flag_confirmed=True),
    )

    assert flags_by_kind(rows, period=EVER).rows() == [
        ("exaggeration", 3, 2, 1, 0.5, 10, 10),
        (None, 1, 1, 1, 1.0, 12, 12),
    ]


def test_t62_five_of_five_judge_nobody():
    """
    T62: five good ones of five may be 57 of 100, and an agent with five contracts is too small to judge.
    """
    good = [application(each, recording_required=True, recorded=True, channel="app") for each in range(5)]
    five = shares(judged(*good), COVERAGE, period=EVER, by="channel").row(0, named=True)
    agents = ["small"] * 5 + ["large"] * 20
    contracts = [
        {"policy_id": str(each), "customer_id": str(each), "issued_at": NOON, "agent_id": agent}
        for each, agent in enumerate(agents)
    ]
    sold = rows_of_fact("policies", contracts)
    facts = {"policies": sold, "agents": rows_of_fact("agents", [])}.__getitem__
    measure = Measure("replacement_rate", partial(replaced, linked=sold), "rate", "down", {})
    cases = cases_of(measure, ON, EVER)
    cells = cases(facts).select("observed", "base").sum().collect()
    counts = unit_counts(facts, cases)
    found = unit_funnel(counts, measure, cells=cells, spread=0.0, by="agent_id", strata=(), fewest=20)

    assert (five["lower"], five["upper"]) == (pytest.approx(0.566, abs=1e-3), pytest.approx(1.0))
    assert dict(found.select("unit", "size").rows()) == {"small": 5, "large": 20}
    assert dict(found.select("unit", "verdict").rows())["small"] == "too_few"
