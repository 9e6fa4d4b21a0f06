"""
The complaints of the Texas Department of Insurance in a database, under their own column names.

The data are other people's and not part of this project: they are read where they lie beside it, and a test that
needs them skips where they don't.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import polars as pl
import pytest
import sqlalchemy as sa

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
    beside = (folder / "shared" / "data" / "texas_complaints" for folder in Path(__file__).resolve().parents)
    for folder in beside:
        if (folder / "complaints.parquet").is_file():
            return pl.read_parquet(folder / "complaints.parquet")
    pytest.skip("the complaints of the Texas Department of Insurance are not beside the project")


def load_texas_into_sqlite(path: Path) -> str:
    """
    Write them into a table `complaints` of a new SQLite file, dates as text as SQLite keeps them; return its URL.
    """
    complaints = read_texas().with_columns(
        pl.col("received_date", "closed_date").cast(pl.String), pl.col("is_confirmed").cast(pl.Int8)
    )
    with sqlite3.connect(path) as connection:
        connection.execute(f"create table complaints ({_definition(complaints)})")
        places = ", ".join("?" * complaints.width)
        connection.executemany(f"insert into complaints values ({places})", complaints.iter_rows())
    connection.close()
    return f"sqlite:///{path}"


def load_texas_into_postgres(url: str) -> None:
    """
    Write them into a new table `complaints` of a PostgreSQL database.
    """
    complaints = read_texas()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"create table complaints ({_definition(complaints)})")
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor, cursor.copy("copy complaints from stdin (format csv)") as copy:
            copy.write(complaints.write_csv(include_header=False, quote_style="non_numeric", null_value=""))
    engine.dispose()


def _definition(complaints: pl.DataFrame) -> str:
    return ", ".join(f"{name} {_TYPES.get(name, 'text')}" for name in complaints.columns)
