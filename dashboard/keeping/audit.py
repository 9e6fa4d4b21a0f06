"""
Who looked at what, and who took what along: an audit log that is only ever added to.

The dashboard inserts and reads, nothing else; in SQLite and PostgreSQL the tables themselves refuse to change or
delete an entry. No person but the viewer stands in it, of a case its number, of a file its name and how many
rows; only whom somebody looked for by name is entered as it was asked.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from dashboard.access import Viewer, may_open
from dashboard.errors import NotAllowed, Problem
from dashboard.keeping.database import Database
from dashboard.keeping.tables import AUDIT_ENTRY, AUDIT_LONGEST
from dashboard.settings import AppSettings

# Ends a text that was longer than its column.
CUT = "…"
# Stands for a sign that could act on whoever reads it.
_REPLACED = "\N{REPLACEMENT CHARACTER}"
_NOT_TEXT = {"Cc", "Cf", "Cs", "Zl", "Zp"}


class Action(StrEnum):
    """
    What somebody did.
    """

    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    REFUSED = "refused"
    PAGE = "page"
    CASE = "case"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class Deed:
    """
    What is to be entered.

    Attributes:
        who: The name somebody signed in with.
        role: Their role; blank where they have none.
        scope: The digest of what they may see.
        units: The units they are bound to, in one line; blank: the whole company.
        action: What they did.
        what: The page, the kind and number of the case, or the name of the file.
        row_count: How many rows the file holds; None where that has no meaning.
        filters: What was selected, as it stands in the address.
        version: Of the snapshot.
    """

    who: str
    role: str
    scope: str
    units: str
    action: Action
    what: str
    row_count: int | None = None
    filters: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """
    One line of the log: a deed, its number, and when it was entered (UTC, to the second).
    """

    entry_id: int
    at: datetime
    deed: Deed


@dataclass(frozen=True, slots=True)
class Wanted:
    """
    Which entries are wanted; None, for each: all.

    Attributes:
        since: Entered at or after this moment.
        before: Entered before this moment.
        who: By this name exactly.
        action: Of this kind.
    """

    since: datetime | None = None
    before: datetime | None = None
    who: str | None = None
    action: Action | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """
    Entries in numbers.

    Attributes:
        people: Different names among those who were let in.
        pages: Pages opened.
        cases: Cases opened.
        exports: Files taken along.
        rows: Rows in them.
        refusals: Times somebody was refused.
    """

    people: int
    pages: int
    cases: int
    exports: int
    rows: int
    refusals: int


def deed_of(viewer: Viewer, action: Action, what: str, **more: Any) -> Deed:
    """
    What a viewer did; `more` are the other attributes of a `Deed`.
    """
    units = ", ".join(sorted(viewer.units))
    return Deed(viewer.name, viewer.role.value, viewer.scope, units, action, what, **more)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class AuditLog:
    """
    The log in the dashboard's own database.

    Attributes:
        settings: Which database.
        now: The clock that stamps entries.

    Raises:
        SourceError: At once if the database's URL makes no sense; from each method if it can't be used.
    """

    settings: AppSettings
    now: Callable[[], datetime] = _now
    _database: Database = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._database = Database(self.settings)

    def record(self, deed: Deed) -> None:
        """
        Enter a deed. When this returns, the entry is kept.

        Signs that steer a screen are replaced, and a text longer than its column is cut with a mark.
        """
        texts = {name: _fitting(str(getattr(deed, name)), longest) for name, longest in AUDIT_LONGEST.items()}
        with self._database.begin() as connection:
            connection.execute(sa.insert(AUDIT_ENTRY), {**texts, "at": self.now(), "row_count": deed.row_count})

    def entries(self, viewer: Viewer, wanted: Wanted, *, limit: int, offset: int = 0) -> list[Entry]:
        """
        Entries, the newest first.

        Args:
            viewer: Who asks.
            wanted: Which.
            limit: At most so many.
            offset: After so many newer ones.

        Raises:
            NotAllowed: The viewer may not read the log.
        """
        _check_right(viewer)
        found = sa.select(AUDIT_ENTRY).where(*_conditions(wanted)).order_by(AUDIT_ENTRY.c.entry_id.desc())
        with self._database.begin() as connection:
            return [_entry(row) for row in connection.execute(found.limit(limit).offset(offset)).mappings()]

    def count(self, viewer: Viewer, wanted: Wanted) -> int:
        """
        How many entries there are.

        Raises:
            NotAllowed: The viewer may not read the log.
        """
        _check_right(viewer)
        counted = sa.select(sa.func.count()).select_from(AUDIT_ENTRY).where(*_conditions(wanted))
        with self._database.begin() as connection:
            return int(connection.scalar(counted) or 0)

    def names(self, viewer: Viewer, wanted: Wanted) -> list[str]:
        """
        Everybody who stands in entries, in order.

        Raises:
            NotAllowed: The viewer may not read the log.
        """
        _check_right(viewer)
        with self._database.begin() as connection:
            who = sa.select(AUDIT_ENTRY.c.who).where(*_conditions(wanted)).distinct().order_by(AUDIT_ENTRY.c.who)
            return [str(name) for name in connection.execute(who).scalars()]

    def totals(self, viewer: Viewer, wanted: Wanted) -> Totals:
        """
        Entries in numbers.

        Raises:
            NotAllowed: The viewer may not read the log.
        """
        _check_right(viewer)
        columns = AUDIT_ENTRY.c

        def of(action: Action) -> sa.ColumnElement[int]:
            return sa.func.count(sa.case((columns.action == action.value, 1)))

        let_in = sa.case((columns.action != Action.REFUSED.value, columns.who))
        asked = sa.select(
            sa.func.count(let_in.distinct()),
            *(of(action) for action in (Action.PAGE, Action.CASE, Action.EXPORT)),
            sa.func.coalesce(sa.func.sum(columns.row_count), 0),
            of(Action.REFUSED),
        ).where(*_conditions(wanted))
        with self._database.begin() as connection:
            return Totals(*(int(number) for number in connection.execute(asked).one()))


def _check_right(viewer: Viewer) -> None:
    if not viewer.rights.audits or not may_open(viewer, "audit"):
        what = f"the audit log isn't shown to the role {viewer.role.value} with these units"
        raise NotAllowed(Problem("audit", what, "ask compliance or an administrator"))


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    columns = AUDIT_ENTRY.c
    found = []
    if wanted.since is not None:
        found.append(columns.at >= wanted.since)
    if wanted.before is not None:
        found.append(columns.at < wanted.before)
    if wanted.who is not None:
        found.append(columns.who == wanted.who)
    if wanted.action is not None:
        found.append(columns.action == wanted.action.value)
    return found


def _fitting(text: str, longest: int) -> str:
    # Cut before every sign is looked at: somebody may send megabytes.
    kept = text if len(text) <= longest else text[: longest - len(CUT)] + CUT
    return "".join(_REPLACED if unicodedata.category(sign) in _NOT_TEXT else sign for sign in kept)


def _entry(row: sa.RowMapping) -> Entry:
    values = dict(row)
    entry_id, at, action = values.pop("entry_id"), values.pop("at"), Action(values.pop("action"))
    return Entry(entry_id, at, Deed(action=action, **values))
