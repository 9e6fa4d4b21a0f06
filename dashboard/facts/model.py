"""
What a fact is made of: columns with a kind, a key, a date it is counted by.

Kinds follow the names (`_id` text, `_on` day, `_at` instant); the constructors below only save writing them out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

import polars as pl

MONEY = pl.Decimal(20, 4)
INSTANT = pl.Datetime("us", "UTC")

# Stored beside the columns of every fact: why a row is a bad one and stays out of the figures; null for good rows.
PROBLEM = "problem"


class Kind(Enum):
    """
    The types a column can have. `CODE` is text from a vocabulary, `CODES` a list written in one text.
    """

    TEXT = "text"
    CODE = "code"
    CODES = "codes"
    DAY = "day"
    INSTANT = "instant"
    TRUTH = "truth"
    COUNT = "count"
    NUMBER = "number"
    MONEY = "money"

    @property
    def dtype(self) -> pl.DataType:
        """
        The polars type in which the snapshot stores it.
        """
        return _DTYPES[self]


_DTYPES: dict[Kind, pl.DataType] = {
    Kind.TEXT: pl.String(),
    Kind.CODE: pl.String(),
    Kind.CODES: pl.String(),
    Kind.DAY: pl.Date(),
    Kind.INSTANT: INSTANT,
    Kind.TRUTH: pl.Boolean(),
    Kind.COUNT: pl.Int64(),
    Kind.NUMBER: pl.Float64(),
    Kind.MONEY: MONEY,
}


@dataclass(frozen=True, slots=True)
class Column:
    """
    One column of a fact.

    Attributes:
        name: As in the query and in the snapshot.
        kind: Its type.
        required: A query without it is refused; a row without a value is a bad row.
        personal: Masked unless the viewer's role needs it.
        vocabulary: The codes we know. An unknown one is kept, shown as it is and counted as a finding. Of a `TEXT`
            column: usual values we have words for; an insurer's own are as good.
        came_with: Instants any of which made the value known. Asked as of an earlier day, the value is null.
        formerly: The column that holds what was known before `came_with`, where there is one.
        planned: A day set in advance, such as a due day: known as soon as the row is, however far ahead.
    """

    name: str
    kind: Kind
    required: bool = False
    personal: bool = False
    vocabulary: tuple[str, ...] = ()
    came_with: tuple[str, ...] = ()
    formerly: str | None = None
    planned: bool = False

    @property
    def is_coded(self) -> bool:
        """
        Whether a value outside the vocabulary is worth a finding.
        """
        return self.kind in (Kind.CODE, Kind.CODES)


@dataclass(frozen=True, slots=True)
class Fact:
    """
    One kind of thing that happened, one row each.

    Attributes:
        name: As in `-- fact:` of a query file and as the snapshot's folder.
        keys: The columns that together name one row; unique over the whole table.
        dated: The column that says when it happened; a row dated after the day asked for is absent.
        columns: In the order of the contract.
        optional: A dashboard without it lacks a detail, not a question.
        order: Pairs of (earlier, later) columns; a row that has them the other way round is a bad row.
        within: Pairs of (part, whole) columns; a row whose part is more than its whole is a bad row.
    """

    name: str
    keys: tuple[str, ...]
    dated: str | None
    columns: tuple[Column, ...]
    optional: bool = False
    order: tuple[tuple[str, str], ...] = ()
    within: tuple[tuple[str, str], ...] = ()
    by_name: dict[str, Column] = field(init=False, repr=False, compare=False, hash=False)

    def __post_init__(self) -> None:
        named = {column.name: column for column in self.columns}
        twice = len(named) != len(self.columns)
        pairs = [name for pair in (*self.order, *self.within) for name in pair]
        used = (*self.keys, *([self.dated] if self.dated else []), *pairs)
        used += tuple(name for column in self.columns for name in column.came_with)
        used += tuple(column.formerly for column in self.columns if column.formerly)
        missing = [name for name in used if name not in named]
        if twice or missing:
            raise ValueError(f"fact {self.name}: a column twice, or used and not declared: {missing}")
        object.__setattr__(self, "by_name", named)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """
        Column name to polars type, in the order of the contract.
        """
        return {column.name: column.kind.dtype for column in self.columns}

    @property
    def required(self) -> tuple[str, ...]:
        """
        The columns without which a query is refused.
        """
        return tuple(column.name for column in self.columns if column.required)

    @property
    def personal(self) -> tuple[str, ...]:
        """
        The columns that are masked unless a role needs them.
        """
        return tuple(column.name for column in self.columns if column.personal)


# What every fact may carry beside its own columns: how many real cases a row stands for, when it last changed, and
# the organisation keys by which rows are shown or hidden.
COMMON = (
    Column("branch_id", Kind.TEXT),
    Column("team_id", Kind.TEXT),
    Column("agent_id", Kind.TEXT),
    Column("cases", Kind.COUNT),
    Column("updated_at", Kind.INSTANT),
)


def fact(
    name: str,
    *groups: Iterator[Column] | Column,
    keys: tuple[str, ...],
    dated: str | None = None,
    optional: bool = False,
    order: tuple[tuple[str, str], ...] = (),
    within: tuple[tuple[str, str], ...] = (),
    nullable_keys: tuple[str, ...] = (),
) -> Fact:
    """
    Build a fact from groups of columns, adding those every fact may carry.

    Keys and the date are required whatever their group says, but for `nullable_keys`, where null means "all".
    """
    own = [column for group in groups for column in ([group] if isinstance(group, Column) else group)]
    named = {column.name for column in own}
    own += [column for column in COMMON if column.name not in named]
    must = {*keys, *([dated] if dated else [])} - set(nullable_keys)
    columns = tuple(replace(column, required=True) if column.name in must else column for column in own)
    return Fact(name, keys, dated, columns, optional, order, within)


def columns(kind: Kind, names: str, *, required: bool = False, personal: bool = False) -> Iterator[Column]:
    """
    Columns of one kind, their names separated by white space.
    """
    return (Column(name, kind, required=required, personal=personal) for name in names.split())


def texts(names: str, *, required: bool = False, personal: bool = False) -> Iterator[Column]:
    """
    Text columns: keys, names, free codes.
    """
    return columns(Kind.TEXT, names, required=required, personal=personal)


def instants(names: str) -> Iterator[Column]:
    """
    Moments in time, stored in UTC.
    """
    return columns(Kind.INSTANT, names)


def days(names: str) -> Iterator[Column]:
    """
    Calendar days, without a time zone.
    """
    return columns(Kind.DAY, names)


def planned_days(names: str, *, required: bool = False) -> Iterator[Column]:
    """
    Calendar days set in advance: due days, expiries, ends of terms.
    """
    return (Column(name, Kind.DAY, required=required, planned=True) for name in names.split())


def code(name: str, vocabulary: str, *, came_with: str = "", formerly: str | None = None) -> Column:
    """
    A code column with its vocabulary, separated by white space.
    """
    return Column(
        name,
        Kind.CODE,
        vocabulary=tuple(vocabulary.split()),
        came_with=tuple(came_with.split()),
        formerly=formerly,
    )


def usual(name: str, words: str) -> Column:
    """
    A free text with its usual values, separated by white space: they are translated, others are no finding.
    """
    return Column(name, Kind.TEXT, vocabulary=tuple(words.split()))


def known_from(came_with: str, *groups: Iterator[Column]) -> Iterator[Column]:
    """
    The same columns, each known only once one of the instants in `came_with` has come.
    """
    source = tuple(came_with.split())
    return (replace(column, came_with=source) for group in groups for column in group)
