"""
On target, off target, or not to be told: both sides of each line.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.metrics import KPIS, Status, status
from dashboard.metrics.status import is_comparable
from dashboard.stats import wilson
from tests.metrics.asking import terms

LAW, PROMISE = terms(date(2024, 6, 30)), terms(date(2024, 6, 30), "guide-30")
RATE, MEDIAN, OVERDUE = (
    KPIS[name] for name in ("complaint_on_time_rate", "complaint_days_median", "complaints_overdue")
)


def rate(hits, cases):
    lower, upper = wilson(pl.lit(hits), pl.lit(cases))
    low, high = pl.select(lower=lower, upper=upper).row(0)
    value = hits / cases if cases else None
    return {"value": value, "cases": cases, "lower": low, "upper": high, "not_recorded": False}


def days(value, lower, upper, cases=100):
    return {"value": value, "cases": cases, "lower": lower, "upper": upper, "not_recorded": False}


def count(value):
    return {"value": value, "cases": value, "lower": None, "upper": None, "not_recorded": False}


@pytest.mark.parametrize(
    ("hits", "cases", "expected"),
    [
        (990, 1000, Status.ON_TARGET),
        (955, 1000, Status.WATCH),
        (900, 1000, Status.OFF_TARGET),
        (19, 19, Status.TOO_FEW),
        (18, 20, Status.WATCH),
        (0, 0, Status.TOO_FEW),
    ],
    ids=["surely above", "perhaps", "surely below", "T62 too few", "just enough", "none"],
)
def test_a_rate_is_judged_by_its_whole_interval(hits, cases, expected):
    """
    Against 95 %.
    """
    assert expected == status(RATE, rate(hits, cases), LAW, target=0.95)


@pytest.mark.parametrize(("cases", "expected"), [(30, Status.OFF_TARGET), (29, Status.WATCH)])
def test_below_the_warning_line_thirty_cases_are_enough(cases, expected):
    """
    However wide the interval is.
    """
    figure = {"value": 0.89, "cases": cases, "lower": 0.7, "upper": 0.97, "not_recorded": False}

    assert expected == status(RATE, figure, LAW, target=0.95, warning=0.9)
    assert Status.WATCH == status(RATE, figure | {"value": 0.9}, LAW, target=0.95, warning=0.9)


def test_a_target_of_all_is_met_by_all():
    """
    No interval reaches 100 %, so meeting it exactly counts; one miss doesn't.
    """
    assert Status.ON_TARGET == status(RATE, rate(50, 50), LAW, target=1.0)
    assert Status.OFF_TARGET == status(RATE, rate(49, 50), LAW, target=1.0)


@pytest.mark.parametrize(
    ("figure", "expected"),
    [
        (days(8, 7, 10), Status.ON_TARGET),
        (days(9, 8, 11), Status.WATCH),
        (days(12, 11, 14), Status.OFF_TARGET),
        (days(10, 10, 10), Status.ON_TARGET),
        (days(8, 7, None), Status.WATCH),
        (days(None, None, None), Status.OFF_TARGET),
        (days(None, 4, None), Status.WATCH),
        (days(8, 7, 10, cases=19), Status.TOO_FEW),
    ],
)
def test_durations_are_better_when_shorter(figure, expected):
    """
    Against 10 days; one that isn't reached is longer than any.
    """
    assert expected == status(MEDIAN, figure, LAW, target=10)


@pytest.mark.parametrize(
    ("on", "value", "target", "expected"),
    [
        (LAW, 1, 0, Status.BREACH),
        (LAW, 1, 50, Status.BREACH),
        (LAW, 0, None, Status.ON_TARGET),
        (PROMISE, 1, 0, Status.OFF_TARGET),
        (PROMISE, 0, 0, Status.ON_TARGET),
        (PROMISE, 1, None, Status.NONE),
    ],
)
def test_one_overdue_case_is_a_breach_under_a_law_only(on, value, target, expected):
    """
    A promise has a target; a law has none to negotiate.
    """
    assert expected == status(OVERDUE, count(value), on, target=target)


def test_what_has_no_target_or_no_record_has_no_status():
    """
    Due soon is neither good nor bad; a rate without a target isn't judged; unrecorded is said first.
    """
    assert Status.NONE == status(KPIS["complaints_due_7d"], count(3), LAW, target=1)
    assert Status.NONE == status(RATE, rate(10, 100), LAW, target=None)
    assert Status.NOT_RECORDED == status(OVERDUE, count(None) | {"not_recorded": True}, LAW, target=0)


def test_a_legal_rate_is_never_a_breach():
    """
    Only single cases break a law; a rate is on or off its target.
    """
    assert Status.OFF_TARGET == status(RATE, rate(1, 100), LAW, target=0.95)


def test_the_fewest_cases_can_be_set():
    """
    Thirty for published figures, say.
    """
    assert Status.TOO_FEW == status(RATE, rate(25, 25), LAW, target=0.5, min_n=30)
    assert Status.ON_TARGET == status(RATE, rate(25, 25), LAW, target=0.5)


@pytest.mark.parametrize(("cases", "expected"), [(29, Status.TOO_FEW), (30, Status.ON_TARGET)])
def test_a_kpi_may_want_more_cases_than_the_house(cases, expected):
    """
    Rates that outsiders compare rest on thirty, even where the house is content with one.
    """
    figure = {"value": 0.0, "cases": cases, "lower": 0.0, "upper": 0.1, "not_recorded": False}

    assert expected == status(KPIS["overturn_rate"], figure, LAW, target=0.2, min_n=1)


@pytest.mark.parametrize(
    ("entry", "now", "before", "expected"),
    [
        (RATE, rate(20, 20), rate(10, 20), True),
        (RATE, rate(19, 19), rate(10, 20), False),
        (RATE, rate(20, 20), rate(10, 19), False),
        (MEDIAN, days(3.0, 2.0, 5.0, cases=20), days(9.0, 4.0, None, cases=19), False),
        (OVERDUE, count(1), count(0), True),
    ],
    ids=["enough", "too few now", "too few then", "a duration of few", "few of a count are what it says"],
)
def test_a_change_is_for_the_better_only_where_both_sides_can_be_judged(entry, now, before, expected):
    """
    Two of three are no better than one of three.
    """
    assert expected == is_comparable(entry, now, before, min_n=20)
