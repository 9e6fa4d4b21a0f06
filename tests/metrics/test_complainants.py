"""
Who complains again: both ends of the year, weights, and what a masked viewer is told.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.metrics.complainants import repeat_complainants
from tests.metrics.crowd import AS_OF, crowd, judge
from tests.rows import local


def complaint(number, day, customer="k1", **more):
    return {"complaint_id": f"c{number}", "received_at": local(day), "customer_id": customer, **more}


@pytest.mark.parametrize("days", [365, 90])
def test_repeat_complainants_are_what_counting_by_hand_gives(days):
    """
    Customers, their complaints, their causes, what of theirs is open.
    """
    rows = crowd(4)
    first = AS_OF - timedelta(days=days)
    among = [row for row in rows.iter_rows(named=True) if row["is_counted"] and row["received_on"] > first]
    complaints, unknown = Counter(), 0
    for row in among:
        complaints[row["customer_id"]] += row["cases"]
    unknown = complaints.pop(None, 0)
    again = {customer: number for customer, number in complaints.items() if number >= 2}
    found = repeat_complainants(rows.lazy(), as_of=AS_OF, days=days)

    assert (len(again), sum(again.values()), unknown) == (found.customers, found.complaints, found.unknown)
    assert found.share == pytest.approx(sum(again.values()) / complaints.total())
    for row in found.people.iter_rows(named=True):
        own = [each for each in among if each["customer_id"] == row["customer_id"]]
        assert again[row["customer_id"]] == row["complaints"]
        assert (min(r["received_on"] for r in own), max(r["received_on"] for r in own)) == (
            row["first"],
            row["last"],
        )
        assert sorted({r["cause"] for r in own if r["cause"]}) == row["causes"]
        assert sum(r["cases"] for r in own if r["is_open"]) == row["open"]


@pytest.mark.parametrize(("day", "customers"), [("2024-01-02 00:00:00", 1), ("2024-01-01 23:59:59", 0)])
def test_a_year_holds_365_days(day, customers):
    """
    Of a leap year's end, the first of January is the 366th day back.
    """
    rows = judge([complaint(1, day), complaint(2, "2024-12-31 23:59:59")])

    assert customers == repeat_complainants(rows, as_of=AS_OF).customers


def test_one_row_may_stand_for_two():
    """
    Two cases of one customer in one row are two complaints.
    """
    rows = judge([complaint(1, "2024-05-05", cases=2), complaint(2, "2024-05-05", "k2")])

    assert (1, 2, 2 / 3) == (
        (found := repeat_complainants(rows, as_of=AS_OF)).customers,
        found.complaints,
        pytest.approx(found.share),
    )


def test_who_may_not_see_customers_isnt_told_there_are_none():
    """
    Masked customers are unknown, not different; where there are no complaints there is nothing to be masked.
    """
    masked = crowd(4).lazy().with_columns(customer_id=pl.lit(None, pl.String))
    empty = repeat_complainants(judge([]), as_of=AS_OF)

    assert repeat_complainants(masked, as_of=AS_OF) is None
    assert (0, 0, None, 0) == (empty.customers, empty.complaints, empty.share, empty.unknown)
    assert date(2024, 12, 31) == AS_OF
