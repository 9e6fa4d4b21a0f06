"""
Expectations: sums of chances with an interval, as a state, by group and at the end of each month.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.metrics import Kpi, evaluate, rows_of
from dashboard.metrics.complaints import judged, stock_by_month
from tests.metrics.asking import ALL_RECORDED, facts_of, terms
from tests.rows import local

AS_OF = date(2024, 6, 30)
DAY = timedelta(days=1)


def with_chances(complaints, on):
    """
    Every open complaint is as likely to be late as it is days old, in per cent.
    """
    return judged(complaints, on).with_columns(chance=pl.col("days") / 100)


def chances_by_month(complaints, on, *, months, by):
    """
    At each month's end half of each open case.
    """
    states = stock_by_month(complaints, on, months=months, by=by)
    return states.with_columns(chance=pl.col("is_open") / 2)


def spanned(chances, cases):
    """
    The interval: the smallest chance, and the sum of all cases.
    """
    return min(chances, default=0.0), float(sum(cases))


EXPECTED = Kpi(
    id="complaint_breaches_expected_7d",
    title="Expected",
    question="How many?",
    numerator="Chances",
    denominator=None,
    fact="complaints",
    judge=with_chances,
    among="is_open",
    date_basis="as_of",
    day=None,
    unit="expected",
    direction="down",
    source="A test",
    chance="chance",
    interval=spanned,
    stock_by_month=chances_by_month,
)
ROWS = [
    {"received_at": local(str(AS_OF - 10 * DAY)), "branch_id": "A", "cases": 3},
    {"received_at": local(str(AS_OF - 20 * DAY)), "branch_id": "A"},
    {"received_at": local(str(AS_OF - 50 * DAY)), "branch_id": "B"},
    {"received_at": local(str(AS_OF - 50 * DAY)), "branch_id": "C", "decided_at": local(str(AS_OF))},
]


def asked(**how):
    return evaluate(EXPECTED, facts_of(ROWS), terms(AS_OF), recorded=ALL_RECORDED, **how)


def test_chances_are_summed_with_their_cases():
    """
    3 × 0.1 + 0.2 + 0.5 of five cases, with the interval of those three chances; no numerator, no denominator.
    """
    found = asked().row(0, named=True)

    assert found["value"] == pytest.approx(1.0)
    assert (found["cases"], found["numerator"], found["denominator"]) == (5, None, None)
    assert (found["lower"], found["upper"]) == (0.1, 5.0)


def test_each_group_has_its_own_interval_and_one_without_cases_expects_nothing():
    """
    C has nothing open: none expected, which is known.
    """
    found = asked(by=["branch_id"])

    assert found["value"].to_list() == [pytest.approx(0.5), pytest.approx(0.5), 0.0]
    assert found["cases"].to_list() == [4, 1, 0]
    assert found.select("lower", "upper").rows() == [(0.1, 4.0), (0.5, 1.0), (None, None)]


def test_a_choice_expects_its_own():
    """
    Branch B alone, and nobody.
    """
    assert asked(values=[("branch_id", ["B"])])["value"].to_list() == [0.5]
    assert asked(values=[("branch_id", ["Z"])]).select("value", "cases", "lower").row(0) == (0.0, 0, 0.0)


def test_by_month_it_is_what_was_expected_then():
    """
    Sums at the month's end, which aren't whole; without an interval. June is not over while it is June.
    """
    found = asked(by=["month"], period_from=date(2024, 5, 1), period_before=date(2024, 8, 1))

    assert found["value"].to_list() == [1.0, 2.5, None]
    assert found["cases"].to_list() == [2, 5, 0]
    assert found["lower"].to_list() == [None] * 3
    assert found["provisional"].to_list() == [False, False, True]


def test_the_rows_behind_it_sum_to_its_cases():
    """
    Five cases in three rows.
    """
    rows = rows_of(EXPECTED, facts_of(ROWS), terms(AS_OF)).collect()
    assert (rows.height, rows["cases"].sum()) == (3, 5)
