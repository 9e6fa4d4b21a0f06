"""
Survival curves: golden values, weights, groups, ties at exactly one half, and the reference library.
"""

from __future__ import annotations

from math import exp, log

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.duration.survfunc import SurvfuncRight

from dashboard.stats import kaplan_meier, survival_quantiles

GOLDEN = {"days": [1, 2, 2, 3, 5], "finished": [True, True, False, True, False]}


def curve(rows, by=()):
    frame = pl.LazyFrame(rows)
    if "cases" not in rows:
        frame = frame.with_columns(cases=pl.lit(1))
    return kaplan_meier(frame, duration="days", event="finished", by=by)


def quantiles(rows, by=(), q=(0.5, 0.9)):
    return survival_quantiles(curve(rows, by), by=by, q=q).collect()


def test_the_golden_curve():
    """
    Five cases, two of them still open: 0.8, 0.6, 0.3 and a median of 3.
    """
    found = curve(GOLDEN).collect()

    assert [1, 2, 3, 5] == found["time"].to_list()
    assert [5, 4, 2, 1] == found["at_risk"].to_list()
    assert [0.8, 0.6, 0.3, 0.3] == pytest.approx(found["survival"].to_list())
    assert [(0.5, 3), (0.9, None)] == quantiles(GOLDEN).select("quantile", "time").rows()


@pytest.mark.parametrize(
    ("days", "median"),
    [([1, 2, 3, 4], 2), ([1, 2, 3], 2), ([0, 0, 7, 7], 0), ([4], 4)],
    ids=["exactly one half", "odd", "day 0 is a day", "one"],
)
def test_the_median_is_the_first_time_half_are_done(days, median):
    """
    One half is enough; more than half isn't needed.
    """
    assert median == quantiles({"days": days, "finished": [True] * len(days)})["time"][0]


def test_one_half_is_one_half_whatever_the_rounding():
    """
    Every count of cases, half of them finished one by one: the running product mustn't miss 0.5 by a hair.
    """
    for half in range(1, 60):
        days = list(range(1, 2 * half + 1))
        assert half == quantiles({"days": days, "finished": [True] * len(days)})["time"][0]


def test_nothing_finished_and_nothing_at_all():
    """
    The median isn't reached, which is not a number; and there is a row that says so.
    """
    open_only = quantiles({"days": [3, 5], "finished": [False, False]})
    none = survival_quantiles(
        kaplan_meier(
            pl.LazyFrame(schema={"days": pl.Int64, "finished": pl.Boolean, "cases": pl.Int64}),
            duration="days",
            event="finished",
        )
    ).collect()

    assert [None, None] == open_only["time"].to_list() == none["time"].to_list()


def test_weights_are_cases():
    """
    A row of seven cases is seven rows of one, interval included; a null weight is one.
    """
    rng = np.random.default_rng(3)
    days, finished, cases = rng.integers(0, 20, 80), rng.random(80) < 0.7, rng.integers(1, 8, 80)
    weighted = curve({"days": days, "finished": finished, "cases": cases}).collect()
    expanded = curve({"days": np.repeat(days, cases), "finished": np.repeat(finished, cases)}).collect()
    unsaid = curve({"days": [1, 2], "finished": [True, True], "cases": [None, 1]}).collect()

    assert (
        weighted.select("time", "at_risk", "events").rows() == expanded.select("time", "at_risk", "events").rows()
    )
    assert weighted["lower"].to_list() == pytest.approx(expanded["lower"].to_list(), nan_ok=True)
    assert [2, 1] == unsaid["at_risk"].to_list()


def test_groups_are_judged_apart_and_null_is_a_group():
    """
    Each group gives what it gives alone.
    """
    rows = {**{name: [*values, *values] for name, values in GOLDEN.items()}, "team": ["a"] * 5 + [None] * 5}
    rows["days"][5:] = [day * 2 for day in GOLDEN["days"]]
    found = quantiles(rows, by=("team",), q=(0.5,))

    assert [("a", 3), (None, 6)] == found.select("team", "time").rows()


def test_rows_without_a_duration_are_left_out():
    """
    Unknown is neither finished nor at risk.
    """
    assert [1] == curve({"days": [None, 4], "finished": [True, True]}).collect()["at_risk"].to_list()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 40), st.booleans(), st.integers(1, 5)), min_size=2, max_size=60).filter(
        lambda rows: any(finished for _, finished, _ in rows)
    )
)
def test_curve_and_interval_agree_with_statsmodels(rows):
    """
    Survival and Greenwood's error at every event; the log-log interval of the median.
    """
    days, finished, cases = map(np.array, zip(*rows, strict=True))
    ours = curve({"days": days, "finished": finished, "cases": cases}).collect()
    theirs = SurvfuncRight(np.repeat(days, cases), np.repeat(finished, cases).astype(int))
    at_events = ours.filter(pl.col("events") > 0)

    assert at_events["time"].to_list() == list(theirs.surv_times)
    assert at_events["survival"].to_list() == pytest.approx(list(theirs.surv_prob), abs=1e-9)
    for level, lower, upper, error in zip(
        *(at_events[column] for column in ("survival", "lower", "upper")), theirs.surv_prob_se, strict=True
    ):
        if 1e-9 < level < 1 - 1e-9:
            power = exp(1.959963984540054 * error / -(level * log(level)))
            assert (lower, upper) == pytest.approx((level**power, level ** (1 / power)), abs=1e-9)
    # Where the curve passes exactly through one half, the libraries' conventions differ.
    if not np.isclose(theirs.surv_prob, 0.5, atol=1e-9).any():
        median = quantiles({"days": days, "finished": finished, "cases": cases})["time"][0]
        assert (median is None and np.isnan(theirs.quantile(0.5))) or median == theirs.quantile(0.5)


def test_the_interval_of_the_median_agrees_with_statsmodels():
    """
    Two hundred random cases, a third of them open.
    """
    rng = np.random.default_rng(11)
    days, finished = rng.gamma(2, 12, 200).astype(int), rng.random(200) < 0.66
    low, high = SurvfuncRight(days, finished.astype(int)).quantile_ci(0.5)
    median = quantiles({"days": days, "finished": finished}, q=(0.5,))

    assert (low, high) == (median["lower"][0], median["upper"][0])
    assert low < median["time"][0] < high
