"""
Process limits: golden values, each signal from both sides, gaps.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.stats import xmr

SPIKE = [1, 2, 1, 2, 10, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1]


def judged(values, **how):
    return xmr(pl.DataFrame({"value": pl.Series(values, dtype=pl.Float64)}), **how)


def signals(values, **how):
    return judged(values, **how)[0]["signal"].to_list()


@pytest.mark.parametrize(("screen", "limits"), [(True, (-0.72, 4.60)), (False, (-3.06, 6.95))])
def test_the_golden_limits(screen, limits):
    """
    One spike among eighteen: its two moving ranges are left out, or widen the limits.
    """
    points, found = judged(SPIKE, screen=screen)

    assert 1.94 == pytest.approx(found.mean, abs=0.005)
    assert limits == pytest.approx((found.lower, found.upper), abs=0.006)
    assert [4] == points.with_row_index().filter("is_outside")["index"].to_list()
    assert "outside" == points["signal"][4]
    assert "high" == points["side"][4]


@pytest.mark.parametrize(("count", "is_run"), [(6, False), (7, True)])
def test_seven_on_one_side_are_a_run(count, is_run):
    """
    Six aren't. The limits are fixed by a calm baseline, so that only the run speaks.
    """
    calm = [10, 12, 8, 12, 8, 11, 9, 12, 8, 11, 9, 10]
    points, _ = judged([*calm, *[11, 10.5] * 3, 11][: len(calm) + count], baseline=len(calm))

    assert is_run == points["is_run"][-1]
    assert is_run == points["is_run"][len(calm)]


@pytest.mark.parametrize(("count", "is_trend"), [(6, False), (7, True)])
@pytest.mark.parametrize("step", [0.3, -0.3])
def test_seven_rising_or_falling_are_a_trend(count, is_trend, step):
    """
    Six points aren't, and the side is where the trend leads.
    """
    calm = [10, 14, 6, 14, 6, 13, 7, 14, 6, 13 if step > 0 else 7]
    start = 10 - 3 * step
    points, _ = judged([*calm, *[start + step * n for n in range(count)]], baseline=len(calm))

    assert is_trend == points["is_trend"][-1]
    if is_trend:
        assert ("trend", "high" if step > 0 else "low") == points.select("signal", "side").row(-1)


def test_a_standstill_breaks_a_trend():
    """
    Two equal points neither rise nor fall.
    """
    assert not judged([1, 2, 3, 4, 4, 5, 6, 7])[0]["is_trend"].any()


@pytest.mark.parametrize(
    ("last", "marks"),
    [([15, 11, 15], [True, False, True]), ([15, 9, 15], [False] * 3), ([15, 11, 11], [False] * 3)],
    ids=["two of three beyond, one side", "one on the other side", "only one beyond"],
)
def test_two_of_three_beyond_two_thirds(last, marks):
    """
    Two thirds of the way to the limit, all three on one side; the near point isn't marked.
    """
    calm = [11, 9] * 6
    points, limits = judged([*calm, *last], baseline=12)

    assert limits.mean + (limits.upper - limits.mean) * 2 / 3 < 15 < limits.upper
    assert marks == points["is_two_of_three"].to_list()[-3:]


def test_a_gap_ends_runs_and_has_no_moving_range():
    """
    Six before and six after a missing month are no run of twelve.
    """
    calm = [10, 12, 8, 12, 8, 11, 9, 12, 8, 11, 9, 10]
    points, _ = judged([*calm, *[11] * 4, None, *[11] * 4], baseline=12)

    assert not points["is_run"].any()
    assert [None, None] == points["moving_range"].to_list()[16:18]


@pytest.mark.parametrize(("count", "short"), [(11, True), (12, False)])
def test_few_points_give_trial_limits(count, short):
    """
    Fewer than twelve are marked.
    """
    assert short == judged([1.0, 2.0] * 5 + [1.0] * (count - 10))[1].short


@pytest.mark.parametrize("values", [[], [3], [None, None], [3, None, 4]])
def test_without_two_neighbours_there_are_no_limits(values):
    """
    And nothing is a signal.
    """
    points, limits = judged(values)

    assert limits is None
    assert [None] * len(values) == points["signal"].to_list()


def test_a_process_that_never_moves():
    """
    No spread: the limits are the mean, and nothing lies outside.
    """
    points, limits = judged([5] * 15)

    assert (5, 5) == (limits.lower, limits.upper)
    assert points["signal"].is_null().all()


def test_the_rows_handed_over_are_not_changed():
    """
    Other columns travel along.
    """
    rows = pl.DataFrame({"month": ["a", "b"], "value": [1.0, 2.0]})
    points, _ = xmr(rows)

    assert ["month", "value"] == rows.columns == points.columns[:2]
