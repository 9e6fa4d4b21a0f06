"""
The complaints of the Texas Department of Insurance in a database, under their own column names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from dashboard.intake.refresh import refresh
from dashboard.settings import read_settings
from tests.foreign import beside_the_project, load_into_postgres, load_into_sqlite
from tests.insurer import write_settings

ROWS = 281_397

_TYPES = {
    "complaint_number": "integer primary key",
    "received_date": "date",
    "closed_date": "date",
    "year_closed": "integer",
    "is_confirmed": "boolean",
}


def read_texas() -> pl.DataFrame:
    """
    One row per complaint. Skips the test where the file isn't there.
    """
    file = "texas_complaints/complaints.parquet"
    return pl.read_parquet(beside_the_project(file, "the complaints of the Texas Department of Insurance"))


def load_texas_into_sqlite(path: Path) -> str:
    """
    Write them into a table `complaints` of a new SQLite file, dates as text as SQLite keeps them; return its URL.
    """
    complaints = read_texas().with_columns(
        pl.col("received_date", "closed_date").cast(pl.String), pl.col("is_confirmed").cast(pl.Int8)
    )
    return load_into_sqlite(path, "complaints", complaints, _TYPES)


def load_texas_into_postgres(url: str) -> None:
    """
    Write them into a new table `complaints` of a PostgreSQL database.
    """
    load_into_postgres(url, "complaints", read_texas(), _TYPES)


@dataclass(frozen=True)
class Texas:
    """
    Where the table lies in SQLite, and a snapshot of it.
    """

    folder: Path

    @property
    def url(self) -> str:
        """
        Of the SQLite file.
        """
        return f"sqlite:///{self.folder / 'texas.db'}"

    def settings(self, folder: Path, *, more: str = "", pinned: date | None = None) -> Path:
        """
        A settings file in a folder of one's own, over the snapshot that all share.
        """
        snapshot = self.folder / "snapshot"
        return write_settings(folder, self.url, queries="texas", more=more, pinned=pinned, snapshot=snapshot)


def load_texas(folder: Path) -> None:
    """
    Write the table into SQLite and load it into a snapshot, both in the folder.
    """
    load_texas_into_sqlite(folder / "texas.db")
    report = refresh(read_settings(Texas(folder).settings(folder)))
    assert report.succeeded, report.problems
