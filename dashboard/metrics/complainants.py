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
    counts = among.group_by("customer_id").agg(cases.sum()).collect()
    known = counts.drop_nulls("customer_id")
    unknown = int(counts["cases"].sum()) - int(known["cases"].sum())
    if unknown and known.is_empty():
        return None
    again = known.filter(pl.col("cases") >= FEWEST_COMPLAINTS)
    # Only the few who came back are looked at closely.
    people = (
        among.join(again.lazy().select("customer_id"), on="customer_id", how="semi")
        .group_by("customer_id")
        .agg(
            complaints=cases.sum(),
            first=pl.col("received_on").min(),
            last=pl.col("received_on").max(),
            causes=pl.col("cause").drop_nulls().unique().sort(),
            open=cases.filter("is_open").sum(),
        )
        .sort("complaints", "last", "customer_id", descending=[True, True, False])
        .collect()
    )
    complaints, whole = int(again["cases"].sum()), int(known["cases"].sum())
    return RepeatComplainants(
        customers=again.height,
        complaints=complaints,
        share=complaints / whole if whole else None,
        unknown=unknown,
        people=people,
    )
