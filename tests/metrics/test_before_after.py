"""
Before and after a fix: which days belong where, what they are measured against, when it is too early.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.metrics.before_after import before_after
from dashboard.stats import rate_ratio
from tests.metrics.crowd import judged_on, ledger

FIX = date(2024, 7, 1)
DAY = timedelta(days=1)
AS_OF = date(2024, 12, 31)
LONG_AGO = ("other", date(2023, 1, 1), 1)


def compared(counts, exposure=None, **how):
    how = {"cause": "a", "day": FIX, "as_of": AS_OF, "span_days": 100, **how}
    return before_after(judged_on([LONG_AGO, *counts]), exposure, **how)


def test_both_sides_of_each_edge():
    """
    The day itself is after; a hundred days on either side count, the ones beyond don't; other causes neither.
    """
    days = [FIX - 101 * DAY, FIX - 100 * DAY, FIX - DAY, FIX, FIX + 99 * DAY, FIX + 100 * DAY]
    found = compared([*(("a", day, 10**n) for n, day in enumerate(days)), ("b", FIX, 7)])

    assert (110, 11_000) == (found.before, found.after)
    assert (100, 100) == (found.period_before.days, found.period_after.days)
    assert ("days", 100.0, 100.0, 33.0, 3300.0) == (
        found.basis,
        found.exposure_before,
        found.exposure_after,
        pytest.approx(found.rate_before),
        pytest.approx(found.rate_after),
    )
    assert (found.provisional, found.too_few) == (False, False)


def test_all_causes_together():
    """
    Without a cause, everything counts, also what isn't coded.
    """
    found = compared([("a", FIX, 6), ("b", FIX, 7), (None, FIX, 8)], cause=None)

    assert (0, 21) == (found.before, found.after)


def test_measured_by_policy_years_if_the_ledger_has_them_all():
    """
    Half the complaints of twice the contracts is a quarter.
    """
    counts = [("a", FIX - DAY, 40), ("a", FIX, 20)]
    months = [{"month": date(2024, month, 1), "policies_in_force": 1000} for month in range(3, 7)]
    months += [{"month": date(2024, month, 1), "policies_in_force": 2000} for month in range(7, 11)]
    whole, lacking = compared(counts, ledger(*months)), compared(counts, ledger(*months[:-1]))
    expected = rate_ratio(20, 200, 40, 100)

    assert ("policy_years", "days") == (whole.basis, lacking.basis)
    assert (whole.exposure_before, whole.exposure_after) == pytest.approx((100_000 / 365, 200_000 / 365))
    assert whole.rate_before == pytest.approx(40 / (100_000 / 365) * 10_000)
    assert (expected.ratio, expected.lower, expected.upper, expected.p_value) == pytest.approx(
        (whole.ratio, whole.lower, whole.upper, whole.p_value)
    )
    assert lacking.ratio == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("before", "after", "too_few"), [(4, 4, True), (5, 0, False), (0, 5, False), (0, 0, True)]
)
def test_fewer_than_five_on_both_sides_are_too_few(before, after, too_few):
    """
    Then there is no ratio; with five on one side there is.
    """
    found = compared([("a", FIX - DAY, before), ("a", FIX, after)])

    assert too_few == found.too_few == (found.lower is None)
    assert (None if too_few or not before else after / before) == found.ratio


@pytest.mark.parametrize(
    ("as_of", "days"), [(FIX + 99 * DAY, 100), (FIX + 98 * DAY, 99), (FIX, 1), (FIX - DAY, 0)]
)
def test_what_hasnt_happened_yet_isnt_after(as_of, days):
    """
    A side that isn't over is shorter and provisional; before the fix there is no after, and nothing to compare.
    """
    found = compared([("a", FIX - DAY, 50), ("a", FIX, 50), ("a", FIX + 99 * DAY, 1)], as_of=as_of)

    assert (days, days < 100) == (found.period_after.days, found.provisional)
    assert (50 if 0 < days < 100 else 51 if days else 0) == found.after
    assert (found.ratio is None, found.rate_after is None) == (days == 0, days == 0)


def test_what_was_never_recorded_isnt_before():
    """
    The first complaint of any cause begins the record.
    """
    rows = judged_on([("other", FIX - 40 * DAY, 1), ("a", FIX - DAY, 8), ("a", FIX, 20)])
    found = before_after(rows, None, cause="a", day=FIX, as_of=AS_OF, span_days=100)

    assert (40, True) == (found.period_before.days, found.provisional)
    assert found.ratio == pytest.approx(20 / 100 / (8 / 40))


def test_nothing_recorded_at_all():
    """
    No days, no rates, no ratio.
    """
    found = before_after(judged_on([]), None, cause="a", day=FIX, as_of=AS_OF, span_days=100)

    assert (0, 0, None, None, True) == (
        found.before,
        found.after,
        found.rate_before,
        found.ratio,
        found.provisional,
    )
