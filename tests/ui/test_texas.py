"""
The three complaint pages over a foreign table that knows no grade, cause, branch or mediation.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest

from dashboard.settings import Settings, read_settings
from tests.texas import read_texas
from tests.ui.opening import opened, texts

DAY = date(2024, 6, 30)
PAGES = ("complaint_timeliness", "complaint_deadlines", "complaint_causes", "renewal_trends")
RULES = {"the law's": "CN-2020-3", "the guide's": "guide-30"}
UNTOLD = "not recorded"


@pytest.fixture(scope="module")
def texas(texas_table, tmp_path_factory) -> dict[str, Settings]:
    """
    Settings by rule over one snapshot of Texas, the screens pinned to the middle of 2024.
    """
    folder = tmp_path_factory.mktemp("texas")
    found = {}
    for rule in RULES.values():
        more = f'[rules]\ncomplaints = "{rule}"\n'
        found[rule] = read_settings(texas_table.settings(folder, more=more, pinned=DAY))
    return found


def open_then() -> pl.DataFrame:
    """
    What was open when the day ended, and the day each falls due: the thirtieth after receipt.
    """
    complaints = read_texas()
    received, closed = pl.col("received_date"), pl.col("closed_date")
    is_open = (received <= DAY) & (closed.is_null() | (closed > DAY))
    return complaints.filter(is_open).select(
        complaint_id=pl.col("complaint_number").cast(pl.String), due_on=received + timedelta(days=30)
    )


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
@pytest.mark.parametrize("name", PAGES)
def test_every_page_stands(texas, name, rule):
    """
    No part failed, no unknown became a word of the machine's.
    """
    test = opened(texas[rule], name)

    assert [each.value for each in test.error] == []
    assert not {"None", "NaN", "nan", "null"} & set(texts(test).split())


def test_without_grades_no_deadline_is_told(texas):
    """
    Under the law's limits by grade nothing is late or in time: it isn't known, which is not zero.
    """
    timeliness = opened(texas["CN-2020-3"], "complaint_timeliness", period="everything")
    cards = {each.label: each.value for each in timeliness.metric}
    deadlines = opened(texas["CN-2020-3"], "complaint_deadlines")
    figures = {each.label: each.value for each in deadlines.metric}

    untold = (
        "Overdue complaints",
        "Due in the next 7 days",
        "Answered on time",
        "On time, closed basis",
    )
    assert {label: cards[label] for label in untold} == dict.fromkeys(untold, UNTOLD)
    assert cards["Open complaints"] == "3,283"
    assert set(figures.values()) == {UNTOLD}
    assert any("can't be told" in each.value for each in deadlines.info)
    assert not [each for each in deadlines.dataframe if "time_left" in each.value.columns]


def test_the_flat_rule_is_another_clock_away(texas):
    """
    The law can't be told, the guide's thirty days can: the choice on the page is enough.
    """
    test = opened(texas["CN-2020-3"], "complaint_timeliness", clock="guide-30", period="everything")
    cards = {each.label: each.value for each in test.metric}

    assert cards["Overdue complaints"] == "1,763"
    assert cards["Answered on time"] == "21.3%"


@pytest.mark.parametrize("rule", RULES.values(), ids=list(RULES))
def test_causes_and_mediation_are_not_recorded(texas, rule):
    """
    What rests on a cause, a hand-over, a customer or a mediation says so; the complaints received stand.
    """
    test = opened(texas[rule], "complaint_causes", period="everything")
    cards = {each.label: each.value for each in test.metric}
    said = [each.value for each in test.info]

    assert cards.pop("Complaints received") == received_by(DAY)
    assert set(cards.values()) == {UNTOLD}
    # Surges, rising causes, causes by size and place, a fix, the funnel, the mediators, hand-overs.
    assert said.count("Not recorded by the source.") >= 7
    assert any("Customers aren't recorded" in each for each in said)


def received_by(until: date) -> str:
    return f"{read_texas().filter(pl.col('received_date') <= until).height:,}"


@pytest.mark.parametrize(
    ("band", "label", "first", "last", "cases"),
    [
        ("overdue", "Overdue", date.min, DAY, 1_763),
        ("within_7d", "Within 7 days", DAY + timedelta(days=1), DAY + timedelta(days=7), 356),
        ("all", "All open", date.min, date.max, 3_283),
    ],
)
def test_the_list_under_the_guide_is_the_reference(texas, band, label, first, last, cases):
    """
    3,283 open, 1,763 overdue, 356 due within a week; the rows listed are those, the longest overdue first.
    """
    test = opened(texas["guide-30"], "complaint_deadlines", band=band)
    tiles = {each.label: each.value for each in test.metric}
    listed = next(each.value for each in test.dataframe if "time_left" in each.value.columns)
    expected = open_then().filter(pl.col("due_on").is_between(first, last))

    assert expected.height == cases
    assert tiles[label] == f"{cases:,}"
    assert len(listed) == min(cases, 1_000)
    assert set(listed["complaint_id"]) <= set(expected["complaint_id"])
    if band == "overdue":
        longest = expected.sort("due_on").head(1_000)
        assert listed["due_on"].dt.date.to_list() == longest["due_on"].to_list()
    assert listed["grade"].isna().all()
    assert listed["cause"].isna().all()


def test_silence_is_not_mistaken_for_good_news(texas):
    """
    Under a rule that needs grades, which Texas doesn't record, the overview says that it can't tell.
    """
    said = texts(opened(texas["CN-2020-3"], "overview"))

    assert "can't be told" in said
    assert "Nothing is late" not in said
    assert "breach of law" not in said
