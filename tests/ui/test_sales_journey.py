"""
The page on the sales journey, whole: over selections, every split, and a source that doesn't record it.
"""

from __future__ import annotations

import shutil

import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.intake.refresh import refresh
from dashboard.metrics import application_journey
from dashboard.metrics.application_kpis import JOURNEY
from dashboard.metrics.application_steps import application_funnel
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.settings import PROJECT, read_settings
from dashboard.snapshot import Snapshot
from dashboard.words import Words
from tests.insurer import AS_OF, NOW
from tests.metrics.asking import terms
from tests.ui.opening import opened, texts, with_tables

PAGE = "sales_journey"
WORDS = Words("en")
UNTOLD = "Not recorded by the source."
PLAIN = """\
-- fact: applications
-- grain: one row per application
-- since: application.updated_at

select
    application.application_no as application_id,
    application.opened_at as started_at,
    application.updated_at
from application
where application.updated_at >= :since
"""


def errors(test) -> list[str]:
    return [each.value for each in test.error]


def table(test, column: str):
    (found,) = [each.value for each in test.dataframe if column in each.value.columns]
    return found


def test_the_page_tells_what_its_rows_tell(insurer):
    """
    The funnel is that of the rows; every card has a value; nothing stands there that no reader should see.
    """
    test = with_tables(opened(insurer.settings, PAGE, period="everything"))
    said = texts(test)
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("applications")
    funnel = application_funnel(application_journey.judged(rows, terms(AS_OF)), period=Period())
    steps = next(each.value for each in test.dataframe if "Begun" in each.value.to_string())

    assert errors(test) == []
    assert UNTOLD not in said
    assert not [word for word in ("None", "NaN", "nan", "null") if word in said.split()]
    assert steps["cases"].to_list() == funnel.steps["cases"].to_list()
    assert {each.label for each in test.metric} >= {WORDS.text(each.title) for each in JOURNEY}


@pytest.mark.parametrize(
    "chosen",
    [
        {"product": ["life"], "channel": ["counter"], "period": "last_month"},
        {"channel": ["letter"]},
        {"period": "this_month"},
        {"journey_share": "underwriting_automatic", "journey_by": "customer_segment", "advice_by": "team_id"},
        {"advice_share": "profile_complete", "journey_share": "ocr_rate", "channel": ["app"]},
        {"advice_share": "as_advised", "advice_by": "branch_id", "journey_share": "auto_renew_rate"},
        {"journey_share": "auto_renew_rate", "journey_by": "customer_segment"},
    ],
    ids=str,
)
def test_a_narrow_or_empty_selection_breaks_nothing(insurer, chosen):
    """
    Few applications, none at all, none watched for 30 days yet; and every way to compare.
    """
    test = opened(insurer.settings, PAGE, **chosen)

    assert errors(test) == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in texts(test).split()]


def test_the_board_sees_gaps_though_it_sees_no_customer(insurer):
    """
    Recommended against held is told in sums, and no number of a customer stands on the page.
    """
    test = with_tables(opened(insurer.settings, PAGE, viewer=Viewer("v", Role.EXECUTIVE)))

    assert errors(test) == []
    assert not table(test, "gap_premium").empty
    assert "recommendations not held" in texts(test)


def test_a_source_that_says_little_has_nothing_recorded(insurer, tmp_path):
    """
    Every card and every panel says so, and none shows a nought in its place.
    """
    shutil.copytree(PROJECT / "queries" / "demo", tmp_path / "queries")
    (tmp_path / "queries" / "applications.sql").write_text(PLAIN, encoding="utf-8")
    text = insurer.file.read_text(encoding="utf-8")
    own = text.replace(str(PROJECT / "queries" / "demo"), str(tmp_path / "queries"))
    file = tmp_path / "settings.toml"
    file.write_text(
        own.replace(str(insurer.file.parent / "snapshot"), str(tmp_path / "snapshot")), encoding="utf-8"
    )
    settings = read_settings(file)
    report = refresh(settings, now=NOW)
    assert report.succeeded, report.problems
    test = opened(settings, PAGE)
    shown = {each.label: each.value for each in test.metric}

    assert errors(test) == []
    assert {shown[WORDS.text(each.title)] for each in JOURNEY} == {"not recorded"}
    # Funnel, giving up, endings, trend, minutes, filling in, two comparisons, gaps.
    assert texts(test).count(UNTOLD) == 9
    assert not test.dataframe
