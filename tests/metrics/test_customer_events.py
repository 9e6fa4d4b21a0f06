"""
What happened to one customer, in order, with what lasted and who changed the channel.
"""

from __future__ import annotations

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from dashboard.facts import FACTS
from dashboard.metrics.customer_events import LANES, customer_events, customer_spans
from tests.rows import SHANGHAI, local, rows_of_fact

NOW = local("2026-06-30 12:00").astimezone(ZoneInfo(SHANGHAI))
HOUR = timedelta(hours=1)


def rows(fact, *given):
    return {fact: rows_of_fact(fact, given).collect()}


def contact(number, at, channel, issue="I1", **more):
    return {"interaction_id": number, "at": local(at), "channel": channel, "issue_id": issue, **more}


def events(of):
    return customer_events(of, now=NOW, zone=SHANGHAI)


def test_lanes_are_made_of_the_contract():
    """
    Every column a lane names is one of its fact's.
    """
    for lane in LANES:
        named = {lane.number, *(name for pair in lane.events for name in pair), *lane.ends}
        named |= {lane.begins} - {None}
        assert named <= set(FACTS[lane.fact].by_name)


def test_nothing_is_no_event():
    """
    Without rows the frame has its columns and no row; so have the spans.
    """
    assert events({}).height == 0
    assert events(rows("claims")).columns == events({}).columns
    assert customer_spans({}, now=NOW, zone=SHANGHAI).height == 0


def test_every_kind_is_on_one_line_newest_first():
    """
    A claim, a complaint, a policy and a contact, whatever their facts.
    """
    of = {
        **rows("claims", {"claim_id": "CL", "reported_at": local("2026-03-01 09:00"), "claim_type": "motor"}),
        **rows("complaints", {"complaint_id": "TS", "received_at": local("2026-04-01 09:00")}),
        **rows("policies", {"policy_id": "P", "issued_at": local("2026-01-01 09:00"), "product_line": "motor"}),
        **rows("interactions", contact("N", "2026-02-01 09:00", "app", two_way=True)),
    }
    found = events(of)

    assert found["number"].to_list() == ["TS", "CL", "N", "P"]
    assert found["at"].dt.hour().to_list() == [9, 9, 9, 9]
    assert found.filter(number="CL").select("event", "about", "detail").row(0) == (
        "reported_at",
        "claim_type",
        "motor",
    )


@pytest.mark.parametrize(("at", "is_there"), [("2026-06-30 12:00", True), ("2026-06-30 12:01", False)])
def test_what_lies_ahead_has_not_happened(at, is_there):
    """
    The moment itself has come; a minute later hasn't.
    """
    found = events(rows("complaints", {"complaint_id": "TS", "received_at": local(at)}))

    assert (found.height == 1) is is_there


def test_a_day_begins_at_the_zones_midnight():
    """
    And is marked as one: nobody knows its hour.
    """
    found = events(
        rows("policies", {"policy_id": "P", "issued_at": local("2026-01-01"), "ended_on": date(2026, 6, 30)})
    )
    ended = found.filter(event="ended_on").row(0, named=True)

    assert ended["at"].isoformat() == "2026-06-30T00:00:00+08:00"
    assert ended["is_day"]
    assert not found.filter(event="issued_at")["is_day"].item()


def test_a_renewal_is_told_once():
    """
    What was paid isn't told again as an outcome; what lapsed is.
    """
    paid = {"renewal_id": "R1", "policy_id": "P1", "due_on": date(2026, 3, 1), "outcome": "renewed"}
    lapsed = {"renewal_id": "R2", "policy_id": "P2", "due_on": date(2026, 3, 1), "outcome": "lapsed"}
    found = events(
        rows(
            "renewals",
            {**paid, "renewed_on": date(2026, 2, 20), "outcome_on": date(2026, 2, 20)},
            {**lapsed, "outcome_on": date(2026, 5, 1)},
        )
    )

    assert found.select("number", "event").rows() == [("P2", "outcome_on"), ("P1", "renewed_on")]


@pytest.mark.parametrize(
    ("second", "channel", "issue", "switched"),
    [
        ("2026-02-02 09:00", "phone", "I1", True),
        ("2026-02-02 09:01", "phone", "I1", False),
        ("2026-02-01 10:00", "app", "I1", False),
        ("2026-02-01 10:00", "phone", "I2", False),
        ("2026-02-01 10:00", "phone", None, None),
    ],
)
def test_a_change_of_channel_is_one_within_a_day(second, channel, issue, switched):
    """
    About the same issue, in another channel, no more than 24 hours later; unknown where the issue is.
    """
    first = contact("N1", "2026-02-01 09:00", "app")
    found = events(rows("interactions", contact("N2", second, channel, issue), first))

    assert found.filter(number="N1")["switched"].item() is False
    assert found.filter(number="N2")["switched"].item() is switched


def test_what_lasted_ends_or_has_got_to_now():
    """
    A paid claim ends with the payment, an open complaint goes on; cover that begins tomorrow isn't drawn.
    """
    claim = {"claim_id": "CL", "reported_at": local("2026-03-01"), "paid_at": local("2026-03-03")}
    of = {
        **rows("claims", claim),
        **rows("complaints", {"complaint_id": "TS", "received_at": local("2026-06-01")}),
        **rows(
            "policies",
            {"policy_id": "P1", "issued_at": local("2026-01-01"), "effective_on": date(2026, 7, 1)},
            {
                "policy_id": "P2",
                "issued_at": local("2026-01-01"),
                "effective_on": date(2026, 1, 2),
                "term_end_on": date(2027, 1, 2),
            },
        ),
    }
    found = customer_spans(of, now=NOW, zone=SHANGHAI)

    assert found.select("number", "is_open").rows() == [("P2", True), ("CL", False), ("TS", True)]
    assert found["until"].to_list() == [NOW, local("2026-03-03"), NOW]
