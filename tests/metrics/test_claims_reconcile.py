"""
A claim figure, the months of its chart and the rows behind it are one and the same, whatever is selected.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics import KPIS
from tests.metrics import claim_crowd
from tests.metrics.asking import OF_CLAIMS, claim_figures, facts_of, terms
from tests.metrics.reconciling import reconcile

ON = terms(date(2024, 9, 14))
CROWD = claim_crowd.claims(18, 700)
FACTS = facts_of(claims=CROWD)
SPAN = {"period_from": date(2024, 2, 1), "period_before": date(2024, 9, 15)}
# Every month costs three readings of all rows: the last four, of which one isn't over.
MONTHS = {"period_from": date(2024, 6, 1), "period_before": date(2024, 9, 15)}
SELECTIONS = {
    "everything": [],
    "one branch": [("branch_id", ["A"])],
    "two lines in the app": [("product_line", ["health", "motor"]), ("channel", ["app"])],
    "a type and an agent": [("claim_type", ["medical"]), ("agent_id", ["x"])],
    "a team": [("team_id", ["b"])],
    "nobody": [("branch_id", ["A"]), ("claim_type", ["no such type"])],
}


@pytest.mark.parametrize("name", OF_CLAIMS)
@pytest.mark.parametrize("by", [["claim_type"], ["month"]], ids=str)
def test_the_rows_behind_a_claim_figure_sum_to_it(name, by):
    """
    By group and by month; of documents and messages the rows' own numbers.
    """
    assert reconcile(KPIS[name], FACTS, ON, by=by, **(MONTHS if "month" in by else SPAN)) > 0


@pytest.mark.parametrize("name", OF_CLAIMS)
def test_whatever_is_selected_the_rows_sum_to_it(name):
    """
    And where nothing is left, there are no rows.
    """
    for selection, values in SELECTIONS.items():
        cases = reconcile(KPIS[name], FACTS, ON, by=[], values=values, **SPAN)

        assert (cases > 0) == (selection != "nobody")


@pytest.mark.parametrize("selection", SELECTIONS)
def test_the_months_of_a_chart_sum_to_the_figure(selection):
    """
    So do the groups. A state is what it was at the end of the last month; a median isn't the sum of anything, but
    what it rests on is.
    """
    values = SELECTIONS[selection]
    whole = claim_figures(CROWD, ON, values=values, **SPAN)
    for by in (["month"], ["branch_id"], ["month", "claim_type"]):
        split = claim_figures(CROWD, ON, values=values, by=by, **SPAN)
        for name, kpi in OF_CLAIMS.items():
            cells = split[name]
            if kpi.day is None and "month" in by:
                cells = cells.filter(cells["month"] == date(2024, 9, 1))
            for part in ("numerator", "denominator", "cases"):
                told = whole[name][part].item()
                assert (told or 0) == cells[part].sum(), (name, by, part)
