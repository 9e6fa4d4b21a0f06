"""
Cohorts by age, and gross beside invited, against counting by hand; both sides of each edge.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest

from dashboard.metrics.renewal_cohorts import AGES, gross_and_invited, maturing_cohorts
from dashboard.periods import Period, shift_months
from tests.metrics.asking import terms
from tests.metrics.renewal_crowd import (
    AS_OF,
    ON,
    PERIODS,
    QUARTER,
    YEAR,
    inside,
    judged_renewals,
    known_renewal,
    renewal_crowd,
)

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))


def contract(due="2024-03-15", **more):
    return {"renewal_id": "r", "due_on": date.fromisoformat(due), **more}


def share_at(age, rows, as_of=AS_OF):
    on = terms(as_of)
    found = maturing_cohorts(judged_renewals(rows, on), on, period=MARCH)
    return found.filter(age=age)["share"].item()


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_cohorts_are_what_counting_by_hand_gives(period):
    """
    By month of the due day and by age; an age that not all contracts of the month have had is unknown.
    """
    rows = renewal_crowd(1)
    invited, renewed = Counter(), Counter()
    for row in map(known_renewal, rows):
        if row["invited"] and inside(period, row["due_on"]):
            month = row["due_on"].replace(day=1)
            invited[month] += row["cases"]
            for age in AGES:
                if row["renewed"] and (row["renewed_on"] - row["due_on"]).days <= age:
                    renewed[month, age] += row["cases"]
    expected = {}
    for month, count in invited.items():
        for age in AGES:
            known_on = shift_months(month, 1) - timedelta(days=1) + timedelta(days=age)
            done = renewed[month, age] if known_on <= AS_OF else None
            expected[month, age] = (count, done, None if done is None else done / count, known_on)
    found = maturing_cohorts(judged_renewals(rows), ON, period=period)

    assert {(row[0], row[1]): (row[2], row[3], row[4], row[7]) for row in found.iter_rows()} == expected
    assert (period.before == QUARTER.before) != (None in found["share"].to_list())


def test_an_age_is_known_on_the_day_its_last_contract_has_it():
    """
    March at 15 days is known from 15 April on, whichever day of March a contract fell due.
    """
    rows = [contract("2024-03-01", renewed_on=date(2024, 3, 1))]

    assert share_at(15, rows, date(2024, 4, 14)) is None
    assert share_at(15, rows, date(2024, 4, 15)) == 1.0


@pytest.mark.parametrize(("days", "by_15"), [(15, 1.0), (16, 0.0)])
def test_a_renewal_counts_from_its_own_day(days, by_15):
    """
    Paid on the 15th day, and on the day after.
    """
    assert share_at(15, [contract(renewed_on=date(2024, 3, 15) + timedelta(days=days))]) == by_15


@pytest.mark.parametrize(("days", "early"), [(-30, 1.0), (-29, 0.0)])
def test_early_renewals_stay_in_their_own_month(days, early):
    """
    T46: paid in February for March, and known as such when March has begun to fall due.
    """
    assert share_at(-30, [contract(renewed_on=date(2024, 3, 15) + timedelta(days=days))]) == early


def test_a_gap_too_long_is_no_renewal_at_any_age():
    """
    T47: paid in time for a term that begins 31 days later.
    """
    rows = [contract(renewed_on=date(2024, 3, 15), new_term_from_on=date(2024, 4, 15))]

    assert share_at(60, rows) == 0.0


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_gross_and_invited_are_what_counting_by_hand_gives(period):
    """
    Those we declined are in the one and not in the other; those cancelled are in neither.
    """
    rows = renewal_crowd(2)
    sums, settled = Counter(), {}
    for row in map(known_renewal, rows):
        if not row["available"] or not inside(period, row["due_on"]):
            continue
        month = row["due_on"].replace(day=1)
        settled[month] = max(settled.get(month, date.min), row["last"])
        for basis in ("invited", "gross") if row["invited"] else ("gross",):
            if row["mature"]:
                sums[month, basis, "all"] += row["cases"]
                sums[month, basis, "renewed"] += row["cases"] * row["renewed"]
            elif row["due"]:
                sums[month, basis, "maturing"] += row["cases"]
    found = gross_and_invited(judged_renewals(rows), period=period)

    assert found["month"].to_list() == sorted(settled)
    for row in found.iter_rows(named=True):
        assert row["settled_on"] == settled[row["month"]]
        for basis in ("invited", "gross"):
            of, hits = sums[row["month"], basis, "all"], sums[row["month"], basis, "renewed"]
            assert (row[basis], row[f"{basis}_renewed"]) == (of, hits)
            assert row[f"{basis}_maturing"] == sums[row["month"], basis, "maturing"]
            assert row[f"{basis}_share"] == (hits / of if of else None)


def test_declined_by_us_is_gross_and_not_invited():
    """
    T49, T50: one renewed, one we declined, one cancelled: one of one, and one of two.
    """
    rows = [
        contract(renewed_on=date(2024, 3, 15)),
        contract(outcome="insurer_declined"),
        contract(outcome="cancelled"),
    ]
    found = gross_and_invited(judged_renewals(rows), period=YEAR).row(0, named=True)

    assert (found["invited_share"], found["gross_share"]) == (1.0, 0.5)


def test_nothing_due_is_no_month():
    """
    No contracts, no months: not a month of zeros.
    """
    assert gross_and_invited(judged_renewals([]), period=YEAR).is_empty()
    assert maturing_cohorts(judged_renewals([]), ON, period=YEAR).is_empty()
