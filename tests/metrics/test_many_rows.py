"""
Many rows are summed another way than few; the figures are the same.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.metrics import KPIS, Judged, claims, figures_of, renewals
from dashboard.metrics.claim_endings import ENDING_COLUMN, claim_endings
from dashboard.metrics.claim_holdups import DOCUMENTS_READ, documents_asked
from dashboard.metrics.claim_legs import LEG_COLUMNS, LEGS, counted_each, legs
from dashboard.metrics.packing import Likeness, Within
from dashboard.metrics.renewal_cohorts import OF_BASES, gross_and_invited
from dashboard.metrics.renewal_splits import OF_TRUTHS, compared
from dashboard.metrics.survival_curves import PAYMENT, curves
from dashboard.periods import Period
from tests.metrics import claim_crowd, renewal_edges
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.renewal_crowd import ON, PERIODS, renewal_crowd
from tests.rows import rows_of_fact

AS_OF = date(2024, 9, 30)
CHOSEN = [("branch_id", ["A"])]
CROWDS = {
    "claims": claim_crowd.claims(7, 2_000),
    "renewals": renewal_edges.crowd("renewals", 7, 2_000),
    "premiums": renewal_edges.crowd("premiums", 7, 2_000),
    "campaigns": renewal_edges.crowd("campaigns", 7, 2_000),
}


# One that begins and ends within a month, one without a beginning.
SPANS = [Period(date(2024, 2, 14), date(2024, 8, 9)), Period(None, date(2024, 6, 1))]


def judged_as(least, values):
    """
    Claims judged as so many, or so few, rows as it takes; the other way is left out.
    """
    facts = {"claims": rows_of_fact("claims", CROWDS["claims"])}.__getitem__
    besides = {claims.judged: (*LEG_COLUMNS, ENDING_COLUMN, *DOCUMENTS_READ, "decided_on", "product_line")}
    recorded = ALL_RECORDED.__getitem__
    return Judged.of("claims", facts, terms(AS_OF), recorded, besides=besides, many=least).chosen(values)


@pytest.mark.parametrize("period", SPANS, ids=["within months", "without a beginning"])
@pytest.mark.parametrize("by", [[], ["month"], ["month", "claim_type"]], ids=str)
def test_durations_of_a_period_are_the_same(period, by):
    """
    Counted for the period by month and hour, or summed by day once for all periods.
    """
    ages = ("claim_cycle_days_median", "claim_cycle_days_p90")
    ends = {"period_from": period.first, "period_before": period.before}
    few, many = (
        figures_of([KPIS[name] for name in ages], {"claims": judged_as(least, CHOSEN)}, by=by, **ends)
        for least in (10**9, 0)
    )

    for name in ages:
        assert few[name]["numerator"].sum() > 0
        assert_frame_equal(few[name], many[name])


@pytest.mark.parametrize("period", SPANS, ids=["within months", "without a beginning"])
@pytest.mark.parametrize("values", [[], CHOSEN, [("agent_id", ["x"])]], ids=["all", "a branch", "an agent"])
def test_questions_of_claims_alike_are_answered_the_same(period, values):
    """
    Legs, endings, waits and documents, of the claims and of those alike as one; an agent's are the claims.
    """
    few, many = (_answers(judged_as(least, values), period) for least in (10**9, 0))

    for name, expected in few.items():
        assert expected.height
        assert_frame_equal(expected, many[name], check_row_order=False)


def _answers(judged, period):
    way = claims.judged
    reported = Within("reported_on", period)

    def asked(columns, within=reported, **groups):
        return judged.alike(way, [Likeness(tuple(columns), within=within)], **groups)

    each_leg = [Likeness((leg.column,), within=reported) for leg in LEGS]
    by_leg = dict(zip(LEGS, judged.alike(way, each_leg, by=["team_id"]), strict=True))
    (ended,) = asked([ENDING_COLUMN])
    (waits,) = asked([PAYMENT.among, "days", PAYMENT.done], by=["claim_type"])
    (months,) = asked(DOCUMENTS_READ, Within("decided_on", period, monthly=True))
    (lines,) = asked(DOCUMENTS_READ, Within("decided_on", period), by=["product_line"])
    return {
        "legs": legs(counted_each(by_leg, period=period, by="team_id"), by="team_id"),
        "endings": claim_endings(ended, period=period),
        "waits": curves(waits, period=period, by="claim_type", waiting=PAYMENT).points,
        "documents by month": documents_asked(months, period=period, by="month"),
        "documents by line": documents_asked(lines, period=period, by="product_line").cast(
            {"product_line": pl.String}
        ),
    }


@pytest.mark.parametrize("fact", CROWDS)
@pytest.mark.parametrize("values", [[], [("branch_id", ["A"])], [("branch_id", ["B"]), ("team_id", ["a", "b"])]])
@pytest.mark.parametrize("by", [[], ["month"], ["agent_id"], ["month", "team_id"]], ids=str)
def test_however_many_rows_there_are_the_figures_are_the_same(fact, values, by):
    """
    Counted alike first and chosen among sums, or summed row by row.
    """
    facts = {fact: rows_of_fact(fact, CROWDS[fact])}.__getitem__
    kpis = [each for each in KPIS.values() if each.fact == fact]
    few, many = (
        figures_of(
            kpis,
            {fact: Judged.of(fact, facts, terms(AS_OF), ALL_RECORDED.__getitem__, many=least).chosen(values)},
            by=by,
        )
        for least in (10**9, 0)
    )

    for name, expected in few.items():
        assert expected.height
        assert_frame_equal(expected, many[name], check_exact=False, rel_tol=1e-8)


# Questions asked of renewals alike, with what they read.
QUESTIONS = {
    "bases": (OF_BASES, lambda rows, period: gross_and_invited(rows, period=period)),
    "reminded": (OF_TRUTHS, lambda rows, period: compared(rows, truth="is_reminded", period=period).rates),
    "automatic": (OF_TRUTHS, lambda rows, period: compared(rows, truth="auto_renew", period=period).rates),
}
UNALIKE = Likeness(("due_on", "renewed_on", "outcome_on", "reminded_on", "premium_due", "premium_renewed"))


def judged_renewals_of(least, times=40):
    """
    The crowd, each contract so many times.
    """
    crowd = [
        row | {"renewal_id": f"{row['renewal_id']}.{copy}", "cases": (row["cases"] or 1) + copy % 2}
        for row in renewal_crowd(5)
        for copy in range(times)
    ]
    read = {name for likeness in (OF_BASES, OF_TRUTHS, UNALIKE) for name in (*likeness.by, *likeness.sums)}
    return Judged.of(
        "renewals",
        {"renewals": rows_of_fact("renewals", crowd)}.__getitem__,
        ON,
        ALL_RECORDED.__getitem__,
        besides={renewals.judged: sorted(read)},
        many=least,
    )


def rows_and_alike(few, many, values, likeness):
    """
    What a question is given of few rows, and of many.
    """
    return [each.chosen(values).alike(renewals.judged, [likeness])[0] for each in (few, many)]


@pytest.mark.parametrize("values", [[], [("branch_id", ["b1"])], [("branch_id", ["b1", "b2", "none"])]], ids=str)
def test_however_many_renewals_there_are_a_question_has_one_answer(values):
    """
    Of all periods: counted alike and remembered for the next choice, or row by row.
    """
    few, many = judged_renewals_of(10**9), judged_renewals_of(0)
    for name, (likeness, ask) in QUESTIONS.items():
        for period in PERIODS:
            by_rows, by_likeness = (ask(each, period) for each in rows_and_alike(few, many, values, likeness))
            assert by_rows.height, name
            assert_frame_equal(by_rows, by_likeness)
        rows, counted = (each.collect().height for each in rows_and_alike(few, many, values, likeness))
        assert counted < rows, name


@pytest.mark.parametrize("monthly", [None, True, False])
def test_what_was_counted_by_more_columns_is_added_up_for_fewer(monthly):
    """
    Whoever takes a choice back finds the same as somebody who never made it.
    """
    within = None if monthly is None else Within("due_on", PERIODS[0], monthly)
    likeness = Likeness(("is_mature", "is_renewed"), within=within)

    def told(judged):
        (rows,) = judged.alike(renewals.judged, [likeness])
        return rows.sort(likeness.columns).collect()

    chosen_before = judged_renewals_of(0)
    told(chosen_before.chosen([("branch_id", ["b1"]), ("team_id", ["none"])]))

    assert_frame_equal(told(judged_renewals_of(0)), told(chosen_before))


@pytest.mark.parametrize("column", ["agent_id", "branch_id"])
def test_rows_of_which_few_are_alike_stay_rows(column):
    """
    By agent, or with a day and an amount for every contract: counting alike would only double what is kept.
    """
    judged = judged_renewals_of(0, times=1).chosen([(column, ["b1"])])
    (found,), rows = judged.alike(renewals.judged, [UNALIKE]), judged.rows(renewals.judged)

    assert_frame_equal(rows.select(*UNALIKE.by, *UNALIKE.sums).collect(), found.collect())


@pytest.mark.parametrize("unknown", [0, 3])
def test_every_value_chosen_by_name_leaves_out_only_the_unknown(unknown):
    """
    All branches together are all rows, unless some rows have no branch: these are nobody's choice.
    """
    crowd = [row | ({"branch_id": None} if place < unknown else {}) for place, row in enumerate(renewal_crowd(5))]
    facts = {"renewals": rows_of_fact("renewals", crowd)}.__getitem__
    judged = Judged.of("renewals", facts, ON, ALL_RECORDED.__getitem__, many=0)
    everything, both, one = (
        judged.chosen([("branch_id", names)]).rows(renewals.judged).collect().height
        for names in (["b1", "b2", "none"], ["b1", "b2"], ["b1"])
    )

    assert everything == both == len(crowd) - unknown > one > 0
