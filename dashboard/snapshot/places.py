"""
Where the rows of one key lie: found in a large table without reading all of it.

Facts are written in the order of their cases, so the rows of one customer lie anywhere, and no file's statistics
tell where. A mark of four bytes for each row does: it is worked out of one column once for a version of the table,
and of what it points at only those row groups are read.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate, pairwise

import polars as pl

from dashboard.facts import FACTS, PROBLEM
from dashboard.snapshot.manifest import Version
from dashboard.snapshot.tables import ROWS_TOGETHER

# Two values may have one mark; what is found is therefore looked at again.
_SEED = 1


@dataclass(frozen=True)
class Places:
    """
    A mark for each row of a table, by the value of one column.

    Attributes:
        fact: Whose table.
        column: Of which the marks are made.
        files: The table's files, in the order of the marks.
        sizes: How many rows each has.
        marks: One number per row (UInt32), null where the column is. No value can be told from it.
    """

    fact: str
    column: str
    files: tuple[str, ...]
    sizes: tuple[int, ...]
    marks: pl.Series


def places_of(version: Version, fact: str, column: str) -> Places:
    """
    Read one column of a fact and mark its rows.

    Args:
        version: The version looked at.
        fact: Its name; a fact that was never loaded has no rows.
        column: A text column of it.
    """
    table = version.table(fact)
    files = tuple(table.file_uris()) if table is not None else ()
    options = dict(version.storage_options) or None
    mark = pl.col(column).hash(_SEED).cast(pl.UInt64) % 2**32
    read = [
        pl.scan_parquet(file, storage_options=options).select(
            pl.when(pl.col(column).is_not_null()).then(mark).cast(pl.UInt32).alias(column)
        )
        for file in files
    ]
    marks = [found[column] for found in pl.collect_all(read)]
    every = pl.concat(marks) if marks else pl.Series(column, [], dtype=pl.UInt32)
    return Places(fact, column, files, tuple(len(each) for each in marks), every)


def rows_there(version: Version, places: Places, value: str) -> pl.LazyFrame:
    """
    The rows of a fact with a value in the column that is marked, as `Version.scan` would give them.

    Args:
        version: That of the places.
        places: Where rows lie.
        value: What is looked for.

    Returns:
        Every column of the contract, then `problem`; rows in no order.
    """
    stored: dict[str, pl.DataType] = {**FACTS[places.fact].schema, PROBLEM: pl.String()}
    options = dict(version.storage_options) or None
    wanted = pl.Series([value]).hash(_SEED).cast(pl.UInt64)[0] % 2**32
    found = (places.marks == wanted).arg_true()
    parts = []
    for file, (first, before) in zip(places.files, pairwise(accumulate(places.sizes, initial=0)), strict=True):
        inside = found.filter((found >= first) & (found < before)).cast(pl.Int64) - first
        # What lies in one row group is read together.
        for group in inside.to_frame("row").group_by(pl.col("row") // ROWS_TOGETHER).agg(
            pl.col("row").min().alias("from"), pl.col("row").max().alias("to")
        ).iter_rows(named=True):  # fmt: skip
            rows = pl.scan_parquet(file, storage_options=options)
            there = rows.collect_schema()
            parts.append(
                rows.slice(group["from"], group["to"] - group["from"] + 1)
                .filter(pl.col(places.column) == value)
                .select(
                    pl.col(name) if name in there else pl.lit(None, dtype).alias(name)
                    for name, dtype in stored.items()
                )
            )
    return pl.concat([pl.LazyFrame(schema=stored), *parts])
