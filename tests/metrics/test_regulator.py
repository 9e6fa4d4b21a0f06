"""
Complaints through the regulator beside its published medians: quarters, sectors, and what isn't over.
"""

from __future__ import annotations

from collections import Counter
from datetime import date

import polars as pl
import pytest

from dashboard.metrics.regulator import benchmarks, regulator_rates
from dashboard.stats import poisson_interval
from tests.metrics.crowd import AS_OF, crowd, judge, ledger
from tests.rows import local

LIFE = ("life", "health", "accident")
MONTHS = [date(2024, month, 1) for month in range(1, 13)]
LEDGER = [
    {"month": month, "product_line": line, "policies_in_force": 1000 * n, "premium_written": 50_000_000}
    for n, month in enumerate(MONTHS, 1)
    for line in ("life", "accident", "motor")
]


def rates(rows, exposure, as_of=AS_OF, quarters=4):
    return regulator_rates(rows, exposure, as_of=as_of, quarters=quarters)


def one(found, quarter, sector):
    return found.filter(pl.col("quarter") == quarter, pl.col("sector").eq_missing(pl.lit(sector))).row(
        0, named=True
    )


def test_the_published_medians():
    """
    As published, word for word: two quarters, two sectors, each with its source.
    """
    found = {(row[0].year, row[1]): row[2:4] for row in benchmarks().iter_rows()}

    assert {
        (2021, "property_casualty"): (6.14, 0.49),
        (2021, "life"): (1.43, 0.26),
        (2022, "property_casualty"): (3.69, 0.25),
        (2022, "life"): (1.59, 0.20),
    } == found
    assert [date(2021, 1, 1), date(2022, 10, 1)] == benchmarks()["quarter"].unique().sort().to_list()
    assert all("CBIRC" in source for source in benchmarks()["source"])


def test_counts_are_what_counting_by_hand_gives():
    """
    Only what the regulator forwarded and what counts; lines belong to sectors, unknown ones to none.
    """
    rows, cases = crowd(11, 1500), Counter()
    for row in rows.iter_rows(named=True):
        if row["is_counted"] and row["source"] == "regulator":
            line = row["product_line"]
            sector = None if line is None else "life" if line in LIFE else "property_casualty"
            quarter = (row["received_on"].month + 2) // 3
            cases[quarter, sector] += row["cases"]
    found = rates(rows.lazy(), ledger(*LEDGER))

    assert dict(cases) == {
        ((quarter.month + 2) // 3, sector): n
        for quarter, sector, n in found.select("quarter", "sector", "cases").rows()
    }
    assert ["property_casualty", "life", None] == found["sector"].head(3).to_list()


def forwarded(number, day, line="life", **more):
    row = {"complaint_id": f"c{number}", "received_at": local(day), "source": "regulator", "product_line": line}
    return row | more


def test_rates_of_a_quarter():
    """
    Two lines of three months: 3 hundred million of premium; 4,000 contracts on average. Not a year's rate.
    """
    rows = judge([forwarded(1, "2024-04-01 00:00:00", cases=3), forwarded(2, "2024-03-31 23:59:59")])
    row = one(rates(rows, ledger(*LEDGER)), date(2024, 4, 1), "life")
    lower, upper = poisson_interval(3)

    # April, May and June end with 4, 5 and 6 thousand contracts in each of two lines: 10 thousand on average.
    assert (3, 3.0, 1.0) == (row["cases"], row["premium_100m"], row["policies_10k"])
    assert (1.0, lower / 3, upper / 3) == pytest.approx(
        (row["per_100m"], row["per_100m_lower"], row["per_100m_upper"])
    )
    assert (3.0, lower, upper) == pytest.approx((row["per_10k"], row["per_10k_lower"], row["per_10k_upper"]))
    assert (date(2022, 10, 1), 1.59, 0.20) == (
        row["benchmark_quarter"],
        row["benchmark_per_100m"],
        row["benchmark_per_10k"],
    )
    assert not row["provisional"]


def test_none_forwarded_is_a_rate_of_nought():
    """
    It still may be off by chance.
    """
    row = one(rates(judge([]), ledger(*LEDGER)), date(2024, 4, 1), "property_casualty")

    assert (0, 0.0, 0.0) == (row["cases"], row["per_100m"], row["per_100m_lower"])
    assert row["per_100m_upper"] > 0


@pytest.mark.parametrize(("as_of", "provisional"), [(date(2024, 12, 31), False), (date(2024, 12, 30), True)])
def test_a_quarter_is_over_with_its_last_day(as_of, provisional):
    """
    A day before, December's ledger isn't closed: complaints are counted, rates are not.
    """
    row = one(rates(judge([forwarded(1, "2024-11-01")]), ledger(*LEDGER), as_of), date(2024, 10, 1), "life")

    assert (1, provisional, provisional) == (row["cases"], row["provisional"], row["per_100m"] is None)


@pytest.mark.parametrize(
    "spoilt",
    [
        [row for row in LEDGER if (row["month"].month, row["product_line"]) not in {(5, "life"), (5, "accident")}],
        [
            row | {"policies_in_force": None, "premium_written": None} if row["month"].month == 5 else row
            for row in LEDGER
        ],
    ],
    ids=["no row", "no figures"],
)
def test_a_month_missing_in_the_ledger(spoilt):
    """
    Two months of three are no quarter; the quarters around it are.
    """
    found = rates(judge([forwarded(1, "2024-05-05")]), ledger(*spoilt))
    spring, summer = (one(found, date(2024, month, 1), "life") for month in (4, 7))

    assert (True, None, None) == (spring["provisional"], spring["per_100m"], spring["per_10k_upper"])
    assert (False, 0.0) == (summer["provisional"], summer["per_100m"])


def test_premium_may_be_known_where_policies_are_not():
    """
    Then one rate stands and the other doesn't.
    """
    half = [row | {"policies_in_force": None} for row in LEDGER]
    row = one(rates(judge([forwarded(1, "2024-05-05")]), ledger(*half)), date(2024, 4, 1), "life")

    assert (1 / 3, None, True) == (pytest.approx(row["per_100m"]), row["per_10k"], row["provisional"])


def test_eight_quarters_back_and_the_medians_of_their_time():
    """
    A quarter before the later publication is set beside the earlier one; one before both, beside the first.
    """
    found = regulator_rates(judge([]), ledger(*LEDGER), as_of=date(2022, 12, 31), quarters=9)
    published = dict(found.filter(pl.col("sector") == "life").select("quarter", "benchmark_quarter").iter_rows())

    assert 9 == len(published)
    assert (date(2021, 1, 1), date(2021, 1, 1), date(2021, 1, 1), date(2022, 10, 1)) == tuple(
        published[day] for day in (date(2020, 10, 1), date(2021, 1, 1), date(2022, 7, 1), date(2022, 10, 1))
    )
