"""
Units held against the company: golden limits, mix of cases, too few to judge, the same cases as the figures'.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.access import OPERATOR
from dashboard.deadlines import rules_in_force
from dashboard.metrics import Terms
from dashboard.metrics.agent_cases import STRATA
from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.agent_sums import agent_sums
from dashboard.metrics.agents import agent_figures
from dashboard.metrics.unit_funnel import cases_of, unit_counts, unit_funnel
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import rows_of_fact

AS_OF = date(2024, 12, 31)
ALL = Period()
TRAINED = MEASURES["training_on_time_rate"]
NO_CELLS = pl.DataFrame(schema={"observed": pl.Int64, "base": pl.Int64})


def facts_of(rows):
    return {fact: rows_of_fact(fact, rows.get(fact, ())) for fact in ALL_RECORDED}.__getitem__


def courses(team, done, due, agent="x"):
    """
    So many courses of a team, of which so many were completed in time.
    """
    day = date(2024, 5, 15)
    return [
        {
            "training_id": f"{team}{agent}{number}",
            "agent_id": agent,
            "team_id": team,
            "due_on": day,
            "completed_on": day if number < done else None,
        }
        for number in range(due)
    ]


def held_against(rows, cells, *, strata=(), spread=0.0, fewest=20):
    counts = unit_counts(facts_of(rows), cases_of(TRAINED, terms(AS_OF), ALL))
    return unit_funnel(counts, TRAINED, cells=cells, spread=spread, by="team_id", strata=strata, fewest=fewest)


def test_forty_courses_around_95_percent():
    """
    The golden limits, 0.825 and 0.875; 33 of 40 are on the limit, 32 beyond.
    """
    cells = pl.DataFrame({"observed": [95_000], "base": [100_000]})
    rows = {
        "trainings": [*courses("a", 33, 40), *courses("b", 32, 40), *courses("c", 0, 19), *courses("d", 40, 40)]
    }
    found = held_against(rows, cells)

    assert found["unit"].to_list() == ["a", "b", "c", "d"]
    assert found["verdict"].to_list() == ["usual", "low", "too_few", "usual"]
    assert found["lower_998"][0] == pytest.approx(0.825)
    assert found["lower_95"][0] == pytest.approx(0.875)
    assert found["overall"].to_list() == [0.95] * 4
    assert found["value"].to_list() == pytest.approx([0.825, 0.8, 0.0, 1.0])


def test_twenty_are_enough_and_nineteen_are_not():
    """
    None of twenty is a signal; none of nineteen isn't judged.
    """
    cells = pl.DataFrame({"observed": [95_000], "base": [100_000]})
    found = held_against({"trainings": [*courses("a", 0, 20), *courses("b", 0, 19)]}, cells)

    assert found["verdict"].to_list() == ["low", "too_few"]


def test_whoever_has_only_newcomers_is_held_against_newcomers():
    """
    Newcomers complete a half, old hands nine tenths: a team of newcomers at a half is as good as any.
    """
    agents = [
        {"agent_id": "new", "team_id": "a", "branch_id": "A", "joined_on": date(2024, 5, 1)},
        {"agent_id": "old", "team_id": "b", "branch_id": "A", "joined_on": date(2010, 5, 1)},
    ]
    rows = {"agents": agents, "trainings": [*courses("a", 50, 100, "new"), *courses("b", 50, 100, "old")]}
    whole = pl.DataFrame({"observed": [140_000], "base": [200_000]})
    by_tenure = pl.DataFrame(
        {"tenure_band": ["0", "5+"], "observed": [50_000, 90_000], "base": [100_000, 100_000]}
    )

    assert held_against(rows, whole)["verdict"].to_list() == ["low", "low"]
    adjusted = held_against(rows, by_tenure, strata=["tenure_band"])
    assert adjusted["verdict"].to_list() == ["usual", "low"]
    assert adjusted["expected"].to_list() == pytest.approx([50, 90])
    assert adjusted["value"].to_list() == pytest.approx([1.0, 50 / 90])
    assert adjusted["overall"].to_list() == [1.0, 1.0]


def test_without_a_company_to_compare_with_nobody_is_judged():
    """
    Where nothing may be told of the others there are no limits and no verdict but too few.
    """
    found = held_against({"trainings": courses("a", 0, 50)}, NO_CELLS)

    assert found["verdict"].to_list() == ["too_few"]
    assert found["unmatched"].to_list() == [50]
    assert found.select("value", "overall", "lower_998").row(0) == (None, None, None)


@pytest.mark.parametrize(("joined", "band"), [("2023-05-15", "1-2"), ("2023-05-16", "0"), ("2024-05-16", None)])
def test_a_year_is_over_on_its_day(joined, band):
    """
    A year on the day itself; the day after joining was later; before joining there is no tenure.
    """
    agents = [{"agent_id": "x", "team_id": "a", "branch_id": "A", "joined_on": date.fromisoformat(joined)}]
    cases = cases_of(TRAINED, terms(AS_OF), ALL)(facts_of({"agents": agents, "trainings": courses("a", 1, 1)}))

    assert cases.collect()["tenure_band"].to_list() == [band]


@pytest.mark.parametrize("name", MEASURES)
def test_a_funnel_is_of_the_cases_of_the_figures(insurer, name):
    """
    Unadjusted, each team's numbers are those of its figures, and the company's rate is that of all of them.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    rules = rules_in_force(insurer.settings)
    on = Terms(date.fromisoformat(insurer.books.as_of), "Asia/Shanghai", rules.calendar, rules.chosen)
    period = Period(date(2025, 7, 1), date(2026, 7, 1))
    measure = MEASURES[name]
    cases = cases_of(measure, on, period)
    is_share = measure.kind == "rate"
    company, counts = reader.company(cases), unit_counts(reader.rows, cases)
    reference = company.reference(strata=(), unit="team_id", is_share=is_share)
    found = unit_funnel(counts, measure, cells=reference.cells, spread=reference.spread, by="team_id", strata=())
    told = agent_figures(agent_sums(reader.rows, on, recorded=reader.recorded, period=period), by="team_id")
    shown = told.filter(pl.col("team_id").is_in(found["unit"].to_list()))

    assert found.height >= 30
    assert found["value"].to_list() == pytest.approx(shown[name].to_list())
    assert (found["lower_998"] <= found["overall"]).all()
    assert (found["upper_998"] >= found["overall"]).all()
    adjusted = company.reference(strata=STRATA, unit="team_id", is_share=is_share)
    by_mix = unit_funnel(counts, measure, cells=adjusted.cells, spread=adjusted.spread, by="team_id")
    total = by_mix["expected"].sum(), by_mix["observed"].sum()
    # What is expected of all together is what all together came to.
    assert total[0] == pytest.approx(total[1], rel=0.02, abs=0.5)


def test_the_untrained_team_is_a_signal(insurer):
    """
    The planted team is low, whatever its agents' tenure, and allowing for how teams differ.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    cases = cases_of(TRAINED, terms(date.fromisoformat(insurer.books.as_of)), ALL)
    reference = reader.company(cases).reference(strata=STRATA, unit="team_id", is_share=True)
    counts = unit_counts(reader.rows, cases)
    found = unit_funnel(counts, TRAINED, cells=reference.cells, spread=reference.spread, by="team_id")
    low = found.filter(pl.col("verdict") == "low")["unit"].to_list()

    assert insurer.books.planted["untrained_team"] in low
    assert len(low) <= 3
