"""
The three pages about complaints, whole: in both languages, for every role, over every selection, and over Texas.
"""

from __future__ import annotations

import json
from datetime import timedelta

import polars as pl
import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.metrics.complaints import judged
from dashboard.questions import Question, answer
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF
from tests.metrics.asking import terms
from tests.ui.opening import opened, texts, with_tables

PAGES = ("complaint_timeliness", "complaint_deadlines", "complaint_causes")
TODAY = AS_OF + timedelta(days=1)


def rows_of(insurer, viewer=OPERATOR) -> pl.DataFrame:
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), viewer).rows("complaints")
    return judged(rows, terms(TODAY)).filter("is_open").collect()


def tiles(test) -> dict[str, str]:
    return {each.label: each.value for each in test.metric}


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_drawn_without_a_broken_part(insurer, name, language):
    """
    No part failed, and nothing stands there that no reader should see.
    """
    test = opened(insurer.settings, name, language=language)
    said = texts(test)

    assert [each.value for each in test.error] == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in said.split()]


def test_the_table_behind_a_chart_holds_its_counts_and_shares(insurer):
    """
    Causes, cells, endings and steps are counts: a table without them says less than the picture.
    """
    test = with_tables(opened(insurer.settings, "complaint_causes"))
    tables = [each for each in test.dataframe if each.value.columns[0] in ("label", "row_label", "month")]
    pareto = next(each for each in tables if "cumulative" in each.value.columns)

    assert len(tables) >= 4
    assert [each.value.columns.to_list() for each in tables if "cases" not in each.value.columns] == []
    assert json.loads(pareto.proto.columns)["cumulative"]["type_config"]["format"] == "percent"


@pytest.mark.parametrize("name", PAGES)
def test_a_team_lead_sees_own_rows_and_nobody_without_a_team_sees_any(insurer, name):
    """
    The pages stand with few rows and with none at all.
    """
    team = rows_of(insurer)["team_id"][0]
    for units in (frozenset({team}), frozenset({"no such team"}), frozenset()):
        test = opened(insurer.settings, name, viewer=Viewer("v", Role.TEAM_LEAD, units))
        assert [each.value for each in test.error] == [], units


@pytest.mark.parametrize("name", PAGES)
def test_a_selection_without_cases_says_so_and_breaks_nothing(insurer, name):
    """
    A channel nobody used to complain about this product.
    """
    test = opened(insurer.settings, name, channel=["letter"], product=["life"], period="last_month")

    assert [each.value for each in test.error] == []


def test_the_tiles_are_the_rows_that_wait(insurer):
    """
    Overdue, due today and within three days count exactly the open rows whose due day says so.
    """
    rows = rows_of(insurer)
    left = (rows["due_on"] - TODAY).dt.total_days()
    shown = tiles(opened(insurer.settings, "complaint_deadlines"))

    assert str((left < 0).sum()) == shown["Overdue"]
    assert str((left == 0).sum()) == shown["Due today"]
    assert str(left.is_between(0, 2).sum()) == shown["Within 3 days"]
    assert str(left.is_between(0, 6).sum()) == shown["Within 7 days"]
    assert str(left.is_between(0, 13).sum()) == shown["Within 14 days"]
    assert str(rows.height) == shown["All open"]


def test_the_tiles_agree_with_the_figures_of_the_last_complete_day(insurer):
    """
    Nothing has happened since midnight here, so the list and the registry count the same.
    """
    shown = tiles(opened(insurer.settings, "complaint_deadlines"))
    told = {record["id"]: record["value"] for record in answer(insurer.settings, Question())}

    assert str(told["complaints_overdue"]) == shown["Overdue"]
    assert str(told["complaints_due_7d"]) == shown["Within 7 days"]
    assert str(told["complaints_open"]) == shown["All open"]


@pytest.mark.parametrize("band", ["overdue", "within_14d", "all"])
def test_a_tile_narrows_the_list_to_its_own_cases(insurer, band):
    """
    As many rows as the tile says, the overdue ones first.
    """
    test = opened(insurer.settings, "complaint_deadlines", band=band)
    listed = next(each.value for each in test.dataframe if "complaint_id" in each.value.columns)
    label = {"overdue": "Overdue", "within_14d": "Within 14 days", "all": "All open"}[band]

    assert tiles(test)[label] == str(len(listed))


def test_a_day_of_the_calendar_narrows_the_list_to_it(insurer):
    """
    And a day that is none is said and passed over.
    """
    day = rows_of(insurer)["due_on"].max()
    test = opened(insurer.settings, "complaint_deadlines", due=day.isoformat())
    listed = next(each.value for each in test.dataframe if "complaint_id" in each.value.columns)

    assert {day} == {each.date() if hasattr(each, "date") else each for each in listed["due_on"]}
    assert opened(insurer.settings, "complaint_deadlines", due="soon").warning


def test_another_clock_judges_the_page(insurer):
    """
    Under the guide's flat thirty days fewer complaints are late than under the law's fifteen and thirty.
    """
    law = tiles(opened(insurer.settings, "complaint_timeliness", period="everything"))
    guide = tiles(opened(insurer.settings, "complaint_timeliness", period="everything", clock="guide-30"))
    house = tiles(opened(insurer.settings, "complaint_timeliness", period="everything", clock="house-48h"))

    assert law["Complaints received"] == guide["Complaints received"]
    assert law["Answered on time"] != guide["Answered on time"]
    assert house["Answered on time"] == house["Simple ones closed in 48 hours"]


def test_a_case_can_be_asked_for_and_explains_itself(insurer):
    """
    The dialog names the case and says under which rule it is due.
    """
    case = rows_of(insurer).sort("due_on").row(0, named=True)
    test = opened(insurer.settings, "complaint_deadlines", case=case["complaint_id"])
    said = texts(test)

    assert f"Why it is due on {case['due_on']}" in said
    assert "CN-2020-3" in said


def test_a_case_of_somebody_else_is_not_shown(insurer):
    """
    A number in the session or the address opens nothing that the viewer may not see.
    """
    rows = rows_of(insurer)
    case = rows.row(0, named=True)
    other = next(team for team in rows["team_id"].unique().sort() if team != case["team_id"])
    lead = Viewer("lead", Role.TEAM_LEAD, frozenset({other}))
    test = opened(insurer.settings, "complaint_deadlines", viewer=lead, case=case["complaint_id"])

    assert any("isn't in the data" in each.value for each in test.info)
    assert "Why it is due" not in texts(test)
