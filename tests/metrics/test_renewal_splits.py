"""
Who renews and how early customers are reminded, against counting by hand.
"""

from __future__ import annotations

import statistics
from collections import Counter
from datetime import date

import pytest

from dashboard.metrics.renewal_splits import compared, lead_time, renewed_by
from dashboard.metrics.renewals import TENURE_BANDS
from tests.metrics.renewal_crowd import PERIODS, YEAR, inside, judged_renewals, known_renewal, renewal_crowd
from tests.rows import local


def band_of(years):
    if years is None:
        return None
    return [name for name, first in TENURE_BANDS.items() if years >= first][-1]


OF = {
    "tenure_band": lambda row: band_of(row["tenure_years"]),
    "auto_renew": lambda row: row["auto_renew"],
    "is_reminded": lambda row: row["reminded_on"] is not None and row["reminded_on"] <= row["due_on"],
    "branch_id": lambda row: row["branch_id"],
}


@pytest.mark.parametrize("by", OF)
@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_shares_by_group_are_what_counting_by_hand_gives(by, period):
    """
    Of contracts that can't be renewed late any more; a group that isn't known is one of its own, and last.
    """
    rows = renewal_crowd(3)
    due, renewed = Counter(), Counter()
    for row in map(known_renewal, rows):
        if row["invited"] and row["mature"] and inside(period, row["due_on"]):
            due[OF[by](row)] += row["cases"]
            renewed[OF[by](row)] += row["cases"] * row["renewed"]
    found = renewed_by(judged_renewals(rows), by=by, period=period)

    assert {row[0]: (row[2], row[3]) for row in found.iter_rows()} == {
        key: (renewed[key], due[key]) for key in due
    }
    assert all(row[4] < row[1] < row[5] for row in found.iter_rows())
    assert None not in found[by].to_list()[:-1]


@pytest.mark.parametrize(
    ("years", "band"),
    [(0.0, "0"), (0.99, "0"), (1.0, "1-2"), (2.99, "1-2"), (3.0, "3-4"), (9.99, "5-9"), (10.0, "10+")],
)
def test_a_band_begins_with_its_first_year(years, band):
    """
    Both sides of each edge; below zero nothing is known.
    """
    rows = [{"renewal_id": "r", "due_on": date(2024, 1, 1), "tenure_years": each} for each in (years, -1.0)]

    assert judged_renewals(rows).collect()["tenure_band"].to_list() == [band, None]


def test_the_difference_is_that_of_the_two_shares():
    """
    420 of 500 against 390 of 500: 6.0 points, from 1.1 to 10.8, as Newcombe has it.
    """
    rows = [
        {
            "renewal_id": f"{is_auto}{done}",
            "due_on": date(2024, 1, 1),
            "auto_renew": is_auto,
            "renewed_on": date(2024, 1, 1) if done else None,
            "cases": cases,
        }
        for is_auto, done, cases in ((True, True, 420), (True, False, 80), (False, True, 390), (False, False, 110))
    ]
    found = compared(judged_renewals(rows), truth="auto_renew", period=YEAR)

    assert (found.difference, found.lower, found.upper) == pytest.approx((0.06, 0.011, 0.108), abs=1e-3)


def test_one_side_alone_is_no_difference():
    """
    Where nobody is on the other side, or it isn't known who is, nothing is compared.
    """
    rows = [{"renewal_id": "r", "due_on": date(2024, 1, 1), "auto_renew": each} for each in (True, None)]
    found = compared(judged_renewals(rows), truth="auto_renew", period=YEAR)

    assert (found.rates.height, found.difference, found.lower, found.upper) == (1, None, None, None)


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_lead_times_are_what_sorting_by_hand_gives(period):
    """
    Of contracts due and reminded by their due day, each as often as it has cases.
    """
    rows = renewal_crowd(4)
    days = []
    for row in map(known_renewal, rows):
        if row["invited"] and row["due"] and OF["is_reminded"](row) and inside(period, row["due_on"]):
            days += [(row["due_on"] - row["reminded_on"]).days] * row["cases"]
    found = lead_time(judged_renewals(rows), period=period).row(0, named=True)

    assert found["reminded"] == len(days)
    assert found["median"] == statistics.median_low(days)
    assert found["shortest_quarter"] <= found["median"] <= found["longest_quarter"]


def test_a_reminder_on_the_due_day_leads_by_nothing():
    """
    On the due day it still counts, the day after it doesn't; of none nothing is known.
    """
    due = {"renewal_id": "r", "due_on": date(2024, 5, 1)}
    on_time = lead_time(judged_renewals([{**due, "reminded_at": local("2024-05-01 23:59")}]), period=YEAR)
    late = lead_time(judged_renewals([{**due, "reminded_at": local("2024-05-02 00:00")}]), period=YEAR)

    assert on_time.row(0) == (1, 0.0, 0.0, 0.0)
    assert late.row(0) == (0, None, None, None)
