"""
What the complaint pages list besides figures is made of the figures' own rows: tiles, list, causes, mediation.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from dashboard.metrics.mediation import STEPS
from dashboard.periods import DAY, Period
from dashboard.ui.complaints import (
    complainants_of,
    funnel_of,
    handovers_of,
    matrix_of,
    outcomes_of,
    pareto_of,
    unrecorded_of,
)
from tests.insurer import AS_OF
from tests.ui.opening import opened
from tests.ui.test_figures import SELECTIONS, figures

TODAY = AS_OF + DAY
# As the filters of a page are called, by the column they choose from.
KEYS = {"branch_id": "branch", "team_id": "team", "product_line": "product", "channel": "channel"}
# Nobody can choose a team that isn't there.
ON_THE_PAGE = {name: values for name, (_, values) in SELECTIONS.items() if name not in ("nothing", "a year")} | {
    "a team": (("team_id", ("T15",)),),
    "letters about life": (("channel", ("letter",)), ("product_line", ("life",))),
}


@pytest.mark.parametrize("selection", ON_THE_PAGE)
def test_tiles_list_and_figures_are_one(insurer, selection):
    """
    Each tile counts the rows it lists, and those are the rows behind the figure of the day that just ended.
    """
    values = ON_THE_PAGE[selection]
    chosen = {KEYS[column]: list(allowed) for column, allowed in values}
    shown = figures(insurer)
    kpis = {"overdue": "complaints_overdue", "within_7d": "complaints_due_7d", "all": "complaints_open"}
    labels = {"overdue": "Overdue", "within_7d": "Within 7 days", "all": "All open"}
    for band, name in kpis.items():
        test = opened(insurer.settings, "complaint_deadlines", band=band, **chosen)
        tiles = {each.label: each.value for each in test.metric}
        lists = [each.value for each in test.dataframe if "time_left" in each.value.columns]
        listed = [number for rows in lists for number in rows["complaint_id"]]
        rows = shown.rows(name, Period(), values)

        assert sorted(listed) == sorted(rows["complaint_id"])
        assert tiles[labels[band]] == str(rows["cases"].sum()) == str(shown.one(name, Period(), values)["cases"])


@pytest.mark.parametrize("selection", SELECTIONS)
def test_causes_in_every_form_are_the_complaints_received(insurer, selection):
    """
    By size, against each other column, by hand-over: all of them add up to the card, the uncoded ones included.
    """
    period, values = SELECTIONS[selection]
    shown = figures(insurer)
    received = int(shown.one("complaints_received", period, values)["value"] or 0)
    found = pareto_of(shown, values, period)
    by_cause = shown.of(["complaints_received"], period, values, ["cause"])["complaints_received"]
    coded = by_cause.drop_nulls("cause").filter(pl.col("cases") > 0)

    assert found.causes["cases"].sum() + found.uncoded == found.cases == received
    assert dict(found.causes.select("cause", "cases").iter_rows()) == dict(
        coded.select("cause", "cases").iter_rows()
    )
    assert handovers_of(shown, values, period).causes["cases"].sum() == received
    for column in ("product_line", "branch_id", "channel", "source"):
        cells = matrix_of(shown, values, period, column)
        assert cells["cases"].sum() == received
        assert cells["expected"].sum() == pytest.approx(received)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_how_complaints_end_is_how_many_ended(insurer, selection):
    """
    The outcomes of a period are the complaints that count and stopped in it.
    """
    period, values = SELECTIONS[selection]
    shown = figures(insurer)
    ended = shown.rows("complaints_received", Period(), values).filter(period.covers("stopped_on"))

    assert outcomes_of(shown, values, period).months["cases"].sum() == ended["cases"].sum()


@pytest.mark.parametrize("selection", SELECTIONS)
def test_mediation_in_every_form_is_the_same_mediation(insurer, selection):
    """
    The steps are counted among the complaints received; of all there are, they are those of the rates' rows.
    """
    period, values = SELECTIONS[selection]
    shown = figures(insurer)
    received = shown.rows("complaints_received", period, values)
    steps = dict(funnel_of(shown, values, period).select("step", "cases").iter_rows())
    listed = unrecorded_of(shown, values, period)

    assert list(steps) == list(STEPS)
    assert steps["offered"] == received.filter(pl.col("mediation_offered_at").is_not_null())["cases"].sum()
    assert steps["settled"] - steps["recorded"] == listed["cases"].sum()
    assert set(listed["complaint_id"]) <= set(received["complaint_id"])
    if period == Period():
        rates = {
            step: shown.one(name, period, values)
            for step, name in (
                ("accepted", "mediation_acceptance_rate"),
                ("settled", "mediation_success_rate"),
                ("recorded", "settlement_record_rate"),
            )
        }
        assert {step: rate["numerator"] for step, rate in rates.items()} == {step: steps[step] for step in rates}
        misses = shown.rows("settlement_record_rate", period, values, part="misses")
        assert sorted(misses["complaint_id"]) == sorted(listed["complaint_id"])


@pytest.mark.parametrize("selection", SELECTIONS)
def test_who_complains_again_is_among_the_complaints_of_the_year(insurer, selection):
    """
    Customer by customer, as many complaints as there are rows of theirs in the last 365 days.
    """
    _, values = SELECTIONS[selection]
    shown = figures(insurer)
    year = Period(TODAY - timedelta(days=365), TODAY)
    rows = shown.rows("complaints_received", year, values).drop_nulls("customer_id")
    often = rows.group_by("customer_id").agg(pl.col("cases").sum()).filter(pl.col("cases") >= 2)
    found = complainants_of(shown, values)

    assert found is not None
    assert dict(found.people.select("customer_id", "complaints").iter_rows()) == dict(often.iter_rows())
    assert (found.customers, found.complaints) == (often.height, often["cases"].sum())


def test_screens_pinned_to_an_earlier_day_know_nothing_of_the_next(insurer):
    """
    The list stands at the midnight that ended the day: what came, was answered or moved later hasn't happened.
    """
    day = AS_OF - timedelta(days=90)
    business = insurer.settings.business.model_copy(update={"as_of": day})
    settings = insurer.settings.model_copy(update={"business": business})
    then = figures(insurer).on(day)
    test = opened(settings, "complaint_deadlines", band="all")
    tiles = {each.label: each.value for each in test.metric}
    listed = next(each.value for each in test.dataframe if "time_left" in each.value.columns)
    rows = then.rows("complaints_open", Period())

    assert sorted(listed["complaint_id"]) == sorted(rows["complaint_id"])
    assert tiles["Overdue"] == str(then.rows("complaints_overdue", Period())["cases"].sum())
    assert tiles["Within 7 days"] == str(then.rows("complaints_due_7d", Period())["cases"].sum())
    # A day later others were open: the list can tell the two days apart.
    later = figures(insurer).on(day + DAY).rows("complaints_open", Period())
    assert set(later["complaint_id"]) != set(rows["complaint_id"])
