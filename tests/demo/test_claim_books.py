"""
The clocks of the claim books and what rests on them: both sides of each edge, in days checked by hand.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from dashboard.demo.books import ALL
from dashboard.demo.claim_books import ClaimLedger
from dashboard.demo.claims import CANCELLED, PAID, REFUSED, UNDECIDED, WITHDRAWN
from tests.demo.claim_cases import LATER, claim, figures_of, share

PROVEN = {"documents_first": "2024-03-01 10:00"}
DETERMINATION, REVIEW = "claim_determination_on_time_rate", "claim_review_3d_rate"
PAYMENT, NOTICE = "claim_payment_on_time_rate", "refusal_notice_on_time_rate"


@pytest.mark.parametrize(
    ("known", "due"),
    [
        ({}, "2024-04-01"),
        ({"requested": "2024-03-05 09:00", "completed": "2024-03-20 17:00"}, "2024-04-15"),
        ({"requested": "2024-03-31 09:00", "completed": "2024-04-03 09:00"}, "2024-04-03"),
        ({"requested": "2024-04-01 09:00", "completed": "2024-04-20 09:00"}, "2024-04-01"),
        ({"requested": "2024-03-05 09:00"}, "NaT"),
        ({"requested": "2024-04-01 09:00"}, "2024-04-01"),
        ({"completed": "2024-03-20 17:00"}, "2024-04-01"),
        ({"documents_first": "NaT"}, "2024-03-29"),
        ({"decided": "2024-03-01 09:59:59", "decision": PAID}, "NaT"),
    ],
    ids=[
        "thirty days and a Sunday",
        "T16 fifteen days are left out",
        "asked on the last day",
        "asked a day too late",
        "still awaited: nothing is due",
        "asked too late and still awaited",
        "came unasked",
        "T18 without proofs from the claim",
        "decided before it began",
    ],
)
def test_the_books_know_when_a_claim_is_to_be_decided(known, due):
    """
    Thirty natural days from the proofs, or the claim, ending on a working day; one pause for documents.
    """
    cases = claim("2024-02-28 10:00", **(PROVEN | known))

    assert cases.determination_due[0] == np.datetime64(due) or (
        due == "NaT" and np.isnat(cases.determination_due[0])
    )


def test_the_other_clocks_end_on_the_days_of_the_domain():
    """
    T19 past National Day, T20 past the Spring Festival; the house's own three days don't wait for anybody.
    """
    paying = claim("2024-09-01 10:00", agreed="2024-09-25 10:00")
    refused = claim("2024-02-01 10:00", decided="2024-02-08 10:00", decision=REFUSED)
    complete = claim("2024-02-01 10:00", completed="2024-02-08 10:00")

    assert paying.payment_due[0] == np.datetime64("2024-10-08")
    assert refused.notice_due[0] == np.datetime64("2024-02-18")
    assert complete.review_due[0] == np.datetime64("2024-02-11")


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"decided": "2024-04-01 23:59:59", "decision": PAID}, (1, 1)),
        ({"decided": "2024-04-02 00:00", "decision": PAID}, (0, 1)),
        ({}, (0, 1)),
        ({"decided": "2024-04-01 23:59:59", "decision": WITHDRAWN}, (0, 0)),
        ({"decided": "2024-04-02 00:00", "decision": WITHDRAWN}, (0, 1)),
        ({"closed": "2024-04-01 12:00", "decision": CANCELLED}, (0, 0)),
        ({"closed": "2024-04-02 12:00"}, (0, 1)),
        ({"decided": "2024-03-20 12:00", "decision": UNDECIDED}, (1, 1)),
    ],
    ids=[
        "T23 at the last second",
        "T23 a second later",
        "open",
        "withdrawn in time",
        "withdrawn late",
        "cancelled when it was closed",
        "closed undecided, late",
        "nobody entered what was decided",
    ],
)
def test_determination_on_time(known, expected):
    """
    Due on 1 April 2024: decided by then; who left undecided in time is in no rate, who left later is late.
    """
    assert share(DETERMINATION, claim("2024-02-28 10:00", **PROVEN, **known)) == expected


@pytest.mark.parametrize(("day", "expected"), [(date(2024, 3, 31), (0, 0)), (date(2024, 4, 1), (0, 1))])
def test_a_claim_counts_from_its_due_day(day, expected):
    """
    In no rate the day before, in it at the end of the day itself.
    """
    assert share(DETERMINATION, claim("2024-02-28 10:00", **PROVEN), day) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"decided": "2024-03-08 23:59:59", "decision": REFUSED}, (1, 1)),
        ({"decided": "2024-03-09 00:00", "decision": REFUSED}, (0, 1)),
        ({"decided": "2024-03-07 09:00", "decision": CANCELLED}, (0, 0)),
        ({"completed": "NaT", "decided": "2024-03-07 09:00", "decision": PAID}, (0, 0)),
        ({"decided": "2024-03-05 10:00", "decision": PAID}, (1, 1)),
        ({"decided": "2024-03-05 09:59:59", "decision": PAID}, (0, 0)),
    ],
    ids=["on the third day", "on the fourth", "cancelled", "papers never complete", "at once", "before they were"],
)
def test_reviewed_within_three_days(known, expected):
    """
    Complete on 5 March 2024.
    """
    assert share(REVIEW, claim("2024-03-01 10:00", **({"completed": "2024-03-05 10:00"} | known))) == expected


@pytest.mark.parametrize(
    ("paid", "expected"),
    [("2024-10-08 23:59:59", (1, 1)), ("2024-10-09 00:00", (0, 1)), ("NaT", (0, 1)), ("2024-09-24 00:00", (0, 0))],
    ids=["on the last day", "the day after", "unpaid", "paid before it was agreed"],
)
def test_paid_within_ten_days(paid, expected):
    """
    Agreed on 25 September 2024.
    """
    assert share(PAYMENT, claim("2024-09-01 10:00", agreed="2024-09-25 10:00", paid=paid)) == expected


@pytest.mark.parametrize(
    ("told", "decision", "expected"),
    [
        ("2024-02-18 23:59:59", REFUSED, (1, 1)),
        ("2024-02-19 00:00", REFUSED, (0, 1)),
        ("NaT", REFUSED, (0, 1)),
        ("2024-02-08 10:00", REFUSED, (1, 1)),
        ("2024-02-08 09:59:59", REFUSED, (0, 0)),
        ("2024-02-09 10:00", PAID, (0, 0)),
    ],
    ids=["on the last day", "the day after", "never told", "at once", "told before it was refused", "not refused"],
)
def test_told_within_three_days(told, decision, expected):
    """
    Refused on 8 February 2024.
    """
    refused = claim("2024-02-01 10:00", decided="2024-02-08 10:00", decision=decision, told=told)

    assert share(NOTICE, refused) == expected


REFUSAL = {"decided": "2024-03-05 10:00", "decision": REFUSED}


@pytest.mark.parametrize(
    ("known", "day", "is_open", "overdue"),
    [
        ({}, date(2024, 3, 31), 1, 0),
        ({}, date(2024, 4, 1), 1, 1),
        ({"requested": "2024-03-05 09:00"}, LATER, 1, 0),
        (REFUSAL, date(2024, 3, 7), 1, 0),
        (REFUSAL, date(2024, 3, 8), 1, 1),
        ({**REFUSAL, "told": "2024-03-20 09:00"}, LATER, 0, 0),
        ({"decided": "2024-03-05 10:00", "decision": PAID}, LATER, 1, 0),
        ({"decided": "2024-03-05 10:00", "decision": PAID, "agreed": "2024-03-06 10:00"}, LATER, 1, 1),
        ({"decided": "2024-03-05 10:00", "decision": PAID, "paid": "2024-03-08 10:00"}, LATER, 0, 0),
        ({"decided": "2024-03-05 10:00", "decision": WITHDRAWN}, LATER, 0, 0),
        ({"closed": "2024-05-05 10:00"}, LATER, 0, 0),
    ],
    ids=[
        "the day before",
        "the due day is over",
        "waiting for documents",
        "refused, to be told until tomorrow",
        "refused, untold",
        "refused and told",
        "to be paid, nothing agreed",
        "agreed and unpaid",
        "paid, not closed",
        "withdrawn",
        "closed undecided",
    ],
)
def test_open_and_overdue(known, day, is_open, overdue):
    """
    Reported on 28 February with its proofs on 1 March 2024.
    """
    figures = figures_of(claim("2024-02-28 10:00", **PROVEN, **known), day)

    assert (figures["claims_open"]["value"], figures["claims_overdue"]["value"]) == (is_open, overdue)


def test_each_figure_has_the_month_of_its_own_day():
    """
    Reported in February, decided in March, to be paid until April: each is grouped by what it is about.
    """
    ledger = ClaimLedger(LATER)
    known = {"completed": "2024-03-29 10:00", "agreed": "2024-03-30 10:00", "paid": "2024-05-02 10:00"}
    ledger.add(claim("2024-02-28 10:00", decided="2024-03-30 10:00", decision=PAID, automatic=0, **known))
    months = {kpi: list(by.get("month", {})) for kpi, by in ledger.figures().items()}

    assert months["claims_reported"] == months["claim_cycle_days_median"] == ["2024-02"]
    assert months["claim_acceptance_rate"] == months["straight_through_rate"] == ["2024-03"]
    assert months[REVIEW] == months[PAYMENT] == ["2024-04"]
    assert months[DETERMINATION] == ["2024-03"]
    assert "claims_open" in months
    assert months["claims_open"] == []


def test_without_claims_there_are_figures_all_the_same():
    """
    Nothing, split into nothing.
    """
    figures = ClaimLedger(LATER).figures()

    assert figures["claims_reported"][ALL][ALL]["value"] == 0
    assert figures["straight_through_rate"][ALL][ALL] == {"value": None, "numerator": 0, "denominator": 0}
    assert figures["claim_cycle_days_p90"][ALL][ALL]["value"] is None
    assert figures["claim_cycle_days_p90"]["agent"] == {}
