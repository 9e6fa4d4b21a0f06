"""
After a sale: calls, free look, early surrenders, replacements and mis-selling; both sides of each edge.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics import KPIS, evaluate_many
from dashboard.metrics.after_sale import after_sale, judged
from dashboard.periods import Period
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import local, rows_of_fact

AS_OF = date(2025, 12, 31)


def policy(number="new", at="2024-01-31", **known):
    return {
        "policy_id": number,
        "customer_id": "c",
        "agent_id": "a",
        "issued_at": local(at),
        "effective_on": date.fromisoformat(at),
    } | known


def figure(name, *policies, complaints=(), as_of=AS_OF):
    given = {"policies": policies, "complaints": complaints}
    facts = {fact: rows_of_fact(fact, rows) for fact, rows in given.items()}.__getitem__
    row = evaluate_many([KPIS[name]], facts, terms(as_of), recorded=ALL_RECORDED)[name].row(0, named=True)
    return row["numerator"], row["denominator"]


def counts(*policies, as_of=AS_OF):
    rows = rows_of_fact("policies", policies)
    return after_sale(judged(rows, terms(as_of), rows), period=Period()).row(0, named=True)


@pytest.mark.parametrize(
    ("cancelled", "counted"),
    [("2024-02-20 23:59:59", (1, 1)), ("2024-02-21 00:00:00", (0, 1)), (None, (0, 1))],
)
def test_t60_the_free_look_ends_with_its_last_day(cancelled, counted):
    """
    T60: signed for on 5 February, fifteen days: given back on the 20th is within, a second later isn't.
    """
    signed = policy(
        receipt_signed_at=local("2024-02-05"),
        free_look_until_on=date(2024, 2, 20),
        free_look_cancelled_at=cancelled and local(cancelled),
    )

    assert figure("free_look_cancellation_rate", signed) == counted


@pytest.mark.parametrize(("as_of", "counted"), [(date(2024, 2, 19), (0, 0)), (date(2024, 2, 20), (0, 1))])
def test_a_free_look_counts_once_its_last_day_is_over(as_of, counted):
    """
    Before, the buyer may still change their mind; without a last day there is none.
    """
    signed, unsigned = policy(free_look_until_on=date(2024, 2, 20)), policy("other")

    assert figure("free_look_cancellation_rate", signed, unsigned, as_of=as_of) == counted


@pytest.mark.parametrize(
    ("at", "succeeded", "counted"),
    [("2024-02-05", True, (1, 1)), ("2024-02-05", False, (0, 1)), ("2024-02-05", None, (0, 0)),
     (None, None, (0, 0)), ("2026-01-01", True, (0, 0))],
)  # fmt: skip
def test_a_call_counts_once_its_result_is_known(at, succeeded, counted):
    """
    Nobody called, no result, or not yet: not in it.
    """
    called = policy(callback_at=at and local(at), callback_succeeded=succeeded)

    assert figure("callback_success_rate", called) == counted


def surrendered(on, **known):
    return policy("old", "2020-01-01", ended_on=date.fromisoformat(on), end_reason="surrendered", **known)


@pytest.mark.parametrize(
    ("on", "replaces"),
    [("2023-07-30", 0), ("2023-07-31", 1), ("2024-01-31", 1), ("2024-07-31", 1), ("2024-08-01", 0)],
)
def test_half_a_year_on_either_side_is_a_replacement(on, replaces):
    """
    From the day six months before the issue to the day six months after it.
    """
    assert figure("replacement_rate", policy(), surrendered(on)) == (replaces, 2)


@pytest.mark.parametrize(
    "older",
    [
        surrendered("2024-03-01", customer_id="somebody else"),
        surrendered("2024-03-01") | {"end_reason": "lapsed"},
        surrendered("2024-03-01") | {"issued_at": local("2024-02-01")},
    ],
    ids=["of another owner", "lapsed", "bought later"],
)
def test_what_replaces_nothing(older):
    """
    It has to be the same owner's, given up, and the older one.
    """
    assert figure("replacement_rate", policy(), older)[0] == 0


def test_without_an_owner_nothing_is_replaced():
    """
    Two contracts of unknown owners aren't one owner's.
    """
    unknown = (policy(customer_id=None), surrendered("2024-03-01", customer_id=None))

    assert figure("replacement_rate", *unknown) == (0, 2)


@pytest.mark.parametrize(("as_of", "counted"), [(date(2024, 7, 30), (0, 1)), (date(2024, 7, 31), (1, 2))])
def test_a_replacement_is_looked_for_for_half_a_year(as_of, counted):
    """
    On the day six months after the issue it is in the figure, a day earlier only the older contract is.
    """
    assert figure("replacement_rate", policy(), surrendered("2024-02-01"), as_of=as_of) == counted


@pytest.mark.parametrize(
    ("declared", "seller", "told"),
    [(True, "a", (1, 0, 1)), (False, "b", (0, 1, 0)), (None, None, (0, 1, 0))],
)
def test_replacements_are_declared_or_not_and_by_the_same_agent_or_not(declared, seller, told):
    """
    Nothing said is not declared; of an unknown seller nobody is the same.
    """
    found = counts(policy(replacement_declared=declared, agent_id=seller), surrendered("2024-03-01"))

    assert (found["replacing"], found["watched"]) == (1, 2)
    assert (found["declared"], found["undeclared"], found["same_agent"]) == told


@pytest.mark.parametrize(
    ("on", "reason", "early"),
    [("2025-01-31", "surrendered", 1), ("2025-02-01", "surrendered", 0), ("2024-06-01", "death", 0)],
)
def test_a_surrender_in_the_first_year_is_early(on, reason, early):
    """
    Twelve months after the first day is still early, a day later isn't; other ends are no surrenders.
    """
    found = counts(policy(ended_on=date.fromisoformat(on), end_reason=reason))

    assert (found["early_surrenders"], found["year_over"]) == (early, 1)


def complaint(number="1", at="2024-05-01", **known):
    return {
        "complaint_id": number,
        "policy_id": "new",
        "received_at": local(at),
        "category": "sales",
        "outcome": "upheld",
        "decided_at": local("2025-06-01"),
    } | known


@pytest.mark.parametrize(
    ("complaints", "missold"),
    [
        ([complaint()], 1),
        ([complaint(), complaint("2")], 1),
        ([complaint(outcome="partly_upheld")], 1),
        ([complaint(outcome="rejected")], 0),
        ([complaint(category="service")], 0),
        ([complaint(policy_id=None)], 0),
        ([complaint(at="2025-01-31 23:59:59")], 1),
        ([complaint(at="2025-02-01 00:00:00")], 0),
        ([complaint(decided_at=local("2026-01-01 00:00:00"))], 0),
    ],
)
def test_a_contract_is_missold_once(complaints, missold):
    """
    However many complain, within twelve months of the sale, upheld at least partly, and known by the day.
    """
    assert figure("misselling_complaint_rate", policy(), complaints=complaints) == (missold, 1)


def test_t52_one_complaint_of_one_person_with_three_contracts_is_about_one():
    """
    T52: it counts once, and the contracts sold stay three.
    """
    held = [policy(), policy("second"), policy("third")]

    assert figure("misselling_complaint_rate", *held, complaints=[complaint()]) == (1, 3)


@pytest.mark.parametrize(("as_of", "sold"), [(date(2025, 1, 30), 0), (date(2025, 1, 31), 1)])
def test_a_sale_is_watched_for_a_year(as_of, sold):
    """
    Younger sales had less time to be complained about, and aren't counted yet.
    """
    assert figure("misselling_complaint_rate", policy(), as_of=as_of) == (0, sold)


def test_another_units_day_is_not_told():
    """
    The contract given up was sold by a unit the viewer doesn't see: the verdict is told, not when that was.
    """
    older = policy("old", "2022-01-01", ended_on=date(2024, 3, 1), end_reason="surrendered")
    every, own = rows_of_fact("policies", [older, policy()]), rows_of_fact("policies", [policy()])
    seen, whole = (
        judged(rows, terms(AS_OF), every).filter(policy_id="new").collect().row(0, named=True)
        for rows in (own, every)
    )

    assert (seen["is_replacing"], seen["replaced_on"]) == (True, None)
    assert (whole["is_replacing"], whole["replaced_on"]) == (True, date(2024, 3, 1))


@pytest.mark.parametrize(
    ("known", "is_provisional"),
    [
        ({}, True),
        ({"outcome": "rejected", "decided_at": local("2025-03-01"), "closed_at": local("2025-03-01")}, False),
        ({"withdrawn_at": local("2025-03-01")}, False),
        ({"category": "claims"}, False),
        ({"received_at": local("2025-02-01")}, False),
    ],
    ids=["undecided", "rejected", "withdrawn", "about something else", "raised too late"],
)
def test_a_complaint_that_waits_for_its_answer_can_still_change_the_rate(known, is_provisional):
    """
    The year is over, but a complaint about the sale isn't decided: what stands there is provisional.
    """
    complaint = {"complaint_id": "1", "policy_id": "new", "category": "sales", "received_at": local("2024-12-01")}
    given = {"policies": [policy()], "complaints": [complaint | known]}
    facts = {fact: rows_of_fact(fact, rows) for fact, rows in given.items()}.__getitem__
    name = "misselling_complaint_rate"
    row = evaluate_many([KPIS[name]], facts, terms(AS_OF), recorded=ALL_RECORDED)[name].row(0, named=True)

    assert (row["numerator"], row["denominator"], row["provisional"]) == (0, 1, is_provisional)


@pytest.mark.parametrize("column", ["policy_id", "category", "outcome"])
def test_complaints_that_say_too_little_are_no_good_news(column):
    """
    Without the contract, the subject or the outcome of complaints nobody can tell how many sales were bad: no 0 %.
    """
    given = {"policies": [policy()], "complaints": [complaint()]}
    facts = {fact: rows_of_fact(fact, rows) for fact, rows in given.items()}.__getitem__
    recorded = ALL_RECORDED | {"complaints": ALL_RECORDED["complaints"] - {column}}
    name = "misselling_complaint_rate"
    row = evaluate_many([KPIS[name]], facts, terms(AS_OF), recorded=recorded)[name].row(0, named=True)

    assert (row["value"], row["not_recorded"]) == (None, True)
