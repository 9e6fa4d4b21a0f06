"""
Who complains again and again?
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.periods import DAY, Period

FEWEST_COMPLAINTS: Final = 2


@dataclass(frozen=True, slots=True)
class RepeatComplainants:
    """
    Customers who complained more than once.

    Attributes:
        customers: How many of them.
        complaints: How many complaints are theirs.
        share: Of all complaints whose customer is known; null where there are none.
        unknown: Complaints without a customer, which are in none of these.
        people: One row each, most complaints first: `customer_id`, `complaints`, `first` and `last` (days of
            receipt), `causes` (a sorted list, what isn't coded left out), `open` (cases not answered yet).
    """

    customers: int
    complaints: int
    share: float | None
    unknown: int
    people: pl.DataFrame


def repeat_complainants(rows: pl.LazyFrame, *, as_of: date, days: int = 365) -> RepeatComplainants | None:
    """
    Find the customers with two or more complaints that count, received in the days up to and including one.

    Args:
        rows: Judged complaints.
        as_of: The last of the days.
        days: How many.

    Returns:
        Null where not one complaint shows its customer: who may not see customers can't be told that none of them
        came back.
    """
    period = Period(as_of + DAY - timedelta(days=days), as_of + DAY)
    cases = pl.col("cases")
    among = rows.filter("is_counted", period.covers("received_on"))
    by_customer = (
        among.group_by("customer_id")
        .agg(
            complaints=cases.sum(),
            first=pl.col("received_on").min(),
            last=pl.col("received_on").max(),
            causes=pl.col("cause").drop_nulls().unique().sort(),
            open=cases.filter("is_open").sum(),
        )
        .with_columns(is_known=pl.col("customer_id").is_not_null())
    )
    people = by_customer.filter("is_known", pl.col("complaints") >= FEWEST_COMPLAINTS).drop("is_known")
    sums = by_customer.group_by("is_known").agg(pl.col("complaints").sum())
    found, counted = pl.collect_all(
        [people.sort("complaints", "last", "customer_id", descending=[True, True, False]), sums]
    )
    totals = dict(counted.iter_rows())
    if totals.get(False) and not totals.get(True):
        return None
    complaints, known = int(found["complaints"].sum()), totals.get(True, 0)
    return RepeatComplainants(
        customers=found.height,
        complaints=complaints,
        share=complaints / known if known else None,
        unknown=totals.get(False, 0),
        people=found,
    )
