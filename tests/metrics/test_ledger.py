"""
What the ledger says of months and parts of them.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics.ledger import last_complete_month, month_ends, policy_years_in
from dashboard.periods import Period
from tests.metrics.crowd import ledger

ROWS = ledger(
    {"month": date(2024, 1, 1), "product_line": "life", "policies_in_force": 365, "premium_written": 10},
    {"month": date(2024, 1, 1), "product_line": "motor", "policies_in_force": 365, "premium_written": 5},
    {"month": date(2024, 2, 1), "product_line": "life", "policies_in_force": 3650, "premium_written": None},
)


@pytest.mark.parametrize(
    ("as_of", "month"),
    [
        (date(2024, 2, 29), date(2024, 2, 1)),
        (date(2024, 2, 28), date(2024, 1, 1)),
        (date(2024, 1, 30), date(2023, 12, 1)),
    ],
)
def test_a_month_is_complete_with_its_last_day(as_of, month):
    """
    On the leap day February is over; the day before it isn't.
    """
    assert month == last_complete_month(as_of)


@pytest.mark.parametrize(("as_of", "months"), [(date(2024, 2, 28), [1]), (date(2024, 2, 29), [1, 2])])
def test_months_that_are_over_are_added_up(as_of, months):
    """
    Lines are summed; a sum with an unknown part is unknown.
    """
    found = month_ends(ROWS, as_of=as_of).collect()

    assert months == [month.month for month in found["month"]]
    assert [730, 3650][: len(months)] == found["policies_in_force"].to_list()
    assert [15, None][: len(months)] == found["premium_written"].to_list()
    assert [62.0, 290.0][: len(months)] == pytest.approx(found["policy_years"].to_list())


def test_a_part_of_a_month_counts_by_its_days():
    """
    From 30 January up to and including 10 February: two days of 730, ten of 3,650.
    """
    period = Period(date(2024, 1, 30), date(2024, 2, 11))

    assert policy_years_in(ROWS, period, as_of=date(2024, 3, 31)) == pytest.approx(2 * 2 + 10 * 10)


@pytest.mark.parametrize(
    "period",
    [
        Period(date(2024, 2, 1), date(2024, 3, 2)),
        Period(date(2023, 12, 31), date(2024, 1, 2)),
        Period(None, date(2024, 2, 1)),
        Period(date(2024, 1, 5), date(2024, 1, 5)),
    ],
    ids=["a day too late", "a day too early", "without a beginning", "no days"],
)
def test_what_the_ledger_doesnt_hold_is_unknown(period):
    """
    A single day outside is enough.
    """
    assert policy_years_in(ROWS, period, as_of=date(2024, 12, 31)) is None


def test_a_month_that_doesnt_say_how_many_is_unknown():
    """
    Null isn't nought.
    """
    rows = ledger({"month": date(2024, 1, 1)})

    assert policy_years_in(rows, Period(date(2024, 1, 1), date(2024, 2, 1)), as_of=date(2024, 6, 1)) is None
