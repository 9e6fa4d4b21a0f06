"""
The rows of one customer as their source has them at this moment: one query of a fact, narrowed to a key.

The fact's own query file is wrapped, as it is written, in a select that names its columns and asks for one key:

    select fact.claim_id, … from (
    …the file's text…
    ) as fact where fact.customer_id = :wanted_key

The key is bound by the driver and never becomes text of the statement. What comes of the wrapping is read and
judged like a file: one select that only reads, with the file's parameters and the key. The database sees it
through the same read-only session as a refresh, with a timeout and a cap of its own.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

import polars as pl

from dashboard.errors import Problem, QueryFileError, SourceError
from dashboard.facts import FACTS
from dashboard.intake.load import THE_BEGINNING, history_from, local
from dashboard.intake.query import Query, read_query, shown
from dashboard.intake.rows import check_rows
from dashboard.intake.source import open_source
from dashboard.intake.statement import read_statement
from dashboard.settings import Settings

# No word of any dialect: some read `:key` as two.
KEY: Final = "wanted_key"
# Where a select may begin with `with` inside another's `from`, and an alias may be written `as`.
WRAPPING: Final = frozenset({"sqlite", "postgresql", "mysql", "mariadb"})
# A batch holds all that a lookup may bring.
_LEAST_BATCH: Final = 100

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Found:
    """
    What a source answered.

    Attributes:
        rows: Every column of the contract, and `problem`; whoever shows them narrows them to the viewer first.
        at: When it was asked.
    """

    rows: pl.DataFrame
    at: datetime


def by_key(query: Query, column: str, dialect: str) -> Query:
    """
    The query of a fact, narrowed to the rows whose `column` is the parameter `:key`.

    Args:
        query: A checked query.
        column: One of its columns.
        dialect: SQLAlchemy's name of the database.

    Raises:
        QueryFileError: the query doesn't give the column, binds a `:key` of its own, or what comes of it isn't one
            select that reads; or the database doesn't take a query inside another.
    """
    where = shown(query.path)
    if dialect not in WRAPPING:
        raise QueryFileError(
            Problem(where, f"can't be asked for one key of {dialect}", "leave it out of live.facts")
        )
    if column not in query.columns or KEY in query.parameters:
        raise QueryFileError(
            Problem(where, f"doesn't give {column}", "select it, or leave the fact out of live.facts")
        )
    # Names of the contract are plain words, and the text stands on lines of its own.
    names = ", ".join(f"fact.{name}" for name in query.columns)
    # Names of the contract and a checked file, none of them somebody's text: the key itself is bound.
    wrapped = f"select {names} from (\n{query.statement}\n) as fact where fact.{column} = :{KEY}"  # noqa: S608
    statement, problems = read_statement(wrapped, dialect, where)
    expected = {*query.parameters, KEY}
    if problems or statement is None or set(statement.parameters) != expected:
        raise QueryFileError(problems or Problem(where, "can't be narrowed to one key", "write it as one select"))
    return replace(query, statement=statement.text, parameters=frozenset(expected))


def look_up(settings: Settings, source: str, fact: str, column: str, key: str, *, now: datetime) -> Found:
    """
    Ask a source for the rows of a fact with a key.

    Args:
        settings: The source's, and how long a lookup may take and how many rows it may bring.
        source: The source's name.
        fact: Whose query file.
        column: The column of the key.
        key: What somebody asks for.
        now: This moment, with a zone.

    Raises:
        SourceError: there is no such source any more, it refuses, or it is too slow.
        QueryFileError: its query can't be read or wrapped.
        ResultError: it brings more rows than `live.row_cap`.
    """
    if source not in settings.sources:
        raise SourceError(Problem(f"source {source}", "isn't in the settings", "refresh the snapshot"))
    known = settings.sources[source]
    limits: Mapping[str, int] = {
        "timeout_seconds": min(known.timeout_seconds, settings.live.timeout_seconds),
        "row_cap": settings.live.row_cap,
        "batch_rows": max(settings.live.row_cap + 1, _LEAST_BATCH),
    }
    with open_source(source, known.model_copy(update=dict(limits))) as opened:
        query = by_key(read_query(known.queries / f"{fact}.sql", opened.dialect), column, opened.dialect)
        moments = {
            "since": THE_BEGINNING,
            "history_from": history_from(settings.snapshot, local(now, known.timezone)),
        }
        raw = pl.concat(list(opened.batches(query, {**moments, KEY: key})), how="diagonal_relaxed")
    return Found(check_rows(raw, FACTS[fact], known.timezone, now=now), now.astimezone(UTC))
