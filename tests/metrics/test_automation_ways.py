"""
How far rules come, why claims fall out, and what keeps them from instant payment: against counting by hand.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from dashboard.metrics.automation_funnel import STEPS, automation_funnel
from dashboard.metrics.fallout import fallout, fallout_by
from dashboard.metrics.instant_pay import instant_pay, meant_claims
from tests.metrics.automated import ON, PERIODS, SHANGHAI, claim, crowd, dicts, inside, judge, total
from tests.rows import local


def funnel_by_hand(rows):
    """
    Cases and pending ones step by step, each step among those of the one before.
    """
    cases, pending = [total(rows)], [0]
    pending.append(total(r for r in rows if r["auto_eligible"] is None and not r["decided_on"] and r["is_open"]))
    rows = [r for r in rows if r["auto_eligible"]]
    cases.append(total(rows))

    def is_tried(row):
        return row["is_automation_known"] or row["fallout_reason"] is not None

    pending.append(total(r for r in rows if not is_tried(r) and not r["decided_on"] and r["is_open"]))
    rows = [r for r in rows if is_tried(r)]
    cases.append(total(rows))
    pending.append(0)
    rows = [
        r for r in rows if r["is_adjudicated"] and r["auto_decided"] and (r["touches_before_decision"] or 0) == 0
    ]
    cases.append(total(rows))
    pending.append(total(r for r in rows if not r["is_refused"] and not r["paid_at"] and not r["closed_at"]))
    rows = [
        r
        for r in rows
        if not r["is_refused"]
        and r["paid_at"]
        and not r["touches_total"]
        and not (r["audited_at"] and r["audited_at"] < r["paid_at"])
    ]
    cases.append(total(rows))
    pending.append(0)
    return cases, pending[: len(STEPS)]


@pytest.mark.parametrize("period", PERIODS, ids=["half a year", "everything"])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_funnel_is_what_counting_by_hand_gives(seed, period):
    """
    Cases and pending ones of every step; whoever came no further left somewhere or is pending.
    """
    rows = crowd(seed)
    cases, pending = funnel_by_hand([row for row in dicts(rows) if inside(row["reported_on"], period)])
    found = automation_funnel(rows.lazy(), period=period)
    exits = Counter()
    for row in found.exits.iter_rows(named=True):
        exits[row["step"]] += row["cases"]

    assert (cases, pending) == (found.steps["cases"].to_list(), found.steps["pending"].to_list())
    assert min(cases) > 0
    for here, step in enumerate(STEPS[:-1]):
        assert cases[here] - cases[here + 1] - pending[here + 1] == exits[step]


@pytest.mark.parametrize(
    ("more", "step", "way"),
    [
        ({"auto_eligible": False}, "reported", "not_eligible"),
        ({"auto_eligible": None}, "reported", "eligibility_unknown"),
        ({"decision": "withdrawn", "paid_at": None, "first_paid_at": None}, "eligible", "left"),
        ({"auto_decided": None}, "eligible", "how_unknown"),
        ({"auto_decided": False}, "attempted", "fell_out"),
        ({"touches_before_decision": 1}, "attempted", "touched_before"),
        ({"decision": "refused", "paid_at": None, "first_paid_at": None}, "automatic", "refused"),
        (
            {"paid_at": None, "first_paid_at": None, "closed_at": local("2024-06-01")},
            "automatic",
            "closed_unpaid",
        ),
        ({"audited_at": local("2024-05-03 18:00:00")}, "automatic", "audited_before"),
        ({"touches_total": 1}, "automatic", "touched_after"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_way_out_has_its_name(more, step, way):
    """
    T53: an audit before the payment takes a claim out of straight through.
    """
    exits = automation_funnel(judge([claim(**more)]), period=PERIODS[1]).exits

    assert [(step, way)] == exits.select("step", "exit").rows()


def test_an_audit_after_the_payment_leaves_it_straight_through():
    """
    T53, the other side: sampled once it was paid.
    """
    steps = automation_funnel(judge([claim(audited_at=local("2024-05-09"))]), period=PERIODS[1]).steps

    assert steps["cases"].to_list() == [1] * 5


def test_what_is_undecided_or_unpaid_is_pending_and_not_lost():
    """
    One waits for its decision, one for its money; neither is in a share.
    """
    nothing = {"paid_at": None, "first_paid_at": None}
    rows = [claim(1), claim(2, **nothing), claim(3, **nothing, decided_at=None, agreed_at=None, decision=None)]
    found = automation_funnel(judge(rows), period=PERIODS[1])

    assert found.steps["cases"].to_list() == [3, 3, 2, 2, 1]
    assert found.steps["pending"].to_list() == [0, 0, 1, 0, 1]
    assert found.steps["share"].to_list() == [None, 1.0, 1.0, 1.0, 1.0]
    assert not found.exits.height


def test_no_claim_makes_steps_of_nothing():
    """
    Zero of zero has no share.
    """
    found = automation_funnel(judge([]), period=PERIODS[1])

    assert found.steps["cases"].to_list() == [0] * 5
    assert found.steps["share"].to_list() == [None] * 5


def fallen_by_hand(rows, period):
    decided = [r for r in rows if r["is_automation_known"] and inside(r["decided_on"], period)]
    fallen = [
        r
        for r in decided
        if (r["auto_eligible"] or r["fallout_reason"] is not None)
        and not (r["auto_decided"] and not r["touches_before_decision"])
    ]
    return decided, fallen


@pytest.mark.parametrize("period", PERIODS, ids=["half a year", "everything"])
def test_fall_out_and_gain_are_what_counting_by_hand_gives(period):
    """
    By reason, the uncoded apart; the gain is the rate with these claims decided automatically, less the rate.
    """
    rows = crowd(3)
    decided, fallen = fallen_by_hand(dicts(rows), period)
    counts = Counter()
    for row in fallen:
        counts[row["fallout_reason"]] += row["cases"]
    automatic = total(r for r in decided if r["auto_decided"] and not r["touches_before_decision"])
    found = fallout(rows.lazy(), period=period)
    reasons = {row["fallout_reason"]: row for row in found.reasons.iter_rows(named=True)}

    assert counts.pop(None) == found.uncoded
    assert counts == {reason: row["cases"] for reason, row in reasons.items()}
    assert (total(decided), automatic, total(fallen)) == (found.decided, found.automatic, found.fallen)
    for reason, row in reasons.items():
        assert (automatic + counts[reason]) / total(decided) == pytest.approx(row["rate_at_most"])
        assert row["rate_at_most"] - found.rate == pytest.approx(row["gain"])


@pytest.mark.parametrize("column", ["product_line", "claim_type", "month"])
def test_reasons_by_another_column_are_counted_by_hand(column):
    """
    Only the coded ones; what no combination has is nought.
    """
    rows = crowd(3)
    _, fallen = fallen_by_hand(dicts(rows), PERIODS[0])
    counts = Counter()
    for row in fallen:
        if row["fallout_reason"] is not None:
            here = row["decided_on"].replace(day=1) if column == "month" else row[column]
            counts[row["fallout_reason"], here] += row["cases"]
    found = fallout_by(rows.lazy(), period=PERIODS[0], columns_by=column)

    assert counts == {
        (reason, here): n for reason, here, n in found.select("fallout_reason", column, "cases").rows() if n
    }


def test_nothing_decided_has_no_rate():
    """
    Zero over zero is null.
    """
    found = fallout(judge([]), period=PERIODS[1])

    assert (found.rate, found.uncoded_share, found.reasons.height) == (None, None, 0)


def instant_by_hand(row):
    """
    The first reason that holds for one claim, with the house's 48 hours from the last document.
    """
    incident = row["incident_at"] and row["incident_at"].astimezone(SHANGHAI).date()
    begins = incident and incident + timedelta(days=1)
    complete = row["documents_completed_at"]
    if row["is_refused"]:
        return "refused"
    if not row["auto_decided"] or row["touches_before_decision"]:
        return "fell_out"
    if row["documents_requested_at"]:
        return "documents"
    if begins and row["reported_on"] > begins:
        return "reported_late"
    # A decision before the last document is none that a clock could have timed.
    if complete and row["decided_at"] >= complete and row["paid_at"] > complete + timedelta(hours=48):
        return "paid_late"
    return "other"


@pytest.mark.parametrize("period", PERIODS, ids=["half a year", "everything"])
def test_what_keeps_claims_from_instant_payment_is_counted_by_hand(period):
    """
    Refused and paid ones are finished; what is agreed and unpaid is pending.
    """
    rows = crowd(4)
    meant = [
        r for r in dicts(rows) if r["is_adjudicated"] and r["instant_eligible"] and inside(r["decided_on"], period)
    ]
    finished = [r for r in meant if r["is_refused"] or r["paid_at"]]
    missed = [r for r in finished if not r["instant_paid"]]
    counts = Counter()
    for row in missed:
        counts[instant_by_hand(row)] += row["cases"]
    found = instant_pay(meant_claims(rows.lazy(), ON), period=period)

    assert total(finished) == found.eligible
    assert total(finished) - total(missed) == found.paid
    assert total(r for r in meant if r not in finished and not r["closed_at"]) == found.pending
    assert counts == dict(found.misses.select("reason", "cases").iter_rows())
    assert len(counts) > 4


@pytest.mark.parametrize(
    ("paid", "wait"),
    [("2024-05-02", "0"), ("2024-05-03", "1"), ("2024-05-04", "2-3"), ("2024-05-05", "2-3"), ("2024-05-10", "8+")],
)
def test_instant_payment_begins_on_the_day_after_the_incident(paid, wait):
    """
    T57: of an incident on the first of May, a payment on the second is at once.
    """
    row = claim(
        instant_eligible=True,
        reported_at=local("2024-05-01"),
        decided_at=local("2024-05-01"),
        paid_at=local(paid),
    )
    waits = instant_pay(meant_claims(judge([row]), ON), period=PERIODS[1]).waits

    assert [wait] == [band for band, cases in waits.rows() if cases]


def test_an_incident_in_a_leap_february_begins_on_its_last_day():
    """
    T57: incident 28 February 2024, eligible from the 29th.
    """
    row = claim(
        instant_eligible=True,
        incident_at=local("2024-02-28"),
        reported_at=local("2024-02-28"),
        decided_at=local("2024-02-29"),
        paid_at=local("2024-02-29 23:59:59"),
    )
    waits = instant_pay(meant_claims(judge([row]), ON), period=PERIODS[1]).waits

    assert dict(waits.rows())["0"] == 1
