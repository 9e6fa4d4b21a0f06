"""
The page on training and ethics, whole: in both languages, for every role, and over a source without its facts.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.access import Role, Viewer
from dashboard.metrics import misconduct, trainings
from dashboard.metrics.training_topics import by_topic
from dashboard.periods import Period, shift_months
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.ui.misconduct_counts import quarter_end
from tests.insurer import AS_OF
from tests.metrics.asking import terms
from tests.ui.opening import opened, texts
from tests.ui.test_figures import COMPLIANCE, figures

PAGE = "training_ethics"
EXECUTIVE = Viewer("x", Role.EXECUTIVE)
LEAD = Viewer("l", Role.TEAM_LEAD, frozenset({"T15"}))
BLACKLIST, HIDDEN = "Blacklist", "hidden"


def rows_of(insurer, fact):
    return Reader(Snapshot(insurer.settings.snapshot).current(), COMPLIANCE).rows(fact)


def table(test, column: str):
    """
    The one table with such a heading.
    """
    (found,) = [each.value for each in test.dataframe if column in each.value.columns]
    return found


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_is_drawn_without_a_broken_part(insurer, language):
    """
    No part failed, and nothing stands there that no reader should see.
    """
    test = opened(insurer.settings, PAGE, language=language, viewer=COMPLIANCE)

    assert [each.value for each in test.error] == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in texts(test).split()]


def test_the_hours_of_the_page_are_those_of_its_rows(insurer):
    """
    Topic by topic, of everything recorded.
    """
    judged = trainings.judged(rows_of(insurer, "trainings"), terms(AS_OF))
    expected = by_topic(judged, period=Period())
    shown = table(opened(insurer.settings, PAGE, period="everything"), "Hours an agent")

    assert shown["Hours"].to_list() == expected["hours"].to_list()
    assert shown["Completed"].to_list() == expected["completed"].to_list()


def test_compliance_reads_every_report_and_the_blacklist(insurer):
    """
    Open reports one by one, steps that add up, and whoever was blacklisted.
    """
    judged = misconduct.judged(rows_of(insurer, "conduct_cases"), terms(AS_OF)).collect()
    test = opened(insurer.settings, PAGE, viewer=COMPLIANCE, period="everything")
    steps = table(test, "Late and waiting")

    assert steps["Steps due"].to_list() == [
        judged.filter(name).height for name in ("is_accept_due", "is_decide_due")
    ]
    assert (steps["Steps due"] == steps["In time"] + steps["Late"] + steps["Late and waiting"]).all()
    assert len(table(test, "Next step")) == judged.filter("is_open").height
    assert BLACKLIST in texts(test)


def test_leaders_see_numbers_and_none_below_five(insurer):
    """
    The day ends a quarter: executives get counts up to it, small ones hidden, and neither report nor person.
    """
    test = opened(insurer.settings, PAGE, viewer=EXECUTIVE)
    judged = misconduct.judged(rows_of(insurer, "conduct_cases"), terms(AS_OF)).collect()
    counts = [each.value["Reports"].to_list() for each in test.dataframe if "Reports" in each.value.columns]

    assert [each.value for each in test.error] == []
    assert len(counts) == 4
    assert f"{judged.height} reports" in texts(test)
    for told in counts:
        known = [int(each) for each in told if each != HIDDEN]
        assert all(each >= 5 for each in known)
        assert sum(known) == judged.height or judged.height - sum(known) >= 5
    assert BLACKLIST not in texts(test)
    assert not set(rows_of(insurer, "conduct_cases").collect()["conduct_case_id"]) & set(texts(test).split())


def test_a_team_lead_learns_nothing_of_reports(insurer):
    """
    Neither figures nor counts: in a team even a number points at people.
    """
    said = texts(opened(insurer.settings, PAGE, viewer=LEAD))

    assert "Reports are read by compliance alone" in said
    assert "Reports of misconduct on time" not in said
    assert BLACKLIST not in said


def test_people_are_listed_for_those_who_work_with_them(insurer):
    """
    Whose licence runs out is no executive's business; a lead sees the own team's.
    """
    said = "People are listed for those who work with them."
    teams = set(rows_of(insurer, "agents").filter(team_id="T15").collect()["team_name"])
    mine = opened(insurer.settings, PAGE, viewer=LEAD)

    assert said in texts(opened(insurer.settings, PAGE, viewer=EXECUTIVE))
    assert said not in texts(mine)
    assert set(table(mine, "Days left")["Team"]) == teams


@pytest.mark.parametrize(
    ("day", "end"),
    [
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 6, 29), date(2026, 3, 31)),
        (date(2026, 1, 15), date(2025, 12, 31)),
        (date(2025, 12, 31), date(2025, 12, 31)),
    ],
    ids=str,
)
def test_counts_stand_still_until_a_quarter_is_over(day, end):
    """
    Its last day ends it, for that day is over; the day before is still in the quarter before.
    """
    assert quarter_end(day) == end


@pytest.mark.parametrize("chosen", [{"period": "this_month"}, {"team": ["T15"]}, {"effect_topic": "law"}], ids=str)
def test_every_selection_stands(insurer, chosen):
    """
    A month that isn't over, one team, another topic.
    """
    assert [each.value for each in opened(insurer.settings, PAGE, viewer=COMPLIANCE, **chosen).error] == []


@pytest.mark.parametrize("name", ["training_training_on_time_rate", "misconduct_conduct_cases_on_time_rate"])
def test_the_rows_behind_a_figure_open(insurer, name):
    """
    A click on a card's cases shows them, with the columns a reader looks for first.
    """
    test = opened(insurer.settings, PAGE, viewer=COMPLIANCE)
    before = len(test.dataframe)
    test.button(key=f"rows_{name}").click().run(timeout=60)

    assert [each.value for each in test.error] == []
    assert len(test.dataframe) == before + 1


def test_the_rows_of_a_cell_are_its_cases(insurer):
    """
    Of the review of one team in one month, and of a kind of report with what followed.
    """
    shown = figures(insurer)
    reviews = shown.of(["case_review_rate"], Period(), (), ["team_id", "month"])["case_review_rate"]
    cell = reviews.filter(reviews["denominator"] > 0).row(0, named=True)
    month = Period(cell["month"], shift_months(cell["month"], 1))
    reports = misconduct.judged(rows_of(insurer, "conduct_cases"), terms(AS_OF)).filter("is_decided").collect()
    group = reports.filter("is_disciplined").select("category", "discipline").row(0, named=True)

    rows = shown.rows("case_review_rate", month, group={"team_id": cell["team_id"]})
    assert rows["cases"].sum() == cell["denominator"]
    assert shown.rows("conduct_substantiated_rate", Period(), group=group).height == len(
        reports.filter(*(reports[name] == value for name, value in group.items()))
    )
