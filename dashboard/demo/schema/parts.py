"""
The few kinds of columns the operational tables are made of, written once, portable between databases.

Timestamps are naive local time, as such systems keep them; truths are small integers; codes are the words that
people at the counter see.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa

metadata = sa.MetaData()

NUMBER_LENGTH = 20
CODE_LENGTH = 40

Part = sa.Column[Any] | Iterator[sa.Column[Any]]


def table(name: str, *parts: Part, changed: bool = True, indexed: str = "") -> sa.Table:
    """
    One table, its columns in the order given.

    Args:
        name: The table's name.
        parts: Columns, or groups of them.
        changed: Whether it records when a row last changed, indexed for incremental reads.
        indexed: Further columns to index, one index each: what children are looked up by.
    """
    columns: list[sa.Column[Any]] = []
    for part in parts:
        columns += [part] if isinstance(part, sa.Column) else list(part)
    if changed:
        columns.append(sa.Column("updated_at", sa.DateTime, nullable=False))
    made = sa.Table(name, metadata, *columns, mysql_charset="utf8mb4", mysql_collate="utf8mb4_bin")
    for column in [*indexed.split(), *(["updated_at"] if changed else [])]:
        sa.Index(f"ix_{name}_{column}", made.c[column])
    return made


def number(name: str) -> sa.Column[Any]:
    """
    The business number that is the table's primary key.
    """
    return sa.Column(name, sa.String(NUMBER_LENGTH), primary_key=True)


def serial(name: str) -> sa.Column[Any]:
    """
    A running number without business meaning as primary key.
    """
    return sa.Column(name, sa.BigInteger, primary_key=True, autoincrement=False)


def link(target: str, name: str | None = None, *, optional: bool = False, key: bool = False) -> sa.Column[Any]:
    """
    A foreign key to `target` ("table.column"), named as there unless `name` says otherwise.
    """
    return sa.Column(
        name or target.split(".")[1],
        sa.ForeignKey(target),
        nullable=optional,
        primary_key=key,
    )


def words(
    names: str, length: int = CODE_LENGTH, *, required: bool = False, key: bool = False
) -> Iterator[sa.Column[Any]]:
    """
    Codes, names and other short texts; part of the primary key where `key` says so.
    """
    must = required or key
    return (sa.Column(name, sa.String(length), nullable=not must, primary_key=key) for name in names.split())


def days(names: str, *, required: bool = False) -> Iterator[sa.Column[Any]]:
    """
    Calendar days.
    """
    return (sa.Column(name, sa.Date, nullable=not required) for name in names.split())


def instants(names: str, *, required: bool = False) -> Iterator[sa.Column[Any]]:
    """
    Local date and time, to the second.
    """
    return (sa.Column(name, sa.DateTime, nullable=not required) for name in names.split())


def truths(names: str) -> Iterator[sa.Column[Any]]:
    """
    0 or 1, or null where nobody knows.
    """
    return (sa.Column(name, sa.SmallInteger) for name in names.split())


def counts(names: str) -> Iterator[sa.Column[Any]]:
    """
    Whole numbers.
    """
    return (sa.Column(name, sa.Integer) for name in names.split())


def amounts(names: str) -> Iterator[sa.Column[Any]]:
    """
    Money in yuan, to the fen.
    """
    return (sa.Column(name, sa.Numeric(14, 2)) for name in names.split())


def ratios(names: str) -> Iterator[sa.Column[Any]]:
    """
    Figures with a fraction that are no money: years, shares, marks.
    """
    return (sa.Column(name, sa.Double) for name in names.split())
