"""
Signals of a KPI: better or worse by its direction, and nothing proved by what can still change.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.metrics import KPIS
from dashboard.metrics.signals import signals

CALM = [10.0, 12, 9, 11, 10, 12, 9, 11, 10, 12, 9, 11]


def months(values, provisional=0):
    first = pl.date_range(date(2023, 1, 1), date(2026, 1, 1), "1mo", eager=True)[: len(values)]
    marks = [False] * (len(values) - provisional) + [True] * provisional
    return pl.DataFrame(
        {
            "month": first,
            "value": pl.Series(values, dtype=pl.Float64),
            "provisional": pl.Series(marks, dtype=pl.Boolean),
        }
    )


@pytest.mark.parametrize(
    ("name", "value", "better"),
    [
        ("complaint_on_time_rate", 30.0, True),
        ("complaint_on_time_rate", -9.0, False),
        ("complaint_days_median", 30.0, False),
        ("complaint_days_median", -9.0, True),
        ("complaints_due_7d", 30.0, None),
    ],
)
def test_a_signal_is_better_or_worse_by_the_direction(name, value, better):
    """
    More on time is better, more days are worse, and a count without direction is neither.
    """
    judged, limits = signals(KPIS[name], months([*CALM, value]))

    assert ("outside", better) == judged.select("signal", "better").row(-1)
    assert [None] * len(CALM) == judged["better"].to_list()[:-1]
    assert not limits.short


def test_a_provisional_month_proves_nothing():
    """
    The same far point, still provisional: no signal, and the limits are those of the months before.
    """
    judged, limits = signals(KPIS["complaint_days_median"], months([*CALM, 30.0], provisional=1))
    _, before = signals(KPIS["complaint_days_median"], months(CALM))

    assert judged["signal"].is_null().all()
    assert before == limits
    assert 30.0 == judged["value"][-1]


def test_without_settled_neighbours_there_are_no_limits():
    """
    One month, or none.
    """
    for values in ([], [3.0]):
        judged, limits = signals(KPIS["complaint_days_median"], months(values))

        assert limits is None
        assert ["month", "value", "provisional", "signal", "better"] == judged.columns
