"""
Grouping by packed columns is grouping.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest

from dashboard.metrics.packing import Likeness, Within, alike, grouped
from dashboard.periods import Period

KEYS = ["truth", "code", "name", "number", "day", "nothing"]


def rows(size, seed=1):
    die = Random(seed)

    def some(*values):
        return [die.choice(values) for _ in range(size)]

    return pl.DataFrame(
        {
            "truth": pl.Series(some(True, False, None), dtype=pl.Boolean),
            "code": pl.Series(some("late", "early", None), dtype=pl.Enum(["late", "early"])),
            "name": pl.Series(some("b", "a", "c", None), dtype=pl.String).cast(pl.Categorical),
            "number": pl.Series(some(-7, 0, 900, None), dtype=pl.Int32),
            "day": pl.Series(some(*(date(2024, 1, 1) + timedelta(days=each) for each in range(4))), dtype=pl.Date),
            "nothing": pl.Series([None] * size, dtype=pl.Boolean),
            "cases": pl.Series(some(1, 2, 3), dtype=pl.Int64),
            "days": pl.Series(some(0.5, 2.25), dtype=pl.Float64),
        }
    )


@pytest.mark.parametrize("size", [0, 1, 5_000])
@pytest.mark.parametrize("keys", [KEYS, KEYS[:1], ["day", "number"]], ids=len)
def test_the_groups_and_sums_are_those_of_plain_grouping(keys, size):
    """
    With nulls, negative numbers and a column that knows nothing; values and types come back as they were.
    """
    given = rows(size)
    found = grouped(given, keys, ["cases", "days"])
    expected = given.group_by(keys).agg(pl.col("cases", "days").sum())
    order = [pl.col(key).cast(pl.String) for key in keys]

    assert expected.schema == found.schema
    assert expected.sort(order).equals(found.sort(order))


def test_few_numbers_far_from_nought_are_groups_like_others():
    """
    Three codes need little room, however large they are.
    """
    far = pl.DataFrame({"number": pl.Series([2**40, 2**40 + 2, 2**40], dtype=pl.Int64), "cases": [1, 2, 4]})

    assert [(2**40, 5), (2**40 + 2, 2)] == sorted(grouped(far, ["number"]).rows())


def test_more_combinations_than_numbers_are_compared_one_by_one():
    """
    Rather than mixed up.
    """
    wide = pl.DataFrame({name: pl.Series([0, 2**40, 0], dtype=pl.Int64) for name in "ab"}).with_columns(cases=1)

    assert [(0, 0, 2), (2**40, 2**40, 1)] == sorted(grouped(wide, ["a", "b"]).rows())


@pytest.mark.parametrize("times", [[0.5, 1 / 24, None, 400 + 23 / 24], [0.5, 0.3, None], [0.5, float("nan")]])
def test_times_are_groups_like_others(times):
    """
    Whole hours over 24 are packed and come back to the last bit; what is no whole hours is compared as it is.
    """
    given = pl.DataFrame({"days": times * 3, "late": [True, False, None] * len(times)}).with_columns(cases=1)
    found = grouped(given, ["late", "days"])
    expected = given.group_by("late", "days").agg(pl.col("cases").sum())

    assert expected.sort("late", "days").equals(found.sort("late", "days"))


PERIODS = {
    "ever": Period(),
    "since": Period(date(2024, 1, 20)),
    "until": Period(None, date(2024, 3, 2)),
    "between": Period(date(2024, 1, 31), date(2024, 3, 1)),
    "never": Period(date(2025, 1, 1), date(2025, 2, 1)),
}


@pytest.mark.parametrize("monthly", [False, True], ids=["all", "by month"])
@pytest.mark.parametrize("period", PERIODS)
def test_rows_alike_sum_to_what_the_rows_sum_to(period, monthly):
    """
    Over any period, whole months or not, and by its months: asked in the same way, they answer the same.
    """
    die, asked = Random(2), PERIODS[period]
    given = rows(3_000).with_columns(
        pl.Series(
            "day", [die.choice([None, date(2024, 1, 1) + timedelta(die.randrange(90))]) for _ in range(3_000)]
        )
    )
    sets = [("code", "days"), ("truth",)]
    within = Within("day", asked, monthly)
    found = alike(given.lazy(), [Likeness(each, within=within) for each in sets], ["name"])
    month = [pl.col("day").dt.month_start().alias("month")] if monthly else []

    for columns, counts in zip(sets, found, strict=True):
        keys = [*columns, "name", *month]
        by_rows, by_counts = (
            each.filter(asked.covers("day")).group_by(keys).agg(pl.col("cases").sum()).sort(pl.all())
            for each in (given, counts)
        )
        assert by_rows.equals(by_counts)
        assert counts.height <= given.height // 10
        assert counts.filter(asked.covers("day")).height == counts.height


def test_rows_alike_to_a_question_are_counted_as_one():
    """
    By what it reads and what is chosen by besides.
    """
    given = rows(5_000)
    (found,) = alike(given.lazy(), [Likeness(("truth", "day"), sums=("cases", "days"))], ["name"])
    expected = given.group_by("truth", "day", "name").agg(pl.col("cases", "days").sum())
    order = [pl.col(key).cast(pl.String) for key in ("truth", "day", "name")]

    assert expected.schema == found.schema
    assert expected.sort(order).equals(found.sort(order))
