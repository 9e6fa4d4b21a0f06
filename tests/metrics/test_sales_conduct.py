"""
Sales conduct: who is counted, and both sides of each edge.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics import KPIS, evaluate_many, rows_of
from dashboard.metrics.sales_conduct import judged
from dashboard.metrics.suitability import BREACHED, KINDS, breaches_by_kind, suitability_rules
from dashboard.periods import Period
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


# Suits: sixty, but the premium is half of the income and no more; the risk is what the customer can bear.
SUITABLE = {
    "outcome": "issued",
    "decided_at": local("2026-03-01 09:00:00"),
    "submitted_at": NOON,
    "customer_age": 60,
    "annual_income": 120_000,
    "premium": 60_000,
    "term_years": 10,
    "risk_tolerance": 3,
    "product_risk": 3,
    "needs_analysed_at": NOON,
    "risk_assessed_at": NOON,
    "advised_to_stop": False,
}


def kinds(**known):
    """
    The kinds in which a contract is unsuitable, and those in which it is tested.
    """
    row = {"application_id": "1", "started_at": local("2024-05-01 10:00:00")} | SUITABLE | known
    rows = judged(rows_of_fact("applications", [row]), terms(date(2026, 6, 15)))
    found = breaches_by_kind(rows, period=Period()).filter(tested=1)
    assert figure_at(row) == (int(found["breaches"].sum() > 0), int(found.height > 0))
    return set(found.filter(breaches=1)["kind"]), set(found["kind"])


def figure_at(row):
    facts = {"applications": rows_of_fact("applications", [row])}.__getitem__
    name = "suitability_breach_rate"
    found = evaluate_many([KPIS[name]], facts, terms(date(2026, 6, 15)), recorded=ALL_RECORDED)[name]
    return found["numerator"][0], found["denominator"][0]


def test_a_suitable_contract_is_tested_in_every_way():
    """
    At the edge of each rule it is still suitable.
    """
    assert kinds() == (set(), set(KINDS))


@pytest.mark.parametrize(
    ("known", "broken"),
    [
        ({"premium": 60_000.01}, {"elderly"}),
        ({"premium": 60_000.01, "customer_age": 59}, set()),
        ({"premium": 60_000.01, "term_years": 1, "needs_analysed_at": None}, set()),
        ({"customer_age": 64, "premium": 36_000.01}, set()),
        ({"customer_age": 65, "premium": 36_000}, set()),
        ({"customer_age": 65, "premium": 36_000.01}, {"elderly"}),
        ({"customer_age": 65, "premium": 36_000.01, "decided_at": local("2026-01-31 23:59:59")}, set()),
        ({"product_risk": 4}, {"risk_averse"}),
        ({"needs_analysed_at": A_SECOND_LATER}, {"no_needs_analysis"}),
        ({"needs_analysed_at": None, "risk_assessed_at": None}, {"no_needs_analysis", "no_risk_test"}),
        ({"risk_assessed_at": A_SECOND_LATER}, {"no_risk_test"}),
        ({"risk_assessed_at": None, "product_risk": 2}, set()),
        ({"advised_to_stop": True}, {"against_advice"}),
    ],
)
def test_each_kind_of_breach_has_two_sides(known, broken):
    """
    A cent, a year, a grade, a second, a day more.
    """
    assert kinds(**known)[0] == broken


@pytest.mark.parametrize(
    ("known", "untested"),
    [
        ({"annual_income": None, "premium": 90_000}, {"elderly"}),
        ({"annual_income": 0, "premium": 90_000}, {"elderly"}),
        ({"risk_tolerance": None}, {"risk_averse"}),
        ({"advised_to_stop": None}, {"against_advice"}),
        ({"outcome": "declined", "premium": 90_000}, set(KINDS)),
        ({"decided_at": local("2024-02-29 23:59:59"), "premium": 90_000}, set(KINDS)),
    ],
)
def test_what_is_not_known_is_no_breach(known, untested):
    """
    Nor is it tested; what wasn't issued, or before the rules, isn't either.
    """
    broken, tested = kinds(**known)

    assert (broken, set(KINDS) - tested) == (set(), untested)


@pytest.mark.parametrize("kind", KINDS)
def test_the_contracts_of_a_kind_can_be_listed(kind):
    """
    Exactly those that are unsuitable in this way, whatever else is wrong with them.
    """
    wrongs = {"elderly": {"premium": 90_000}, "risk_averse": {"product_risk": 5}, "no_needs_analysis":
              {"needs_analysed_at": None}, "no_risk_test": {"risk_assessed_at": None},
              "against_advice": {"advised_to_stop": True}}  # fmt: skip
    every = {name: value for wrong in wrongs.values() for name, value in wrong.items()}
    told = [*wrongs.items(), ("all", every), ("none", {})]
    rows = [
        {"application_id": name, "started_at": local("2024-05-01 10:00:00")} | SUITABLE | known
        for name, known in told
    ]
    facts = {"applications": rows_of_fact("applications", rows)}.__getitem__
    asked = {"group": {BREACHED[kind]: True}, "part": "numerator"}
    listed = rows_of(KPIS["suitability_breach_rate"], facts, terms(date(2026, 6, 15)), **asked).collect()

    assert set(listed["application_id"]) == {kind, "all"}


def test_who_may_not_see_incomes_is_told_the_same():
    """
    The income comes from the rows that are linked; without it nobody could tell what was too dear.
    """
    row = {"application_id": "1", "started_at": local("2024-05-01 10:00:00")} | SUITABLE | {"premium": 90_000}
    linked = rows_of_fact("applications", [row]).select("application_id", "customer_age", "annual_income")
    hidden = rows_of_fact("applications", [row | {"annual_income": None}])
    day = terms(date(2026, 6, 15))

    told = judged(hidden, day, linked).collect()
    assert told["is_unsuitable"].to_list() == [True]
    # Nor does judging bring it back.
    assert told["annual_income"].to_list() == [None]
    assert set(told.columns) == set(judged(hidden, day).collect_schema())
    assert judged(hidden, day).collect()["is_unsuitable"].to_list() == [False]


def test_every_rule_says_since_when_and_by_whom():
    """
    Ids are told apart, kinds are known, sources are words.
    """
    rules = suitability_rules()

    assert len({each.id for each in rules}) == len(rules)
    assert [each.kind for each in rules] == sorted((each.kind for each in rules), key=KINDS.index)
    assert {each.kind for each in rules} == set(KINDS)
    assert all(each.source and each.effective_from for each in rules)


@pytest.mark.parametrize(
    ("required", "recorded", "counted"),
    [(5, 5, (5, 5)), (5, 4, (4, 5)), (5, 6, (5, 5)), (0, 0, (0, 0)), (None, 4, (0, 0)), (5, None, (0, 0))],
)
def test_steps_are_counted_where_both_numbers_are_known(required, recorded, counted):
    """
    More records than steps are no better than all of them.
    """
    assert figure("step_record_rate", steps_required=required, steps_recorded=recorded) == counted


def test_steps_of_what_was_never_sent_are_nowhere():
    """
    An application given up halfway needn't have recorded the other half.
    """
    assert figure("step_record_rate", steps_required=5, steps_recorded=2, submitted_at=None) == (0, 0)
