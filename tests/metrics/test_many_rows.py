"""
Many rows are summed another way than few; the figures are the same.
"""

from __future__ import annotations

from datetime import date

import pytest
from polars.testing import assert_frame_equal

from dashboard.metrics import KPIS, Judged, figures_of, renewals
from dashboard.metrics.lapses import OF_LAPSES, lapses
from dashboard.metrics.packing import Likeness
from dashboard.metrics.premium_bridge import OF_BRIDGE, premium_bridge
from dashboard.metrics.renewal_cohorts import OF_BASES, OF_COHORTS, gross_and_invited, maturing_cohorts
from dashboard.metrics.renewal_splits import OF_LEAD, lead_time, of_split, renewed_by
from tests.metrics import claim_crowd, renewal_edges
from tests.metrics.asking import ALL_RECORDED, terms
from tests.metrics.renewal_crowd import ON, PERIODS, renewal_crowd
from tests.rows import rows_of_fact

CROWDS = {
    "claims": claim_crowd.claims(7, 2_000),
    "renewals": renewal_edges.crowd("renewals", 7, 2_000),
    "premiums": renewal_edges.crowd("premiums", 7, 2_000),
    "campaigns": renewal_edges.crowd("campaigns", 7, 2_000),
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
            {
                fact: Judged.of(
                    fact, facts, terms(date(2024, 9, 30)), ALL_RECORDED.__getitem__, many=least
                ).chosen(values)
            },
            by=by,
        )
        for least in (10**9, 0)
    )

    for name, expected in few.items():
        assert expected.height
        assert_frame_equal(expected, many[name], check_exact=False, rel_tol=1e-8)


# Every question the page on renewals asks, with what it reads.
QUESTIONS = {
    "cohorts": (OF_COHORTS, lambda rows, period: maturing_cohorts(rows, ON, period=period)),
    "bases": (OF_BASES, lambda rows, period: gross_and_invited(rows, period=period)),
    "tenure": (of_split("tenure_band"), lambda rows, period: renewed_by(rows, by="tenure_band", period=period)),
    "reminded": (of_split("is_reminded"), lambda rows, period: renewed_by(rows, by="is_reminded", period=period)),
    "automatic": (of_split("auto_renew"), lambda rows, period: renewed_by(rows, by="auto_renew", period=period)),
    "lead": (OF_LEAD, lambda rows, period: lead_time(rows, period=period)),
    "lapses": (OF_LAPSES, lambda rows, period: lapses(rows, ON, period=period)),
    "bridge": (OF_BRIDGE, lambda rows, period: premium_bridge(rows, period=period).steps),
}


def judged_renewals_of(least, times=40):
    """
    The crowd, each contract so many times.
    """
    crowd = [
        row | {"renewal_id": f"{row['renewal_id']}.{copy}", "cases": (row["cases"] or 1) + copy % 2}
        for row in renewal_crowd(5)
        for copy in range(times)
    ]
    read = sorted({name for likeness, _ in QUESTIONS.values() for name in (*likeness.by, *likeness.sums)})
    made = {"paid_age", "days_ahead", "ending", "band", "is_told", "due", "new", "by_rate"}
    raw = ["renewed_on", "reminded_on", "reinstated_on", "outcome", "outcome_on"]
    raw += ["premium_due", "premium_renewed", "premium_change_rate"]
    return Judged.of(
        "renewals",
        {"renewals": rows_of_fact("renewals", crowd)}.__getitem__,
        ON,
        ALL_RECORDED.__getitem__,
        besides={renewals.judged: [*(name for name in read if name not in made), *raw]},
        many=least,
    )


@pytest.mark.parametrize("values", [[], [("branch_id", ["b1"])], [("branch_id", ["b1", "b2", "none"])]], ids=str)
def test_however_many_renewals_there_are_a_question_has_one_answer(values):
    """
    Of all periods: counted alike and remembered for the next choice, or row by row.
    """
    few, many = judged_renewals_of(10**9), judged_renewals_of(0)
    for name, (likeness, ask) in QUESTIONS.items():
        for period in PERIODS:
            by_rows = ask(few.chosen(values).rows_alike(renewals.judged, likeness), period)
            by_likeness = ask(many.chosen(values).rows_alike(renewals.judged, likeness), period)
            assert by_rows.height, name
            assert_frame_equal(by_rows, by_likeness)
        counted = many.chosen(values).rows_alike(renewals.judged, likeness).collect().height
        rows = few.chosen(values).rows_alike(renewals.judged, likeness).collect().height
        assert (counted < rows) == bool(values), name


@pytest.mark.parametrize("column", ["agent_id", "branch_id"])
def test_rows_of_which_few_are_alike_stay_rows(column):
    """
    By agent, or with a day and an amount for every contract: counting alike would only double what is kept.
    """
    judged = judged_renewals_of(0, times=1).chosen([(column, ["b1"])])
    each = Likeness(("due_on", "renewed_on", "outcome_on", "reminded_on", "premium_due", "premium_renewed"))
    found, rows = judged.rows_alike(renewals.judged, each), judged.rows(renewals.judged)

    assert_frame_equal(rows.select(*each.by, *each.sums).collect(), found.collect())
