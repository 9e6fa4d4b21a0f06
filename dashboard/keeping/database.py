"""
Opening the dashboard's own database: made on first use, refused if it is somebody else's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from dashboard.errors import Problem, SourceError
from dashboard.keeping.tables import METADATA, SCHEMA, SCHEMA_VERSION
from dashboard.settings import AppSettings

# A page waits for this database no longer; it is drawn without it then.
PATIENCE_SECONDS = 5
_PAUSE_SECONDS = 0.02
# Any number nobody else uses: who makes the tables in PostgreSQL holds this lock.
_LOCK = 5_070_312
_MYSQL = {"mysql", "mariadb"}
_WITH_TIMEOUT = {"postgresql", *_MYSQL}


class Database:
    """
    The dashboard's own database. Nothing is opened before the first `begin`.

    Attributes:
        place: How errors and pages name it: a file's name or host and database, never an account or a password.

    Raises:
        SourceError: The URL can't be read, has no driver here, or names a SQLite database in memory.
    """

    def __init__(self, settings: AppSettings) -> None:
        url = _url(settings)
        self.place = _place(url)
        self._dialect = url.get_backend_name()
        self._file = Path(url.database) if self._dialect == "sqlite" and url.database else None
        self._is_ready = False
        try:
            self._engine = _engine(url)
        except (ModuleNotFoundError, NoSuchModuleError) as error:
            remedy = "install its driver (the README names them), or correct the beginning of app.database"
            raise SourceError(
                Problem(self.place, f"there is no driver for {url.drivername} here", remedy)
            ) from error

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """
        A connection in a transaction, committed when the block ends well.

        Raises:
            SourceError: It can't be reached or written, or holds tables that aren't ours.
        """
        with self._explained():
            if not self._is_ready:
                self._prepare()
                self._is_ready = True
            with self._engine.begin() as connection:
                yield connection

    def _prepare(self) -> None:
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        with self._engine.connect() as connection:
            if self._is_current(connection):
                return
        # Several processes may start at once; one makes the tables, the others then find them.
        with self._engine.connect().execution_options(begin="begin immediate") as connection:
            self._lock(connection)
            if not self._is_current(connection):
                # Makes those that aren't there. Up to now every version only added tables to the one before it.
                METADATA.create_all(connection)
                made = {"schema_version": SCHEMA_VERSION, "applied_at": datetime.now(UTC)}
                connection.execute(sa.insert(SCHEMA), made)
            connection.commit()

    def _lock(self, connection: sa.Connection) -> None:
        """
        Keep others out until the connection is closed; SQLite's transaction has done so already.
        """
        if self._dialect == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        elif self._dialect in _MYSQL and not connection.scalar(
            sa.select(sa.func.get_lock("dashboard_schema", PATIENCE_SECONDS))
        ):
            raise SourceError(Problem(self.place, "its tables are being made by another process", "try again"))

    def _is_current(self, connection: sa.Connection) -> bool:
        """
        Whether the tables are there, in our version; False if the database is empty or of an older version.
        """
        present = set(sa.inspect(connection).get_table_names())
        if SCHEMA.name not in present:
            if present:
                what = f"it holds tables that aren't the dashboard's, such as {min(present)}"
                raise SourceError(Problem(self.place, what, "give app.database an empty database of its own"))
            return False
        version = connection.scalar(sa.select(sa.func.max(SCHEMA.c.schema_version)))
        if version is not None and version > SCHEMA_VERSION:
            what = f"its tables are of version {version}, and this dashboard knows {SCHEMA_VERSION}"
            raise SourceError(Problem(self.place, what, "run the dashboard that made them, or a newer one"))
        # MariaDB can't take back tables: without a version, making them was cut short.
        return bool(version == SCHEMA_VERSION)

    @contextmanager
    def _explained(self) -> Generator[None, None, None]:
        try:
            yield
        except (ModuleNotFoundError, DBAPIError, OSError) as error:
            original = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
            # Drivers repeat statement and values after the first line.
            said = (str(original).strip().splitlines() or ["nothing"])[0][:200]
            remedy = "check app.database in the settings, that it runs, and the account's rights"
            raise SourceError(Problem(self.place, f"it answered: {said}", remedy)) from error


def _url(settings: AppSettings) -> sa.URL:
    try:
        url = sa.make_url(settings.database.get_secret_value())
    except ArgumentError:
        remedy = 'write one like "postgresql://dashboard@db.example/dashboard"; escape signs in a password as %40'
        raise SourceError(Problem("app.database", "it can't be read as a URL (not shown)", remedy)) from None
    if url.drivername == "mysql":
        # The bare name asks for a driver that has to be compiled.
        url = url.set(drivername="mysql+pymysql")
    if url.get_backend_name() == "sqlite" and (not url.database or url.database == ":memory:"):
        what = "a SQLite database in memory would forget everything at once"
        raise SourceError(Problem("app.database", what, 'name a file, e.g. "sqlite:///var/app.db"'))
    return url


def _place(url: sa.URL) -> str:
    if url.get_backend_name() == "sqlite":
        return f"the dashboard's own database ({Path(url.database or '').name})"
    where = "/".join(part for part in (url.host, url.database) if part)
    return f"the dashboard's own database ({where})" if where else "the dashboard's own database"


def _engine(url: sa.URL) -> sa.Engine:
    """
    An engine that keeps no connection: a few small questions a minute, and no file that stays open.
    """
    backend = url.get_backend_name()
    patience: dict[str, Any] = {}
    if backend == "sqlite":
        patience = {"timeout": PATIENCE_SECONDS}
    elif backend in _WITH_TIMEOUT:
        patience = {"connect_timeout": PATIENCE_SECONDS}
    engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=patience)
    if backend == "sqlite":
        sa.event.listen(engine, "connect", _sqlite_connected)
        sa.event.listen(engine, "begin", _sqlite_begun)
    return engine


def _sqlite_connected(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin transactions late, and not at all before a table is made.
    connection.isolation_level = None
    _write_ahead(connection)
    connection.execute("pragma foreign_keys = on")


def _write_ahead(connection: sqlite3.Connection) -> None:
    """
    Let the file keep its log apart, so that readers needn't wait for a writer.

    Changing to it needs the file alone, and SQLite gives up at once instead of waiting as it does elsewhere
    (its busy timeout isn't asked where waiting could deadlock): several first uses would refuse each other.
    """
    until = monotonic() + PATIENCE_SECONDS
    is_changed = False
    while not is_changed:
        try:
            connection.execute("pragma journal_mode = wal")
            is_changed = True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or monotonic() > until:
                raise
            sleep(_PAUSE_SECONDS)


def _sqlite_begun(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("begin", "begin"))
