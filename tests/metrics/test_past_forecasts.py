"""
Forecasts of several past days made together are those of each day made alone, by judging every complaint on it.
"""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.access import OPERATOR
from dashboard.facts import FACTS
from dashboard.metrics.as_of import last_instant
from dashboard.metrics.complaints import judged, may_be_open
from dashboard.metrics.forecast import with_breach_probability
from dashboard.metrics.past_forecasts import forecasts_on
from dashboard.metrics.worklist import waiting
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.deadlines.random_complaints import batch
from tests.insurer import AS_OF as INSURER_AS_OF
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

DAYS = [date(2020, 6, 30), date(2020, 7, 7), date(2021, 2, 28), date(2022, 1, 31), date(2022, 2, 1)]
TOLD = ["complaint_id", "due_on", "is_due_soon", "cases", "breach_probability", "experience"]


def by_chance(seed: int) -> pl.LazyFrame:
    """
    A thousand complaints in which anything may have happened in any order, in few categories and branches.
    """
    drawn = batch(seed, 1_000, days=900)
    kinds = [{"category": f"k{number % 3}", "branch_id": f"b{number % 4}"} for number in range(len(drawn))]
    rows = [row | kind | {"complaint_id": str(n)} for n, (row, kind) in enumerate(zip(drawn, kinds, strict=True))]
    return rows_of_fact("complaints", rows)


def alone(day: date, rows: pl.LazyFrame, rule: str) -> pl.DataFrame:
    """
    The forecast of one day: all complaints judged on it, and the open ones kept.
    """
    told = with_breach_probability(judged(rows, terms(day, rule)), as_of=day).filter("is_open")
    return told.select(pl.lit(day).alias("day"), *TOLD).collect()


@pytest.mark.parametrize("rule", ["CN-2020-3", "guide-30"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_together_as_alone(seed, rule):
    """
    On every day the same complaints with the same chances, whatever was still to come for them then.
    """
    rows = by_chance(seed)
    together = forecasts_on(DAYS, rows, terms(DAYS[-1], rule)).select("day", *TOLD)
    expected = pl.concat(alone(day, rows, rule) for day in DAYS)

    assert expected["breach_probability"].is_between(0.01, 0.99).any()
    assert_frame_equal(
        expected.sort("day", "complaint_id"), together.sort("day", "complaint_id"), rel_tol=1e-9, abs_tol=1e-12
    )


def test_what_happened_later_changes_no_earlier_forecast():
    """
    The forecasts of a day are the same with and without another day beside it, and whatever came after it.
    """
    rows = by_chance(4)
    first = forecasts_on(DAYS[:1], rows, terms(DAYS[0]))
    all_days = forecasts_on(DAYS, rows, terms(date(2023, 1, 1))).filter(pl.col("day") == DAYS[0])

    assert first.height
    assert_frame_equal(first.sort("complaint_id"), all_days.sort("complaint_id"), rel_tol=1e-9)


def test_the_working_list_knows_the_chances_of_the_whole_books(insurer):
    """
    Judging only the complaints that may be open, and the year behind them, gives every open one its chance.
    """
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("complaints")
    on = terms(INSURER_AS_OF)
    whole = with_breach_probability(judged(rows, on), as_of=INSURER_AS_OF - timedelta(days=1)).filter("is_open")

    found = waiting(rows, on).collect().sort("complaint_id")
    assert found.height
    assert_frame_equal(whole.collect().sort("complaint_id"), found, rel_tol=1e-9)


def test_the_last_instant_is_the_last_event():
    """
    Of all that happened; that the record was changed later is no event, and a plan is none either.
    """
    row = {"received_at": local("2024-06-01"), "closed_at": local("2024-06-20"), "decided_at": local("2024-06-10")}
    rows = rows_of_fact("complaints", [row | {"updated_at": local("2024-07-01")}])

    assert local("2024-06-20") == rows.select(last_instant(FACTS["complaints"])).collect().item()


def test_events_that_are_days_have_no_last_instant():
    """
    A day has no instant to compare with; better an error than a day too early.
    """
    with pytest.raises(ValueError, match="renewals has events that are days"):
        last_instant(FACTS["renewals"])


@pytest.mark.parametrize(
    ("decided_at", "rule", "may_be"),
    [
        (None, "CN-2020-3", True),
        (local("2024-06-30 23:59:59"), "CN-2020-3", False),
        (local("2024-07-01 00:00"), "CN-2020-3", True),
        (local("2024-06-02"), "house-24h", True),
    ],
    ids=["not answered", "on the day", "after the day", "answered, but only the start of the work counts"],
)
def test_who_may_be_open(decided_at, rule, may_be):
    """
    An answer by the end of the day ends a case, unless the rule asks for something else.
    """
    rows = rows_of_fact("complaints", [{"received_at": local("2024-06-01"), "decided_at": decided_at}])

    assert may_be == rows.select(may_be_open(terms(date(2024, 6, 30), rule))).collect().item()
