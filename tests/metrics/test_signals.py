"""
Which causes rise or surge: exact edges, and how seldom chance alone raises an alarm.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom

from dashboard.metrics.signals import rising, surges
from dashboard.periods import shift_months
from tests.metrics.crowd import judge, judged_on, ledger
from tests.rows import local

DAY = timedelta(days=1)
LAST = date(2024, 12, 1)
AS_OF = date(2024, 12, 31)
MONTHS = [shift_months(LAST, -back) for back in range(12, -1, -1)]
WINDOWS = [AS_OF + DAY - 28 * DAY * (number + 1) for number in range(12, -1, -1)]


def by_month(counts, cause="a"):
    """
    A cause's cases in each of thirteen months, on the first of each.
    """
    return [(cause, month, int(number)) for month, number in zip(MONTHS, counts, strict=True)]


def by_window(counts, cause="a"):
    """
    A cause's cases in each of thirteen windows of four weeks, on the first day of each.
    """
    return [(cause, start, int(number)) for start, number in zip(WINDOWS, counts, strict=True)]


def only(found, cause="a"):
    return found.filter(pl.col("cause") == cause).row(0, named=True)


def test_expected_by_days_where_there_is_no_ledger():
    """
    Twelve months of 366 days less December's 31, times the days of December.
    """
    row = only(rising(judged_on(by_month([4] * 12 + [5])), None, as_of=AS_OF))
    share = 31 / 397

    assert ("days", 12, 5, None, False) == tuple(
        row[name] for name in ("basis", "windows", "cases", "signal", "is_rising")
    )
    assert row["expected"] == pytest.approx(48 * 31 / 366)
    assert row["ratio"] == pytest.approx(5 / (48 * 31 / 366))
    assert row["p_value"] == pytest.approx(binom.sf(4, 53, share))


def test_expected_by_policy_years_where_the_ledger_has_all_months():
    """
    Twice the contracts in the last month: twice as many complaints are no rise.
    """
    rows = judged_on(by_month([10] * 12 + [20]))
    months = [{"month": month, "policies_in_force": 1000} for month in MONTHS]
    months[-1] = {"month": LAST, "policies_in_force": 2000}
    whole = only(rising(rows, ledger(*months), as_of=AS_OF))
    lacking = only(rising(rows, ledger(*months[1:]), as_of=AS_OF))

    assert ("policy_years", False) == (whole["basis"], whole["is_rising"])
    assert ("days", True, "outside") == (lacking["basis"], lacking["is_rising"], lacking["signal"])
    assert whole["ratio"] == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("last", "signal"),
    [(8, None), (9, "exact_limit")],
)
def test_small_numbers_are_judged_exactly(last, signal):
    """
    Twenty-four in the year before: eight in December come by chance in 2.6 of a thousand years, nine in 0.7.
    """
    row = only(rising(judged_on(by_month([2] * 12 + [last])), None, as_of=AS_OF))

    assert (signal, signal is not None) == (row["signal"], row["is_rising"])
    assert row["p_value"] == pytest.approx(binom.sf(last - 1, 24 + last, 31 / 397))


def test_a_slow_rise_is_a_run():
    """
    Seven months above the mean of the baseline, none of them out of its limits.
    """
    counts = [48, 52, 46, 50, 44, 48, 54, 55, 54, 56, 54, 55, 56]

    assert only(rising(judged_on(by_month(counts)), None, as_of=AS_OF))["signal"] == "run"


def test_a_fall_is_no_rise():
    """
    Far below the limits is a signal, and not this one.
    """
    row = only(rising(judged_on(by_month([50, 52] * 6 + [2])), None, as_of=AS_OF))

    assert (None, False) == (row["signal"], row["is_rising"])


def test_the_last_complete_month_is_judged():
    """
    A day before December's end it is November's turn, and what December brought isn't looked at.
    """
    rows = judged_on([*by_month([3] * 12 + [90]), ("a", date(2023, 11, 1), 3)])

    assert date(2024, 11, 1) == only(rising(rows, None, as_of=AS_OF - DAY))["month"]
    assert not only(rising(rows, None, as_of=AS_OF - DAY))["is_rising"]
    assert only(rising(rows, None, as_of=AS_OF))["is_rising"]


@pytest.mark.parametrize(("recorded", "windows", "is_rising"), [(6, 6, True), (5, 5, None)])
def test_fewer_than_six_months_are_no_baseline(recorded, windows, is_rising):
    """
    What was never recorded isn't nought: with five months before there is no judgement.
    """
    counts = by_month([0] * 12 + [40])[-1:] + by_month([3] * 13)[-1 - recorded : -1]
    row = only(rising(judged_on(counts), None, as_of=AS_OF))

    assert (windows, is_rising) == (row["windows"], row["is_rising"])
    assert (row["expected"] is None) == (is_rising is None)


def test_uncoded_is_a_cause_of_its_own_and_nothing_makes_no_rows():
    """
    What nobody codes may rise, too.
    """
    rows = judged_on(by_month([3] * 12 + [30], cause=None))

    assert [(None, True)] == rising(rows, None, as_of=AS_OF).select("cause", "is_rising").rows()
    assert rising(judged_on([]), None, as_of=AS_OF).is_empty()


def drawn(chance, mean, causes, spread, windows=13):
    if spread == 1:
        return chance.poisson(mean, (causes, windows))
    return chance.negative_binomial(mean / (spread - 1), 1 / spread, (causes, windows))


@pytest.mark.parametrize(("mean", "spread", "most"), [(2, 1, 0.005), (30, 1, 0.03), (30, 3, 0.03), (3, 3, 0.01)])
def test_hardly_any_cause_rises_by_chance(mean, spread, most):
    """
    Of 600 causes in which nothing changed few are called rising, even if they vary three times as much as chance.
    """
    chance = np.random.default_rng(1)
    counts = drawn(chance, mean, 600, spread)
    rows = judged_on([each for number, cause in enumerate(counts) for each in by_month(cause, f"c{number}")])
    found = rising(rows, None, as_of=AS_OF)["is_rising"].mean()

    assert found <= most


@pytest.mark.parametrize(("observed", "is_surging"), [(6, False), (7, True)])
def test_a_surge_is_beyond_one_in_a_thousand(observed, is_surging):
    """
    Twelve in the twelve windows before: the chance of six in the last is 1.7 of a thousand, of seven 0.3.
    """
    chance = binom.sf(observed - 1, 12 + observed, 1 / 13)
    found = surges(judged_on(by_window([1] * 12 + [observed])), as_of=AS_OF)

    assert is_surging == (chance < 0.001) == (found.cells.height == 1)
    assert (1, 12) == (found.tested, found.windows)
    if is_surging:
        row = found.cells.row(0, named=True)
        assert (observed, 1.0, observed) == (row["observed"], row["expected"], row["ratio"])
        assert row["p_value"] == pytest.approx(chance)
        assert 1 < row["lower"] < observed


@pytest.mark.parametrize(("observed", "is_surging"), [(4, False), (5, True)])
def test_four_are_no_surge(observed, is_surging):
    """
    However rare they were: nothing at all before.
    """
    rows = judged_on([*by_window([0] * 12 + [observed]), ("b", WINDOWS[0], 1)])

    assert is_surging == ("a" in surges(rows, as_of=AS_OF).cells["cause"])


def test_the_window_ends_with_the_day_asked_for():
    """
    Its first day is the 28th day back; the day before that belongs to the past, the day after to the future.
    """
    around = [(WINDOWS[-1] - DAY, 2), (WINDOWS[-1], 9), (AS_OF, 4), (AS_OF + DAY, 50)]
    rows = judged_on([*by_window([2] * 11 + [0, 0]), *(("a", day, number) for day, number in around)])
    found = surges(rows, as_of=AS_OF)

    assert (WINDOWS[-1], AS_OF + DAY) == (found.window.first, found.window.before)
    assert [13] == found.cells["observed"].to_list()
    assert found.cells["expected"].to_list() == [2.0]


def test_sources_are_told_apart_and_cells_may_be_unknown():
    """
    Of nine in a cell without a product line: direct, media, regulator, and one nobody knows.
    """
    sources = ["direct"] * 3 + ["media"] * 2 + ["regulator"] * 3 + [None]
    rows = [
        {"complaint_id": f"c{number}", "received_at": local("2024-12-20"), "cause": "slow", "source": source}
        for number, source in enumerate(sources)
    ]
    rows.append(
        {"complaint_id": "old", "received_at": local("2023-01-01"), "cause": "slow", "product_line": "life"}
    )
    on = judge(rows)
    row = surges(on, as_of=AS_OF, by=("cause", "product_line")).cells.row(0, named=True)

    assert ("slow", None, 9, 3, 2, 3) == tuple(
        row[name] for name in ("cause", "product_line", "observed", "direct", "from_media", "from_regulator")
    )


@pytest.mark.parametrize(("recorded", "tested"), [(5, 0), (6, 1)])
def test_fewer_than_six_windows_say_nothing(recorded, tested):
    """
    Then nothing is tested, which is another answer than that nothing surges.
    """
    found = surges(judged_on(by_window([2] * 12 + [40])[-1 - recorded :]), as_of=AS_OF)

    assert (tested, tested, recorded) == (found.tested, found.cells.height, found.windows)


def test_nothing_recorded():
    """
    No complaints: no cells, no windows.
    """
    found = surges(judged_on([]), as_of=AS_OF)

    assert (0, 0, 0) == (found.cells.height, found.tested, found.windows)


@pytest.mark.parametrize(("mean", "spread"), [(1, 1), (20, 1), (20, 3)])
def test_hardly_any_cell_surges_by_chance(mean, spread):
    """
    Of 3,000 cells in which nothing changed three or so, even if they vary three times as much as chance.
    """
    chance = np.random.default_rng(2)
    counts = drawn(chance, mean, 3000, spread)
    rows = judged_on([each for number, cell in enumerate(counts) for each in by_window(cell, f"c{number}")])

    assert surges(rows, as_of=AS_OF).cells.height <= 12


def test_what_varies_much_has_to_rise_more():
    """
    Twice the usual is a surge where counts are steady, and none where they always jump.
    """
    jumpy, steady = by_window([5, 35] * 6 + [45], "jumpy"), by_window([20, 21] * 6 + [45], "steady")
    others = [each for number in range(8) for each in by_window([20, 21] * 6 + [20], f"c{number}")]
    found = surges(judged_on([*jumpy, *steady, *others]), as_of=AS_OF)

    assert ["steady"] == found.cells["cause"].to_list()
