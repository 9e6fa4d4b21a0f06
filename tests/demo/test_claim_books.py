"""
The claim figures of the books: both sides of each edge, in days and hours that can be checked by hand.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import numpy as np
import pytest

from dashboard.demo.books import ALL
from dashboard.demo.claim_books import ClaimLedger
from dashboard.demo.claim_waiting import Spells
from dashboard.demo.claims import CANCELLED, PAID, REFUSED, UNDECIDED, WITHDRAWN
from dashboard.demo.waiting import Waiting
from tests.demo.claim_cases import LATER, claim, claims, figures_of, share

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
    ],
    ids=["on the third day", "on the fourth", "cancelled", "papers never complete"],
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
        ("2024-02-09 10:00", PAID, (0, 0)),
    ],
    ids=["on the last day", "the day after", "never told", "not refused"],
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


def decided(**known):
    """
    A claim decided by rules to be paid, and paid, nobody having touched it.
    """
    by_rules = {"decided": "2024-03-01 11:00", "decision": PAID, "automatic": 1, "touches_before": 0, "touches": 0}
    return claim("2024-03-01 10:00", **(by_rules | {"paid": "2024-03-02 10:00", "eligible": True} | known))


@pytest.mark.parametrize(
    ("known", "automatic", "through"),
    [
        ({}, (1, 1), (1, 1)),
        ({"touches_before": -1, "touches": -1}, (1, 1), (1, 1)),
        ({"touches_before": 1, "touches": 1}, (0, 1), (0, 1)),
        ({"touches": 1}, (1, 1), (0, 1)),
        ({"automatic": 0}, (0, 1), (0, 1)),
        ({"automatic": -1}, (0, 0), (0, 0)),
        ({"paid": "NaT"}, (1, 1), (0, 0)),
        ({"paid": "NaT", "decision": REFUSED}, (1, 1), (1, 1)),
        ({"audited": "2024-03-02 09:59:59"}, (1, 1), (0, 1)),
        ({"audited": "2024-03-02 10:00"}, (1, 1), (1, 1)),
        ({"decision": WITHDRAWN, "paid": "NaT"}, (0, 0), (0, 0)),
    ],
    ids=[
        "untouched",
        "touches unknown",
        "looked at before",
        "touched afterwards",
        "by hand",
        "nobody can tell",
        "not yet paid",
        "refused",
        "T53 audited before the payment",
        "T53 audited with the payment",
        "withdrawn",
    ],
)
def test_by_rules_and_straight_through(known, automatic, through):
    """
    Decided by rules before anybody looked; straight through, if nobody touched it until it was paid.
    """
    assert share("auto_adjudication_rate", decided(**known)) == automatic
    assert share("straight_through_rate", decided(**known)) == through
    assert share("eligible_straight_through_rate", decided(**known)) == through
    assert share("eligible_straight_through_rate", decided(**known, eligible=False)) == (0, 0)


def test_paid_at_once_of_those_that_were_promised_it():
    """
    Promised and done, promised and not done, promised and refused, promised and unpaid, not promised.
    """
    promised = {"instant_eligible": True}

    assert share("instant_pay_rate", decided(**promised, instantly=True)) == (1, 1)
    assert share("instant_pay_rate", decided(**promised)) == (0, 1)
    assert share("instant_pay_rate", decided(**promised, paid="NaT", decision=REFUSED)) == (0, 1)
    assert share("instant_pay_rate", decided(**promised, paid="NaT")) == (0, 0)
    assert share("instant_pay_rate", decided(instantly=True)) == (0, 0)


@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        ({}, date(2024, 5, 29), (0, 0)),
        ({}, date(2024, 5, 30), (0, 1)),
        ({"overturned": "2024-05-30 23:59:59"}, LATER, (1, 1)),
        ({"overturned": "2024-05-31 00:00"}, LATER, (0, 1)),
        ({"automatic": 0}, LATER, (0, 0)),
        ({"decision": PAID}, LATER, (0, 0)),
    ],
    ids=["too young", "old enough", "T54 on the 90th day", "on the 91st", "by hand", "not refused"],
)
def test_refusals_by_rules_reversed_within_ninety_days(known, day, expected):
    """
    Refused by rules on 1 March 2024; ninety days on it is 30 May.
    """
    assert share("auto_overturn_rate", decided(**({"decision": REFUSED, "paid": "NaT"} | known)), day) == expected


def test_papers_and_messages_are_summed():
    """
    Papers of decided claims only; messages of all, and never more than were owed.
    """
    figures = figures_of(
        claims(
            {"reported": "2024-03-01", "decided": "2024-03-02", "decision": PAID, "submitted": 3, "fetched": 1},
            {"reported": "2024-03-01", "decided": "2024-03-02", "decision": REFUSED, "submitted": 2, "due": 4},
            {"reported": "2024-03-01", "submitted": 9, "fetched": 9, "due": 2, "sent": 3},
        )
    )

    assert figures["documents_per_claim"] == {"value": 2.5, "numerator": 5, "denominator": 2}
    assert figures["documents_fetched_rate"] == {"value": 0.2, "numerator": 1, "denominator": 5}
    assert figures["progress_update_rate"] == {"value": 2 / 6, "numerator": 2, "denominator": 6}


def test_what_comes_later_is_not_known_yet():
    """
    Asked as of an earlier day, the decision, who made it, and claims reported later don't exist.
    """
    every = decided(decided="2024-03-05 10:00")

    assert every.known_on(date(2024, 3, 5)).decision[0] == PAID
    assert every.known_on(date(2024, 3, 4)).decision[0] == UNDECIDED
    assert every.known_on(date(2024, 3, 4)).automatic[0] == -1
    assert every.known_on(date(2024, 3, 4)).paid[0] == np.datetime64("2024-03-02 10:00")
    assert len(every.known_on(date(2024, 2, 29)).reported) == 0


def test_the_cycle_ends_with_the_payment_in_whole_hours():
    """
    Paid after 24, 47.99 and 96 hours, one open for 80 (or 10), the refused and the closed unpaid left aside.
    """
    figures = figures_of(
        claims(
            {"reported": "2024-03-01 00:00", "paid": "2024-03-02 00:00"},
            {"reported": "2024-03-01 00:00", "paid": "2024-03-02 23:59:59"},
            {"reported": "2024-03-01 00:00", "paid": "2024-03-05 00:00"},
            {"reported": "2024-03-03 16:00"},
            {"reported": "2024-03-01 00:00", "decided": "2024-03-01 01:00", "decision": REFUSED},
            {"reported": "2024-03-01 00:00", "closed": "2024-03-01 02:00"},
        ),
        date(2024, 3, 6),
    )

    assert figures["claim_cycle_days_median"]["value"] == 47 / 24
    assert figures["claim_cycle_days_median"]["denominator"] == 4
    assert figures["claim_cycle_days_p90"]["value"] == 4.0


def test_quick_waiting_is_the_plain_waiting():
    """
    Counted a column at a time, for many keys and in parts, the hours are those of the plain arithmetic.
    """
    draws = np.random.default_rng(5)
    keys, hours, ended = draws.integers(0, 4, 3_000), draws.integers(0, 90, 3_000), draws.random(3_000) < 0.6
    spells = Spells()
    for part in np.array_split(np.arange(3_000), 3):
        spells.add(keys[part], hours[part], ended[part])

    for key, claims_there, found in spells.first_hours_with([0.5, 0.1]):
        mine = Counter((hours[n], ended[n]) for n in np.flatnonzero(keys == key).tolist())
        waiting = Waiting(Counter({(int(hour), bool(end)): number for (hour, end), number in mine.items()}))
        assert claims_there == waiting.size
        assert found == [waiting.first_day_with(0.5), waiting.first_day_with(0.1)]


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
