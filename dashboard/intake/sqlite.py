"""
Reading SQLite: a file that is opened for reading, whose every other use is denied.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from urllib.parse import quote

import polars as pl
import sqlalchemy as sa

from dashboard.intake.ahead import Ahead
from dashboard.intake.query import Bound, Query
from dashboard.intake.rowwise import collector_paused, frame_of

# How many of SQLite's own steps pass between two looks at the clock: some hundred looks a second.
STEPS_BETWEEN_LOOKS = 100_000
CACHE_KIB = 131_072

_ALLOWED = {sqlite3.SQLITE_READ, sqlite3.SQLITE_SELECT, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
_NEVER = {"load_extension", "readfile", "writefile", "edit", "fts3_tokenizer"}


class SqliteSession:
    """
    One SQLite file, read-only by its open mode, by a pragma and by an authorizer, with a timeout per query.

    A file that doesn't exist is an error: it is never made.
    """

    def __init__(self, url: sa.URL, seconds: int) -> None:
        if not url.database or url.database == ":memory:":
            raise sqlite3.OperationalError("unable to open database file, the url names none")
        if not Path(url.database).is_file():
            raise sqlite3.OperationalError("unable to open database file, there is none")
        self.warnings: list[str] = []
        self._seconds = seconds
        self._deadline = 0.0
        self._ahead = Ahead[pl.DataFrame]()
        place = f"file:{quote(str(Path(url.database).resolve()))}?mode=ro"
        # The snapshot's writer draws the rows from a thread of its own, one after the other.
        self._connection = sqlite3.connect(place, uri=True, timeout=min(seconds, 30), check_same_thread=False)
        self._connection.execute("pragma query_only = on")
        # Joins over a whole history jump about in the file; SQLite's own two megabytes of cache make that slow.
        self._connection.execute(f"pragma cache_size = -{CACHE_KIB}")
        self._connection.execute("select count(*) from sqlite_master").fetchone()
        self._connection.set_authorizer(_only_reading)
        self._connection.set_progress_handler(self._must_end, STEPS_BETWEEN_LOOKS)

    def batches(
        self, query: Query, parameters: Mapping[str, Bound], rows: int
    ) -> Generator[pl.DataFrame, None, None]:
        """
        Stream the rows, one batch ahead: SQLite works within our own process, and would wait for us otherwise.

        Moments are bound as the shortest text that says them, which sorts before any longer one of the same
        second or day.
        """
        texts = {name: _shortest(value) for name, value in parameters.items()}
        self._ahead = Ahead[pl.DataFrame]()
        return self._ahead.run(self._fetched(query.statement, texts, rows))

    def _fetched(self, statement: str, texts: Mapping[str, str], rows: int) -> Generator[pl.DataFrame, None, None]:
        self._deadline = time.monotonic() + self._seconds
        with closing(self._connection.execute(statement, texts)) as cursor:
            width = len(cursor.description)
            while True:
                with collector_paused():
                    frame = frame_of(cursor.fetchmany(rows), width)
                yield frame
                if frame.height < rows:
                    return
                # The time our own work takes between two batches isn't the database's.
                self._deadline = time.monotonic() + self._seconds

    def close(self) -> None:
        """
        Close the file.
        """
        self._connection.close()

    def _must_end(self) -> int:
        return int(self._ahead.abandoned.is_set() or time.monotonic() > self._deadline)


def _shortest(moment: Bound) -> str:
    if isinstance(moment, str):
        return moment
    is_day = moment.time() == datetime.min.time()
    return moment.strftime("%Y-%m-%d" if is_day else "%Y-%m-%d %H:%M:%S")


def _only_reading(action: int, first: str | None, second: str | None, *_where: str | None) -> int:
    if action not in _ALLOWED:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and (second or first or "").lower() in _NEVER:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK
