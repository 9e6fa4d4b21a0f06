"""
Who sleeps: three years without a contact in both directions, and who counts as holding anything.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time

import pytest

from dashboard.metrics.dormancy import MOST_YEARS, judged, silence_by_years
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


def test_the_years_of_silence_add_up_to_those_who_hold_something():
    """
    Two years and 364 days are two; three years to the day are three, and asleep.
    """
    at = {"a": date(2023, 7, 1), "b": date(2023, 6, 30), "c": date(2015, 1, 1), "d": date(2026, 6, 29)}
    rows = rows_of_fact(
        "customers",
        [
            {
                "customer_id": name,
                "lines_held": "life",
                "joined_on": date(2010, 1, 1),
                "last_two_way_contact_at": datetime.combine(day, time(4), UTC),
            }
            for name, day in at.items()
        ],
    )
    on = terms(date(2026, 6, 30))
    found = silence_by_years(judged(rows, on), on)

    assert [(0, 0, 1), (2, 0, 1), (3, 1, 0), (6, 1, 0)] == [row for row in found.rows() if sum(row[1:])]
    assert list(range(MOST_YEARS + 1)) == found["years"].to_list()
