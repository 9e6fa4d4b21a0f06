"""
Persistency by cohort and age, against adding by hand; immature cohorts are unknown, never zero.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

import pytest

from dashboard.metrics.persistency_triangle import persistency_triangle
from tests.metrics.asking import terms
from tests.metrics.renewal_crowd import AS_OF, ON, judged_premiums, premium_crowd


def first_of_half(when):
    return date(when.year, 1 if when.month < 7 else 7, 1)


def counted(row):
    """
    Premium due and kept, contracts due and kept, of one row by hand; None: not to be continued.
    """
    if row["excluded_reason"] or not row["premium_first_year"]:
        return None
    ends = row["due_on"] + timedelta(days=row["grace_days"] or 0)
    kept = row["paid_on"] is not None and row["paid_on"] <= min(ends, AS_OF)
    n = row["cases"] or 1
    return ends, n * row["premium_first_year"], n * row["premium_paid"] if kept else Decimal(0), n, n * kept


@pytest.mark.parametrize("without_suspended", [False, True])
@pytest.mark.parametrize("basis", ["premium", "count"])
def test_cells_are_what_adding_by_hand_gives(basis, without_suspended):
    """
    Every cell whose last contract is out of grace; T44: those never to be continued are on neither side.
    """
    rows = premium_crowd(1)
    due, kept, ends = defaultdict(Decimal), defaultdict(Decimal), {}
    for row in rows:
        parts = counted(row)
        if parts is None or (without_suspended and row["suspended"]):
            continue
        cell = first_of_half(row["effective_on"]), row["policy_month"]
        ends[cell] = max(ends.get(cell, date.min), parts[0])
        due[cell] += parts[1] if basis == "premium" else parts[3]
        kept[cell] += parts[2] if basis == "premium" else parts[4]
    found = persistency_triangle(judged_premiums(rows), ON, basis=basis, without_suspended=without_suspended)
    told = {(row["cohort"], row["policy_month"]): row for row in found.iter_rows(named=True)}

    assert any(row["value"] is None for row in told.values())
    for cell, row in told.items():
        assert row["known_on"] >= ends.get(cell, date.min)
        if row["known_on"] > AS_OF or cell not in due:
            assert (row["value"], row["cases"]) == (None, 0)
        else:
            assert row["value"] == pytest.approx(float(kept[cell] / due[cell]))
            assert row["denominator"] == pytest.approx(float(due[cell]))
            assert row["lower"] <= row["value"] <= row["upper"]


PREMIUM = {
    "premium_id": "p",
    "effective_on": date(2023, 3, 15),
    "policy_month": 13,
    "due_on": date(2024, 3, 15),
    "grace_days": 60,
    "premium_first_year": Decimal(100),
}


def thirteenth(*rows, as_of=AS_OF, **how):
    on = terms(as_of)
    found = persistency_triangle(judged_premiums(rows, on), on, **how)
    return found.filter(policy_month=13).row(0, named=True)


@pytest.mark.parametrize(("paid", "value"), [("2024-05-14", 1.0), ("2024-05-15", 0.0)])
def test_the_last_day_of_grace(paid, value):
    """
    T41: received on the sixtieth day it persists; a day later it doesn't.
    """
    row = PREMIUM | {"paid_on": date.fromisoformat(paid), "premium_paid": Decimal(100)}

    assert thirteenth(row)["value"] == value


def test_a_cohort_is_known_when_its_last_possible_contract_is():
    """
    T42: the first half of 2023 may hold a contract of 30 June, due 30 June 2024, in grace until 29 August.
    """
    before, after = (thirteenth(PREMIUM, as_of=date(2024, 8, day)) for day in (28, 29))

    assert before["known_on"] == after["known_on"] == date(2024, 8, 29)
    assert (before["value"], after["value"]) == (None, 0.0)


def test_the_filing_leaves_suspended_contracts_out():
    """
    T45: one paid, one suspended: half of them, or all.
    """
    paid = PREMIUM | {"paid_on": date(2024, 3, 15), "premium_paid": Decimal(100)}
    rows = (paid, PREMIUM | {"premium_id": "q", "suspended": True})

    assert thirteenth(*rows)["value"] == 0.5
    assert thirteenth(*rows, without_suspended=True)["value"] == 1.0


def test_large_premiums_count_as_money_and_once_as_contracts():
    """
    900 kept and 100 lost: nine tenths of the premium, half of the contracts.
    """
    paid = {"premium_first_year": Decimal(900), "paid_on": date(2024, 3, 15), "premium_paid": Decimal(900)}
    rows = (PREMIUM | paid, PREMIUM)

    assert (thirteenth(*rows)["value"], thirteenth(*rows, basis="count")["value"]) == (0.9, 0.5)


def test_nothing_recorded_is_no_triangle():
    """
    No cohorts rather than cohorts of nothing.
    """
    assert persistency_triangle(judged_premiums([]), ON).is_empty()
