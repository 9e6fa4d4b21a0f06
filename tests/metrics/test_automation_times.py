"""
Time saved for the same mix, and the table of kinds: against plain Python.
"""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from datetime import timedelta
from decimal import Decimal

import polars as pl
import pytest

from dashboard.metrics.amounts import amount_band
from dashboard.metrics.time_saved import of_legs, time_saved
from dashboard.metrics.where_next import where_next
from tests.metrics.automated import EVERYTHING, PERIODS, claim, crowd, dicts, inside, judge, total
from tests.rows import local

LEGS = {
    "decision": ("documents_completed_at", "decided_at", "decided_on"),
    "payment": ("reported_at", "paid_at", "paid_on"),
}


def is_automatic(row):
    return bool(row["auto_decided"]) and not row["touches_before_decision"]


def saved(rows, period):
    """
    Of the same claims for each leg.
    """
    return time_saved(dict.fromkeys(of_legs(period), rows), period=period)


def hours(start, end):
    return int((end - start).total_seconds() // 3600)


@pytest.mark.parametrize("period", PERIODS, ids=["half a year", "everything"])
@pytest.mark.parametrize("leg", LEGS)
def test_time_saved_is_what_standardising_by_hand_gives(leg, period):
    """
    Strata with both kinds, weighted by the automatic claims; case by case, no sums of squares.
    """
    rows, (start, end, day) = crowd(8), LEGS[leg]
    strata = defaultdict(lambda: ([], []))
    for row in dicts(rows):
        if row["is_automation_known"] and inside(row[day], period) and row[start] and row[end] >= row[start]:
            days = hours(row[start], row[end]) / 24
            strata[row["claim_type"], row["amount_band"]][not is_automatic(row)].extend([days] * row["cases"])
    both = [arms for arms in strata.values() if all(arms)]
    n = sum(len(mine) for mine, _ in both)
    mean, other = (sum(len(arms[0]) / n * statistics.fmean(arms[side]) for arms in both) for side in (0, 1))
    spread = 0.0
    for side in (0, 1):
        left = sum((x - statistics.fmean(arms[side])) ** 2 for arms in both for x in arms[side])
        freedom = sum(len(arms[side]) - 1 for arms in both)
        spread += left / freedom * sum((len(arms[0]) / n) ** 2 / len(arms[side]) for arms in both)
    reach = statistics.NormalDist().inv_cdf(0.975) * math.sqrt(spread)
    found = saved(rows.lazy(), period).filter(pl.col("leg") == leg).row(0, named=True)

    assert (mean, other, mean - other) == pytest.approx((found["automatic"], found["manual"], found["difference"]))
    assert (mean - other - reach, mean - other + reach) == pytest.approx((found["lower"], found["upper"]))
    assert (n, sum(len(arms[1]) for arms in both)) == (found["cases_automatic"], found["cases_manual"])
    assert n / sum(len(mine) for mine, _ in strata.values()) == pytest.approx(found["covered"])


def test_a_kind_only_one_side_decides_is_left_out_and_said():
    """
    Of two automatic claims one has a manual one like it: half is covered.
    """
    manual = {"auto_decided": False, "decided_at": local("2024-05-05")}
    rows = [claim(1), claim(2, claim_type="motor"), claim(3, **manual)]
    found = saved(judge(rows), EVERYTHING).row(0, named=True)

    assert (1.0, 3.0, -2.0, 0.5) == tuple(found[name] for name in ("automatic", "manual", "difference", "covered"))
    assert (found["lower"], found["upper"]) == (None, None)


def test_nothing_to_compare_is_null():
    """
    No claims at all, and only automatic ones.
    """
    for rows in ([], [claim()]):
        found = saved(judge(rows), EVERYTHING)
        assert found["difference"].to_list() == [None, None]
    assert found["covered"].to_list() == [0.0, 0.0]


@pytest.mark.parametrize(
    ("amount", "band"),
    [
        ("-0.01", None),
        ("0", "0-1k"),
        ("999.99", "0-1k"),
        ("1000", "1k-5k"),
        ("5000", "5k-20k"),
        ("20000", "20k-100k"),
        ("99999.99", "20k-100k"),
        ("100000", "100k+"),
        (None, None),
    ],
)
def test_both_sides_of_each_band_of_amounts(amount, band):
    """
    A band holds its lower edge and not its upper one; a slip of the keyboard is in none.
    """
    amounts = pl.DataFrame({"amount": pl.Series([amount and Decimal(amount)], dtype=pl.Decimal(38, 2))})

    assert [band] == amounts.select(amount_band(pl.col("amount")).cast(pl.String)).to_series().to_list()


def median_by_hand(rows):
    """
    Kaplan and Meier's: the first time by which half are paid, those still waiting at risk up to now.
    """
    waits = [(row["days"], row["is_paid"]) for row in rows if row["days"] is not None for _ in range(row["cases"])]
    share = 1.0
    for time in sorted({days for days, _ in waits}):
        at_risk = sum(days >= time for days, _ in waits)
        share *= 1 - sum(days == time and paid for days, paid in waits) / at_risk
        if share <= 0.5 + 1e-9:
            return time
    return None


@pytest.mark.parametrize("period", PERIODS, ids=["half a year", "everything"])
def test_the_table_of_kinds_is_what_counting_by_hand_gives(period):
    """
    Volume, share and medians of every type and band, the most manual first.
    """
    rows = crowd(9)
    kinds = defaultdict(list)
    for row in dicts(rows):
        if row["is_adjudicated"] and inside(row["decided_on"], period):
            kinds[row["claim_type"], row["amount_band"]].append(row)
    found = where_next(rows.lazy(), period=period)

    assert found.height == len(kinds)
    assert found["manual"].to_list() == sorted(found["manual"], reverse=True)
    for kind in found.iter_rows(named=True):
        mine = kinds[kind["claim_type"], kind["amount_band"]]
        known = [row for row in mine if row["auto_decided"] is not None]
        by_hand = [row for row in known if not is_automatic(row)]
        expected = (total(mine), total(known) - total(by_hand), total(by_hand))
        assert expected == (kind["decided"], kind["automatic"], kind["manual"])
        assert ((expected[1] / total(known)) if known else None) == kind["rate"]
        assert (median_by_hand(mine), median_by_hand(by_hand)) == (
            pytest.approx(kind["median_days"]),
            pytest.approx(kind["median_days_manual"]),
        )


def test_a_kind_that_is_only_refused_has_no_median():
    """
    Nothing is to be paid; and no decision at all makes no row.
    """
    refused = claim(decision="refused", paid_at=None, first_paid_at=None, agreed_at=None)

    assert where_next(judge([refused]), period=EVERYTHING)["median_days"].to_list() == [None]
    assert not where_next(judge([]), period=EVERYTHING).height


def test_an_unpaid_claim_waits_on():
    """
    Of two, one paid on the second day and one still waiting: half are paid then.
    """
    rows = [claim(1), claim(2, paid_at=None, first_paid_at=None), claim(3, paid_at=None, first_paid_at=None)]
    told = [where_next(judge(rows[:size]), period=EVERYTHING)["median_days"][0] for size in (2, 3)]

    assert told == [(rows[0]["paid_at"] - rows[0]["reported_at"]) / timedelta(days=1), None]
