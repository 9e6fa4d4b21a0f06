"""
The page on renewal trends, whole: drawn for everybody, over every selection, and of one piece with its figures.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.metrics import persistency, renewals
from dashboard.metrics.persistency_triangle import persistency_triangle
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.ui.renewals import (
    bridge_of,
    cohorts_of,
    compared_of,
    gross_of,
    lapses_of,
    lead_time_of,
    premiums_of,
    renewals_of,
    renewed_by_of,
    triangle_of,
)
from tests.insurer import AS_OF
from tests.metrics.asking import terms
from tests.ui.opening import opened, texts
from tests.ui.test_figures import SELECTIONS, YEAR, figures

PAGE = "renewal_trends"


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_is_drawn_without_a_broken_part(insurer, language):
    """
    No part failed, and nothing stands there that no reader should see.
    """
    test = opened(insurer.settings, PAGE, language=language)
    said = texts(test)

    assert [each.value for each in test.error] == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in said.split()]
    assert len(test.metric) == 8


@pytest.mark.parametrize("units", [["T15"], ["no such team"], []], ids=str)
def test_a_team_lead_sees_a_whole_page(insurer, units):
    """
    With few rows and with none at all.
    """
    test = opened(insurer.settings, PAGE, viewer=Viewer("v", Role.TEAM_LEAD, frozenset(units)))

    assert [each.value for each in test.error] == []


@pytest.mark.parametrize("chosen", [{"product": ["property"], "team": ["T15"]}, {"period": "this_month"}], ids=str)
def test_a_selection_with_little_breaks_nothing(insurer, chosen):
    """
    Contracts of one line and team, which have no persistency; a month in which nothing is mature.
    """
    assert [each.value for each in opened(insurer.settings, PAGE, **chosen).error] == []


def test_young_months_say_until_when(insurer):
    """
    June has fallen due and can't be told yet: not zero, and not left out.
    """
    said = texts(opened(insurer.settings, PAGE))

    assert "Jun 2026: n/a until" in said
    assert "May 2026: provisional until" in said


@pytest.mark.parametrize("selection", ["a year", "a branch", "two lines by phone", "nothing"])
def test_charts_count_what_the_cards_count(insurer, selection):
    """
    Months, groups, bridge and endings sum to the figures of the same selection.
    """
    period, values = SELECTIONS[selection]
    shown = figures(insurer)
    rate, premium, lapse, reminder = (
        shown.one(name, period, values)
        for name in ("renewal_rate", "renewal_premium_rate", "lapse_rate", "reminder_coverage_rate")
    )
    months = gross_of(shown, values, period)
    ended = lapses_of(shown, values, period).filter(pl.col("ending").is_in(["lapsed", "reinstated"]))
    bridge = bridge_of(shown, values, period)

    assert (months["invited_renewed"].sum(), months["invited"].sum()) == (rate["numerator"], rate["denominator"])
    for by in ("tenure_band", "channel"):
        groups = renewed_by_of(shown, values, period, by)
        assert groups["denominator"].sum() == rate["denominator"]
    assert compared_of(shown, values, period, "is_reminded").rates["numerator"].sum() == rate["numerator"]
    assert ended["cases"].sum() == lapse["numerator"]
    assert lead_time_of(shown, values, period)["reminded"].item() == reminder["numerator"]
    assert (round(bridge.amount("renewed")), round(bridge.amount("expiring"))) == (
        premium["numerator"],
        premium["denominator"],
    )


def test_what_is_kept_of_judged_rows_gives_what_all_of_them_give(insurer):
    """
    The page's columns are enough, and the grouping columns being categories changes nothing.
    """
    shown = figures(insurer)
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)
    all_premiums = persistency.judged(reader.rows("premiums"), terms(AS_OF))
    all_renewals = renewals.judged(reader.rows("renewals"), terms(AS_OF))

    assert triangle_of(shown, (), "count", without_suspended=True).equals(
        persistency_triangle(all_premiums, terms(AS_OF), basis="count", without_suspended=True)
    )
    assert renewals_of(shown).collect().height == all_renewals.collect().height
    assert premiums_of(shown).collect().height == all_premiums.collect().height


def test_the_triangle_makes_the_figure(insurer):
    """
    Cells of all cohorts that are over, at 13 months, by premium: together what the card counts up to then.
    """
    shown = figures(insurer)
    cells = triangle_of(shown, (), "premium", without_suspended=False).filter(policy_month=13)
    known = cells.filter(pl.col("value").is_not_null())
    last = known["cohort"].max().replace(month=known["cohort"].max().month + 5, day=28)
    before = date(last.year + 1, last.month % 12 + 1, 1) if last.month < 12 else date(last.year + 2, 1, 1)
    figure = shown.one("persistency_13m_rate", Period(None, before))

    assert known["denominator"].sum() == pytest.approx(figure["denominator"], abs=1)
    assert known["numerator"].sum() == pytest.approx(figure["numerator"], abs=1)


def test_a_viewer_is_given_own_cohorts(insurer):
    """
    Asked one after the other, two branches get different months, that add up to no more than the company's.
    """
    one, other = (
        cohorts_of(figures(insurer, Viewer("v", Role.BRANCH_MANAGER, frozenset({branch}))), (), YEAR)
        for branch in ("B01", "B02")
    )
    every = cohorts_of(figures(insurer), (), YEAR)
    by_branch = cohorts_of(figures(insurer), (("branch_id", ("B01",)),), YEAR)

    assert one.equals(by_branch)
    assert not one.equals(other)
    assert one["invited"].sum() + other["invited"].sum() <= every["invited"].sum()


def test_rows_behind_a_figure_of_another_fact_are_that_facts(insurer):
    """
    Behind persistency stand premiums, though the page is about renewals.
    """
    test = opened(insurer.settings, PAGE)
    test.button(key="rows_renewals_persistency_13m_rate").click().run(timeout=120)
    tables = [each.value for each in test.dataframe if "premium_id" in each.value.columns]

    assert [each.value for each in test.error] == []
    assert len(tables) == 1
    assert set(tables[0]["policy_month"]) == {13}
