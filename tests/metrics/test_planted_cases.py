"""
What was planted case by case is found so: the weak team, void extensions, mediation, who complains again.

The books were counted while the insurer was made and share no code with what is checked here.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.access import OPERATOR
from dashboard.deadlines import explain
from dashboard.metrics import KPIS, complaints, evaluate_many
from dashboard.metrics.causes import handovers, pareto
from dashboard.metrics.complainants import repeat_complainants
from dashboard.metrics.mediation import mediation_funnel, settlements_without_record
from dashboard.metrics.mediation_effect import mediation_effect
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.insurer import AS_OF
from tests.metrics.asking import ALL_RECORDED, terms

ON = terms(AS_OF)
EVERYTHING = Period(None, None)
VOID = "void_"


@pytest.fixture(scope="module")
def reader(insurer):
    return Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)


@pytest.fixture(scope="module")
def judged(reader):
    return complaints.judged(reader.rows("complaints"), ON).collect()


def test_the_weak_team_is_the_weakest_and_not_by_chance(insurer, reader):
    """
    No team answers fewer of its complaints in time, and even the upper end of its interval is below the company's.
    """
    weak = insurer.books.planted["weak_team"]
    rate = KPIS["complaint_on_time_rate"]
    teams, whole = (
        evaluate_many([rate], reader.rows, ON, recorded=ALL_RECORDED, by=by)[rate.id] for by in (["team_id"], [])
    )
    lowest = teams.sort("value", nulls_last=True).row(0, named=True)
    beyond_doubt = teams.filter(pl.col("upper") < whole["value"].item())["team_id"].to_list()

    assert lowest["team_id"] == weak
    assert lowest["upper"] < whole["lower"].item()
    assert weak in beyond_doubt
    # One team of forty is as much as 95 % intervals wrongly leave below.
    assert len(beyond_doubt) <= 2


def test_the_void_extensions_are_those_of_the_books(insurer, judged):
    """
    Exactly their numbers; the explanation of each names the reason of the books, and every other one counts.

    A case can have two reasons, of which the books keep the graver: the level that approved, then the day.
    """
    planted = insurer.books.planted["extensions"]
    booked = {number: reason for reason, numbers in planted["void"].items() for number in numbers}
    extended = judged.filter("is_counted", pl.col("extension_approved_at").is_not_null())
    counting = 0
    for case in extended.iter_rows(named=True):
        how = explain(case, regime=ON.regimes["complaints"], zone=ON.zone, calendar=ON.calendar, as_of=AS_OF)
        named = {step.kind.removeprefix(VOID) for step in how.steps if step.kind.startswith(VOID)}
        counting += how.of("extension_counted") is not None

        assert case["extension_void"] == bool(named), case["complaint_id"]
        assert not named or booked[case["complaint_id"]] in named

    assert sorted(extended.filter("extension_void")["complaint_id"]) == sorted(booked)
    assert counting == planted["valid"]
    assert set(planted["void"]) == {"wrong_level", "approved_late", "not_told", "told_late"}


def test_a_void_extension_leaves_the_due_day_where_it_was(judged):
    """
    The day is the one the same case has without any extension; a valid one has a later day than that.
    """
    extended = judged.filter("is_counted", pl.col("extension_approved_at").is_not_null())
    columns = [name for name in extended.columns if name.startswith("extension_") and name != "extension_void"]
    without = extended.select(list(ALL_RECORDED["complaints"])).with_columns(
        pl.lit(None, extended.schema[name]).alias(name) for name in columns
    )
    plain = complaints.judged(without.lazy(), ON).select("complaint_id", plain_due_on="due_on").collect()
    both = extended.join(plain, on="complaint_id", validate="1:1")
    is_void, is_later = pl.col("extension_void"), pl.col("due_on") > pl.col("plain_due_on")

    assert both.height == extended.height > 0
    assert both.filter(is_void)["due_on"].to_list() == both.filter(is_void)["plain_due_on"].to_list()
    assert both.filter(~is_void).select(is_later.all()).item()


def test_settlements_without_a_record_are_those_of_the_books(insurer, judged):
    """
    Exactly their numbers, and the funnel counts as many.
    """
    listed = settlements_without_record(judged.lazy(), ON)
    steps = dict(mediation_funnel(judged.lazy(), period=EVERYTHING).select("step", "cases").iter_rows())

    assert sorted(listed["complaint_id"]) == insurer.books.planted["settlements_without_record"]
    assert steps["settled"] - steps["recorded"] == listed["cases"].sum()


def test_mediation_works_in_the_planted_direction(insurer, judged):
    """
    Days sooner and taken further less often, both beyond doubt; as much as the books have it, within the interval.

    The books compare medians and shares of the whole, without regard to grade; the metric compares like with like.
    """
    planted = insurer.books.planted["mediation"]
    settled, others = planted["settled"], planted["not_mediated"]
    days, escalated = mediation_effect(judged.lazy(), ON, period=EVERYTHING).iter_rows(named=True)
    sooner = settled["median_days"] - others["median_days"]
    spared = settled["taken_further"]["value"] - others["taken_further"]["value"]

    assert (days["cases_settled"], escalated["cases_settled"]) == (
        settled["cases"],
        settled["taken_further"]["denominator"],
    )
    assert days["upper"] < 0
    assert escalated["upper"] < 0
    assert days["lower"] <= sooner <= days["upper"]
    assert escalated["lower"] <= spared <= escalated["upper"]


def test_who_complains_again_is_who_the_books_know(insurer, judged):
    """
    As many customers, with as many complaints, each of them with two at least.
    """
    found = repeat_complainants(judged.lazy(), as_of=AS_OF)

    assert found is not None
    assert {"customers": found.customers, "complaints": found.complaints} == (
        insurer.books.planted["repeat_complainants"]
    )
    assert found.people["complaints"].min() >= 2
    assert found.people["complaints"].sum() == found.complaints


def test_hand_overs_and_the_uncoded_are_those_of_the_books(insurer, judged):
    """
    Every hand-over with its count, and how many causes nobody coded.
    """
    causes = handovers(judged.lazy(), period=EVERYTHING).causes.drop_nulls("handover_cause")
    found = pareto(judged.lazy(), period=EVERYTHING)
    uncoded = insurer.books.planted["uncoded"]

    assert dict(causes.select("handover_cause", "cases").iter_rows()) == insurer.books.planted["handovers"]
    assert (found.uncoded, found.cases) == (uncoded["numerator"], uncoded["denominator"])
    assert found.uncoded_share == pytest.approx(uncoded["value"])


def test_the_surge_has_the_months_and_sources_of_the_books(insurer, judged):
    """
    Month by month and source by source, the cause has exactly the complaints that were made.
    """
    planted = insurer.books.planted["surge"]
    of_cause = judged.filter("is_counted", pl.col("cause") == planted["cause_id"])
    months = of_cause.group_by(pl.col("received_on").dt.strftime("%Y-%m")).agg(pl.col("cases").sum())
    is_during = (
        pl.col("received_on")
        .cast(pl.String)
        .is_between(pl.lit(planted["from"]), pl.lit(planted["fixed_on"]), closed="left")
    )
    during = of_cause.filter(is_during).group_by("source").agg(pl.col("cases").sum())

    assert dict(months.iter_rows()) == planted["received_by_month"]
    assert dict(during.iter_rows()) == planted["sources"]["during"]
