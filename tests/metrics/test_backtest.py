"""
Past forecasts beside what came of them: what was at stake, what was late, and nothing from later days.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.access import OPERATOR
from dashboard.metrics.backtest import backtest, backtest_cases, backtest_days
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.stats import brier, calibration, poisson_binomial_interval
from tests.insurer import AS_OF as INSURER_AS_OF
from tests.metrics.asking import terms
from tests.metrics.test_forecast import AS_OF, DAY, GUIDE, case
from tests.rows import local, rows_of_fact

FORECAST_ON = date(2024, 5, 31)
BEFORE = [
    *[case(f"fast{n}", date(2024, 1, 10), 10) for n in range(2)],
    *[case(f"slow{n}", date(2024, 1, 10), 40) for n in range(2)],
]


def at_stake(due_in, lasted=None, name="x", **row):
    """
    A complaint due so many days after the day of the forecast.
    """
    return case(name, FORECAST_ON + (due_in - 30) * DAY, lasted, **row)


def set_beside(rows, as_of=AS_OF, rule=GUIDE, days=(FORECAST_ON,)):
    return backtest(rows_of_fact("complaints", [*BEFORE, *rows]), terms(as_of, rule), days=days)


@pytest.mark.parametrize(("due_in", "cases"), [(0, 0), (1, 1), (7, 1), (8, 0)])
def test_at_stake_is_what_falls_due_in_the_seven_days_after(due_in, cases):
    """
    Due on the day itself it is late already, on the eighth it is next week's.
    """
    assert cases == set_beside([at_stake(due_in)])["at_stake"].item()


@pytest.mark.parametrize(("lasted", "late"), [(30, 0), (31, 1), (None, 1)])
def test_late_is_what_was_open_at_the_end_of_its_due_day(lasted, late):
    """
    Answered on the due day is in time; the forecast is the same, for it can't know.
    """
    row = set_beside([at_stake(3, lasted)]).row(0, named=True)

    assert (late, 0) == (row["late"], row["moved"])
    assert (1, pytest.approx(1.0), 1, 1) == tuple(row[name] for name in ("at_stake", "expected", "lower", "upper"))


def test_a_due_day_moved_in_time_is_no_breach():
    """
    Extended by head office after the forecast and before it was due: still open, not late.
    """
    row = case(
        "moved",
        FORECAST_ON - 27 * DAY,
        grade="complex",
        extension_days=30,
        extension_approver="head_office",
        extension_approved_at=local("2024-06-01"),
        extension_told_at=local("2024-06-02"),
    )
    found = set_beside([row], rule="CN-2020-3").row(0, named=True)

    assert (1, 0, 1) == (found["at_stake"], found["late"], found["moved"])


@pytest.mark.parametrize(("as_of", "late"), [(date(2024, 6, 3), 1), (date(2024, 6, 2), None)])
def test_what_is_not_over_has_no_outcome(as_of, late):
    """
    Due on 3 June: at its end one knows.
    """
    assert late == set_beside([at_stake(3)], as_of=as_of)["late"].item()


def test_a_day_without_anything_at_stake_has_its_row():
    """
    None expected, none late; days come in order, each once.
    """
    other = FORECAST_ON - 20 * DAY
    found = set_beside([at_stake(3)], days=(FORECAST_ON, other, FORECAST_ON))

    assert [other, FORECAST_ON] == found["day"].to_list()
    assert {"day": other, "at_stake": 0, "expected": 0.0, "lower": 0, "upper": 0, "late": 0, "moved": 0} == (
        found.row(0, named=True)
    )
    assert 0 == set_beside([], days=()).height


def test_no_forecast_after_the_last_day_known():
    """
    It would be one, and not a test of one.
    """
    with pytest.raises(ValueError, match="2024-07-01"):
        set_beside([], days=(AS_OF + DAY,))


@pytest.fixture(scope="module")
def insurer_complaints(insurer):
    """
    The made-up insurer's complaints, and the terms they are judged on.
    """
    version = Snapshot(insurer.settings.snapshot).current()
    return Reader(version, OPERATOR).rows("complaints").collect(), terms(INSURER_AS_OF)


@pytest.mark.parametrize("days_ago", [40, 100, 200])
def test_a_forecast_knows_nothing_of_what_came_after_it(insurer_complaints, days_ago):
    """
    Wipe the later months from the insurer's books: the forecast stays the same to the last digit.
    """
    rows, on = insurer_complaints
    day = on.as_of - days_ago * DAY
    cut = local(f"{day + DAY} 00:00")
    instants = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Datetime)]
    # Crude on purpose: later instants and rows are gone, and whole answers that came with them.
    came_later = (pl.col("decided_at") >= cut) | (pl.col("closed_at") >= cut) | (pl.col("withdrawn_at") >= cut)
    wiped = (
        rows.filter(pl.col("received_at") < cut)
        .with_columns(
            outcome=pl.when(~came_later.fill_null(value=False)).then("outcome"),
            merged_into_id=pl.when(~(pl.col("closed_at") >= cut).fill_null(value=False)).then("merged_into_id"),
            grade=pl.when(pl.col("regraded_at") >= cut).then("initial_grade").otherwise("grade"),
            extension_days=pl.when(pl.col("extension_approved_at") < cut).then("extension_days"),
        )
        .with_columns(pl.when(pl.col(name) < cut).then(pl.col(name)) for name in instants)
    )
    week = [day - ago * DAY for ago in range(7)]
    both = [backtest_cases(each.lazy(), on, days=week).drop("was_late", "was_open") for each in (rows, wiped)]

    assert both[0].height > 0
    assert both[0].equals(both[1])


def test_forecasts_of_the_insurer_come_true_about_as_often_as_they_say(insurer_complaints):
    """
    Two years of weekly forecasts: few weeks lie outside their interval, the sum of all lies within its own, what
    was said to be likely happened more often than what wasn't, and saying always the same would have been worse.
    """
    rows, on = insurer_complaints
    weeks = [on.as_of - (7 + 7 * ago) * DAY for ago in range(104)]
    cases = backtest_cases(rows.lazy(), on, days=weeks)
    by_day = backtest_days(cases, days=weeks)
    lower, upper = poisson_binomial_interval(cases["breach_probability"].to_list(), level=0.998)
    bins = calibration(cases, probability="breach_probability", happened="was_late", bins=2)
    score = brier(cases, probability="breach_probability", happened="was_late")

    assert by_day.select(pl.col("late").is_between("lower", "upper").mean()).item() > 0.9
    assert lower <= by_day["late"].sum() <= upper
    assert by_day["at_stake"].sum() == cases["cases"].sum() == bins["cases"].sum() == score.cases > 100
    assert bins["share"][0] + 0.1 < bins["share"][1]
    assert score.score < score.base
