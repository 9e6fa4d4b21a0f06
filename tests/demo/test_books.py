"""
The books: their arithmetic against known days, and what they hold.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest

from dashboard.demo.after_sale_books import RATES as AFTER_SALE_RATES
from dashboard.demo.application_books import QUANTILES as MINUTES
from dashboard.demo.application_books import RATES as APPLICATION_RATES
from dashboard.demo.books import ALL
from dashboard.demo.claim_books import QUANTILES
from dashboard.demo.claim_rates import COUNTS, RATES
from dashboard.demo.complaints import COMPLEX, INVALID, MAJOR, MERGED, NO_GRADE, UPHELD, WITHDRAWN
from dashboard.demo.misconduct_books import FOUNDED
from dashboard.demo.misconduct_books import ON_TIME as REPORTS_ON_TIME
from dashboard.demo.people_books import ACTIVE, CERTIFIED, ON_TIME, PER_ACTIVE, REVIEWED
from dashboard.demo.renewal_books import DORMANT, PERSISTENCY, UPLIFT
from dashboard.demo.renewal_books import RATES as RENEWAL_RATES
from dashboard.demo.sales_conduct_books import RATES as CONDUCT_RATES
from dashboard.demo.service_books import CONTACTS, MANAGED
from dashboard.demo.service_books import REVIEWED as REVIEWED_CONTRACTS
from dashboard.demo.waiting import Waiting
from tests.demo.cases import case, ledger_of

BRANCH, HEAD_OFFICE = 0, 1
CLAIM_KPIS = {*COUNTS, *QUANTILES, *RATES}


def extended(**known):
    """
    A complex complaint of 11 January 2024 with an extension of thirty days.
    """
    return case("2024-01-11 10:00", first_grade=COMPLEX, extension_days=30, **known)


@pytest.mark.parametrize(
    ("complaint", "due"),
    [
        (case("2024-01-31 10:00", first_grade=COMPLEX), date(2024, 3, 1)),
        (case("2024-01-31 10:00"), date(2024, 2, 18)),
        (case("2024-01-31 10:00", first_grade=NO_GRADE), date(2024, 2, 18)),
        (case("2024-02-29 23:30", first_grade=MAJOR), date(2024, 4, 1)),
        (case("2024-01-11 10:00", first_grade=COMPLEX), date(2024, 2, 18)),
        (case("2024-01-10 10:00", first_grade=COMPLEX), date(2024, 2, 9)),
        (case("2024-08-30 10:00", first_grade=COMPLEX), date(2024, 9, 29)),
        (extended(approved="2024-02-18 09:00", told="2024-02-18 17:00", authority=HEAD_OFFICE), date(2024, 3, 11)),
        (extended(approved="2024-02-19 09:00", told="2024-02-19 17:00", authority=HEAD_OFFICE), date(2024, 2, 18)),
        (extended(approved="2024-02-18 09:00", told="2024-02-19 09:00", authority=HEAD_OFFICE), date(2024, 2, 18)),
        (extended(approved="2024-02-18 09:00", authority=HEAD_OFFICE), date(2024, 2, 18)),
        (extended(approved="2024-02-05 09:00", told="2024-02-05 17:00", authority=BRANCH), date(2024, 2, 18)),
        (case("2024-03-01 10:00", paused_days=14), date(2024, 4, 1)),
        (case("2024-03-01 10:00", new_grade=COMPLEX, regraded="2024-03-11 10:00"), date(2024, 4, 1)),
        (case("2024-03-01 10:00", new_grade=COMPLEX, regraded="2024-03-21 10:00"), date(2024, 3, 18)),
    ],
    ids=[
        "T01 thirty days over a leap day",
        "T02 fifteen days, rolled to a make-up working day",
        "no grade counts as simple",
        "T04 rolled over a weekend",
        "T06 rolled past Spring Festival",
        "T07 the eve that was still worked",
        "T09 a Sunday that was worked",
        "T13 extended, counted from receipt, approved and told on the due day",
        "T14 approved a day late",
        "T14 told a day late",
        "T14 never told",
        "T14 approved by a branch",
        "T15 waiting for an expert",
        "T37 graded up in time",
        "T37 graded up too late",
    ],
)
def test_the_books_know_when_a_complaint_is_due(complaint, due):
    """
    Natural days from the day after receipt, ending on a working day; extensions and pauses only if done properly.
    """
    assert complaint.due == due


@pytest.mark.parametrize(
    ("known", "stopped"),
    [
        ({"decided": "2024-03-05 10:00", "informed": "2024-03-07 10:00"}, (date(2024, 3, 7), False)),
        ({"decided": "2024-03-05 10:00"}, (date(2024, 3, 5), False)),
        ({"closed": "2024-03-08 10:00"}, (date(2024, 3, 8), False)),
        ({"withdrawn": "2024-03-04 10:00", "closed": "2024-03-08 10:00"}, (date(2024, 3, 4), True)),
        ({}, (None, False)),
    ],
    ids=["the later of both", "nobody informed", "only closed", "withdrawn first", "still open"],
)
def test_what_stops_the_clock(known, stopped):
    """
    Decided and informed, the later; otherwise whatever there is; a withdrawal before that ends it.
    """
    complaint = case("2024-03-01 10:00", **known)
    _, by_withdrawal = complaint.stop

    assert (complaint.stopped_on, by_withdrawal) == stopped


def test_what_comes_later_is_not_known_yet():
    """
    Asked as of an earlier day, the decision, the new grade and the outcome haven't happened.
    """
    known = {
        "decided": "2024-03-20 10:00",
        "regraded": "2024-03-10 10:00",
        "new_grade": COMPLEX,
        "outcome": UPHELD,
    }
    complaint = case("2024-03-01 10:00", **known)

    assert complaint.known_on(date(2024, 3, 20)) == complaint
    assert complaint.known_on(date(2024, 3, 19)).outcome == -1
    assert complaint.known_on(date(2024, 3, 9)).due == date(2024, 3, 18)


def test_open_overdue_counts_as_late_and_an_early_withdrawal_not_at_all():
    """
    T30: ten due in March, seven in time, one late, one open, one withdrawn before: 7 of 9, of the closed 7 of 8.
    """
    on_time = [case("2024-03-01 10:00", decided="2024-03-18 23:59:59")] * 7
    late = case("2024-03-01 10:00", decided="2024-03-19 00:00:00")
    withdrawn = case("2024-03-01 10:00", withdrawn="2024-03-18 12:00", outcome=WITHDRAWN)
    figures = ledger_of([*on_time, late, case("2024-03-01 10:00"), withdrawn])

    assert figures["complaint_on_time_rate"]["numerator"] == 7
    assert figures["complaint_on_time_rate"]["denominator"] == 9
    assert figures["complaint_on_time_rate_closed"]["denominator"] == 8
    assert figures["complaints_open"]["value"] == figures["complaints_overdue"]["value"] == 1
    assert figures["complaints_received"]["value"] == 10


def test_a_withdrawal_after_the_due_day_is_late():
    """
    T31: the breach had already happened.
    """
    figures = ledger_of([case("2024-03-01 10:00", withdrawn="2024-03-19 12:00", outcome=WITHDRAWN)])

    assert figures["complaint_on_time_rate"] == {"value": 0.0, "numerator": 0, "denominator": 1}


@pytest.mark.parametrize("outcome", [MERGED, INVALID])
def test_what_is_no_complaint_of_its_own_is_not_counted(outcome):
    """
    Merged into another or none at all: in no figure, once that is known.
    """
    figures = ledger_of([case("2024-03-01 10:00", closed="2024-03-02 10:00", outcome=outcome)])

    assert figures["complaints_received"]["value"] == 0
    assert figures["complaint_on_time_rate"]["value"] is None


@pytest.mark.parametrize(
    ("day", "overdue", "soon"),
    [(date(2024, 3, 10), 0, 0), (date(2024, 3, 11), 0, 1), (date(2024, 3, 17), 0, 1), (date(2024, 3, 18), 1, 0)],
    ids=["eight days before", "seven days before", "the day before", "the due day is over"],
)
def test_due_soon_and_overdue_meet_at_the_end_of_the_due_day(day, overdue, soon):
    """
    Due on 18 March 2024: soon from seven days before, overdue when that day has passed.
    """
    figures = ledger_of([case("2024-03-01 10:00")], day)

    assert figures["complaints_overdue"]["value"] == overdue
    assert figures["complaints_due_7d"]["value"] == soon


def test_the_days_are_kaplan_meier():
    """
    Lengths 1, 2, 2, 3, 5 with two undecided leave 0.8, 0.6, 0.3: the median is 3, P90 never comes.
    """
    days = Counter([(1, True), (2, True), (2, False), (3, True), (5, False)])

    waiting = Waiting(days)

    assert waiting.shares == pytest.approx([0.8, 0.6, 0.3, 0.3])
    assert waiting.first_day_with(0.5) == 3
    assert waiting.first_day_with(0.1) is None


def test_every_figure_is_booked_by_everything_it_can_be_split_by(medium):
    """
    Overall and by all that a complaint, claim, contract, customer, agent or application is; states have no months.
    """
    people = {ALL, "branch", "team", "agent"}
    contracts = {*people, "product_line", "channel"}
    states = {"complaints_open", "complaints_overdue", "complaints_due_7d", "complaint_breaches_expected_7d"}
    states |= {"claims_open", "claims_overdue", DORMANT, CERTIFIED, MANAGED, REVIEWED_CONTRACTS}
    splits = {
        **{kpi: {*contracts, "claim_type"} for kpi in CLAIM_KPIS},
        **dict.fromkeys((*RENEWAL_RATES, *PERSISTENCY, *AFTER_SALE_RATES), contracts),
        **{kpi: {*people, "segment"} for kpi in (DORMANT, MANAGED, REVIEWED_CONTRACTS)},
        **{kpi: {ALL, "branch", "team", "channel"} for kpi in CONTACTS},
        UPLIFT: {*people, "campaign"},
        **{kpi: {*people, "channel"} for kpi in (ACTIVE, PER_ACTIVE, CERTIFIED)},
        ON_TIME: {*people},
        REVIEWED: {*people},
        **{kpi: {ALL, "branch", "team", "category", "source"} for kpi in (REPORTS_ON_TIME, FOUNDED)},
        **{kpi: {*contracts, "customer_segment"} for kpi in (*APPLICATION_RATES, *CONDUCT_RATES, *MINUTES)},
    }
    of_complaints = {*contracts, "category", "cause", "source", "grade"}
    for kpi, found in medium.books.figures["as_of"].items():
        expected = splits.get(kpi, of_complaints) | (set() if kpi in states else {"month"})
        if "exposure" in found[ALL][ALL]:
            expected = expected - {"team", "agent"}

        assert set(found) == expected, kpi


def test_groups_add_up_to_the_whole(medium):
    """
    Every case is in exactly one group of each grouping, the unrecorded ones in a group of their own.
    """
    for kpi, found in medium.books.figures["as_of"].items():
        part = "value" if found[ALL][ALL]["denominator"] is None else "denominator"
        part = "numerator" if "exposure" in found[ALL][ALL] else part
        for grouping, groups in found.items():
            total = sum(figure[part] for figure in groups.values())

            # Half an agent may be rounded either way in each group.
            halves = len(groups) / 2 if kpi == ACTIVE else None
            assert total == pytest.approx(found[ALL][ALL][part], abs=halves), (kpi, grouping)
