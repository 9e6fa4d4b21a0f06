"""
The limits a funnel is drawn with are those its units are judged by.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.funnel_curve import LIMITS, funnel_curve

SHARE, RATIO = MEASURES["renewal_rate"], MEASURES["complaints_per_1000_sold"]
CELLS = pl.DataFrame({"observed": [900, 50], "base": [940, 60]})


def curve(measure=SHARE, cells=CELLS, *, spread=0.0, furthest=40.0, is_adjusted=False):
    return funnel_curve(cells, measure, spread=spread, furthest=furthest, is_adjusted=is_adjusted)


def test_the_golden_limits():
    """
    Of 40 cases at 95 %: 33 of 40 and 35 of 40 are the exact 0.1 % and 2.5 % points.
    """
    last = curve().row(-1, named=True)

    assert last["place"] == 40
    assert last["lower_998"] == pytest.approx(0.825)
    assert last["lower_95"] == pytest.approx(0.875)


def test_adjusted_they_are_around_one():
    """
    The same limits over what is expected of as many cases, which is where they stand.
    """
    last = curve(furthest=38.0, is_adjusted=True).row(-1, named=True)

    assert last["place"] == pytest.approx(38)
    assert last["lower_998"] == pytest.approx(33 / 38)


def test_a_ratio_is_told_per_as_many_as_its_measure():
    """
    Around 950 of 1,000; there can be more complaints than policies, so no limit is held at all of them.
    """
    last = curve(RATIO, furthest=1000.0).row(-1, named=True)

    assert last["lower_998"] < 950 < last["upper_998"]
    assert last["upper_998"] > 1000


@pytest.mark.parametrize("measure", [SHARE, RATIO])
@pytest.mark.parametrize("is_adjusted", [True, False])
def test_limits_never_cross_and_widen_with_the_spread(measure, is_adjusted):
    """
    The inner pair lies within the outer one; a spread between units narrows nothing.
    """
    narrow, wide = (curve(measure, spread=spread, is_adjusted=is_adjusted) for spread in (0.0, 0.01))

    assert narrow["place"].is_sorted()
    for found in (narrow, wide):
        assert found.select((pl.col("lower_998") <= pl.col("lower_95")).all()).item()
        assert found.select((pl.col("upper_95") <= pl.col("upper_998")).all()).item()
    assert (wide["lower_998"] <= narrow["lower_998"]).all()
    assert (wide["upper_998"] >= narrow["upper_998"]).all()


@pytest.mark.parametrize(
    "cells", [CELLS.clear(), CELLS.with_columns(observed=0)], ids=["no cells", "nothing observed"]
)
def test_of_nothing_there_are_no_limits(cells):
    """
    Where the company isn't told, or has none, there is nothing to be drawn.
    """
    assert curve(cells=cells).shape == (0, 1 + len(LIMITS))
