"""
A source: an operational database, open for reading and nothing else.

Read-only is built into each session: SQLite by its open mode, a pragma and an authorizer; PostgreSQL and MySQL by
read-only transactions; all with a timeout. Plain SQL could undo some of that, which is why the account itself
should only hold the right to select. Whatever a database answers becomes a `SourceError` with the name of the
source, what is wrong and what to do, and never a password or a whole URL.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import closing
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

import polars as pl
import sqlalchemy as sa
from sqlalchemy.exc import ArgumentError

from dashboard.errors import Problem, ResultError, SourceError
from dashboard.intake.postgres import PostgresSession
from dashboard.intake.query import Bound, Query, shown
from dashboard.intake.refusals import explained
from dashboard.intake.rowwise import RowwiseSession
from dashboard.intake.sqlite import SqliteSession
from dashboard.settings import SourceSettings


class Session(Protocol):
    """
    What each kind of database knows how to do.
    """

    warnings: list[str]

    def batches(
        self, query: Query, parameters: Mapping[str, Bound], rows: int
    ) -> Generator[pl.DataFrame, None, None]:
        """
        Run the query; yield at most about `rows` rows at a time, columns named as the query names them.

        Closed early, it ends the query where it runs, and the session can be used again.
        """
        ...

    def close(self) -> None:
        """
        Give the connection back.
        """
        ...


class Source:
    """
    An open source. Use it in a `with` block; reading stops where the caller stops.

    Attributes:
        name: As in the settings.
        dialect: SQLAlchemy's name of the database, e.g. `postgresql`.
    """

    def __init__(self, name: str, settings: SourceSettings, url: sa.URL, session: Session) -> None:
        self.name = name
        self.settings = settings
        self.dialect = url.get_backend_name()
        self._url = url
        self._session = session

    @property
    def identity(self) -> str:
        """
        What tells a SQLite file from another one put in its place, whose rows may have changed without a newer
        watermark; of other databases nothing does, and it is blank.
        """
        if self.dialect != "sqlite" or not self._url.database:
            return ""
        return str(Path(self._url.database).stat().st_ino)

    @property
    def warnings(self) -> list[Problem]:
        """
        What an administrator should know, such as a database that we can't hold to reading ourselves.
        """
        what_to_do = "see the manual on connecting one's own database"
        return [Problem(f"source {self.name}", what, what_to_do) for what in self._session.warnings]

    def batches(self, query: Query, parameters: Mapping[str, Bound]) -> Generator[pl.DataFrame, None, None]:
        """
        Run a query and stream its result in bounded memory.

        Args:
            query: A checked query.
            parameters: A wall clock of the source's own zone for `since` and `history_from`, a text for the key
                of a lookup; more than the query binds is no mistake.

        Yields:
            Frames with the query's columns in the types the driver gave, at least one, perhaps without rows.

        Raises:
            SourceError: the database refuses, lacks something, or takes longer than the timeout.
            ResultError: the result is larger than the row cap.
        """
        bound = {name: parameters[name] for name in query.parameters}
        seen = 0
        with (
            explained(self.name, self._url, self.settings.timeout_seconds, query),
            # Closed where reading stops, not when the collector finds time: the server works until then.
            closing(self._session.batches(query, bound, self.settings.batch_rows)) as batches,
        ):
            for batch in batches:
                seen += batch.height
                self._raise_if_beyond(seen, query)
                yield batch.select(pl.nth(number).alias(name) for number, name in enumerate(query.columns))

    def _raise_if_beyond(self, seen: int, query: Query) -> None:
        cap = self.settings.row_cap
        if cap is not None and seen > cap:
            what = f"brings more than the {cap:,} rows that sources.{self.name}.row_cap allows"
            raise ResultError(Problem(shown(query.path), what, "narrow the query, or raise the cap"))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """
        Give the connection back.
        """
        self._session.close()


def open_source(name: str, settings: SourceSettings) -> Source:
    """
    Connect to a source, read-only and with a timeout.

    Args:
        name: As in the settings.
        settings: Its URL, zone and limits.

    Raises:
        SourceError: it can't be reached, refuses the account, doesn't exist, or its driver isn't installed.
    """
    url = read_url(name, settings)
    with explained(name, url, settings.timeout_seconds):
        return Source(name, settings, url, _session(url, settings))


def read_url(name: str, settings: SourceSettings) -> sa.URL:
    """
    The URL of a source, parsed.

    Raises:
        SourceError: it isn't one. The text isn't shown: it may hold a password.
    """
    try:
        return sa.make_url(settings.url.get_secret_value())
    except ArgumentError:
        remedy = 'write one like "postgresql://reader@db.example:5432/core"; escape signs in a password as %40'
        raise SourceError(Problem(f"source {name}", "its url can't be read (not shown)", remedy)) from None


def _session(url: sa.URL, settings: SourceSettings) -> Session:
    match url.get_backend_name():
        case "sqlite":
            return SqliteSession(url, settings.timeout_seconds)
        case "postgresql":
            return PostgresSession(url, settings.timezone, settings.timeout_seconds)
        case _:
            return RowwiseSession(url, settings.timeout_seconds)
