"""
Other people's data in a database, as an operator would have them.

The data are no part of this project: they are read where they lie beside it, and a test that needs them skips
where they don't.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from dashboard.cli import app


def beside_the_project(file: str, what: str) -> Path:
    """
    Where a file of the shared data lies. Skips the test where it isn't there, saying `what` is missing.
    """
    for folder in Path(__file__).resolve().parents:
        found = folder / "shared" / "data" / file
        if found.is_file():
            return found
    pytest.skip(f"{what} are not beside the project")


def load_into_sqlite(path: Path, table: str, rows: pl.DataFrame, types: Mapping[str, str]) -> str:
    """
    Write rows into a table of a new SQLite file, columns of text unless `types` says otherwise; return its URL.
    """
    with sqlite3.connect(path) as connection:
        connection.execute(f"create table {table} ({_definition(rows, types)})")
        places = ", ".join("?" * rows.width)
        connection.executemany(f"insert into {table} values ({places})", rows.iter_rows())
    connection.close()
    return f"sqlite:///{path}"


def load_into_postgres(url: str, table: str, rows: pl.DataFrame, types: Mapping[str, str]) -> None:
    """
    Write rows into a new table of a PostgreSQL database, columns of text unless `types` says otherwise.
    """
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"create table {table} ({_definition(rows, types)})")
        driver = connection.connection.driver_connection
        assert driver is not None
        with driver.cursor() as cursor, cursor.copy(f"copy {table} from stdin (format csv)") as copy:
            copy.write(rows.write_csv(include_header=False, quote_style="non_numeric", null_value=""))
    engine.dispose()


def kpis(file: Path, *options: str) -> list[dict[str, Any]]:
    """
    What `dashboard kpis` says under a settings file, as JSON.
    """
    done = CliRunner().invoke(app, ["kpis", "--settings", str(file), "--format", "json", *options])
    if done.exception:
        raise done.exception
    return json.loads(done.stdout)


def _definition(rows: pl.DataFrame, types: Mapping[str, str]) -> str:
    # Quoted, as a column may be called "limit"; in lower case, as PostgreSQL reads names that aren't quoted.
    return ", ".join(f'"{name.lower()}" {types.get(name, "text")}' for name in rows.columns)
