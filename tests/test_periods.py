"""
Presets and comparisons at the edges of months, quarters and years.
"""

from __future__ import annotations

from datetime import date

import pytest

from dashboard.periods import PRESETS, Period, compared_with, shift_months


@pytest.mark.parametrize(
    ("preset", "day", "first", "before"),
    [
        ("this_month", date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 2)),
        ("this_month", date(2026, 3, 31), date(2026, 3, 1), date(2026, 4, 1)),
        ("last_month", date(2026, 3, 31), date(2026, 2, 1), date(2026, 3, 1)),
        ("last_month", date(2026, 1, 1), date(2025, 12, 1), date(2026, 1, 1)),
        ("last_30_days", date(2026, 3, 1), date(2026, 1, 31), date(2026, 3, 2)),
        ("this_quarter", date(2026, 6, 30), date(2026, 4, 1), date(2026, 7, 1)),
        ("last_quarter", date(2026, 1, 1), date(2025, 10, 1), date(2026, 1, 1)),
        ("this_year", date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 2)),
        ("last_12_months", date(2026, 2, 28), date(2025, 2, 1), date(2026, 2, 1)),
        ("last_year", date(2026, 12, 31), date(2025, 1, 1), date(2026, 1, 1)),
    ],
)
def test_presets(preset, day, first, before):
    """
    A preset counts from the last complete day, that day included.
    """
    period = PRESETS[preset][1](day)

    assert (period.first, period.before) == (first, before)


def test_last_30_days_are_thirty():
    """
    Thirty days, today's judged day included.
    """
    assert PRESETS["last_30_days"][1](date(2026, 3, 1)).days == 30


@pytest.mark.parametrize(
    ("preset", "day", "comparison", "first", "before"),
    [
        # a started month is compared with as many days of the month before
        ("this_month", date(2026, 3, 10), "previous_period", date(2026, 2, 1), date(2026, 2, 11)),
        ("this_quarter", date(2026, 5, 10), "previous_period", date(2026, 1, 1), date(2026, 2, 11)),
        ("this_year", date(2026, 5, 10), "previous_period", date(2025, 1, 1), date(2025, 5, 11)),
        # whole months with whole months, though they differ in days
        ("last_month", date(2026, 4, 10), "previous_period", date(2026, 2, 1), date(2026, 3, 1)),
        ("last_12_months", date(2026, 4, 10), "previous_period", date(2024, 4, 1), date(2025, 4, 1)),
        ("last_30_days", date(2026, 3, 1), "previous_period", date(2026, 1, 1), date(2026, 1, 31)),
        ("last_month", date(2026, 4, 10), "same_period_last_year", date(2025, 3, 1), date(2025, 4, 1)),
    ],
)
def test_comparisons(preset, day, comparison, first, before):
    """
    Like is set against like.
    """
    other = compared_with(PRESETS[preset][1](day), comparison)

    assert other is not None
    assert (other.first, other.before) == (first, before)


def test_nothing_to_compare():
    """
    An open period, or no wish to compare, has nothing to be set against.
    """
    assert compared_with(Period(None, None), "previous_period") is None
    assert compared_with(Period(date(2026, 1, 1), date(2026, 2, 1)), "nothing") is None


def test_a_month_on_from_the_31st():
    """
    A shorter month ends the shift on its last day, in leap years too.
    """
    assert shift_months(date(2024, 1, 31), 1) == date(2024, 2, 29)
    assert shift_months(date(2023, 1, 31), 1) == date(2023, 2, 28)
    assert shift_months(date(2024, 1, 31), -2) == date(2023, 11, 30)
