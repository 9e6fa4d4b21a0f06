"""
The page on automation, whole: in both languages, over every selection, and over a source that doesn't record it.
"""

from __future__ import annotations

import shutil

import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.intake.refresh import refresh
from dashboard.metrics import Terms, claims
from dashboard.metrics.automation_funnel import automation_funnel
from dashboard.metrics.automation_kpis import AUTOMATION
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.settings import PROJECT, read_settings
from dashboard.snapshot import Snapshot
from dashboard.words import Words
from tests.insurer import AS_OF, NOW
from tests.metrics.asking import terms
from tests.ui.opening import opened, texts

PAGE = "automation"
WORDS = Words("en")
UNTOLD = "Not recorded by the source."

# What a source knows whose claims are all decided by people, as far as it says.
PLAIN = """\
-- fact: claims
-- grain: one row per claim
-- since: claim.updated_at

select
    claim.claim_no as claim_id,
    claim.reported_at,
    claim.decided_at,
    claim.closed_at,
    case claim.decision_code when '赔付' then 'paid' when '拒赔' then 'refused' end as decision,
    claim.amount_claimed,
    claim.updated_at
from claim
where claim.updated_at >= :since
"""


def errors(test) -> list[str]:
    return [each.value for each in test.error]


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
    test = opened(insurer.settings, PAGE, language=language)
    said = texts(test)

    assert errors(test) == []
    assert UNTOLD not in said
    assert not [word for word in ("None", "NaN", "nan", "null") if word in said.split()]


def test_the_funnel_of_the_page_is_that_of_its_rows(insurer):
    """
    The claims a viewer sees leaving add up to those the rows say left.
    """
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("claims")
    on: Terms = terms(AS_OF)
    expected = automation_funnel(claims.judged(rows, on), period=Period(None, None))
    found = table(opened(insurer.settings, PAGE, period="everything"), "Way out")

    assert expected.exits["cases"].to_list() == found["Cases"].to_list()


def test_the_goal_says_what_it_takes_and_where_the_trend_leads(insurer):
    """
    For the guide's share a way to 80 %; for the others, without a target, only the trend.
    """
    said = texts(opened(insurer.settings, PAGE))

    assert "Decided automatically: the guide's 80%" in said
    assert said.count("No target is set. The present trend leads to") == 3
    assert "a month are needed" in said or "The target of 80% is reached" in said


def test_too_few_cases_are_marked_and_not_hidden(insurer):
    """
    A kind with fewer decisions than can be judged has its sign, the others none.
    """
    kinds = table(opened(insurer.settings, PAGE, period="everything"), "By hand")

    assert [("○" if each < 20 else "") for each in kinds["Decided"]] == kinds[""].to_list()
    assert set(kinds[""]) == {"○", ""}


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.COMPLIANCE, Role.ANALYST])
def test_every_role_of_the_whole_company_sees_the_whole_page(insurer, role):
    """
    Whether persons are shown or not.
    """
    assert errors(opened(insurer.settings, PAGE, viewer=Viewer("v", role))) == []


def test_a_team_lead_sees_own_rows_and_nobody_without_a_team_sees_any(insurer):
    """
    The page stands with few rows and with none at all.
    """
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("claims")
    team = rows.select("team_id").head(1).collect().item()
    for units in (frozenset({team}), frozenset({"no such team"}), frozenset()):
        assert errors(opened(insurer.settings, PAGE, viewer=Viewer("v", Role.TEAM_LEAD, units))) == [], units


@pytest.mark.parametrize(
    "chosen",
    [
        {"product": ["life"], "channel": ["counter"], "period": "last_month"},
        {"channel": ["letter"]},
        {"period": "this_month"},
        {"fallout_by": "month"},
        {"fallout_by": "claim_type"},
    ],
    ids=str,
)
def test_a_narrow_or_empty_selection_breaks_nothing(insurer, chosen):
    """
    Few claims, none at all, none followed for 90 days yet; and every way to split.
    """
    test = opened(insurer.settings, PAGE, **chosen)

    assert errors(test) == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in texts(test).split()]


@pytest.fixture(scope="module")
def unaware(insurer, tmp_path_factory):
    """
    Settings over the same insurer, read by a query that knows nothing of rules.
    """
    folder = tmp_path_factory.mktemp("unaware")
    shutil.copytree(PROJECT / "queries" / "demo", folder / "queries")
    (folder / "queries" / "claims.sql").write_text(PLAIN, encoding="utf-8")
    text = insurer.file.read_text(encoding="utf-8")
    own = text.replace(str(PROJECT / "queries" / "demo"), str(folder / "queries"))
    file = folder / "settings.toml"
    file.write_text(own.replace(str(insurer.file.parent / "snapshot"), str(folder / "snapshot")), encoding="utf-8")
    settings = read_settings(file)
    report = refresh(settings, now=NOW)
    assert report.succeeded, report.problems
    return settings


def test_a_source_that_says_nothing_of_rules_has_nothing_recorded(unaware):
    """
    Every card about rules and every panel says so, and none shows a nought in its place.
    """
    test = opened(unaware, PAGE)
    said, shown = texts(test), {each.label: each.value for each in test.metric}

    assert errors(test) == []
    assert {shown[WORDS.text(each.title)] for each in AUTOMATION} == {"not recorded"}
    # Four shares, two of fall-out, funnel, instant payment, safety, time saved, where next.
    assert said.count(UNTOLD) == 11
    assert not test.dataframe
