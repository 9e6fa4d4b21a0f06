"""
How complaints end, against counting by hand; what counts as decided, and what as upheld.
"""

from __future__ import annotations

import statistics
from collections import Counter, defaultdict

import pytest

from dashboard.metrics.outcomes import OUTCOMES, outcome_mix, redress_by_outcome, upheld_rate
from tests.metrics.crowd import EVERYTHING, SECOND_QUARTER, YEAR, crowd, judge
from tests.rows import local


def ended(rows, period):
    return [
        row
        for row in rows.iter_rows(named=True)
        if row["stopped_on"] and period.first <= row["stopped_on"] < period.before
    ]


@pytest.mark.parametrize("period", [YEAR, SECOND_QUARTER], ids=str)
def test_the_mix_is_what_counting_by_hand_gives(period):
    """
    By month of the end; merged and invalid ones apart, what isn't coded kept.
    """
    rows = crowd(8)
    cases, apart, months = Counter(), Counter(), Counter()
    for row in ended(rows, period):
        month = row["stopped_on"].replace(day=1)
        if row["is_counted"]:
            cases[month, row["outcome"]] += row["cases"]
            months[month] += row["cases"]
        elif row["outcome"] in ("merged", "invalid"):
            apart[month, row["outcome"]] += row["cases"]
    found = outcome_mix(rows.lazy(), period=period)

    assert dict(cases) == {(month, outcome): n for month, outcome, n, _ in found.months.iter_rows()}
    assert all(n / months[month] == pytest.approx(share) for month, _, n, share in found.months.iter_rows())
    assert dict(apart) == {(month, outcome): n for month, outcome, n in found.apart.iter_rows()}
    assert {None, "odd"} < set(found.months["outcome"])


def finished(number, outcome, day="2024-05-20", **more):
    row = {"complaint_id": f"c{number}", "received_at": local("2024-05-01"), "outcome": outcome}
    return row | {"decided_at": local(day), "informed_at": local(day), **more}


def test_outcomes_come_in_their_order():
    """
    Right, partly right, wrong, settled, withdrawn, anything else, not coded.
    """
    values = [None, "odd", "withdrawn", "settled", "rejected", "partly_upheld", "upheld"]
    found = outcome_mix(judge(finished(n, value) for n, value in enumerate(values)), period=YEAR)

    assert [*OUTCOMES, "odd", None] == found.months["outcome"].to_list()


def test_merged_into_another_is_apart_whatever_its_outcome():
    """
    It isn't a complaint of its own.
    """
    found = outcome_mix(
        judge([finished(1, "upheld", merged_into_id="c0", closed_at=local("2024-05-20"))]), period=YEAR
    )

    assert (0, ["merged"]) == (found.months.height, found.apart["outcome"].to_list())


def test_the_period_is_that_of_the_end():
    """
    Received in May, ended on the last of June and the first of July.
    """
    rows = judge([finished(1, "upheld", "2024-06-30"), finished(2, "upheld", "2024-07-01")])

    assert [1] == outcome_mix(rows, period=SECOND_QUARTER).months["cases"].to_list()
    assert [1] == upheld_rate(rows, period=SECOND_QUARTER)["decided"].to_list()
    assert [1] == redress_by_outcome(rows, period=SECOND_QUARTER)["cases"].to_list()


def test_upheld_is_of_those_decided():
    """
    Two of three; a settlement, a withdrawal and an unknown outcome decide nothing.
    """
    values = ["upheld", "partly_upheld", "rejected", "settled", "withdrawn", None]
    found = upheld_rate(judge(finished(n, value) for n, value in enumerate(values)), period=YEAR).row(
        0, named=True
    )

    assert (2, 3) == (found["upheld"], found["decided"])
    assert (2 / 3, 0.2077, 0.9385) == pytest.approx((found["rate"], found["lower"], found["upper"]), abs=1e-4)


def test_upheld_by_group_is_what_counting_by_hand_gives():
    """
    By category, and by month of the decision.
    """
    rows = crowd(9)
    for by in ("category", "month"):
        upheld, decided = Counter(), Counter()
        for row in ended(rows, YEAR):
            if not row["is_counted"] or not row["is_answered"]:
                continue
            key = row["stopped_on"].replace(day=1) if by == "month" else row[by]
            decided[key] += row["cases"] if row["outcome"] in ("upheld", "partly_upheld", "rejected") else 0
            upheld[key] += row["cases"] if row["outcome"] in ("upheld", "partly_upheld") else 0
        found = upheld_rate(rows.lazy(), period=YEAR, by=[by])
        assert {key: (upheld[key], n) for key, n in decided.items() if n} == {
            key: (one, all_) for key, one, all_, *_ in found.iter_rows()
        }


def test_nothing_decided_has_no_rate():
    """
    None of none is unknown; without groups there is still a row that says so.
    """
    assert [(0, 0, None, None, None)] == upheld_rate(judge([]), period=EVERYTHING).rows()
    assert upheld_rate(judge([]), period=EVERYTHING, by=["category"]).is_empty()


def test_redress_is_what_adding_by_hand_gives():
    """
    Sum and median of the amounts above nothing; the median counts every case.
    """
    rows = crowd(10)
    amounts, cases, paid = defaultdict(list), Counter(), Counter()
    weighted = defaultdict(list)
    for row in ended(rows, YEAR):
        if row["is_counted"]:
            cases[row["outcome"]] += row["cases"]
            if row["redress_amount"]:
                paid[row["outcome"]] += row["cases"]
                amounts[row["outcome"]].append(row["redress_amount"])
                weighted[row["outcome"]] += [row["redress_amount"]] * row["cases"]
    found = redress_by_outcome(rows.lazy(), period=YEAR)

    assert set(cases) == set(found["outcome"])
    for outcome, n, with_redress, total, median in found.iter_rows():
        assert (cases[outcome], paid[outcome]) == (n, with_redress)
        assert (sum(amounts[outcome]) if amounts[outcome] else None) == total
        assert (statistics.median_low(weighted[outcome]) if weighted[outcome] else None) == median
