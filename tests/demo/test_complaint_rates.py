"""
The rates of the books: both sides of each edge, in days and hours that can be checked by hand.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.demo.books import ALL
from dashboard.demo.complaint_books import ComplaintLedger
from dashboard.demo.complaints import INVALID, MAJOR, MERGED, ORDINARY, SIMPLE, UPHELD, WITHDRAWN
from dashboard.demo.production import LedgerRow
from tests.demo.cases import case, ledger_of

MONDAY = "2024-03-04 10:00"


def share(kpi, complaint, day=date(2024, 12, 31)):
    """
    The numerator and denominator of a rate over a single complaint.
    """
    figure = ledger_of([complaint], day)[kpi]
    return figure["numerator"], figure["denominator"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"began": "2024-03-05 10:00:00"}, (1, 1)),
        ({"began": "2024-03-05 10:00:01"}, (0, 1)),
        ({}, (0, 1)),
        ({"first_grade": ORDINARY, "began": "2024-03-05 10:00:00"}, (0, 0)),
        ({"withdrawn": "2024-03-05 23:59", "outcome": WITHDRAWN}, (0, 0)),
        ({"withdrawn": "2024-03-06 00:00", "outcome": WITHDRAWN}, (0, 1)),
        ({"began": "2024-03-04 11:00", "withdrawn": "2024-03-05 09:00", "outcome": WITHDRAWN}, (1, 1)),
        ({"first_grade": SIMPLE, "new_grade": MAJOR, "regraded": "2024-03-08 10:00"}, (0, 1)),
        (
            {
                "first_grade": SIMPLE,
                "new_grade": MAJOR,
                "regraded": "2024-03-08 10:00",
                "began": "2024-03-09 10:00",
            },
            (1, 1),
        ),
    ],
    ids=[
        "at the 24th hour",
        "a second later",
        "never begun",
        "not major",
        "withdrawn on the due day, not begun",
        "withdrawn the day after",
        "begun, then withdrawn",
        "major since a regrading, not begun",
        "24 hours from the regrading",
    ],
)
def test_major_ones_are_begun_within_a_day(known, expected):
    """
    Twenty-four hours from receipt, or from becoming major.
    """
    assert share("major_started_1d_rate", case(MONDAY, **({"first_grade": MAJOR} | known))) == expected


@pytest.mark.parametrize(("day", "expected"), [(date(2024, 3, 4), (0, 0)), (date(2024, 3, 5), (0, 1))])
def test_a_major_one_counts_from_the_day_its_hours_have_run_out(day, expected):
    """
    Due at ten on the 5th: in no rate at the end of the 4th, missed at the end of the 5th.
    """
    assert share("major_started_1d_rate", case(MONDAY, first_grade=MAJOR), day) == expected


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"decided": "2024-03-05 10:00", "informed": "2024-03-06 10:00:00"}, (1, 1)),
        ({"decided": "2024-03-05 10:00", "informed": "2024-03-06 10:00:01"}, (0, 1)),
        ({}, (0, 1)),
        ({"withdrawn": "2024-03-06 23:59", "outcome": WITHDRAWN}, (0, 0)),
        ({"withdrawn": "2024-03-07 00:00", "outcome": WITHDRAWN}, (0, 1)),
        ({"first_grade": ORDINARY, "decided": "2024-03-05 10:00"}, (0, 0)),
        ({"new_grade": MAJOR, "regraded": "2024-03-05 10:00"}, (0, 0)),
    ],
    ids=[
        "at the 48th hour",
        "a second later",
        "open",
        "withdrawn in time",
        "withdrawn late",
        "ordinary",
        "major now",
    ],
)
def test_simple_ones_are_closed_within_two_days(known, expected):
    """
    Forty-eight hours until decided and informed.
    """
    assert share("fast_track_48h_rate", case(MONDAY, **known)) == expected


def solved(**known):
    """
    Solved at first contact on a Monday.
    """
    at_once = {"decided": MONDAY, "informed": MONDAY, "closed": MONDAY, "outcome": UPHELD, "solved_at_once": True}
    return case(MONDAY, **(at_once | known))


@pytest.mark.parametrize(
    ("complaint", "expected"),
    [
        (solved(), (1, 1)),
        (solved(solved_at_once=False), (0, 1)),
        (solved(solved_at_once=None), (0, 0)),
        (case(MONDAY), (0, 1)),
        (case(MONDAY, withdrawn="2024-03-05 10:00", outcome=WITHDRAWN), (0, 0)),
        (solved(is_reopening=True), (0, 0)),
        (solved(reopened_by=(case("2024-03-11 23:59"),)), (0, 1)),
        (solved(reopened_by=(case("2024-03-12 00:00"),)), (1, 1)),
        (solved(reopened_by=(case("2024-03-06 09:00", closed="2024-03-07 09:00", outcome=INVALID),)), (0, 1)),
        (solved(merged_here=(case("2024-03-06 09:00", closed="2024-03-07 09:00", outcome=MERGED),)), (0, 1)),
        (solved(merged_here=(case("2024-03-12 09:00", closed="2024-03-13 09:00", outcome=MERGED),)), (1, 1)),
    ],
    ids=[
        "solved",
        "not at once",
        "not recorded",
        "open",
        "withdrawn",
        "taken up again",
        "again on the seventh day",
        "again on the eighth",
        "again, though invalid",
        "the same again, merged",
        "merged, on the eighth day",
    ],
)
def test_solved_at_first_contact(complaint, expected):
    """
    Solved at once, first raised, and not heard of again within seven days.
    """
    assert share("first_contact_resolution_rate", complaint) == expected


@pytest.mark.parametrize(("day", "expected"), [(date(2024, 3, 10), (0, 0)), (date(2024, 3, 11), (1, 1))])
def test_first_contact_is_judged_after_a_week(day, expected):
    """
    Received on the 4th: not before the end of the 11th.
    """
    assert share("first_contact_resolution_rate", solved(), day) == expected


def test_a_repeat_that_is_not_known_to_be_one_yet_does_not_count():
    """
    The second case was found to be the same on the 20th: on the 19th the first still passes for solved.
    """
    again = case("2024-03-06 09:00", closed="2024-03-20 09:00", outcome=MERGED)
    complaint = solved(merged_here=(again,))

    assert share("first_contact_resolution_rate", complaint, date(2024, 3, 19)) == (1, 1)
    assert share("first_contact_resolution_rate", complaint, date(2024, 3, 20)) == (0, 1)


def decided(**known):
    """
    Decided on 8 March 2024; ninety days on it is 6 June, thirty days on 7 April.
    """
    return case(MONDAY, decided="2024-03-08 10:00", informed="2024-03-08 10:00", outcome=UPHELD, **known)


@pytest.mark.parametrize(
    ("complaint", "day", "expected"),
    [
        (decided(), date(2024, 6, 5), (0, 0)),
        (decided(), date(2024, 6, 6), (0, 1)),
        (decided(reopened_by=(case("2024-06-06 23:00"),)), date(2024, 6, 6), (1, 1)),
        (decided(reopened_by=(case("2024-06-07 00:00"),)), date(2024, 6, 30), (0, 1)),
        (
            decided(reopened_by=(case("2024-04-01 10:00", closed="2024-04-02 10:00", outcome=INVALID),)),
            date(2024, 6, 6),
            (0, 1),
        ),
        (case(MONDAY, withdrawn="2024-03-08 10:00", outcome=WITHDRAWN), date(2024, 6, 6), (0, 0)),
    ],
    ids=["too young", "old enough", "on the 90th day", "on the 91st", "by an invalid one", "withdrawn"],
)
def test_reopened_within_ninety_days(complaint, day, expected):
    """
    Only answers whose ninety days have passed, only counted cases that take them up again.
    """
    assert share("reopened_rate", complaint, day) == expected


@pytest.mark.parametrize(
    ("known", "day", "expected"),
    [
        ({}, date(2024, 4, 6), (0, 0)),
        ({}, date(2024, 4, 7), (0, 1)),
        ({"review": "2024-04-07 23:59"}, date(2024, 4, 7), (1, 1)),
        ({"review": "2024-04-08 00:00"}, date(2024, 4, 30), (0, 1)),
        ({"escalated": "2024-03-20 10:00"}, date(2024, 4, 30), (1, 1)),
    ],
    ids=["too young", "old enough", "on the 30th day", "on the 31st", "to the regulator"],
)
def test_taken_further_within_thirty_days(known, day, expected):
    """
    To a review or the regulator, of the answers whose thirty days have passed.
    """
    assert share("escalation_rate", decided(**known), day) == expected


def test_an_overturning_is_known_from_its_conclusion():
    """
    Concluded on 2 May: in no rate the day before, overturned from then on.
    """
    complaint = decided(review="2024-03-20 10:00", judged="2024-05-02 10:00", overturned=True)

    assert share("overturn_rate", complaint, date(2024, 5, 1)) == (0, 0)
    assert share("overturn_rate", complaint, date(2024, 5, 2)) == (1, 1)


OFFERED = {"offered": "2024-03-05 10:00"}
ACCEPTED = OFFERED | {"accepted": "2024-03-06 10:00"}
OVER = ACCEPTED | {"ended": "2024-03-08 10:00"}
SETTLED = OVER | {"settled": True}


@pytest.mark.parametrize(
    ("known", "accepted", "settled", "recorded"),
    [
        ({}, (0, 0), (0, 0), (0, 0)),
        (OFFERED, (0, 0), (0, 0), (0, 0)),
        (OFFERED | {"decided": "2024-03-20 10:00"}, (0, 1), (0, 0), (0, 0)),
        (ACCEPTED, (1, 1), (0, 0), (0, 0)),
        (OVER, (1, 1), (0, 1), (0, 0)),
        (SETTLED, (1, 1), (1, 1), (0, 1)),
        (SETTLED | {"record_kept": "2024-03-09 10:00"}, (1, 1), (1, 1), (1, 1)),
    ],
    ids=["never offered", "awaited", "turned down", "running", "failed", "settled", "recorded"],
)
def test_mediation_step_by_step(known, accepted, settled, recorded):
    """
    An offer counts once it is answered, a mediation once it has ended, a settlement at once.
    """
    complaint = case(MONDAY, **known)

    assert share("mediation_acceptance_rate", complaint) == accepted
    assert share("mediation_success_rate", complaint) == settled
    assert share("settlement_record_rate", complaint) == recorded


def test_each_rate_has_the_month_of_its_own_day():
    """
    Received in March, answered in April, mediated in between: each rate is grouped by what it is about.
    """
    known = {
        "offered": "2024-03-31 10:00",
        "accepted": "2024-04-01 10:00",
        "ended": "2024-04-02 10:00",
        "decided": "2024-04-03 10:00",
        "review": "2024-04-20 10:00",
        "judged": "2024-05-05 10:00",
        "solved_at_once": False,
    }
    ledger = ComplaintLedger(date(2024, 12, 31))
    ledger.add(case("2024-03-31 09:00", **known))
    months = {kpi: list(by.get("month", {})) for kpi, by in ledger.figures().items()}

    assert months["first_contact_resolution_rate"] == months["mediation_acceptance_rate"] == ["2024-03"]
    assert months["mediation_success_rate"] == months["reopened_rate"] == months["escalation_rate"] == ["2024-04"]
    assert months["fast_track_48h_rate"] == ["2024-04"]
    assert months["overturn_rate"] == ["2024-05"]


def test_complaints_are_measured_against_whole_months_that_were_reported():
    """
    January and February reported, March not: 2 complaints over 60 days of 730 policies are 120 policy-years.
    """
    rows = [
        LedgerRow(date(2024, 1, 1), "B01", "life", 730, 40_000_000.0),
        LedgerRow(date(2024, 2, 1), "B01", "life", 730, 60_000_000.0),
        LedgerRow(date(2024, 3, 1), "B01", "life", 730, 90_000_000.0),
    ]
    keys = ((ALL, ALL), ("branch", "B01"), ("team", "T01"), ("product_line", ""), ("channel", "app"))
    ledger = ComplaintLedger(date(2024, 3, 30), frozenset({"2024-01", "2024-02"}))
    for received in ("2024-01-01 00:00", "2024-02-29 23:59", "2024-03-01 00:00"):
        ledger.add(case(received, keys=keys))
    figures = ledger.figures(rows)
    policies, premium = figures["complaints_per_10k_policies"], figures["complaints_per_100m_premium"]

    assert policies[ALL][ALL]["exposure"] == pytest.approx(120)
    assert policies[ALL][ALL]["value"] == pytest.approx(2 / 120 * 10_000)
    assert policies["month"]["2024-02"]["exposure"] == pytest.approx(58)
    assert list(policies["month"]) == ["2024-01", "2024-02"]
    assert policies["channel"]["app"] == policies[ALL][ALL] == policies["branch"]["B01"]
    assert policies["product_line"][""]["value"] is None
    assert "team" not in policies
    assert premium[ALL][ALL]["value"] == pytest.approx(2.0)
