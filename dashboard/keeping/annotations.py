"""
Dated events that charts point to: who may enter and withdraw them, and who sees them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dashboard.access import Viewer, may_see_branch
from dashboard.errors import EntryError, NotAllowed, Problem
from dashboard.keeping.database import Database
from dashboard.keeping.tables import ANNOTATION, LONGEST, WITHDRAWAL
from dashboard.settings import AppSettings

# No insurer's figures go back further; nothing is planned further ahead.
EARLIEST = date(1990, 1, 1)
AHEAD = timedelta(days=366)
# Control signs, marks that turn the direction of text, halves of signs, and ends of lines.
_NOT_TEXT = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Concerns:
    """
    What an event concerns; None, for each: all of them.
    """

    cause: str | None = None
    product_line: str | None = None
    branch_id: str | None = None
    kpi: str | None = None

    def touch(self, kpi: str | None, selected: Mapping[str, Sequence[str]]) -> bool:
        """
        Whether a figure over a selection holds cases that the event concerns.

        Args:
            kpi: The figure's id; None asks about the selection alone.
            selected: The values selected, by column; a column that is absent or empty selects all.

        Returns:
            False only if the event is about another figure, or about values that are filtered away.
        """
        if self.kpi is not None and kpi is not None and self.kpi != kpi:
            return False
        own = {"cause": self.cause, "product_line": self.product_line, "branch_id": self.branch_id}
        return all(value is None or not selected.get(key) or value in selected[key] for key, value in own.items())


@dataclass(frozen=True, slots=True)
class Annotation:
    """
    One dated event.

    Attributes:
        annotation_id: Its number.
        on_day: The day it happened, in the business's own calendar.
        title: One line, at most 80 characters.
        note: More about it, at most 500 characters; may have several lines.
        concerns: What it is about.
        created_at: When it was entered, UTC, to the second.
        created_by: By whom.
        withdrawn_at: When it was taken back; None while it holds.
        withdrawn_by: By whom.
    """

    annotation_id: int
    on_day: date
    title: str
    note: str | None
    concerns: Concerns
    created_at: datetime
    created_by: str
    withdrawn_at: datetime | None = None
    withdrawn_by: str | None = None


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Annotations:
    """
    The events kept in the dashboard's own database.

    Nothing is edited or deleted: an event is withdrawn, and both its entry and its withdrawal stay.

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

    @property
    def place(self) -> str:
        """
        Where they are kept, in words that hold no secret.
        """
        return self._database.place

    def all(self, viewer: Viewer, as_of: date | None = None, *, withdrawn: bool = False) -> list[Annotation]:
        """
        The events a viewer may see: the company's, and those of branches they aren't shut out from.

        Args:
            viewer: Who asks.
            as_of: The last day whose events are wanted; None: planned ones as well.
            withdrawn: Whether those that were taken back are wanted too.

        Returns:
            By day, then in the order of entry.
        """
        wanted = _every().order_by(ANNOTATION.c.on_day, ANNOTATION.c.annotation_id)
        if as_of is not None:
            wanted = wanted.where(ANNOTATION.c.on_day <= as_of)
        if not withdrawn:
            wanted = wanted.where(WITHDRAWAL.c.withdrawn_at.is_(None))
        with self._database.begin() as connection:
            found = [_annotation(row) for row in connection.execute(wanted).mappings()]
        return [each for each in found if may_see_branch(viewer, each.concerns.branch_id)]

    def add(
        self,
        viewer: Viewer,
        on_day: date,
        title: str,
        *,
        note: str | None = None,
        concerns: Concerns | None = None,
    ) -> Annotation:
        """
        Keep an event.

        Args:
            viewer: Who enters it.
            on_day: From 1990 to a year ahead.
            title: One line of 1 to 80 characters of plain text; space around it is dropped.
            note: At most 500 characters, of which ends of lines are the only control signs; blank is none.
            concerns: None: everything.

        Returns:
            What is kept.

        Raises:
            NotAllowed: The viewer's role doesn't enter events.
            EntryError: naming every field that can't be kept.
        """
        _check_right(viewer)
        scope = concerns or Concerns()
        entered = {"title": title.strip(), "note": (note or "").strip() or None, **asdict(scope)}
        now = self.now()
        problems = [*_day_problems(on_day, now.date()), *_text_problems(entered)]
        if problems:
            raise EntryError(problems)
        row = {**entered, "on_day": on_day, "created_at": now, "created_by": viewer.name}
        with self._database.begin() as connection:
            key = connection.execute(sa.insert(ANNOTATION), row).inserted_primary_key
            return _kept(connection, key[0] if key else 0)

    def withdraw(self, viewer: Viewer, annotation_id: int) -> Annotation:
        """
        Take an event off all charts. One that was withdrawn before stays as it is: the first withdrawal counts.

        Returns:
            The event with who withdrew it and when.

        Raises:
            NotAllowed: The viewer's role doesn't withdraw events.
            EntryError: There is no such event.
        """
        _check_right(viewer)
        row = {"annotation_id": annotation_id, "withdrawn_at": self.now(), "withdrawn_by": viewer.name}
        with self._database.begin() as connection:
            found = _kept(connection, annotation_id)
        if found.withdrawn_at is not None:
            return found
        # Somebody else may come first, just now; then it is their withdrawal that is read below.
        with self._database.begin() as connection, suppress(IntegrityError), connection.begin_nested():
            connection.execute(sa.insert(WITHDRAWAL), row)
        with self._database.begin() as connection:
            return _kept(connection, annotation_id)


def _check_right(viewer: Viewer) -> None:
    if not viewer.rights.annotates:
        what = f"events are not entered or withdrawn by the role {viewer.role.value}"
        raise NotAllowed(Problem("annotations", what, "ask compliance or an administrator"))


def _day_problems(on_day: date, today: date) -> Iterator[Problem]:
    latest = today + AHEAD
    if not EARLIEST <= on_day <= latest:
        yield Problem("on_day", f"{on_day} can't be meant", f"write a day from {EARLIEST} to {latest}")


def _text_problems(entered: Mapping[str, str | None]) -> Iterator[Problem]:
    if not entered["title"]:
        yield Problem("title", "it is blank", "say in a few words what happened")
    for name, text in entered.items():
        longest = LONGEST[name]
        if text is None:
            continue
        if len(text) > longest:
            yield Problem(name, f"it has {len(text)} characters", f"write at most {longest}")
        allowed = "\n" if name == "note" else ""
        if any(unicodedata.category(sign) in _NOT_TEXT and sign not in allowed for sign in text):
            yield Problem(name, "it holds control characters", "write plain text")


def _every() -> sa.Select[Any]:
    columns = (*ANNOTATION.c, WITHDRAWAL.c.withdrawn_at, WITHDRAWAL.c.withdrawn_by)
    return sa.select(*columns).join_from(ANNOTATION, WITHDRAWAL, isouter=True)


def _kept(connection: sa.Connection, annotation_id: int) -> Annotation:
    found = connection.execute(_every().where(ANNOTATION.c.annotation_id == annotation_id)).mappings().first()
    if found is None:
        problem = Problem(
            "annotation_id", f"there is no event {annotation_id}", "`dashboard annotations` lists them"
        )
        raise EntryError(problem)
    return _annotation(found)


def _annotation(row: sa.RowMapping) -> Annotation:
    values = dict(row)
    concerns = Concerns(**{name: values.pop(name) for name in ("cause", "product_line", "branch_id", "kpi")})
    return Annotation(concerns=concerns, **values)
