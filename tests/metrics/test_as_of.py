"""
What was known at the end of a day: both sides of midnight, plans, and values that came with an instant.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.facts import FACTS, Kind
from dashboard.metrics.as_of import known_on
from tests.rows import SHANGHAI, local, rows_of_fact

AS_OF = date(2024, 6, 30)
LAST, NEXT = local("2024-06-30 23:59:59"), local("2024-07-01 00:00")


def known(fact, row, as_of=AS_OF, zone=SHANGHAI):
    return known_on(rows_of_fact(fact, [row]), FACTS[fact], as_of, zone).collect()


def complaint(**row):
    return known("complaints", {"received_at": local("2024-06-01"), **row}).row(0, named=True)


@pytest.mark.parametrize(("received", "rows"), [(LAST, 1), (NEXT, 0)])
def test_rows_dated_after_the_day_are_absent(received, rows):
    """
    The last second of the day is known, the first of the next isn't.
    """
    assert rows == known("complaints", {"received_at": received}).height


@pytest.mark.parametrize(("decided", "expected"), [(LAST, LAST), (NEXT, None)])
def test_instants_after_the_day_have_not_happened(decided, expected):
    """
    At midnight, local time.
    """
    assert expected == complaint(decided_at=decided)["decided_at"]


def test_midnight_is_local():
    """
    What is tomorrow in Shanghai is still today in London.
    """
    row = {"received_at": local("2024-06-01"), "decided_at": NEXT}

    assert known("complaints", row, zone="Europe/London")["decided_at"].to_list() == [NEXT]


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"decided_at": LAST}, "upheld"),
        ({"decided_at": NEXT}, None),
        ({"decided_at": NEXT, "closed_at": LAST}, "upheld"),
        ({"decided_at": NEXT, "closed_at": NEXT}, None),
        ({}, "upheld"),
    ],
    ids=["came", "not yet", "another cause came", "neither came", "never said when"],
)
def test_a_code_is_known_from_the_first_instant_it_came_with(row, outcome):
    """
    And always, where nobody recorded when.
    """
    assert outcome == complaint(outcome="upheld", **row)["outcome"]


@pytest.mark.parametrize(("regraded", "grade"), [(LAST, "complex"), (NEXT, "simple"), (None, "complex")])
def test_before_a_new_grade_the_first_one_was_known(regraded, grade):
    """
    A grade changed later was still the old one.
    """
    assert grade == complaint(grade="complex", initial_grade="simple", regraded_at=regraded)["grade"]


def test_an_extension_granted_later_is_unknown_with_all_its_parts():
    """
    Days, approver and approval appear together.
    """
    later = complaint(extension_approved_at=NEXT, extension_days=30, extension_approver="superior")

    assert [None] * 3 == [
        later[name] for name in ("extension_approved_at", "extension_days", "extension_approver")
    ]


def test_plans_are_known_in_advance_and_events_are_not():
    """
    A renewal due next year is a fact today; that it was renewed isn't, nor the premium that came with it.
    """
    renewal = {
        "renewal_id": "r",
        "due_on": date(2025, 1, 1),
        "renewed_on": date(2024, 7, 1),
        "new_term_from_on": date(2025, 1, 1),
        "premium_renewed": 100,
    }
    before = known("renewals", renewal).row(0, named=True)
    after = known("renewals", renewal, as_of=date(2024, 7, 1)).row(0, named=True)

    assert date(2025, 1, 1) == before["due_on"]
    assert [None] * 3 == [before[name] for name in ("renewed_on", "new_term_from_on", "premium_renewed")]
    assert (date(2024, 7, 1), date(2025, 1, 1)) == (after["renewed_on"], after["new_term_from_on"])


def test_planned_days_are_the_ones_that_lie_ahead_by_nature():
    """
    Due days, expiries and ends of terms; nothing else.
    """
    planned = {column.name for fact in FACTS.values() for column in fact.columns if column.planned}

    assert {
        "due_on",
        "term_end_on",
        "outcome_due_on",
        "expires_on",
        "licence_until_on",
        "free_look_until_on",
        "effective_on",
        "new_term_from_on",
    } == planned


@pytest.mark.parametrize("fact", FACTS.values(), ids=FACTS)
def test_every_fact_can_be_asked_for_an_earlier_day(fact):
    """
    Columns and types stay, asking twice changes nothing, and no event lies behind the day.
    """
    values = {
        Kind.DAY: date(2024, 7, 1),
        Kind.INSTANT: NEXT,
        Kind.TRUTH: True,
        Kind.COUNT: 1,
        Kind.NUMBER: 1.0,
        Kind.MONEY: 1,
    }
    row = {column.name: values.get(column.kind, "x") for column in fact.columns}
    rows = rows_of_fact(fact.name, [row | ({fact.dated: None} if fact.dated else {}), row])
    once = known_on(rows, fact, AS_OF, SHANGHAI)

    assert rows.collect_schema() == once.collect_schema()
    assert_frame_equal(once.collect(), known_on(once, fact, AS_OF, SHANGHAI).collect())
    events = [
        column.name for column in fact.columns if column.kind in (Kind.DAY, Kind.INSTANT) and not column.planned
    ]
    assert 0 == sum(once.collect()[name].count() for name in events)


def test_columns_that_rows_lack_are_passed_over():
    """
    A narrowed frame, or one with a column of its own, is welcome.
    """
    rows = pl.LazyFrame({"received_at": [local("2024-06-01")], "decided_at": [NEXT], "problem": [None]})
    found = known_on(rows, FACTS["complaints"], AS_OF, SHANGHAI).collect()

    assert ["received_at", "decided_at", "problem"] == found.columns
    assert [None] == found["decided_at"].to_list()
