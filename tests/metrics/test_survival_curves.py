"""
Curves ready to draw: by hand in exact fractions, capped where few are left, the largest groups only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from fractions import Fraction

import polars as pl
import pytest

from dashboard.metrics.survival_curves import curves
from tests.metrics.crowd import SECOND_QUARTER, YEAR, crowd, judge
from tests.rows import local


def by_hand(rows):
    """
    Day to (share still waiting, cases at risk), as long as five are.
    """
    leaving, answered = Counter(), Counter()
    for row in rows:
        leaving[row["days"]] += row["cases"]
        answered[row["days"]] += row["cases"] if row["is_answered"] else 0
    at_risk, share, points = leaving.total(), Fraction(1), {}
    if min(leaving) > 0:
        points[0] = (1.0, at_risk)
    for day in sorted(leaving):
        share *= 1 - Fraction(answered[day], at_risk)
        if at_risk >= 5:
            points[day] = (float(share), at_risk)
        at_risk -= leaving[day]
    return points


def agrees(expected, points):
    """
    The same days, shares to the last digits, and cases at risk.
    """
    assert list(expected) == points["days"].to_list()
    assert [at_risk for _, at_risk in expected.values()] == points["at_risk"].to_list()
    assert [share for share, _ in expected.values()] == pytest.approx(points["survival"].to_list())


def drawn(points):
    return {
        day: (share, at_risk) for day, share, at_risk in points.select("days", "survival", "at_risk").iter_rows()
    }


@pytest.mark.parametrize("period", [YEAR, SECOND_QUARTER], ids=str)
def test_one_curve_of_all(period):
    """
    From day 0, where all are waiting, to the last day with five at risk.
    """
    rows = crowd(12)
    among = [
        row
        for row in rows.iter_rows(named=True)
        if row["is_counted"] and period.first <= row["received_on"] < period.before
    ]
    found = curves(rows.lazy(), period=period)

    agrees(by_hand(among), found.points)
    assert ["days", "survival", "lower", "upper", "at_risk"] == found.points.columns
    assert found.points.filter(
        (pl.col("lower") > pl.col("survival")) | (pl.col("upper") < pl.col("survival"))
    ).is_empty()


@pytest.mark.parametrize("most", [2, 6])
def test_the_largest_groups(most):
    """
    Each its own curve, the largest first, what isn't coded among them; the others are named.
    """
    rows = crowd(13)
    groups, sizes = defaultdict(list), Counter()
    for row in rows.iter_rows(named=True):
        if row["is_counted"]:
            groups[row["branch_id"]].append(row)
            sizes[row["branch_id"]] += row["cases"]
    ranked = [name for name, _ in sizes.most_common()]
    found = curves(rows.lazy(), period=YEAR, by="branch_id", most=most)

    assert (tuple(ranked[:most]), tuple(ranked[most:])) == (found.shown, found.left_out)
    assert list(found.shown) == found.points["branch_id"].unique(maintain_order=True).to_list()
    for name in found.shown:
        own = found.points.filter(pl.col("branch_id").eq_missing(pl.lit(name)))
        agrees(by_hand(groups[name]), own)
        assert own["days"].is_sorted()


def complaint(number, days, **more):
    """
    Received on 1 May, answered so many days later.
    """
    end = local(f"2024-05-{1 + days:02d}")
    return {"complaint_id": f"c{number}", "received_at": local("2024-05-01"), **more} | (
        {} if more.get("withdrawn_at") else {"decided_at": end, "informed_at": end}
    )


def test_withdrawn_ones_leave_without_an_answer():
    """
    Two of ten are withdrawn on day 2: the share waiting doesn't fall, those at risk do.
    """
    rows = [complaint(number, 3) for number in range(8)]
    rows += [complaint(8 + number, 0, withdrawn_at=local("2024-05-03")) for number in range(2)]

    assert {0: (1.0, 10), 2: (1.0, 10), 3: (0.0, 8)} == drawn(curves(judge(rows), period=YEAR).points)


@pytest.mark.parametrize(("cases", "shown"), [(5, ("b1",)), (4, ())])
def test_fewer_than_five_make_no_curve(cases, shown):
    """
    Four are named among the groups left out.
    """
    rows = judge(complaint(number, number, branch_id="b1") for number in range(cases))
    found = curves(rows, period=YEAR, by="branch_id")

    assert (shown, () if shown else ("b1",)) == (found.shown, found.left_out)
    assert [0] * len(shown) == found.points["days"].to_list()


@pytest.mark.parametrize("by", [None, "grade"])
def test_nothing_to_draw(by):
    """
    No complaints: no points, with their columns and types.
    """
    found = curves(judge([]), period=YEAR, by=by)

    assert ((), (), 0) == (found.shown, found.left_out, found.points.height)
    assert pl.Float64 == found.points.schema["survival"]
