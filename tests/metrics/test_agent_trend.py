"""
An agent's months beside the team's: exact percentiles, no band of fewer than five, nought where nothing came.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.metrics.agent_trend import COUNTS, agent_trend
from dashboard.periods import Period
from tests.metrics.agent_crowd import crowd
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.oracle_agents import counts, months_of
from tests.rows import SHANGHAI, local, rows_of_fact

AS_OF = date(2024, 6, 30)
PERIOD = Period(date(2024, 2, 1), date(2024, 7, 1))


def trend(rows, recorded=None, as_of=AS_OF) -> pl.DataFrame:
    facts = {fact: rows_of_fact(fact, rows.get(fact, ())) for fact in ALL_RECORDED}.__getitem__
    return agent_trend(facts, terms(as_of), recorded=(recorded or ALL_RECORDED).__getitem__, period=PERIOD)


def team_of(size, sold):
    """
    A team, and so many policies of each agent, all issued in March.
    """
    agents = [
        {"agent_id": f"x{n:02d}", "team_id": "a", "branch_id": "A", "joined_on": date(2023, 1, 1)}
        for n in range(size)
    ]
    policies = [
        {"policy_id": f"{n}-{m}", "agent_id": f"x{n:02d}", "issued_at": local("2024-03-15")}
        for n, count in enumerate(sold)
        for m in range(count)
    ]
    return {"agents": agents, "policies": policies}


@pytest.mark.parametrize(
    ("size", "band"),
    [(4, (None, None)), (5, (0, 4)), (10, (0, 8)), (11, (1, 9)), (20, (1, 17))],
)
def test_the_band_is_exact(size, band):
    """
    Agents who sold 0, 1, 2, … policies: of ten a tenth is one, of eleven two; of four there is no band.
    """
    rows = trend(team_of(size, range(size))).filter(
        (pl.col("count") == "policies") & (pl.col("month") == date(2024, 3, 1))
    )

    assert rows["agents"].unique().to_list() == [size]
    assert rows["value"].to_list() == list(range(size))
    assert set(rows.select("lower", "upper").iter_rows()) == {band}


def test_a_month_without_sales_is_nought():
    """
    Whoever had a contract and sold nothing has sold none; before and after it there is no month.
    """
    found = trend(team_of(5, [1])).filter((pl.col("agent_id") == "x04") & (pl.col("count") == "policies"))

    assert found["value"].to_list() == [0.0] * 5
    assert found["month"].to_list() == [date(2024, month, 1) for month in range(2, 7)]


def test_months_add_up_to_the_figures():
    """
    Each month of each agent as counted one by one, for every count.
    """
    rows = crowd(seed=21)
    found = trend(rows)
    months = {(agent["agent_id"], month) for agent, month, *_ in months_of(rows, AS_OF, SHANGHAI)}

    assert set(found.select("agent_id", "month").iter_rows()) == {
        each for each in months if each[1] >= PERIOD.first
    }
    names = {"policies": "policies_active", "premium": "premium_active"}
    ends = {month: date(2024, month + 1, 1) for month in range(2, 7)}
    for month, before in ends.items():
        told = counts(rows, "agent_id", AS_OF, SHANGHAI, date(2024, month, 1), before)
        for row in found.filter(pl.col("month").dt.month() == month).iter_rows(named=True):
            name = names.get(row["count"], row["count"])
            assert row["value"] == pytest.approx(told[row["agent_id"]][name]), (row["agent_id"], month, name)


def test_the_month_under_way_can_change_and_the_unrecorded_is_unknown():
    """
    Provisional until the month is over; without courses their counts are null, and have no band.
    """
    rows = crowd(seed=22)
    found = trend(rows, ALL_RECORDED | {"trainings": frozenset()}, as_of=date(2024, 6, 29))
    running = found.filter("provisional")["month"].unique().to_list()
    courses = found.filter(pl.col("count").is_in(["trainings_due", "trainings_on_time"]))

    assert running == [date(2024, 6, 1)]
    assert not trend(rows)["provisional"].any()
    assert courses.select(pl.col("value", "lower", "upper").is_null().all()).row(0) == (True, True, True)
    assert set(found["count"]) == set(COUNTS)
