"""
How long the page on renewal trends makes a viewer wait where there are many renewals.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import partial
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from tests.bench.measure import Line
from tests.bench.pages import measured_pages, settings_of
from tests.bench.pages_rows import CHANNELS, LINES, one_of, store
from tests.bench.workshop import Workshop

RENEWALS: Final = FACTS["renewals"]
BATCH: Final = 1_000_000
FIRST: Final = date(2023, 7, 1)
DAYS: Final = 3 * 365


def large(workshop: Workshop) -> Iterator[Line]:
    """
    The page over as many renewals as there are claims elsewhere.
    """
    snapshot, size = workshop.folder / "renewals", f"{workshop.claims:,} renewals"
    store(snapshot, {"renewals": partial(renewals, workshop.claims)})
    settings = settings_of(workshop.folder / "renewals.toml", snapshot)
    yield from measured_pages(("renewal_trends",), settings, size, change=300, first=None)


def renewals(count: int) -> Iterator[pl.DataFrame]:
    """
    So many renewals over three years, a batch at a time in order of their due day.

    Four in five are renewed, some of them late; one in fifty ended before.
    """
    for first in range(0, count, BATCH):
        row = pl.int_range(first, min(first + BATCH, count), dtype=pl.Int64)
        schema = RENEWALS.schema
        given = pl.select(_row=row).with_columns(**_columns(pl.col("_row"), count))
        missing = {name: pl.lit(None, dtype) for name, dtype in schema.items() if name not in given.columns}
        yield given.with_columns(**missing).select(list(schema)).cast(schema)


def _columns(row: pl.Expr, count: int) -> dict[str, pl.Expr]:
    due = pl.lit(FIRST) + pl.duration(days=row * DAYS // count)
    renewed = pl.when(row % 5 > 0)
    ended = pl.when(row % 50 == 0)
    premium = (row * 7919 % 900_000).cast(pl.Float64) / 100 + 100
    return {
        "renewal_id": pl.format("R{}", row),
        "policy_id": pl.format("P{}", row),
        "due_on": due,
        "branch_id": pl.format("branch {}", row % 10),
        "team_id": pl.format("team {}", row % 40),
        "agent_id": pl.format("agent {}", row % 800),
        "product_line": one_of(row // 7, LINES),
        "channel": one_of(row // 11, CHANNELS),
        "grace_days": pl.when(row % 3 == 0).then(60).otherwise(0),
        "premium_due": premium,
        "renewed_on": renewed.then(due + pl.duration(days=row * 31 % 80 - 40)),
        "premium_renewed": renewed.then(premium * (1 + (row % 20).cast(pl.Float64) / 100)),
        "outcome": ended.then(pl.lit("cancelled")).otherwise(
            renewed.then(pl.lit("renewed")).otherwise(pl.lit("lapsed"))
        ),
        "outcome_on": due,
        "auto_renew": row % 2 == 0,
        "reminded_at": pl.when(row % 6 > 0).then(due.cast(pl.Datetime("us", "UTC")) - pl.duration(days=row % 50)),
        "tenure_years": (row % 12).cast(pl.Float64),
        "premium_change_rate": (row % 20).cast(pl.Float64) / 100,
    }
