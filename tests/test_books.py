"""
Every figure equals the generator's own books, which were counted while generating and share no code with metrics.

The whole way is under test: database, query, intake, snapshot, reader, deadlines, metrics, records.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard.metrics import KPIS
from dashboard.questions import Question, answer
from dashboard.snapshot import Snapshot
from tests.insurer import Insurer

GROUPINGS = ("all", "month", "branch", "team", "product_line", "channel", "category")
STOCKS = [name for name, each in KPIS.items() if each.day is None]


def days(insurer: Insurer) -> Iterator[tuple[str, date]]:
    yield "as_of", date.fromisoformat(insurer.books.as_of)
    yield "earlier", date.fromisoformat(insurer.books.earlier)


def told(insurer: Insurer, grouping: str, at: date) -> dict[str, dict[str, dict[str, Any]]]:
    """
    KPI to group to record.
    """
    by = () if grouping == "all" else (grouping,)
    asked = [name for name in KPIS if not (grouping == "month" and name in STOCKS)]
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for record in answer(insurer.settings, Question(kpis=asked, as_of=at, by=by)):
        group = "all" if grouping == "all" else record[grouping]
        found.setdefault(record["id"], {})["" if group is None else group] = record
    return found


@pytest.mark.parametrize("grouping", GROUPINGS)
@pytest.mark.parametrize("at", ["as_of", "earlier"])
def test_every_figure_equals_the_books(insurer, grouping, at):
    """
    All figures, all groups, today and half a year ago as it was known then: equal to the last case.
    """
    day = dict(days(insurer))[at]
    figures = told(insurer, grouping, day)
    compared = 0
    for name, groups in figures.items():
        true = insurer.books.figures[at][name].get(grouping, {})
        for group, record in groups.items():
            expected = true.get(group, {"value": None, "numerator": None, "denominator": None})
            if KPIS[name].unit == "count":
                assert record["value"] == (expected["value"] or 0), (name, group)
            elif KPIS[name].unit == "rate":
                found = (record["numerator"], record["denominator"])
                assert found == ((expected["numerator"] or 0), (expected["denominator"] or 0)), (name, group)
            else:
                assert record["value"] == expected["value"], (name, group)
            compared += bool(expected["value"])
        assert set(true) <= set(groups), name

    assert compared >= len(figures) - 1


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
