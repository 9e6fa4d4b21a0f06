"""
The made-up claims of the chainladder project in a database, as they are handed out: a table of nothing but text.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from tests.foreign import beside_the_project, load_into_postgres, load_into_sqlite

ROWS = 34_244
TABLE = "prism"


def read_prism() -> pl.DataFrame:
    """
    One row per claim, every value as it is written. Skips the test where the file isn't there.
    """
    file = beside_the_project("prism_claims/prism.csv", "the claims of the chainladder project")
    return pl.read_csv(file, infer_schema=False)


def load_prism_into_sqlite(path: Path) -> str:
    """
    Write them into a table `prism` of a new SQLite file; return its URL.
    """
    return load_into_sqlite(path, TABLE, read_prism(), {})


def load_prism_into_postgres(url: str) -> None:
    """
    Write them into a new table `prism` of a PostgreSQL database.
    """
    load_into_postgres(url, TABLE, read_prism(), {})
