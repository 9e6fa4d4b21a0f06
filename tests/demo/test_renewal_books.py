"""
The arithmetic of the books about renewals: both sides of each edge, in days checked by hand.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.demo.lives import CLAIM_TERMINATED, LEFT, NOT_INVITED, NOT_RENEWED, RENEWED
from dashboard.demo.renewal_books import RenewalLedger
from tests.demo.renewal_cases import LATER, holder, ledger_of, members, premium, renewal, share

DUE = "2024-06-30"


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"paid_on": "2024-05-20", "begins_on": "2024-07-01"}, (1, 1)),
        ({"paid_on": "2024-07-10"}, (1, 1)),
        ({"paid_on": "2024-07-30"}, (1, 1)),
        ({"paid_on": "2024-07-31"}, (0, 1)),
        ({"paid_on": "2024-06-01", "begins_on": "2024-08-05"}, (0, 1)),
        ({}, (0, 1)),
        ({"outcome": LEFT, "told_on": "2024-06-01"}, (0, 0)),
        ({"outcome": CLAIM_TERMINATED, "told_on": "2024-06-01"}, (0, 0)),
        ({"outcome": NOT_INVITED, "told_on": "2024-05-20"}, (0, 0)),
        ({"outcome": NOT_RENEWED, "told_on": "2024-07-01"}, (0, 1)),
    ],
    ids=[
        "T46 renewed early",
        "T47 a gap of ten days",
        "a gap of thirty",
        "a gap of thirty-one",
        "T47 paid in time, begins too late",
        "unpaid",
        "T49 cancelled",
        "ended by a claim",
        "T50 declined by the insurer",
        "lapsed",
    ],
)
def test_renewed_within_the_longest_gap(known, expected):
    """
    Without grace, due on 30 June 2024: the new term begins by 30 July.
    """
    assert share("renewal_rate", renewals=renewal(DUE, grace=0, **known)) == expected


@pytest.mark.parametrize(
    ("grace", "day", "expected"),
    [
        (0, date(2024, 7, 29), (0, 0)),
        (0, date(2024, 7, 30), (0, 1)),
        (60, date(2024, 8, 28), (0, 0)),
        (60, date(2024, 8, 29), (0, 1)),
    ],
)
def test_it_belongs_to_the_rate_when_it_can_no_longer_be_renewed(grace, day, expected):
    """
    After thirty days, or after grace where that is longer.
    """
    assert share("renewal_rate", day, renewals=renewal(DUE, grace=grace)) == expected


def test_what_is_decided_later_is_unknown_before():
    """
    Cancelled and paid after the day: neither had happened at its end.
    """
    gone = renewal(DUE, grace=0, outcome=LEFT, told_on="2024-09-02")
    paid = renewal(DUE, outcome=RENEWED, told_on="2024-07-02", paid_on="2024-07-02")

    assert share("renewal_rate", date(2024, 9, 1), renewals=gone) == (0, 1)
    assert share("renewal_rate", date(2024, 9, 2), renewals=gone) == (0, 0)
    assert share("in_grace_save_rate", date(2024, 8, 29), renewals=paid) == (1, 1)
    assert share("reminder_coverage_rate", date(2024, 6, 30), renewals=paid) == (0, 1)


@pytest.mark.parametrize(
    ("paid_on", "expected"),
    [("2024-05-14", (0, 1)), ("2024-05-15", (1, 1)), ("NaT", (1, 1)), ("2024-03-01", (0, 1))],
)
def test_lapsed_on_the_day_after_grace(paid_on, expected):
    """
    T41: due on 15 March 2024 with sixty days of grace, paid on their last day, or a day too late.
    """
    due = renewal("2024-03-15", paid_on=paid_on)

    assert share("lapse_rate", date(2024, 5, 14), renewals=due) == (0, 0)
    assert share("lapse_rate", date(2024, 5, 15), renewals=due) == expected


def test_a_lapse_belongs_to_the_month_in_which_grace_was_over():
    """
    Due in March, lapsed on 15 May.
    """
    ledger = RenewalLedger(LATER)
    ledger.add(renewal("2024-03-15"), premium("9999-01-01", "9999-01-01"), holder("9000-01-01"), members())

    assert list(ledger.figures()["lapse_rate"]["month"]) == ["2024-05"]
    assert list(ledger.figures()["renewal_rate"]["month"]) == ["2024-03"]


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"paid_on": DUE}, (0, 0)),
        ({"paid_on": "2024-07-01"}, (1, 1)),
        ({"paid_on": "2024-08-29"}, (1, 1)),
        ({"paid_on": "2024-08-30"}, (0, 1)),
        ({}, (0, 1)),
        ({"grace": 0, "paid_on": "2024-07-01"}, (0, 0)),
    ],
    ids=["on the due day", "the day after", "the last day of grace", "too late", "never", "without grace"],
)
def test_saved_in_grace(known, expected):
    """
    Unpaid on 30 June 2024, grace to 29 August.
    """
    assert share("in_grace_save_rate", renewals=renewal(DUE, **known)) == expected


@pytest.mark.parametrize(
    ("reminded_on", "expected"), [(DUE, (1, 1)), ("2024-07-01", (0, 1)), ("NaT", (0, 1)), ("2024-05-20", (1, 1))]
)
def test_reminded_by_the_due_day(reminded_on, expected):
    """
    On the day itself still counts.
    """
    assert share("reminder_coverage_rate", renewals=renewal(DUE, reminded_on=reminded_on)) == expected


def test_automatic_from_the_due_day():
    """
    Not before it fell due.
    """
    own = renewal(DUE, automatic=True)

    assert share("auto_renew_rate", date(2024, 6, 29), renewals=own) == (0, 0)
    assert share("auto_renew_rate", date(2024, 6, 30), renewals=own) == (1, 1)


def test_premium_may_grow():
    """
    Money in yuan from fen: the new premium over the old one; of the lost nothing, of the unpriced no rate at all.
    """
    kept = ledger_of(renewals=renewal(DUE, paid_on=DUE))["renewal_premium_rate"]

    assert kept == {"value": pytest.approx(1.1), "numerator": 110, "denominator": 100}
    assert share("renewal_premium_rate", renewals=renewal(DUE)) == (0, 100)
    assert share("renewal_premium_rate", renewals=renewal(DUE, paid_on=DUE, premium_due=0)) == (0, 0)


@pytest.mark.parametrize(
    ("paid_on", "expected"), [("2024-05-14", (100, 100)), ("2024-05-15", (0, 100)), ("NaT", (0, 100))]
)
def test_persistent_if_received_in_grace(paid_on, expected):
    """
    T41, T42: on the last day of grace, a day late, never; until then no rate.
    """
    year_on = premium("2024-03-15", "2024-05-14", paid_on)

    assert share("persistency_13m_rate", premiums=year_on) == expected
    assert share("persistency_13m_rate", date(2024, 5, 13), premiums=year_on) == (0, 0)
    assert share("persistency_25m_rate", premiums=year_on) == (0, 0)


def test_what_was_never_to_be_continued_is_in_no_rate():
    """
    T44: single premiums and the like; and the second year is the 25th month.
    """
    assert share("persistency_13m_rate", premiums=premium(DUE, DUE, DUE, excluded=True)) == (0, 0)
    assert share("persistency_25m_rate", premiums=premium(DUE, DUE, DUE, year=2)) == (100, 100)


@pytest.mark.parametrize(
    ("since", "day", "expected"),
    [
        ("2020-02-29", date(2023, 2, 27), 0),
        ("2020-02-29", date(2023, 2, 28), 1),
        ("2020-02-28", date(2023, 2, 28), 1),
        ("2020-03-01", date(2023, 2, 28), 0),
    ],
)
def test_asleep_after_three_years(since, day, expected):
    """
    T58: of 29 February on the 28th.
    """
    assert ledger_of(holders=holder(since), day=day)["dormant_customers"]["value"] == expected


def test_a_campaign_is_compared_with_those_left_alone():
    """
    Two of three against one of two; what isn't due is in neither, and without a hold-out there is no difference.
    """
    due, open_ = "2024-06-30", "2026-01-01"
    treated = [(due, True, True), (due, True, True), (due, True, False), (open_, True, True)]
    left_alone = [(due, False, True), (due, False, False), (open_, False, False)]
    figure = ledger_of(drawn=members(*treated, *left_alone))["reengagement_uplift"]

    assert figure == {"value": pytest.approx(2 / 3 - 1 / 2), "numerator": 2, "denominator": 3}
    assert ledger_of(drawn=members(*treated))["reengagement_uplift"]["value"] is None
    assert ledger_of(drawn=members(*left_alone))["reengagement_uplift"]["denominator"] == 0


def test_without_rows_there_are_figures_all_the_same():
    """
    Nothing, split into nothing.
    """
    figures = RenewalLedger(LATER).figures()

    assert figures["renewal_rate"]["all"]["all"] == {"value": None, "numerator": 0, "denominator": 0}
    assert figures["dormant_customers"]["all"]["all"]["value"] == 0
    assert figures["dormant_customers"]["segment"] == figures["reengagement_uplift"]["campaign"] == {}
