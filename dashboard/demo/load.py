"""
Into the database, as fast as each engine takes it: tables first, rows in bulk, indexes last.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl
import sqlalchemy as sa

from dashboard.demo.schema import metadata
from dashboard.errors import Problem, SourceError

# Larger pages keep a table's index shallow and its rows together; only an empty file takes the setting.
SQLITE_PRAGMAS = (
    "page_size = 16384",
    "journal_mode = off",
    "synchronous = off",
    "locking_mode = exclusive",
    "cache_size = -65536",
)
# By which of these a table is read in steps.
CHANGES = ("updated_at", "happened_at")


class Loader:
    """
    Fills one empty database with the operational tables. Use `create`, then `load` often, then `finish`.

    Nothing is visible to others before `finish` where the engine can do that.
    """

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self.tables = metadata.sorted_tables
        self.rows: dict[str, int] = {table.name: 0 for table in self.tables}

    def create(self) -> None:
        """
        Create the tables without indexes, and on PostgreSQL without foreign keys: both are cheaper afterwards.
        """
        if self.dialect == "sqlite":
            for pragma in SQLITE_PRAGMAS:
                self.connection.exec_driver_sql(f"pragma {pragma}")
        if self.dialect in {"mysql", "mariadb"}:
            self._need_local_files()
            self.connection.exec_driver_sql("set foreign_key_checks = 0, unique_checks = 0")
        later: list[sa.ForeignKeyConstraint] | None = [] if self.dialect == "postgresql" else None
        for table in self.tables:
            self.connection.execute(sa.schema.CreateTable(table, include_foreign_key_constraints=later))

    def load(self, tables: Mapping[str, pl.DataFrame]) -> None:
        """
        Add rows to some of the tables. Each frame has exactly its table's columns, in any order.

        They go in as they last changed. So they lie in a system that has been running for years, roughly, and
        whoever reads them by that moment finds neighbours together.
        """
        for name, rows in tables.items():
            columns = [column.name for column in metadata.tables[name].columns]
            if set(columns) != set(rows.columns):
                raise ValueError(f"{name}: made {sorted(rows.columns)}, the table has {sorted(columns)}")
            if len(rows):
                changed = [column for column in CHANGES if column in columns][:1]
                ordered = rows.select(columns)
                self._load(name, ordered.sort(changed, maintain_order=True) if changed else ordered)
            self.rows[name] += len(rows)

    def finish(self) -> None:
        """
        Add what was left out: indexes, and on PostgreSQL foreign keys, which checks every reference.
        """
        for table in self.tables:
            for index in sorted(table.indexes, key=lambda each: str(each.name)):
                self.connection.execute(sa.schema.CreateIndex(index))
        if self.dialect == "postgresql":
            for table in self.tables:
                for constraint in table.foreign_key_constraints:
                    self.connection.execute(sa.schema.AddConstraint(constraint, isolate_from_table=False))
            self.connection.exec_driver_sql("analyze")
        elif self.dialect == "sqlite":
            self.connection.exec_driver_sql("analyze")
        else:
            self.connection.exec_driver_sql("set foreign_key_checks = 1, unique_checks = 1")

    def _load(self, name: str, rows: pl.DataFrame) -> None:
        if self.dialect == "sqlite":
            self._load_sqlite(name, rows)
        elif self.dialect == "postgresql":
            self._load_postgres(name, rows)
        else:
            self._load_mariadb(name, rows)

    def _load_sqlite(self, name: str, rows: pl.DataFrame) -> None:
        as_text = [
            pl.col(column).dt.strftime("%Y-%m-%d %H:%M:%S")
            if isinstance(dtype, pl.Datetime)
            else pl.col(column).cast(pl.String)
            for column, dtype in rows.schema.items()
            if dtype.is_temporal()
        ]
        blanks = ", ".join("?" * rows.width)
        driver: Any = self.connection.connection.driver_connection
        tuples = rows.with_columns(as_text).iter_rows()
        driver.executemany(f"insert into {name} values ({blanks})", tuples)  # noqa: S608 - our own table's name

    def _load_postgres(self, name: str, rows: pl.DataFrame) -> None:
        driver: Any = self.connection.connection.driver_connection
        with driver.cursor() as cursor, cursor.copy(f"copy {name} from stdin (format csv)") as copy:
            for part in rows.iter_slices(50_000):
                copy.write(part.write_csv(include_header=False, datetime_format="%Y-%m-%d %H:%M:%S"))

    def _load_mariadb(self, name: str, rows: pl.DataFrame) -> None:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / f"{name}.csv"
            rows.write_csv(file, include_header=False, null_value="\\N", datetime_format="%Y-%m-%d %H:%M:%S")
            statement = (
                f"load data local infile '{file}' into table {name} character set utf8mb4 "
                "fields terminated by ',' optionally enclosed by '\"'"
            )
            loaded = self.connection.exec_driver_sql(statement).rowcount
            # A local file's misfits are only warned of, and left out or bent: as bad as an error to us.
            warning = self.connection.exec_driver_sql("show warnings").first()
            if warning or loaded != len(rows):
                what = f"{loaded} of {len(rows)} rows of {name} were taken; {warning}"
                raise SourceError(Problem(f"{self.dialect} server", what, "please report this"))

    def _need_local_files(self) -> None:
        if not self.connection.exec_driver_sql("select @@local_infile").scalar():
            where = f"{self.dialect} server"
            what = "it refuses bulk loads from the client (local_infile is off)"
            raise SourceError(Problem(where, what, "have its administrator run: set global local_infile = 1"))
