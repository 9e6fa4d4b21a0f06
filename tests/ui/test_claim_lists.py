"""
What the claim page lists besides figures is made of the figures' own rows: tiles, list, ages, hold-ups, a claim.
"""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from dashboard.metrics import claims
from dashboard.metrics.claim_ageing import claim_ageing
from dashboard.metrics.claim_holdups import documents_asked
from dashboard.periods import Period
from dashboard.ui.open_claims import aged_claims
from tests.insurer import AS_OF
from tests.ui.opening import opened, texts
from tests.ui.test_figures import figures

SELECTIONS = {
    "everything": (),
    "a branch": (("branch_id", ("B01",)),),
    "two lines": (("product_line", ("health", "motor")),),
    "a branch's motor claims": (("branch_id", ("B02",)), ("product_line", ("motor",))),
    "a channel": (("channel", ("app",)),),
}
KEYS = {"branch_id": "branch", "team_id": "team", "product_line": "product", "channel": "channel"}
DAY = timedelta(days=1)
NUMBER = "claim_id"


def page(insurer, values=(), **session):
    chosen = {KEYS[column]: list(allowed) for column, allowed in values}
    return opened(insurer.settings, "claim_cycle", **chosen, **session)


def listed(test):
    """
    The working list as it stands on the page: none where nothing is in it.
    """
    return next((each.value for each in test.dataframe if "time_left" in each.value.columns), None)


@pytest.mark.parametrize("selection", SELECTIONS)
def test_all_open_claims_of_the_list_are_the_figure(insurer, selection):
    """
    The tile, the list and the card count the same claims; the list stands in the moment after the day ended.
    """
    values = SELECTIONS[selection]
    test = page(insurer, values, band="all")
    shown = figures(insurer)
    tiles = {each.label: each.value for each in test.metric}
    rows = shown.rows("claims_open", Period(), values)

    assert sorted(rows[NUMBER]) == sorted(listed(test)[NUMBER])
    assert tiles["All open"] == str(rows["cases"].sum())


@pytest.mark.parametrize("selection", SELECTIONS)
def test_what_is_late_by_law_is_on_the_list(insurer, selection):
    """
    Each claim that the figure calls overdue is overdue on the list of the law; only a part payment adds others.
    """
    values = SELECTIONS[selection]
    test = page(insurer, values, band="overdue", limits="law")
    overdue = set(figures(insurer).rows("claims_overdue", Period(), values)[NUMBER])
    rows = listed(test)
    by_clock = {} if rows is None else dict(zip(rows[NUMBER], rows["clock"], strict=True))

    assert overdue <= set(by_clock)
    assert all("part payment" in by_clock[each] for each in set(by_clock) - overdue)


def test_a_tile_counts_what_it_lists(insurer):
    """
    Every band, with the house's promises and without.
    """
    labels = {
        "overdue": "Overdue",
        "today": "Due today",
        "within_3d": "Within 3 days",
        "within_7d": "Within 7 days",
    }
    for limits in ("all", "law"):
        for band, label in labels.items():
            test = page(insurer, band=band, limits=limits)
            tiles = {each.label: each.value for each in test.metric}
            rows = listed(test)
            assert int(tiles[label].replace(",", "")) == (0 if rows is None else len(rows))


@pytest.mark.parametrize("selection", SELECTIONS)
def test_ages_add_up_to_the_open_claims(insurer, selection):
    """
    By stage and by amount: every open claim is in exactly one cell.
    """
    values = SELECTIONS[selection]
    shown = figures(insurer)
    rows = aged_claims(shown, values)
    value = shown.one("claims_open", Period(), values)["value"]

    for by in ("stage", "amount_band"):
        assert value == claim_ageing(rows.lazy(), by=by)["cases"].sum()


@pytest.mark.parametrize(("by", "band"), [("stage", "being_decided"), ("amount_band", "1k-5k")])
def test_a_cell_opens_the_claims_it_counts(insurer, by, band):
    """
    A click on stage, or amount, and age lists exactly those claims.
    """
    rows = aged_claims(figures(insurer), ()).filter((pl.col(by) == band) & (pl.col("age_band") == "4-10"))
    clicked = {"selection": {"points": [{"customdata": [band, "4-10"]}]}}
    test = page(insurer, **{f"claims_by_{by}": clicked})
    found = next(each.value for each in test.dataframe if "days_open" in each.value.columns)

    assert rows.height > 0
    assert [] == [each.value for each in test.error]
    assert sorted(rows[NUMBER]) == sorted(found[NUMBER])


@pytest.mark.parametrize("selection", SELECTIONS)
def test_documents_by_month_are_the_figures(insurer, selection):
    """
    The panel's documents per claim are those of the card, for the same period.
    """
    values, period = SELECTIONS[selection], Period(AS_OF - 365 * DAY, AS_OF + DAY)
    shown = figures(insurer)
    rows = shown.judged("claims", values).rows(claims.judged).lazy()
    found = (
        documents_asked(rows, period=period, by="month")
        .group_by("measure")
        .agg(pl.col("numerator", "denominator").sum())
    )
    sums = {name: (part, whole) for name, part, whole in found.iter_rows()}
    for measure, name in (("documents", "documents_per_claim"), ("fetched", "documents_fetched_rate")):
        card = shown.one(name, period, values)
        assert sums[measure] == (card["numerator"], card["denominator"])


@pytest.mark.parametrize("selection", SELECTIONS)
@pytest.mark.parametrize("days", [5, 30])
def test_silence_is_counted_as_it_is_listed(insurer, selection, days):
    """
    By branch, by stage and one by one: the open claims whose claimants heard nothing for more than so many days.
    """
    values = SELECTIONS[selection]
    test = page(insurer, values, silent=str(days))
    today = AS_OF + DAY
    rows = figures(insurer).rows("claims_open", Period(), values)
    heard = pl.coalesce("last_progress_at", pl.when(pl.col("progress_sent") == 0).then("reported_at"))
    since = (pl.lit(today) - heard.dt.convert_time_zone("Asia/Shanghai").dt.date()).dt.total_days()
    silent = rows.filter(since > days)
    counts = [each.value for each in test.dataframe if "Silent" in each.value.columns]
    names = next((each.value for each in test.dataframe if "days_silent" in each.value.columns), None)

    assert [] == [each.value for each in test.error]
    assert [silent["cases"].sum()] * 2 == [int(each["Silent"].sum()) for each in counts]
    assert [rows["cases"].sum()] * 2 == [int(each["Open"].sum()) for each in counts]
    assert sorted(silent[NUMBER]) == ([] if names is None else sorted(names[NUMBER]))


def test_a_claim_opens_with_all_that_is_known_of_it(insurer):
    """
    Its limits, what is recorded, who touched it, and the policy it is about.
    """
    rows = listed(page(insurer, band="all"))
    number = rows[NUMBER].iloc[0]
    test = page(insurer, band="all", case=number)
    tables = [set(each.value.columns) for each in test.dataframe]

    assert [] == [each.value for each in test.error]
    assert {"Limit", "Stands", "Rule"} <= set().union(*tables)
    assert {"name", "value"} in tables
    assert any({"actor", "step", "at"} <= columns for columns in tables)
    assert any("premium" in columns for columns in tables)
    assert {"Its limits", "Determination", "Notice of a refusal"} <= {
        each.value.strip("*") for each in test.markdown
    }


def test_an_ended_claim_says_how_long_it_took(insurer):
    """
    Paid claims open as well, and what happened to them is over.
    """
    paid = figures(insurer).reader.rows("claims").filter(pl.col("paid_at").is_not_null()).head(1).collect()
    test = page(insurer, case=paid[NUMBER][0])

    assert [] == [each.value for each in test.error]
    assert "Ended after" in texts(test)


def test_a_claim_nobody_may_see_is_told_so(insurer):
    """
    A number that isn't there, or not in the viewer's part.
    """
    test = page(insurer, case="CL-none")

    assert any("This claim isn't in the data" in each.value for each in test.info)


def test_the_page_speaks_chinese_where_the_catalogue_does(insurer):
    """
    Nothing raises in the other language.
    """
    test = opened(insurer.settings, "claim_cycle", language="zh_CN", band="all")

    assert [] == [each.value for each in test.error]
    assert listed(test) is not None
