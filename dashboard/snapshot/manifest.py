"""
The manifest: which version of each fact belongs together, where it came from and what was found in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import polars as pl
from deltalake import DeltaTable

from dashboard.facts import FACTS, INSTANT, PROBLEM, Fact


@dataclass(frozen=True, slots=True)
class FactState:
    """
    What the snapshot knows about one fact.

    Attributes:
        fact: Its name.
        version: The version of its Delta table that readers see; None before its first good load.
        source: The source that feeds it, as named in the settings.
        query_hash: Of the query file's text; another text asks for a full load.
        columns: The contract's columns the query fills; the others are "not recorded".
        mode: How the last good load was made: `full` or `incremental`.
        refreshed_at: When the last good load began: what the database held then is here.
        loaded_fully_at: When the last full load began, which is when deleted rows were last noticed.
        watermark: The latest `updated_at` that wasn't in the future; where the next load goes on.
        latest_at: The latest moment the fact is dated by that wasn't in the future.
        rows: All rows, the bad ones included.
        bad: Reason to how many rows.
        unknown: "column:code" to how many rows carry a code that isn't in the vocabulary.
        error: What kept the last attempt from succeeding; None if it succeeded.
        failed_at: When that attempt began.
    """

    fact: str
    version: int | None = None
    source: str = ""
    query_hash: str = ""
    columns: tuple[str, ...] = ()
    mode: str = ""
    refreshed_at: datetime | None = None
    loaded_fully_at: datetime | None = None
    watermark: datetime | None = None
    latest_at: datetime | None = None
    rows: int = 0
    bad: Mapping[str, int] = field(default_factory=dict)
    unknown: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None
    failed_at: datetime | None = None


SCHEMA: dict[str, pl.DataType] = {
    "fact": pl.String(),
    "version": pl.Int64(),
    "source": pl.String(),
    "query_hash": pl.String(),
    "columns": pl.List(pl.String),
    "mode": pl.String(),
    "refreshed_at": INSTANT,
    "loaded_fully_at": INSTANT,
    "watermark": INSTANT,
    "latest_at": INSTANT,
    "rows": pl.Int64(),
    "bad": pl.String(),
    "unknown": pl.String(),
    "error": pl.String(),
    "failed_at": INSTANT,
}


def to_table(states: Mapping[str, FactState]) -> pl.DataFrame:
    """
    States as rows of the manifest, one for each fact, in the order of their names.
    """
    rows = [
        {name: getattr(state, name) for name in SCHEMA}
        | {
            "columns": list(state.columns),
            "bad": json.dumps(dict(state.bad)),
            "unknown": json.dumps(dict(state.unknown)),
        }
        for _, state in sorted(states.items())
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def from_table(table: pl.DataFrame) -> dict[str, FactState]:
    """
    Rows of the manifest as states, by fact.
    """
    return {row["fact"]: _state(row) for row in table.iter_rows(named=True)}


def _state(row: Mapping[str, Any]) -> FactState:
    known = {name: row[name] for name in SCHEMA if name in row}
    return FactState(
        **known
        | {"columns": tuple(row["columns"]), "bad": json.loads(row["bad"]), "unknown": json.loads(row["unknown"])}
    )


@dataclass(frozen=True)
class Version:
    """
    Every fact at one moment. Nothing a refresh does changes what it shows.

    Attributes:
        id: A number that grows with each publication.
        facts: The state of each fact that was ever tried.
    """

    id: int
    facts: Mapping[str, FactState]
    path: str
    storage_options: Mapping[str, str]
    _tables: dict[str, DeltaTable] = field(default_factory=dict, repr=False, compare=False)

    def scan(self, fact: str) -> pl.LazyFrame:
        """
        The rows of a fact, bad ones included, lazily: filters and the choice of columns reach the files.

        Args:
            fact: A name of the contract.

        Returns:
            Every column of the contract in its order, then `problem`; no rows if it was never loaded.
        """
        contract = FACTS[fact]
        stored: dict[str, pl.DataType] = {**contract.schema, PROBLEM: pl.String()}
        table = self.table(fact)
        if table is None:
            return pl.LazyFrame(schema=stored)
        rows = pl.scan_delta(table, storage_options=dict(self.storage_options) or None)
        # Written before the contract learned a column, the table lacks it.
        there = rows.collect_schema()
        return rows.select(
            pl.col(name) if name in there else pl.lit(None, dtype).alias(name) for name, dtype in stored.items()
        )

    def table(self, fact: str) -> DeltaTable | None:
        """
        The Delta table of a fact at this version; None if it was never loaded.
        """
        state = self.facts.get(fact)
        if state is None or state.version is None:
            return None
        if fact not in self._tables:
            self._tables[fact] = DeltaTable(
                table_place(self.path, FACTS[fact]),
                version=state.version,
                storage_options=dict(self.storage_options),
            )
        return self._tables[fact]

    def recorded(self, fact: str) -> frozenset[str]:
        """
        The columns of a fact that its query fills. Of the others nothing can be said.
        """
        state = self.facts.get(fact)
        return frozenset(state.columns) if state and state.version is not None else frozenset()


def table_place(path: str, fact: Fact) -> str:
    """
    Where a fact's Delta table lies.
    """
    return f"{path.rstrip('/')}/{fact.name}"


def manifest_place(path: str) -> str:
    """
    Where the manifest lies.
    """
    return f"{path.rstrip('/')}/_manifest"
