"""
Who sleeps: three years without a contact in both directions, and who counts as holding anything.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.metrics.dormancy import judged
from tests.metrics.asking import terms
from tests.rows import rows_of_fact

DAY = date(2024, 6, 30)
LONG_AGO = {"joined_on": date(2015, 1, 1)}


def sleepers(*lines_held):
    """
    Which of these customers, silent for years, are asleep.
    """
    rows = [{"customer_id": str(n), **LONG_AGO, "lines_held": held} for n, held in enumerate(lines_held)]
    return judged(rows_of_fact("customers", rows), terms(DAY)).collect()["is_dormant"].to_list()


@pytest.mark.parametrize(
    ("lines_held", "asleep"),
    [
        (("life", "life,motor"), [True, True]),
        (("life", None), [True, False]),
        (("life", ""), [True, False]),
        ((None, None), [True, True]),
    ],
    ids=["all hold something", "one holds nothing", "one has an empty list", "nobody recorded it"],
)
def test_only_who_holds_something_sleeps(lines_held, asleep):
    """
    Nothing among customers who hold something is none; where nobody's lines are recorded everybody may hold some.
    """
    assert sleepers(*lines_held) == asleep
