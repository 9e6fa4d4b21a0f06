"""
Figures of agents against counting one by one: every count, every kind of unit, two days, two zones; and the KPIs.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.metrics import GROUP_KEYS, KPIS, evaluate_many
from dashboard.metrics.agent_sums import agent_sums
from dashboard.metrics.agents import RATES, agent_figures
from dashboard.periods import Period
from tests.metrics.agent_crowd import crowd
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.oracle_agents import counts, months_of, weight
from tests.rows import SHANGHAI, rows_of_fact

DAYS = (date(2024, 6, 30), date(2024, 6, 15))
FIRST, BEFORE = date(2024, 2, 1), date(2024, 7, 1)
EVERYTHING = Period()
PEOPLE = [each for each in KPIS.values() if each.fact in ("agents", "trainings")]


def facts_of(rows):
    return {fact: rows_of_fact(fact, rows.get(fact, ())) for fact in ALL_RECORDED}.__getitem__


def figured(rows, on, *, recorded=ALL_RECORDED, by="agent_id", period=EVERYTHING, values=()):
    """
    The figures of agents over plain rows.
    """
    sums = agent_sums(facts_of(rows), on, recorded=recorded.__getitem__, period=period)
    return agent_figures(sums, by=by, values=values)


@pytest.mark.parametrize("by", ["agent_id", "team_id", "branch_id"])
@pytest.mark.parametrize("as_of", DAYS, ids=str)
@pytest.mark.parametrize("zone", [SHANGHAI, "America/Chicago"])
def test_every_count_is_what_counting_one_by_one_gives(by, as_of, zone):
    """
    Every unit with anything is there, and every count of it; rates are counts over counts.
    """
    rows = crowd(seed=as_of.toordinal())
    expected = counts(rows, by, as_of, zone, FIRST, BEFORE)
    found = figured(rows, terms(as_of, zone=zone), by=by, period=Period(FIRST, BEFORE))
    names = [name for name in found.columns if name not in (by, "standing", *RATES)]

    assert {unit for unit, told in expected.items() if any(told.values())} <= set(found[by])
    assert set(names) == {name for told in expected.values() for name in told}
    for row in found.iter_rows(named=True):
        assert [row[name] for name in names] == pytest.approx([expected[row[by]][name] for name in names]), row[by]
        for name, (above, below, per) in RATES.items():
            rate = row[above] / row[below] * per if row[below] else None
            assert row[name] == (None if rate is None else pytest.approx(rate))


@pytest.mark.parametrize(
    "values",
    [
        (("product_line", ("health",)),),
        (("channel", ("app", "phone")), ("product_line", ("motor",))),
        (("branch_id", ("A",)),),
        (("team_id", ("b", "c")), ("channel", ("app",))),
    ],
    ids=str,
)
@pytest.mark.parametrize("by", ["agent_id", "team_id"])
def test_what_is_chosen_is_chosen_by_the_columns_of_its_own_fact(by, values):
    """
    An early claim of the chosen branch counts though its policy is another branch's; a seller who has left has
    left whatever is chosen; whoever sold nothing of the line was idle.
    """
    rows = crowd(seed=DAYS[0].toordinal())
    expected = counts(rows, by, DAYS[0], SHANGHAI, FIRST, BEFORE, values)
    everything = counts(rows, by, DAYS[0], SHANGHAI, FIRST, BEFORE)
    found = figured(rows, terms(DAYS[0]), by=by, period=Period(FIRST, BEFORE), values=values)
    names = [name for name in found.columns if name not in (by, "standing", *RATES)]

    assert {unit for unit, told in expected.items() if any(told.values())} <= set(found[by])
    for row in found.iter_rows(named=True):
        told = [expected[row[by]].get(name, 0) for name in names]
        assert [row[name] for name in names] == pytest.approx(told), row[by]
    assert 0 < sum(each["policies"] for each in expected.values())
    assert sum(each["policies"] for each in expected.values()) < sum(e["policies"] for e in everything.values())


def test_standing_tells_who_is_here():
    """
    Here, left by the end of the day, unknown to the agents fact, and nobody at all.
    """
    rows = crowd(seed=5)
    found = figured(rows, terms(DAYS[0]))
    standing = dict(found.select("agent_id", "standing").iter_rows())
    left = {each["agent_id"] for each in rows["agents"] if each["left_on"] and each["left_on"] <= DAYS[0]}

    assert standing[None] is None
    assert standing["gone"] == "unknown"
    assert {name for name, each in standing.items() if each == "left"} == left
    assert found["agent_id"].to_list()[-1] is None


@pytest.mark.parametrize(
    ("missing", "null"),
    [
        ("trainings", {"trainings_due", "reviews_due", "training_on_time_rate"}),
        ("certifications", {"certificates"}),
        ("premiums", {"persistency_base", "persistency_13m"}),
        (
            "policies",
            {"policies", "active_months", "policies_orphaned", "complaints_per_1000_sold", "early_claims"},
        ),
    ],
)
def test_what_is_not_recorded_is_null_and_never_nought(missing, null):
    """
    Without a fact its counts are unknown; the others are as they were.
    """
    rows = crowd(seed=6)
    recorded = ALL_RECORDED | {missing: frozenset()}
    found = figured(rows | {missing: []}, terms(DAYS[0]), recorded=recorded, by="team_id")

    assert all(found[name].is_null().all() for name in null)
    assert found["headcount"].sum() > 0


def test_no_rows_at_all_are_no_units():
    """
    An empty company has no teams, and the columns are there.
    """
    found = figured({}, terms(DAYS[0]), by="team_id")

    assert found.is_empty()
    assert dict(found.schema)["premium_per_active"] == pl.Float64()


@pytest.mark.parametrize("as_of", DAYS, ids=str)
def test_the_registry_tells_the_same(as_of):
    """
    Each KPI, whole and by every group it can be split by, equals the counts; what isn't over is provisional.
    """
    rows = crowd(seed=11)
    of = {
        "agents_active_rate": ("active_months", "agent_months"),
        "training_on_time_rate": ("trainings_on_time", "trainings_due"),
    }
    of |= {
        "policies_per_active_agent": ("policies_active", "active_months"),
        "certification_rate": ("certified", "headcount"),
    }
    of |= {"case_review_rate": ("reviews_attended", "reviews_due")}
    assert {each.id for each in PEOPLE} == set(of)
    for by in ("team_id", "branch_id"):
        expected = counts(rows, by, as_of, SHANGHAI, FIRST, BEFORE)
        found = evaluate_many(
            PEOPLE,
            facts_of(rows),
            terms(as_of),
            recorded=ALL_RECORDED,
            period_from=FIRST,
            period_before=BEFORE,
            by=[by],
        )
        for name, (above, below) in of.items():
            for row in found[name].iter_rows(named=True):
                unit = expected[row[by]]
                value = unit[above] / unit[below] if unit[below] else None
                assert row["value"] == (None if value is None else pytest.approx(value)), (name, row[by])
    assert set(GROUP_KEYS["agents"]) >= {"team_id", "branch_id", "agent_id"}
    is_open = found["agents_active_rate"]["provisional"].any()
    assert is_open == (as_of < date(2024, 6, 30))


def test_every_month_of_activity_is_what_counting_one_by_one_gives():
    """
    By month: who was active, over the mean of the first and the last day; idle months are nought, not unknown.
    """
    as_of = DAYS[0]
    rows = crowd(seed=12)
    found = evaluate_many(
        PEOPLE,
        facts_of(rows),
        terms(as_of),
        recorded=ALL_RECORDED,
        period_from=FIRST,
        period_before=BEFORE,
        by=["month"],
    )
    months = {}
    for agent, month, headcount, sold, _ in months_of(rows, as_of, SHANGHAI):
        active, there, policies = months.get(month, (0, 0.0, 0))
        each = weight(agent)
        months[month] = (active + each * (sold > 0), there + each * headcount, policies + each * sold)

    assert found["agents_active_rate"]["month"].to_list() == [date(2024, each, 1) for each in range(2, 7)]
    for row in found["agents_active_rate"].iter_rows(named=True):
        active, there, _ = months[row["month"]]
        assert row["value"] == pytest.approx(active / there)
    for row in found["policies_per_active_agent"].iter_rows(named=True):
        active, _, policies = months[row["month"]]
        assert row["value"] == pytest.approx(policies / active)


def test_certified_at_the_end_of_each_month():
    """
    By month as it was known at its end; the month under way ends with the day.
    """
    as_of = date(2024, 6, 15)
    rows = crowd(seed=13)
    found = evaluate_many(
        PEOPLE,
        facts_of(rows),
        terms(as_of),
        recorded=ALL_RECORDED,
        period_from=FIRST,
        period_before=BEFORE,
        by=["month"],
    )["certification_rate"]
    ends = [date(2024, 2, 29), date(2024, 3, 31), date(2024, 4, 30), date(2024, 5, 31), as_of]
    for row, end in zip(found.iter_rows(named=True), ends, strict=True):
        told = counts(rows, "branch_id", end, SHANGHAI, FIRST, BEFORE)
        assert row["numerator"] == sum(unit["certified"] for unit in told.values()), end
        assert row["denominator"] == sum(unit["headcount"] for unit in told.values()), end
