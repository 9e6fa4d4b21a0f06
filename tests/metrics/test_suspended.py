"""
Which policies are suspended on a day: both sides of every day that begins or ends it.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.metrics.suspended import in_suspension
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

DAY = date(2026, 6, 30)
LATER, BEFORE = DAY + timedelta(days=1), DAY - timedelta(days=1)


def suspended(**days):
    """
    The one policy, with these days, if it is suspended.
    """
    row = {"policy_id": "P1", "issued_at": local("2020-01-01")} | days
    return in_suspension(rows_of_fact("policies", [row]), terms(DAY)).collect()


@pytest.mark.parametrize(
    ("days", "is_suspended"),
    [
        ({}, False),
        ({"suspended_on": DAY}, True),
        ({"suspended_on": LATER}, False),
        ({"suspended_on": BEFORE, "reinstated_on": DAY}, False),
        ({"suspended_on": BEFORE, "reinstated_on": LATER}, True),
        ({"suspended_on": BEFORE, "ended_on": DAY}, False),
        ({"suspended_on": BEFORE, "ended_on": LATER}, True),
        ({"suspended_on": DAY, "reinstated_on": BEFORE}, True),
    ],
    ids=[
        "never",
        "that day",
        "the day after",
        "reinstated that day",
        "reinstated the day after",
        "ended that day",
        "ended the day after",
        "suspended again",
    ],
)
def test_a_policy_is_suspended_from_its_day_until_it_is_reinstated_or_ends(days, is_suspended):
    """
    The day of the suspension counts, that of the reinstatement or the end doesn't; what comes later isn't known.
    """
    assert suspended(**days).height == is_suspended


@pytest.mark.parametrize(
    ("suspended_on", "until"),
    [(date(2024, 2, 29), date(2026, 2, 28)), (date(2025, 3, 1), date(2027, 3, 1))],
    ids=["a leap day", "any other"],
)
def test_two_years_for_a_reinstatement(suspended_on, until):
    """
    The same day two years later; a leap day has none, so it is the last of February.
    """
    assert suspended(suspended_on=suspended_on)["reinstate_until_on"].to_list() == [until]


def test_the_longest_suspended_come_first():
    """
    Those closest to the end of their two years; a row without a number of cases is one.
    """
    rows = [
        {"policy_id": name, "issued_at": local("2020-01-01"), "suspended_on": day, "cases": cases}
        for name, day, cases in (("a", DAY, None), ("b", BEFORE, 3), ("c", BEFORE, 1))
    ]
    found = in_suspension(rows_of_fact("policies", rows), terms(DAY)).collect()

    assert found["policy_id"].to_list() == ["b", "c", "a"]
    assert found["cases"].to_list() == [3, 1, 1]
