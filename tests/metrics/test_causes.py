"""
Causes by size, place, month and hand-over, against counting by hand.
"""

from __future__ import annotations

import math
from collections import Counter
from datetime import date

import pytest

from dashboard.metrics.causes import cause_rates, handovers, matrix, pareto
from dashboard.periods import Period
from tests.metrics.crowd import AS_OF, EVERYTHING, SECOND_QUARTER, YEAR, crowd, judge, judged_on, ledger
from tests.rows import local

DAY = date(2024, 5, 1)
PERIODS = [YEAR, SECOND_QUARTER, Period(None, date(2024, 3, 1)), EVERYTHING]


def counted(rows, period):
    """
    The rows that count and were received in a period, one by one.
    """
    for row in rows.iter_rows(named=True):
        after = period.first is None or row["received_on"] >= period.first
        before = period.before is None or row["received_on"] < period.before
        if row["is_counted"] and after and before:
            yield row


@pytest.mark.parametrize("period", PERIODS, ids=str)
@pytest.mark.parametrize("by", ["cause", "category"])
def test_pareto_is_what_counting_by_hand_gives(period, by):
    """
    Shares are of the coded cases, the uncoded are said apart, weights count.
    """
    rows = crowd(1)
    cases = Counter()
    for row in counted(rows, period):
        cases[row[by]] += row["cases"]
    uncoded = cases.pop(None, 0)
    found = pareto(rows.lazy(), period=period, by=by)
    ranked = sorted(cases.items(), key=lambda item: (-item[1], item[0]))
    so_far = 0

    assert (sum(cases.values()) + uncoded, uncoded) == (found.cases, found.uncoded)
    assert found.uncoded_share == pytest.approx(uncoded / found.cases)
    assert [name for name, _ in ranked] == found.causes[by].to_list()
    for (_, number), row in zip(ranked, found.causes.iter_rows(named=True), strict=True):
        so_far += number
        assert (number, number / cases.total(), so_far / cases.total()) == pytest.approx(
            (row["cases"], row["share"], row["cumulative"])
        )


def test_pareto_of_nothing():
    """
    No complaints: no rows, and no share of nothing.
    """
    found = pareto(judge([]), period=YEAR)

    assert (0, 0, 0, None) == (found.causes.height, found.cases, found.uncoded, found.uncoded_share)


def test_pareto_of_what_nobody_coded():
    """
    All uncoded: no causes, and that is all there is to say.
    """
    found = pareto(judged_on([(None, DAY, 3)]), period=YEAR)

    assert (0, 3, 3, 1.0) == (found.causes.height, found.cases, found.uncoded, found.uncoded_share)


def test_a_period_holds_its_first_day_and_not_its_end():
    """
    Received on the last evening and at midnight, local time; merged ones are nowhere.
    """
    rows = judge(
        [
            {"complaint_id": "in", "received_at": local("2024-04-01 00:00:00"), "cause": "slow"},
            {"complaint_id": "last", "received_at": local("2024-06-30 23:59:59"), "cause": "slow"},
            {"complaint_id": "out", "received_at": local("2024-07-01 00:00:00"), "cause": "slow"},
            {
                "complaint_id": "merged",
                "received_at": local("2024-05-05"),
                "closed_at": local("2024-05-06"),
                "merged_into_id": "in",
                "cause": "slow",
            },
        ]
    )

    assert pareto(rows, period=SECOND_QUARTER).cases == 2


@pytest.mark.parametrize("columns", [("cause", "product_line"), ("cause", "branch_id"), ("branch_id", "category")])
def test_matrix_is_what_counting_by_hand_gives(columns):
    """
    Every combination, nothing left out; expected and residual from their definitions.
    """
    rows = crowd(2)
    cells, in_row, in_column = Counter(), Counter(), Counter()
    for row in counted(rows, YEAR):
        one, other = (row[name] for name in columns)
        cells[one, other] += row["cases"]
        in_row[one] += row["cases"]
        in_column[other] += row["cases"]
    whole = cells.total()
    found = matrix(rows.lazy(), period=YEAR, rows_by=columns[0], columns_by=columns[1])

    assert {(one, other) for one in in_row for other in in_column} == set(found.select(columns).iter_rows())
    for one, other, cases, expected, residual in found.iter_rows():
        share_row, share_column = in_row[one] / whole, in_column[other] / whole
        guess = whole * share_row * share_column
        assert (cells[one, other], guess) == (cases, pytest.approx(expected))
        deviation = math.sqrt(guess * (1 - share_row) * (1 - share_column))
        assert (cells[one, other] - guess) / deviation == pytest.approx(residual)


def test_the_matrix_shows_large_rows_first_and_what_isnt_coded_last():
    """
    However many are uncoded.
    """
    rows = judged_on([("b", DAY, 2), ("a", DAY, 5), ("c", DAY, 2), (None, DAY, 90)]).with_columns(
        branch_id="source"
    )

    assert ["a", "b", "c", None] == matrix(rows, period=YEAR, rows_by="cause", columns_by="branch_id")[
        "cause"
    ].to_list()


def test_one_row_has_no_residual():
    """
    With a single cause, or a single branch, there is nothing to compare with.
    """
    rows = judged_on([("a", DAY, 2), ("b", DAY, 2)])
    found = matrix(rows, period=YEAR, rows_by="cause", columns_by="source")

    assert [2.0, 2.0] == found["expected"].to_list()
    assert found["residual"].is_null().all()
    assert matrix(judged_on([]), period=YEAR, rows_by="cause", columns_by="source").is_empty()


LEDGER = [
    {"month": date(2024, 1, 1), "branch_id": "b1", "policies_in_force": 1000},
    {"month": date(2024, 1, 1), "branch_id": "b2", "policies_in_force": 2000},
    {"month": date(2024, 2, 1), "branch_id": "b1", "policies_in_force": 4000},
    {"month": date(2024, 3, 1), "branch_id": "b1", "policies_in_force": None},
    {"month": date(2024, 12, 1), "branch_id": "b1", "policies_in_force": 500},
]
MONTHS = [date(2024, month, 1) for month in (1, 2, 3, 4, 12)]


def test_rates_are_a_year_per_ten_thousand_policies():
    """
    January's 31 of 365 days on 3,000 contracts; a month in which a cause didn't occur is nought, not missing.
    """
    rows = judged_on([("a", date(2024, 1, 31), 3), ("a", date(2024, 2, 1), 2), (None, date(2024, 1, 2), 1)])
    found = cause_rates(rows, ledger(*LEDGER[:3]), months=MONTHS, as_of=AS_OF)
    january, february = 3000 * 31 / 365, 4000 * 29 / 365

    assert [
        ("a", date(2024, 1, 1), 3, pytest.approx(january), pytest.approx(3 / january * 10_000)),
        ("a", date(2024, 2, 1), 2, pytest.approx(february), pytest.approx(2 / february * 10_000)),
        (None, date(2024, 1, 1), 1, pytest.approx(january), pytest.approx(1 / january * 10_000)),
        (None, date(2024, 2, 1), 0, pytest.approx(february), 0.0),
    ] == found.rows()


def test_months_without_a_ledger_or_not_over_have_no_rate():
    """
    March's ledger doesn't say how many, April has none, December isn't over a day before its end.
    """
    rows = judged_on([("a", month, 1) for month in MONTHS])
    there = cause_rates(rows, ledger(*LEDGER), months=MONTHS, as_of=AS_OF)
    a_day_before = cause_rates(rows, ledger(*LEDGER), months=MONTHS, as_of=date(2024, 12, 30))

    assert [1, 2, 3, 12] == [month.month for month in there["month"]]
    assert [1, 2, 3] == [month.month for month in a_day_before["month"]]
    assert [False, False, True, False] == there["per_10k"].is_null().to_list()


def test_handovers_are_what_counting_by_hand_gives():
    """
    Cases, shares of all, on time of those due; by month as well.
    """
    rows = crowd(3)
    cases, due, in_time, months = Counter(), Counter(), Counter(), Counter()
    for row in counted(rows, YEAR):
        name = row["handover_cause"]
        cases[name] += row["cases"]
        months[row["received_on"].replace(day=1), name] += row["cases"]
        due[name] += row["cases"] if row["is_due"] else 0
        in_time[name] += row["cases"] if row["is_due"] and row["is_in_time"] else 0
    found = handovers(rows.lazy(), period=YEAR)

    assert found.causes["handover_cause"].to_list()[-1] is None
    for name, number, share, were_due, rate in found.causes.iter_rows():
        assert (cases[name], due[name]) == (number, were_due)
        assert (number / cases.total(), in_time[name] / due[name]) == pytest.approx((share, rate))
    assert dict(months) == {(month, name): number for month, name, number, _ in found.months.iter_rows()}
    in_month = Counter()
    for (month, _), number in months.items():
        in_month[month] += number
    assert all(share == pytest.approx(n / in_month[month]) for month, _, n, share in found.months.iter_rows())


def test_not_due_yet_is_neither_late_nor_in_time():
    """
    Received yesterday and open: no rate yet.
    """
    rows = judge([{"complaint_id": "new", "received_at": local("2024-12-30"), "handover_cause": "sales_claims"}])

    assert [("sales_claims", 1, 1.0, 0, None)] == handovers(rows, period=YEAR).causes.rows()
