"""
The domain's edge cases about single claims, by number, and both sides of the edges that figures turn on.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.metrics.claims import judged
from dashboard.metrics.instant_pay import instant_pay, meant_claims
from dashboard.periods import Period
from tests.metrics.asking import claim_figure, terms
from tests.rows import local, rows_of_fact

AS_OF = date(2024, 9, 30)
DAY = timedelta(days=1)
REPORTED = local("2024-03-01")
APPROVED = {
    "reported_at": REPORTED,
    "decided_at": local("2024-03-04"),
    "decision": "paid",
    "agreed_at": local("2024-03-04"),
    "first_paid_at": local("2024-03-06"),
    "paid_at": local("2024-03-06"),
    "auto_eligible": True,
    "auto_decided": True,
    "touches_before_decision": 0,
    "touches_total": 0,
}
DENIED = APPROVED | {
    "decision": "refused",
    "agreed_at": None,
    "first_paid_at": None,
    "paid_at": None,
    "refusal_told_at": local("2024-03-05"),
}


def told(claim, name, as_of=AS_OF):
    """
    What one claim adds above and below the line.
    """
    found = claim_figure([claim], terms(as_of), name)
    return found["numerator"], found["denominator"]


def days(claim, as_of=AS_OF):
    """
    Its days from report to payment; null while it isn't paid, or never will be.
    """
    return claim_figure([claim], terms(as_of), "claim_cycle_days_median")["value"]


@pytest.mark.parametrize(
    ("audited", "straight"),
    [(None, 1), ("2024-03-06 11:59:59", 0), ("2024-03-06 12:00", 1), ("2024-03-07", 1)],
    ids=["not audited", "before the payment", "at the same instant", "after the payment"],
)
def test_t53_an_audit_before_the_payment_is_a_person(audited, straight):
    """
    Approved by rules and drawn for an audit: straight through only if the money was on its way before.
    """
    claim = APPROVED | {"audited_at": local(audited) if audited else None}

    assert (straight, 1) == told(claim, "straight_through_rate") == told(claim, "eligible_straight_through_rate")
    assert (1, 1) == told(claim, "auto_adjudication_rate")


def test_t54_an_automatic_refusal_reversed():
    """
    Decided by rules all the same, one reversal, and no claim paid: the payment after it belongs to a second leg.
    """
    reversed_later = DENIED | {"overturned_at": local("2024-03-21")}
    paid_after_all = reversed_later | {"first_paid_at": local("2024-04-02"), "paid_at": local("2024-04-02")}

    for claim in (reversed_later, paid_after_all):
        assert (1, 1) == told(claim, "auto_adjudication_rate") == told(claim, "auto_overturn_rate")
        assert (0, 1) == told(claim, "claim_acceptance_rate")
        assert days(claim) is None
    assert (0, 1) == told(DENIED, "auto_overturn_rate")


@pytest.mark.parametrize(("day", "hits"), [(90, 1), (91, 0)])
def test_a_reversal_counts_up_to_the_90th_day(day, hits):
    """
    From the day of the refusal, to the last minute of the 90th.
    """
    reversed_at = local(f"{date(2024, 3, 4) + day * DAY} {'23:59:59' if hits else '00:00'}")

    assert (hits, 1) == told(DENIED | {"overturned_at": reversed_at}, "auto_overturn_rate")


@pytest.mark.parametrize(("as_of", "followed"), [(date(2024, 6, 1), 0), (date(2024, 6, 2), 1)])
def test_a_refusal_is_followed_for_90_days_before_it_counts(as_of, followed):
    """
    Until then the figure can change, reversed already or not.
    """
    claim = DENIED | {"overturned_at": local("2024-03-21")}
    found = claim_figure([claim], terms(as_of), "auto_overturn_rate")

    assert (followed, followed, not followed) == (
        found["numerator"],
        found["denominator"],
        found["provisional"],
    )


@pytest.mark.parametrize(
    ("paid", "hours"),
    [("2024-03-02 11:59:59", 23), ("2024-03-02 12:00", 24), ("2024-03-02 12:59:59", 24), ("2024-03-01 12:00", 0)],
)
def test_the_cycle_is_counted_in_whole_hours(paid, hours):
    """
    An hour begun isn't one; paid at the instant of the report took none.
    """
    claim = APPROVED | {"paid_at": local(paid)}

    assert hours / 24 == days(claim)


@pytest.mark.parametrize(("day", "hours"), [("2024-03-09", 23), ("2024-11-02", 25), ("2024-11-03", 24)])
def test_a_stopwatch_knows_no_summer_time(day, hours):
    """
    From noon to noon in Chicago over a night that is an hour shorter or longer.
    """
    chicago = "America/Chicago"
    reported, paid = local(day, chicago), local(str(date.fromisoformat(day) + DAY), chicago)
    claim = {"reported_at": reported, "paid_at": paid, "decision": "paid", "decided_at": reported}
    found = claim_figure([claim], terms(date(2024, 12, 31), zone=chicago), "claim_cycle_days_median")

    assert hours / 24 == found["value"]


def test_t55_part_payment_then_the_final_one():
    """
    One decision, the first; the days and the clock of the payment run to the final payment, not to the first.
    """
    in_parts = APPROVED | {"decision": "part_paid", "paid_at": local("2024-03-20")}
    half = in_parts | {"paid_at": None}

    assert (1, 1) == told(in_parts, "claim_acceptance_rate") == told(half, "claim_acceptance_rate")
    assert (19.0, None) == (days(in_parts), days(half))
    assert (0, 1) == told(in_parts, "claim_payment_on_time_rate") == told(half, "claim_payment_on_time_rate")
    assert (1, 1) == told(APPROVED, "claim_payment_on_time_rate")
    assert (0, 1) == (told(in_parts, "claims_open")[0], told(half, "claims_open")[0])
    assert 1 == told(half, "claims_overdue")[0]


def test_t56_told_that_it_is_not_covered():
    """
    Told on the first call: reported, refused and over.
    """
    at_once = {
        "reported_at": REPORTED,
        "decided_at": REPORTED,
        "decision": "refused",
        "refusal_told_at": REPORTED,
    }

    assert (1, 0) == (told(at_once, "claims_reported")[0], told(at_once, "claims_open")[0])
    assert (0, 1) == told(at_once, "claim_acceptance_rate")
    assert (1, 1) == told(at_once, "refusal_notice_on_time_rate")
    assert days(at_once) is None


@pytest.mark.parametrize(
    "end",
    [
        {"closed_at": local("2024-03-20")},
        {"decided_at": local("2024-03-20"), "decision": "withdrawn"},
        {"decided_at": local("2024-03-20"), "decision": "cancelled"},
        {"closed_at": local("2024-03-20"), "decision": "withdrawn"},
    ],
    ids=["closed undecided", "withdrawn", "cancelled", "withdrawn by the closing alone"],
)
def test_t56_a_claimant_who_walks_away(end):
    """
    Reported, not refused, in no rate; open until the day it ends, and nobody's breach.
    """
    claim = {"reported_at": REPORTED, "auto_decided": True, **end}
    before = date(2024, 3, 19)

    assert 1 == told(claim, "claims_reported")[0]
    assert (1, 0) == (told(claim, "claims_open", before)[0], told(claim, "claims_open", before + DAY)[0])
    for name in ("claim_acceptance_rate", "claim_determination_on_time_rate", "auto_adjudication_rate"):
        assert (0, 0) == told(claim, name)
    assert days(claim) is None


@pytest.mark.parametrize(("left", "among"), [("2024-04-01 23:59:59", 0), ("2024-04-02 00:00", 1)])
def test_who_walks_away_after_the_due_day_is_late(left, among):
    """
    Thirty days from 1 March end on Sunday 31 March, hence on Monday.
    """
    claim = {"reported_at": REPORTED, "decided_at": local(left), "decision": "withdrawn"}

    assert (0, among) == told(claim, "claim_determination_on_time_rate")


def test_t57_instant_payment_is_asked_of_eligible_claims_alone():
    """
    Eligible from the day after the incident is for the source to say; whoever isn't, or isn't known to be, is in
    no denominator, however fast the payment was.
    """
    soon = APPROVED | {
        "incident_at": local("2024-02-28"),
        "reported_at": local("2024-02-29"),
        "instant_paid": True,
    }

    assert (1, 1) == told(soon | {"instant_eligible": True}, "instant_pay_rate")
    assert (0, 1) == told(soon | {"instant_eligible": True, "instant_paid": None}, "instant_pay_rate")
    assert (0, 0) == told(soon | {"instant_eligible": False}, "instant_pay_rate")
    assert (0, 0) == told(soon | {"instant_eligible": None}, "instant_pay_rate")


@pytest.mark.parametrize(("touches", "hits"), [(None, 1), (0, 1), (1, 0)])
def test_unknown_touches_are_none(touches, hits):
    """
    Before the decision for deciding, altogether for going straight through.
    """
    assert (hits, 1) == told(APPROVED | {"touches_before_decision": touches}, "auto_adjudication_rate")
    assert (hits, 1) == told(APPROVED | {"touches_total": touches}, "straight_through_rate")


def test_messages_beyond_those_due_make_up_for_nothing():
    """
    Six sent where four were due are four; of claims with nothing due there is nothing to be told.
    """
    claim = APPROVED | {"progress_due": 4}

    assert (4, 4) == told(claim | {"progress_sent": 6}, "progress_update_rate")
    assert (0, 4) == told(claim | {"progress_sent": 0}, "progress_update_rate")
    assert (0, 0) == told(claim | {"progress_sent": None}, "progress_update_rate")
    assert claim_figure([claim | {"progress_due": 0, "progress_sent": 0}], terms(AS_OF), "progress_update_rate")[
        "value"
    ] is None  # fmt: skip


@pytest.mark.parametrize(
    ("reported", "paid", "reason", "wait"),
    [
        ("2024-02-28 23:59:59", "2024-02-29 00:00", "other", "0"),
        ("2024-02-29 23:59:59", "2024-03-01 00:00", "other", "1"),
        ("2024-03-01 00:00", "2024-03-01 00:00", "reported_late", "1"),
    ],
)
def test_t57_instant_payment_begins_on_the_day_after_the_incident(reported, paid, reason, wait):
    """
    Of an incident on 28 February 2024 on the leap day; who reports after that day reports late.
    """
    at = {name: local(paid) for name in ("decided_at", "documents_completed_at", "first_paid_at", "paid_at")}
    claim = APPROVED | at | {"incident_at": local("2024-02-28 09:00"), "reported_at": local(reported)}
    rows = judged(rows_of_fact("claims", [claim | {"instant_eligible": True}]), terms(AS_OF))
    found = instant_pay(meant_claims(rows, terms(AS_OF)), period=Period(None, None))

    assert (1, 0) == (found.eligible, found.paid)
    assert [reason] == found.misses["reason"].to_list()
    assert [wait] == found.waits.filter(found.waits["cases"] > 0)["wait"].to_list()
