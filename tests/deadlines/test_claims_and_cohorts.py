"""
The domain's edge cases about claims, which start and stop with columns of their own, and about whole cohorts.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest

from dashboard.deadlines import load_regimes, with_deadlines
from tests.rows import SHANGHAI, local, rows_of_fact

DAY = timedelta(days=1)


def judged(rule: str, fact: str = "claims", **row: Any) -> dict[str, Any]:
    frame = rows_of_fact(fact, [row])
    regime = load_regimes()[rule]
    return with_deadlines(frame, regime=regime, zone=SHANGHAI, calendar="CN").collect().row(0, named=True)


def day(written: str) -> date:
    return date.fromisoformat(written)


DETERMINATION, PAYMENT, REFUSAL, PART = (
    f"CN-claim-{name}" for name in ("determination", "payment", "refusal", "part-payment")
)
PROVEN = {"reported_at": local("2024-02-28"), "documents_first_at": local("2024-03-01")}


@pytest.mark.parametrize(
    ("asked", "came", "due"),
    [
        (None, None, "2024-04-01"),
        ("2024-03-05", "2024-03-20", "2024-04-15"),
        ("2024-03-05", "2024-03-05", "2024-04-01"),
        ("2024-03-31", "2024-04-03", "2024-04-03"),
        ("2024-04-01", "2024-04-20", "2024-04-01"),
        ("2024-03-05", None, None),
        ("2024-04-01", None, "2024-04-01"),
        (None, "2024-03-20", "2024-04-01"),
    ],
    ids=[
        "nothing asked for",
        "T16 fifteen days are left out",
        "came the same day",
        "asked on the last day",
        "asked a day too late",
        "still awaited: nothing is due",
        "asked too late and still awaited",
        "came unasked",
    ],
)
def test_t16_time_for_documents_isn_t_counted(asked, came, due):
    """
    Thirty days from the proofs end on Sunday 31 March, hence on Monday; what was asked for in time moves it.
    """
    verdict = judged(
        DETERMINATION,
        **PROVEN,
        documents_requested_at=local(asked) if asked else None,
        documents_completed_at=local(came) if came else None,
    )

    assert (day(due) if due else None) == verdict["due_on"]
    assert not verdict["is_in_time"]


def test_t17_a_second_request_pauses_nothing_more():
    """
    One pause, from the request on record to the day all was there.
    """
    verdict = judged(
        DETERMINATION,
        **PROVEN,
        documents_requested_at=local("2024-03-05"),
        documents_completed_at=local("2024-03-20"),
        document_requests=2,
    )

    assert day("2024-04-15") == verdict["due_on"]


def test_t18_without_proofs_the_clock_runs_from_the_claim():
    """
    Unknown documents don't stand still; where nothing that could start it is known, nothing is due.
    """
    reported = judged(DETERMINATION, reported_at=local("2024-03-01"))
    unknown = judged(PAYMENT, reported_at=local("2024-03-01"))

    assert (day("2024-03-01"), day("2024-04-01")) == (reported["start_on"], reported["due_on"])
    assert (None, None, None, False) == tuple(
        unknown[name] for name in ("start_at", "due_on", "due_at", "calendar_incomplete")
    )


def test_t19_payment_rolls_past_national_day():
    """
    Ten days from the agreement on 25 September.
    """
    verdict = judged(PAYMENT, reported_at=local("2024-09-01"), agreed_at=local("2024-09-25"))

    assert (day("2024-10-05"), day("2024-10-08")) == (verdict["due_strict_on"], verdict["due_legal_on"])


@pytest.mark.parametrize(("told", "in_time"), [("2024-02-18 23:59:59", True), ("2024-02-19 00:00", False)])
def test_t20_a_refusal_is_told_within_three_days(told, in_time):
    """
    Refused before the Spring Festival: until the Sunday that is worked, to its last second.
    """
    verdict = judged(
        REFUSAL,
        reported_at=local("2024-02-01"),
        decided_at=local("2024-02-08"),
        refusal_told_at=local(told),
    )

    assert (day("2024-02-11"), day("2024-02-18")) == (verdict["due_strict_on"], verdict["due_on"])
    assert (in_time, "done") == (verdict["is_in_time"], verdict["stop_kind"])


def test_t21_part_payment_within_sixty_days():
    """
    Over a leap February.
    """
    verdict = judged(PART, reported_at=local("2024-01-05"), documents_first_at=local("2024-01-05"))

    assert day("2024-03-05") == verdict["due_on"]


@pytest.mark.parametrize(("decided", "is_counted"), [(timedelta(seconds=-1), False), (timedelta(0), True)])
def test_t25_a_claim_decided_before_it_began_counts_nowhere(decided, is_counted):
    """
    Before the column that starts its clock; at the same instant is no contradiction.
    """
    verdict = judged(DETERMINATION, **PROVEN, decided_at=PROVEN["documents_first_at"] + decided)

    assert (is_counted, not is_counted) == (verdict["is_counted"], verdict["order_wrong"])


def test_a_claim_keeps_its_own_columns_and_gets_no_foreign_ones():
    """
    What the clock needs of complaints doesn't stay behind in claims.
    """
    claims = rows_of_fact("claims", [PROVEN])
    found = with_deadlines(claims, regime=load_regimes()[DETERMINATION], zone=SHANGHAI, calendar="CN")
    names = found.collect_schema().names()

    assert set(claims.collect_schema().names()) <= set(names)
    assert not {"received_at", "grade", "withdrawn_at", "paused_days"} & set(names)
    assert not [name for name in names if name.startswith("_")]


def test_a_report_of_misconduct_has_a_clock_too():
    """
    Accepted within fifteen days, answered within sixty from acceptance.
    """
    accepted = judged("CN-report-acceptance", "conduct_cases", reported_at=local("2024-03-01"))
    answered = judged(
        "CN-report", "conduct_cases", reported_at=local("2024-03-01"), accepted_at=local("2024-03-11")
    )

    assert (day("2024-03-16"), day("2024-05-10")) == (accepted["due_on"], answered["due_on"])


def test_t30_the_due_cohort_counts_what_is_open_as_late():
    """
    Ten due in March: seven in time, one late, one still open, one withdrawn before: seven of nine.
    """
    received = local("2024-02-10")
    due = received + 30 * DAY
    answered = [{"decided_at": due, "informed_at": due}] * 7 + [
        {"decided_at": due + DAY, "informed_at": due + DAY}
    ]
    rows = [*answered, {}, {"withdrawn_at": received + DAY}]
    complaints = rows_of_fact("complaints", [{"received_at": received, **row} for row in rows])
    cohort = with_deadlines(complaints, regime=load_regimes()["guide-30"], zone=SHANGHAI, calendar="CN").filter(
        pl.col("is_counted") & ~pl.col("is_excluded_from_due_cohort")
    )

    assert (7, 9) == cohort.select(pl.col("is_in_time").sum(), pl.len().alias("due")).collect().row(0)


def complaint(**row: Any) -> dict[str, Any]:
    return judged("CN-2020-3", "complaints", grade="complex", **row)


def test_t32_new_facts_are_a_new_receipt():
    """
    The source records the receipt of the new material as the case's receipt, and the clock runs from there.
    """
    first, again = complaint(received_at=local("2024-04-01")), complaint(received_at=local("2024-04-13"))

    assert timedelta(days=12) == again["due_strict_on"] - first["due_strict_on"]


def test_t34_a_transfer_inside_the_firm_restarts_nothing():
    """
    Branch, team and handler are no part of the reckoning.
    """
    here = complaint(received_at=local("2024-04-01"), branch_id="A", team_id="A1", handler_id="a")
    there = complaint(received_at=local("2024-04-01"), branch_id="B", team_id="B1", handler_id="b")
    said = {"branch_id", "team_id", "handler_id"}

    assert {name: here[name] for name in here.keys() - said} == {name: there[name] for name in there.keys() - said}


def test_t36_open_and_not_due_yet_is_neither_late_nor_in_time():
    """
    There is a due day and no stop; whether it will be late nobody knows.
    """
    verdict = complaint(received_at=local("2024-04-01"))

    assert (None, None, False) == (verdict["stop_at"], verdict["stopped_on"], verdict["is_in_time"])
    assert (day("2024-05-06"), True) == (verdict["due_on"], verdict["is_counted"])


def test_t52_a_complaint_about_several_policies_is_one_case():
    """
    It names one of them or none, and has one clock.
    """
    policies = ["P1", None]
    rows = [{"complaint_id": "c", "received_at": local("2024-04-01"), "policy_id": each} for each in policies]
    found = with_deadlines(
        rows_of_fact("complaints", rows), regime=load_regimes()["CN-2020-3"], zone=SHANGHAI, calendar="CN"
    ).collect()

    assert 2 == found.height
    assert 1 == found.drop("policy_id").unique().height
