"""
Renewals at risk: the list is the rows it says, a team lead sees their own, and bad forecasts stay hidden.
"""

from __future__ import annotations

from dataclasses import replace

import polars as pl
import pytest

from dashboard.access import Role, Viewer
from dashboard.charts.theme import LIGHT
from dashboard.forecasting import read_scores, write_edition
from dashboard.forecasting.edition import NO_BETTER_THAN_RATE
from dashboard.periods import DAY, Period
from dashboard.predicting import predicted
from dashboard.ui.context import Context
from dashboard.ui.falling_due import ahead_of
from dashboard.ui.filters import Selection
from dashboard.ui.names import names_of
from dashboard.ui.page import Look
from dashboard.ui.renewals_ahead import owners_of
from dashboard.ui.renewals_list import contracts_workbook
from dashboard.words import Words
from tests.insurer import AS_OF, NOW
from tests.ui.opening import opened, texts
from tests.ui.test_figures import figures
from tests.xlsx import read_sheet

TODAY = AS_OF + DAY
LEAD = Viewer("lead", Role.TEAM_LEAD, frozenset({"T15"}))
BOARD = Viewer("board", Role.ANALYST)


@pytest.fixture(scope="module")
def settings(insurer, tmp_path_factory):
    """
    The insurer with a forecast of its own.
    """
    own = insurer.settings.forecasting.model_copy(update={"path": tmp_path_factory.mktemp("forecasts")})
    found = insurer.settings.model_copy(update={"forecasting": own})
    predicted(found, now=NOW)
    return found


def page(settings, viewer=None, **session):
    more = {"viewer": viewer} if viewer else {}
    return opened(settings, "renewals_at_risk", renewals_due="within_90d", **more, **session)


def table(test, column: str) -> pl.DataFrame:
    return next(pl.from_pandas(each.value) for each in test.dataframe if column in each.value.columns)


def due_rows(insurer, viewer=None) -> pl.DataFrame:
    reader = figures(insurer, *([viewer] if viewer else [])).reader
    gone = pl.col("outcome").is_in(["cancelled", "insurer_declined", "claim_terminated"]).fill_null(value=False)
    due = pl.col("due_on").is_between(TODAY, TODAY + 90 * DAY, closed="left")
    return reader.rows("renewals").filter(due, pl.col("renewed_on").is_null(), ~gone).collect()


def test_tiles_and_list_are_the_rows(insurer, settings):
    """
    As many as the tile says are listed, each once, and nobody else's.
    """
    test = page(settings, LEAD)
    tiles = {each.label: each.value for each in test.metric}
    listed, rows = table(test, "premium_at_risk"), due_rows(insurer, LEAD)

    assert rows.height > 5
    assert sorted(listed["policy_id"]) == sorted(rows["policy_id"])
    assert tiles["Within 90 days"] == str(rows.height)
    assert tiles["Not reminded"] == str(rows["reminded_at"].null_count())
    assert listed["premium_due"].sum() == pytest.approx(float(rows["premium_due"].sum()), abs=rows.height)


def test_a_team_lead_sees_their_own_with_everybodys_probability(insurer, settings):
    """
    Nobody else's contract is listed; and a probability is the same for whoever looks.
    """
    own = table(page(settings, LEAD), "premium_at_risk").select("policy_id", "probability", "customer_id")
    board = table(page(settings, BOARD, team=["T15"]), "premium_at_risk")
    foreign = set(due_rows(insurer)["policy_id"]) - set(due_rows(insurer, LEAD)["policy_id"])

    assert foreign
    assert not foreign & set(own["policy_id"])
    assert own["customer_id"].null_count() == 0
    assert "customer_id" not in board.columns
    assert sorted(own.select("policy_id", "probability").iter_rows()) == sorted(
        board.select("policy_id", "probability").iter_rows()
    )


def test_an_owner_narrows_the_list(insurer, settings):
    """
    One agent's contracts, and totals of those alone.
    """
    rows = due_rows(insurer, LEAD)
    agent = rows["agent_id"].drop_nulls().mode().sort()[0]
    test = page(settings, LEAD, owner=agent)

    assert sorted(table(test, "premium_at_risk")["policy_id"]) == sorted(rows.filter(agent_id=agent)["policy_id"])


def test_without_a_forecast_the_list_says_so(insurer, tmp_path):
    """
    The contracts are there, without probabilities, and an operator is told what to do.
    """
    own = insurer.settings.forecasting.model_copy(update={"path": tmp_path})
    test = page(insurer.settings.model_copy(update={"forecasting": own}), LEAD)
    listed = table(test, "premium_due")

    assert "dashboard train" in texts(test)
    assert listed.height == due_rows(insurer, LEAD).height
    assert not {"probability", "premium_at_risk", "why"} & set(listed.columns)
    assert "Premium at risk: n/a" in texts(test)


def test_a_forecast_that_cant_be_read_leaves_the_list(insurer, tmp_path):
    """
    One part fails with a reference; the contracts are listed all the same.
    """
    (tmp_path / "renewals-20260701T000000000000Z.json").write_text("{}", encoding="utf-8")
    own = insurer.settings.forecasting.model_copy(update={"path": tmp_path})
    test = page(insurer.settings.model_copy(update={"forecasting": own}), LEAD, is_whole=False)

    assert ["Reference for support" in each.value for each in test.error] == [True]
    assert table(test, "premium_due").height == due_rows(insurer, LEAD).height


def test_a_forecast_that_is_no_better_is_not_shown(insurer, settings, tmp_path):
    """
    Even where scores lie about: the page says why, and shows no probability.
    """
    own = settings.forecasting.model_copy(update={"path": tmp_path})
    found = settings.model_copy(update={"forecasting": own})
    edition, _ = predicted(found, now=NOW)
    write_edition(tmp_path, replace(edition, refusals=(NO_BETTER_THAN_RATE,)))
    test = page(found, LEAD)

    assert read_scores(tmp_path).rows.height
    assert "isn't good enough" in texts(test)
    assert "isn't surely better than always saying the overall rate" in texts(test)
    assert "probability" not in table(test, "premium_due").columns
    assert "Likeliest to leave" not in {each.label for each in test.metric}


def test_what_campaigns_won_is_the_figure(insurer, settings):
    """
    The difference on the page is the KPI's, and the misleading comparison stands beside it.
    """
    words = Words("en")
    figure = figures(insurer).of(["reengagement_uplift"], Period(), (), ["campaign"])["reengagement_uplift"]
    test = page(settings)
    shown = [each.value for each in test.metric if each.label == "Renewed more"]

    assert sorted(shown) == sorted(words.points(value) for value in figure["value"].drop_nulls())
    assert "Misleading" in texts(test)


def test_the_sleeping_are_the_figures_rows(insurer, settings):
    """
    A team lead's sleeping customers, all of them, those silent longest first.
    """
    rows = figures(insurer, LEAD).rows("dormant_customers", Period())
    listed = table(page(settings, LEAD), "silent_since")

    assert rows.height > 5
    assert sorted(listed["customer_id"]) == sorted(rows["customer_id"])
    assert listed["silent_since"].to_list() == sorted(listed["silent_since"])


def test_the_export_holds_the_list(insurer, settings, tmp_path):
    """
    All rows of the viewer's, the reasons in words, and above them which forecast and whose scope it is.
    """
    shown = figures(insurer, LEAD)
    words = Words("en")
    ctx = Context(settings, words, LIGHT, LEAD, shown.reader, AS_OF, shown.rules, lambda *_link: None)
    selection = Selection(Period(), None, (), with_period=False)
    own = replace(shown, settings=settings)
    found = ahead_of(Look(ctx, "renewals", selection, own, names_of(shown.reader, "renewals", words)))
    file = tmp_path / "list.xlsx"
    file.write_bytes(contracts_workbook(found, found.rows, owners_of(found), "Within 90 days").content)
    cells = [value for row in read_sheet(file).rows.values() for value in row.values()]

    assert found.rows.height == due_rows(insurer, LEAD).height
    assert set(found.rows["policy_id"]) <= set(cells)
    assert f"Forecast {found.edition.name}" in cells
    assert any(LEAD.scope in str(cell) for cell in cells)
    assert any(" pp)" in str(cell) for cell in cells)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_is_drawn_in_both_languages(settings, language):
    """
    Nothing failed, nothing is blank.
    """
    test = page(settings, language=language)

    assert not test.error
    assert "None" not in texts(test)
    assert "nan" not in texts(test).lower().split()
