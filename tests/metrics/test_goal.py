"""
The way to a goal, and where the present trend leads.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.metrics.goal import FEWEST_MONTHS, MOST_MONTHS, path_to_goal
from dashboard.periods import shift_months

FIRST = date(2024, 1, 1)
AS_OF = date(2025, 6, 30)


def months(values, *, provisional=(), first=FIRST, weights=None):
    return pl.DataFrame(
        {
            "month": [shift_months(first, index) for index in range(len(values))],
            "value": pl.Series(values, dtype=pl.Float64),
            "denominator": weights or [100] * len(values),
            "provisional": [index in provisional for index in range(len(values))],
        }
    )


def path(values, *, target=0.8, by=date(2025, 12, 5), as_of=AS_OF, **more):
    return path_to_goal(months(values, **more), target=target, by=by, as_of=as_of)


def test_the_way_is_even_from_the_last_month_to_the_target():
    """
    From 0.5 in June to 0.8 in December: five points a month, and the trend of a point a month leads to 0.56.
    """
    found = path([0.39 + 0.01 * index for index in range(12)], by=date(2025, 6, 30), as_of=date(2024, 12, 31))

    assert found is not None
    assert (date(2024, 12, 1), 6) == (found.last, found.months_left)
    assert found.needed == pytest.approx(0.05)
    assert found.slope == pytest.approx(0.01)
    assert found.ahead["needed"].to_list() == pytest.approx([0.5 + 0.05 * step for step in range(7)])
    assert found.end["value"] == pytest.approx(0.56)
    assert (found.end["lower"], found.end["upper"]) == pytest.approx((0.56, 0.56))


@pytest.mark.parametrize(("count", "is_told"), [(FEWEST_MONTHS - 1, False), (FEWEST_MONTHS, True)])
def test_five_months_are_no_trend(count, is_told):
    """
    Six are.
    """
    assert is_told == (path(([0.5, 0.6] * 3)[:count]) is not None)


def test_what_can_still_change_or_is_not_over_sets_no_trend():
    """
    A provisional month, one without a figure, and the month under way are left out.
    """
    values = [0.5, 0.51, 0.52, 0.53, 0.54, 0.55, None, 0.99, 0.1]
    found = path(values, provisional={7}, as_of=date(2024, 9, 29))

    assert found is not None
    assert (date(2024, 6, 1), 6) == (found.last, found.months)
    assert found.slope == pytest.approx(0.01)


def test_the_last_day_of_a_month_ends_it():
    """
    The day before, the month is still under way.
    """
    values = [0.5] * 9

    assert path(values, as_of=date(2024, 9, 29)).last == date(2024, 8, 1)
    assert path(values, as_of=date(2024, 9, 30)).last == date(2024, 9, 1)


def test_only_the_last_year_is_the_present_trend():
    """
    What rose before and stands still since doesn't rise.
    """
    found = path([0.1, 0.2, 0.3] + [0.5] * MOST_MONTHS)

    assert found is not None
    assert (0.0, MOST_MONTHS) == (pytest.approx(found.slope), found.months)


def test_a_target_that_is_reached_needs_nothing():
    """
    There is no way to draw then, and the trend is still told.
    """
    found = path([0.85] * 8)

    assert found is not None
    assert found.needed == 0
    assert found.ahead["needed"].null_count() == found.ahead.height
    assert found.end["value"] == pytest.approx(0.85)


def test_a_share_stays_a_share():
    """
    A steep line doesn't lead beyond all, nor below nothing.
    """
    up, down = path([0.4 + 0.08 * index for index in range(8)]), path([0.6 - 0.08 * index for index in range(8)])

    assert up is not None
    assert down is not None
    assert up.end["upper"] == up.end["value"] == 1
    assert down.end["lower"] == down.end["value"] == 0


@pytest.mark.parametrize("by", [date(2024, 8, 31), date(2024, 1, 1)])
def test_a_goal_that_is_not_ahead_is_refused(by):
    """
    The month of the last figure, or an earlier one.
    """
    assert path([0.5] * 8, by=by) is None


def test_many_cases_weigh_more():
    """
    A month of ten claims hardly bends the line of months of a thousand.
    """
    values = [0.5] * 7 + [0.9]
    light, heavy = path(values, weights=[1_000] * 7 + [10]), path(values)

    assert light is not None
    assert heavy is not None
    assert light.slope < heavy.slope / 10
