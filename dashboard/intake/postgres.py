"""
Reading PostgreSQL: as Arrow through ADBC where it is installed, else row by row through psycopg.
"""

from __future__ import annotations

import importlib.util
import logging
import re
from collections.abc import Generator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pyarrow as pa
import sqlalchemy as sa

from dashboard.errors import Problem, ResultError
from dashboard.intake.ahead import Ahead
from dashboard.intake.query import Bound, Query, shown
from dashboard.intake.rowwise import RowwiseSession
from dashboard.intake.statement import PARAMETER

logger = logging.getLogger(__name__)

BATCH_BYTES = 8 * 2**20
CONNECT_SECONDS = 10

_FIRST = datetime(1, 1, 2)  # noqa: DTZ001 - the edges of what Python's wall clocks can hold in any zone
_LAST = datetime(9999, 12, 30)  # noqa: DTZ001
_NOT_IN_THE_CONTRACT = (pa.types.is_nested, pa.types.is_interval, pa.types.is_duration, pa.types.is_time)


class PostgresSession:
    """
    A PostgreSQL session: read-only transactions, a timeout for statements and locks, the source's time zone.

    It is opened through psycopg, whose refusals are plain, and reads through ADBC, which is several times faster.
    """

    def __init__(self, url: sa.URL, zone: str, seconds: int) -> None:
        self._zone = zone
        options = " ".join(
            f"-c {setting}"
            for setting in (
                "default_transaction_read_only=on",
                f"statement_timeout={seconds * 1000}",
                f"lock_timeout={min(seconds, 30) * 1000}",
                f"TimeZone={zone}",
            )
        )
        given = {name: ",".join([value] if isinstance(value, str) else value) for name, value in url.query.items()}
        self._session = {
            "connect_timeout": str(min(seconds, CONNECT_SECONDS)),
            "application_name": "insurance-service-dashboard",
            **given,
            "options": f"{given.get('options', '')} {options}".strip(),
        }
        self._url = url.set(query={})
        self._rowwise = RowwiseSession(self._url, seconds, options=self._session)
        self.warnings: list[str] = self._rowwise.warnings
        self._rowwise_reads_infinity()
        self._arrow = self._connect_arrow()

    def batches(
        self, query: Query, parameters: Mapping[str, Bound], rows: int
    ) -> Generator[pl.DataFrame, None, None]:
        """
        Stream the rows, one batch ahead. ADBC sizes its batches by bytes, so that wide rows don't fill the memory;
        a batch of more than `rows` rows is cut.
        """
        moments = {name: value for name, value in parameters.items() if isinstance(value, datetime)}
        # Text is bound by the driver and never written into a statement.
        if self._arrow is None or len(moments) < len(parameters):
            yield from self._rowwise.batches(query, parameters, rows)
            return
        with closing(self._arrow.cursor()) as cursor:
            cursor.adbc_statement.set_options(**{"adbc.postgresql.batch_size_hint_bytes": str(BATCH_BYTES)})
            try:
                cursor.execute(_with_moments(query.statement, moments, self._zone))
                # The server makes the next rows, and the driver columns of them, while these are worked on.
                with closing(Ahead[pl.DataFrame]().run(_fetched(cursor, query))) as frames:
                    try:
                        for frame in frames:
                            yield from frame.iter_slices(rows)
                    except GeneratorExit:
                        # Nobody takes another row. Closing alone would wait for the server to make the rest.
                        cursor.adbc_cancel()
                        raise
            finally:
                self._arrow.rollback()

    def close(self) -> None:
        """
        Give both connections back.
        """
        if self._arrow is not None:
            self._arrow.close()
        self._rowwise.close()

    def _connect_arrow(self) -> Any:
        if not all(importlib.util.find_spec(f"adbc_driver_{part}") for part in ("postgresql", "manager")):
            self._warn_that_it_is_slow("ADBC isn't installed")
            return None
        import adbc_driver_postgresql.dbapi as adbc  # noqa: PLC0415 - an extra, imported where it is there
        from psycopg.conninfo import make_conninfo  # noqa: PLC0415

        address = self._url.translate_connect_args(database="dbname", username="user")
        try:
            return adbc.connect(make_conninfo(**address, **self._session))
        except adbc.Error as error:
            self._warn_that_it_is_slow(f"ADBC can't connect ({str(error).splitlines()[0][:160]})")
            return None

    def _warn_that_it_is_slow(self, reason: str) -> None:
        warning = f"{reason}, so PostgreSQL is read row by row, several times slower"
        logger.warning(warning)
        self.warnings.append(warning)

    def _rowwise_reads_infinity(self) -> None:
        from psycopg.types.datetime import DateLoader, TimestampLoader, TimestamptzLoader  # noqa: PLC0415

        driver = self._rowwise.driver_connection()
        for name, loader, (first, last) in (
            ("date", DateLoader, (_FIRST.date(), _LAST.date())),
            ("timestamp", TimestampLoader, (_FIRST, _LAST)),
            ("timestamptz", TimestamptzLoader, (_FIRST.replace(tzinfo=UTC), _LAST.replace(tzinfo=UTC))),
        ):
            driver.adapters.register_loader(name, _bounded(loader, first, last))


def _fetched(cursor: Any, query: Query) -> Generator[pl.DataFrame, None, None]:
    with cursor.fetch_record_batch() as reader:
        yield _plain(pa.Table.from_batches([], reader.schema), query)
        for batch in reader:
            yield _plain(pa.Table.from_batches([batch]), query)


def _bounded(loader: type, first: date, last: date) -> type:
    from psycopg import DataError  # noqa: PLC0415 - an extra

    class Bounded(loader):  # type: ignore[misc]
        """
        Reads what Python's dates can't hold, infinity and years beyond 9999, as their first or last day.
        """

        def load(self, data: Any) -> Any:
            """
            The value, or the edge it lies beyond.
            """
            try:
                return super().load(data)
            except DataError:
                text = bytes(data)
                return first if text.startswith(b"-") or text.endswith(b"BC") else last

    return Bounded


def _with_moments(statement: str, parameters: Mapping[str, datetime], zone: str) -> str:
    # COPY, which makes ADBC fast, takes no parameters. Moments are ours, not anybody's text, so they may stand in
    # the statement: with their offset, which a timestamp without a zone ignores and one with a zone needs.
    def moment(match: re.Match[str]) -> str:
        local = parameters[match[1]].replace(tzinfo=ZoneInfo(zone))
        return f"'{local.isoformat(sep=' ', timespec='microseconds')}'"

    return PARAMETER.sub(moment, statement)


def _plain(table: pa.Table, query: Query) -> pl.DataFrame:
    columns = []
    problems = []
    for name, column in zip(query.columns, table.columns, strict=True):
        if isinstance(column.type, pa.UuidType):
            values = [None if value is None else str(value) for value in column.to_pylist()]
            columns.append(pl.Series(name, values, dtype=pl.String))
            continue
        # PostgreSQL's own types (numeric, json, …) come as extensions over text, or bytes of their own making.
        is_own = isinstance(column.type, pa.BaseExtensionType)
        dtype = column.type.storage_type if is_own else column.type
        if any(is_kind(dtype) for is_kind in _NOT_IN_THE_CONTRACT) or (is_own and pa.types.is_binary(dtype)):
            problems.append(_unknown_type(name, getattr(column.type, "type_name", str(dtype)), query))
            continue
        columns.append(pl.Series(name, column.cast(dtype)))
    if problems:
        raise ResultError(problems)
    return pl.DataFrame(columns)


def _unknown_type(column: str, dtype: str, query: Query) -> Problem:
    return Problem(
        shown(query.path),
        f'column "{column}" is of PostgreSQL\'s type {dtype}, which no column of the contract has',
        "convert it in the query",
    )
