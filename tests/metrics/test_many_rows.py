"""
Many rows are summed another way than few; the figures are the same.
"""

from __future__ import annotations

from datetime import date

import pytest
from polars.testing import assert_frame_equal

from dashboard.metrics import KPIS, Judged, figures_of
from tests.metrics import claim_crowd, renewal_edges
from tests.metrics.asking import ALL_RECORDED, terms
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
