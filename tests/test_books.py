"""
Every figure equals the generator's own books, which were counted while generating and share no code with metrics.

The whole way is under test: database, query, intake, snapshot, reader, deadlines, metrics, records.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard.access import Role, Viewer
from dashboard.metrics import KPIS
from dashboard.metrics.kpi import Kpi
from dashboard.metrics.kpis import GROUP_KEYS
from dashboard.questions import GROUPS, Question, answer
from dashboard.snapshot import Snapshot
from tests.insurer import Insurer

# Reads every fact that a figure is about.
COMPLIANCE = Viewer("compliance", Role.COMPLIANCE)
GROUPINGS = ("all", *GROUPS)
STOCKS = [name for name, each in KPIS.items() if each.day is None]
EXACT = 1e-9


def can_be_split(name: str, grouping: str) -> bool:
    """
    Whether a figure has this grouping; the books keep no states of past months.
    """
    return name not in STOCKS if grouping == "month" else GROUPS[grouping] in GROUP_KEYS[KPIS[name].fact]


def told(insurer: Insurer, grouping: str, at: date) -> dict[str, dict[str, dict[str, Any]]]:
    """
    KPI to group to record.
    """
    by = () if grouping == "all" else (grouping,)
    asked = [name for name in KPIS if grouping == "all" or can_be_split(name, grouping)]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for record in answer(insurer.settings, Question(kpis=asked, as_of=at, by=by), COMPLIANCE):
        group = "all" if grouping == "all" else record[grouping]
        found.setdefault(record["id"], {})["" if group is None else group] = record
    return found


def counted(figure: Mapping[str, Any], kpi: Kpi) -> list[Any]:
    """
    What a figure must have in common with the books; a group that has no cases counts as nothing.
    """
    parts = [figure["numerator"] or 0, figure["denominator"] or 0]
    match kpi.unit:
        case "rate" | "mean" | "difference":
            return [*parts, figure["value"]]
        case "ratio":
            return [parts[0], figure["value"] or 0.0]
        case "count" | "expected":
            return [figure["value"] or 0]
    return [figure["value"]]


def as_exactly(true: list[Any], kpi: Kpi) -> list[Any]:
    """
    The same: cases to the last, values but for the last digits of a sum.

    Premiums are told in whole yuan, and half a yuan may be rounded either way.
    """
    is_money = kpi.base is not None and kpi.most is None
    parts = [pytest.approx(part, rel=0, abs=1) if is_money else part for part in true[:-1]]
    return [*parts, true[-1] if kpi.unit == "count" else approx(true[-1])]


def approx(value: float | None) -> Any:
    """
    The same value but for the last digits of a sum.
    """
    return None if value is None else pytest.approx(value, rel=EXACT, abs=EXACT)


NOTHING = {"value": None, "numerator": None, "denominator": None}


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("at", ["as_of", "earlier"])
def test_every_figure_equals_the_books(insurer, grouping, at):
    """
    All figures, all groups, today and half a year ago as it was known then: equal to the last case.
    """
    day = date.fromisoformat(insurer.books.as_of if at == "as_of" else insurer.books.earlier)
    figures = told(insurer, grouping, day)
    compared = 0
    for name, groups in figures.items():
        true = insurer.books.figures[at][name].get(grouping)
        if true is None:
            # Neither the books nor the dashboard can split it by this.
            assert all(record["not_recorded"] for record in groups.values()), name
            continue
        kpi = KPIS[name]
        for group, record in groups.items():
            assert counted(record, kpi) == as_exactly(counted(true.get(group, NOTHING), kpi), kpi), (name, group)
            compared += record["value"] is not None
        assert set(true) <= set(groups), name

    assert compared >= len(figures) - 1


def test_every_figure_has_its_books(insurer):
    """
    No figure without a true value to hold it against, on both days.
    """
    for figures in insurer.books.figures.values():
        assert set(KPIS) <= set(figures)


def test_the_books_are_not_empty(insurer):
    """
    There are late, open and answered complaints to compare.
    """
    for name in KPIS:
        assert insurer.books.figure(name)["value"] is not None, name
    assert insurer.books.figure("complaints_overdue")["value"] > 0


def test_bad_rows_are_counted_as_the_books_say(insurer):
    """
    Each planted bad row is found, with its reason, and nothing else is.
    """
    facts = Snapshot(insurer.settings.snapshot).current().facts
    found = {name: _by_reason(state.bad) for name, state in facts.items() if state.bad}

    assert found == insurer.books.spoiled


def _by_reason(bad: dict[str, int]) -> dict[str, int]:
    reasons: dict[str, int] = {}
    for problem, rows in bad.items():
        reasons[problem.partition(":")[0]] = reasons.get(problem.partition(":")[0], 0) + rows
    return reasons


def test_the_weak_team_is_found(insurer):
    """
    The planted weak team answers far fewer complaints on time than the company does.
    """
    asked = Question(kpis=["complaint_on_time_rate"])
    team = answer(insurer.settings, replace(asked, values={"team": [insurer.books.planted["weak_team"]]}))[0]
    company = answer(insurer.settings, asked)[0]

    assert team["cases"] >= 10
    assert team["value"] < company["value"] - 0.1
