"""
Reading any database SQLAlchemy reaches, row by row: slower than Arrow, and good everywhere.
"""

from __future__ import annotations

import gc
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import polars as pl
import sqlalchemy as sa

from dashboard.intake.query import Bound, Query

_ALIKE: dict[frozenset[type], pl.DataType] = {
    frozenset({str}): pl.String(),
    frozenset({float}): pl.Float64(),
    frozenset({bool}): pl.Boolean(),
    frozenset({bytes}): pl.Binary(),
    frozenset({date}): pl.Date(),
}

LOOKED_AT = 100  # values by which a column is taken for text, until one turns out not to be
EXACT_IN_FLOATS = 2**53  # whole numbers below it are themselves as floats


class RowwiseSession:
    """
    A connection whose rows come as tuples, streamed where the driver can.

    MySQL and MariaDB are made read-only and given a timeout. Spark and Hive know no such sessions, so a query runs
    within a select of ours, where nothing but a query has a place; Spark is given a timeout. Any other database
    only its own account can hold to reading, and we say so.
    """

    def __init__(self, url: sa.URL, seconds: int, *, options: Mapping[str, Any] | None = None) -> None:
        self.warnings: list[str] = []
        arguments = dict(options or {})
        is_mysql = url.get_backend_name() in ("mysql", "mariadb")
        self._is_nested = url.get_backend_name() == "hive"
        if is_mysql:
            arguments |= {"connect_timeout": min(seconds, 10), "read_timeout": seconds + 10}
        self._engine = sa.create_engine(url, poolclass=sa.NullPool, connect_args=arguments)
        self._connection = self._engine.connect()
        self._number: int | None = None  # by which MySQL's server knows the connection
        if is_mysql:
            self._hold_mysql_to_reading(seconds)
        elif self._is_nested:
            self._connection.exec_driver_sql(f"set spark.sql.thriftServer.queryTimeout = {seconds}")
        elif url.get_backend_name() != "postgresql":
            self.warnings.append(
                f"only the account's own rights keep {url.get_backend_name()} from being written to"
            )

    def batches(
        self, query: Query, parameters: Mapping[str, Bound], rows: int
    ) -> Generator[pl.DataFrame, None, None]:
        """
        Stream the rows through a cursor on the server's side where there is one.

        MySQL's protocol has no word for rows that aren't wanted any more: all of them would have to be taken. So
        its server is told, over a second connection, to end the query.
        """
        text = query.statement
        if self._is_nested:
            text = f"select * from (\n{text}\n) as fact"  # noqa: S608 - a query file's own text, checked
        statement = sa.text(text).execution_options(stream_results=True, yield_per=rows)
        try:
            with self._connection.execute(statement, dict(parameters)) as result:
                width = len(result.keys())
                is_empty = True
                for partition in result.partitions(rows):
                    is_empty = False
                    try:
                        yield frame_of(partition, width)
                    except GeneratorExit:
                        if self._number is not None:
                            self._end_query(self._number, result)
                        raise
                if is_empty:
                    yield frame_of([], width)
        finally:
            self._connection.rollback()

    def driver_connection(self) -> Any:
        """
        The driver's own connection, for what SQLAlchemy has no word for.
        """
        return self._connection.connection.driver_connection

    def close(self) -> None:
        """
        Give the connection back.
        """
        self._connection.close()
        self._engine.dispose()

    def _hold_mysql_to_reading(self, seconds: int) -> None:
        self._connection.exec_driver_sql("set session transaction read only")
        is_mariadb = bool(getattr(self._connection.dialect, "is_mariadb", False))
        # MariaDB counts seconds, MySQL milliseconds.
        limit = f"max_statement_time = {seconds}" if is_mariadb else f"max_execution_time = {seconds * 1000}"
        self._connection.exec_driver_sql(f"set session {limit}")
        self._connection.exec_driver_sql(f"set session lock_wait_timeout = {min(seconds, 30)}")
        self._number = int(self._connection.exec_driver_sql("select connection_id()").scalar_one())
        self._connection.rollback()

    def _end_query(self, number: int, result: sa.CursorResult[Any]) -> None:
        # Refused (a proxy may have numbers of its own), the query runs to its end or to its timeout, as it would.
        with suppress(sa.exc.DBAPIError), self._engine.connect() as second:
            second.exec_driver_sql(f"kill query {number}")
        # Rows on their way are still taken; then comes the word that it was ended.
        with suppress(sa.exc.DBAPIError):
            for _ in result.partitions():
                pass


@contextmanager
def collector_paused() -> Iterator[None]:
    """
    Keep Python's cycle collector from looking through rows of plain values again and again while they pile up.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.enable()


def frame_of(rows: Sequence[Sequence[Any]], width: int) -> pl.DataFrame:
    """
    Rows of Python values to columns, each of the one type its values have; of text where they have several.

    Nothing is inferred from the first rows, and no number is rounded to fit its neighbours.
    """
    columns: Sequence[Sequence[Any]] = list(zip(*rows, strict=True)) if rows else [()] * width
    return pl.DataFrame([_column(str(number), values) for number, values in enumerate(columns)])


def _column(name: str, values: Sequence[Any]) -> pl.Series:
    texts = _texts(name, values) if str in map(type, values[:LOOKED_AT]) else None
    if texts is not None:
        return texts
    kinds = frozenset(map(type, values)) - {type(None)}
    if not kinds:
        return pl.Series(name, values, dtype=pl.Null)
    if kinds in _ALIKE:
        return pl.Series(name, values, dtype=_ALIKE[kinds])
    if kinds == {datetime}:
        return _moments(name, values)
    numbers = _numbers(name, values, kinds)
    if numbers is not None:
        return numbers
    return pl.Series(name, [None if value is None else _written(value) for value in values], dtype=pl.String)


def _texts(name: str, values: Sequence[Any]) -> pl.Series | None:
    # Most columns of most databases. Polars takes nothing but text for text, so there is no need to look first.
    try:
        return pl.Series(name, values, dtype=pl.String, strict=True)
    except TypeError:
        return None


def _numbers(name: str, values: Sequence[Any], kinds: frozenset[type]) -> pl.Series | None:
    try:
        if kinds == {int}:
            return pl.Series(name, values, dtype=pl.Int64, strict=True)
        if kinds == {int, float}:
            numbers = pl.Series(name, values, dtype=pl.Float64, strict=True)
            return numbers if (numbers.abs() < EXACT_IN_FLOATS).all() else None
    except (TypeError, OverflowError):  # more digits than the type has
        return None
    return None


def _moments(name: str, values: Sequence[datetime | None]) -> pl.Series:
    zoned = [value is not None and value.tzinfo is not None for value in values]
    if not any(zoned):
        return pl.Series(name, values, dtype=pl.Datetime("us"))
    if all(is_zoned or value is None for is_zoned, value in zip(zoned, values, strict=True)):
        utc = [None if value is None else value.astimezone(UTC).replace(tzinfo=None) for value in values]
        return pl.Series(name, utc, dtype=pl.Datetime("us")).dt.replace_time_zone("UTC")
    return pl.Series(name, [None if value is None else _written(value) for value in values], dtype=pl.String)


def _written(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, bytes):
        return value.decode(errors="replace")
    return str(value)
