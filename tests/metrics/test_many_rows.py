"""
Many rows are summed another way than few; the figures are the same.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.metrics import KPIS, Judged, claims, figures_of
from dashboard.metrics.claim_endings import ENDING_COLUMN, claim_endings
from dashboard.metrics.claim_holdups import DOCUMENTS_READ, documents_asked
from dashboard.metrics.claim_legs import LEG_COLUMNS, LEGS, counted_each, legs
from dashboard.metrics.survival_curves import PAYMENT, curves
from dashboard.periods import Period
from tests.metrics import claim_crowd, renewal_edges
from tests.metrics.asking import ALL_RECORDED, terms
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
PERIODS = [Period(date(2024, 2, 14), date(2024, 8, 9)), Period(None, date(2024, 6, 1))]


def judged_as(least, values):
    """
    Claims judged as so many, or so few, rows as it takes; the other way is left out.
    """
    facts = {"claims": rows_of_fact("claims", CROWDS["claims"])}.__getitem__
    besides = {claims.judged: (*LEG_COLUMNS, ENDING_COLUMN, *DOCUMENTS_READ, "decided_on", "product_line")}
    recorded = ALL_RECORDED.__getitem__
    return Judged.of("claims", facts, terms(AS_OF), recorded, besides=besides, many=least).chosen(values)


@pytest.mark.parametrize("period", PERIODS, ids=["within months", "without a beginning"])
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


@pytest.mark.parametrize("period", PERIODS, ids=["within months", "without a beginning"])
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
    reported, decided = {"day": "reported_on", "period": period}, {"day": "decided_on", "period": period}
    by_leg = dict(
        zip(LEGS, judged.alike(way, [[leg.column] for leg in LEGS], by=["team_id"], **reported), strict=True)
    )
    (ended,) = judged.alike(way, [[ENDING_COLUMN]], **reported)
    (waits,) = judged.alike(way, [[PAYMENT.among, "days", PAYMENT.done]], by=["claim_type"], **reported)
    (months,) = judged.alike(way, [DOCUMENTS_READ], monthly=True, **decided)
    (lines,) = judged.alike(way, [DOCUMENTS_READ], by=["product_line"], **decided)
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
