"""
The demo insurer many times over: as many branches, teams and agents, and so many times the cases of each.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Final

import polars as pl

from dashboard.facts import FACTS, PROBLEM
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import Snapshot
from tests.bench.pages_rows import store

BATCH: Final = 1_000_000
# What grows with the business; the house and its people stay as they are.
GROWING: Final = (
    *("complaints", "claims", "claim_touches", "policies", "renewals", "premiums"),
    *("customers", "campaigns", "applications", "interactions"),
)
STAYING: Final = ("agents", "trainings", "certifications", "conduct_cases", "exposure")
# What one row says of another beside the keys themselves.
_REFERENCES: Final = ("reopened_of_id", "merged_into_id", "replaced_policy_id", "issued_policy_id")


def multiply(demo: Path, folder: Path, copies: int, *, facts: tuple[str, ...] = (*GROWING, *STAYING)) -> None:
    """
    Write a snapshot in which each of the demo's cases stands so many times, under as many ids.

    Args:
        demo: The snapshot of the demo.
        folder: Where the other one shall be.
        copies: How many times.
        facts: Only these.
    """
    version = Snapshot(SnapshotSettings(path=str(demo))).current()
    batches = {}
    for fact in facts:
        rows = version.scan(fact).filter(pl.col(PROBLEM).is_null()).drop(PROBLEM)
        batches[fact] = partial(copied, rows, copies if fact in GROWING else 1)
    store(folder, batches)


def copied(rows: pl.LazyFrame, copies: int) -> Iterator[pl.DataFrame]:
    """
    Each row so many times, in the order of the rows: the copies of a row stand together, as one day's cases do.

    Args:
        rows: Of a fact, with the contract's columns.
        copies: How many times; the first copy keeps its ids, the others get their number behind them.
    """
    ids = {key for fact in GROWING for key in FACTS[fact].keys} | set(_REFERENCES)
    numbers = pl.DataFrame({"_copy": pl.int_range(copies, eager=True)})
    suffix = pl.when(pl.col("_copy") > 0).then(pl.format("~{}", "_copy")).otherwise(pl.lit(""))
    once = rows.collect()
    named = [name for name in once.columns if name in ids]
    for piece in once.iter_slices(max(1, BATCH // copies)):
        many = piece.join(numbers, how="cross")
        yield many.with_columns(pl.col(named) + suffix).drop("_copy") if copies > 1 else piece
