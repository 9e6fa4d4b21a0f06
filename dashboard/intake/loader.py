"""
Loads one fact after the other and says how each went; the same in this process and in a second one beside it.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from dashboard.errors import DashboardError, Problem, SnapshotError
from dashboard.intake.load import Load, Progress
from dashboard.intake.query import Query
from dashboard.intake.source import Source, open_source
from dashboard.settings import Settings
from dashboard.snapshot import FactState, Snapshot


@dataclass(frozen=True, slots=True)
class Loaded:
    """
    One fact that was loaded: how (`full` or `incremental`), how many rows were read, and how long it took.
    """

    fact: str
    source: str
    mode: str
    rows_read: int
    rows: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Order:
    """
    One fact to load.

    Attributes:
        source: The source's name in the settings.
        query: The query that feeds the fact.
        before: What the snapshot knew about it; None at the first time.
        now: When the refresh began.
        full: Read everything.
        allow_empty: Accept that a fact which had rows now has none.
    """

    source: str
    query: Query
    before: FactState | None
    now: datetime
    full: bool
    allow_empty: bool

    @property
    def is_first(self) -> bool:
        """
        Whether everything has to be read because nothing is there yet, or because it is wished for.
        """
        return self.full or self.before is None or self.before.version is None


@dataclass(frozen=True, slots=True)
class Outcome:
    """
    How an order went.

    Attributes:
        fact: Whose.
        state: The fact's new state, not yet published; None if it couldn't be loaded.
        loaded: What was done; None likewise.
        problems: What kept it from being loaded.
        warnings: What opening its source has to say.
        is_hopeless: The snapshot can't be written to, so the next order would fare no better.
    """

    fact: str
    state: FactState | None = None
    loaded: Loaded | None = None
    problems: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    is_hopeless: bool = False


class Loader:
    """
    Carries out the orders of one refresh, keeping a source open while orders for it go on. One that couldn't be
    opened isn't tried again.
    """

    def __init__(self, settings: Settings, progress: Progress) -> None:
        self._settings = settings
        self._progress = progress
        self._snapshot = Snapshot(settings.snapshot)
        self._source: Source | None = None
        self._refused: dict[str, DashboardError] = {}

    def load(self, order: Order) -> Outcome:
        """
        Load one fact. What an operator has to put right is in the outcome; anything else is raised.
        """
        fact = order.query.fact
        try:
            source = self._opened(order.source)
            began = time.monotonic()
            load = Load(
                snapshot=self._snapshot,
                source=source,
                query=order.query,
                before=order.before,
                now=order.now,
                settings=self._settings.snapshot,
                progress=self._progress,
            )
            state = load.run(full=order.full, allow_empty=order.allow_empty)
        except DashboardError as error:
            return Outcome(fact, problems=error.problems, is_hopeless=isinstance(error, SnapshotError))
        seconds = time.monotonic() - began
        loaded = Loaded(fact, order.source, state.mode, load.rows_read, state.rows, seconds)
        return Outcome(fact, state, loaded, warnings=tuple(source.warnings))

    def close(self) -> None:
        """
        Close the source that is open, if one is.
        """
        if self._source is not None:
            self._source.close()
            self._source = None

    def _opened(self, name: str) -> Source:
        if self._source is None or self._source.name != name:
            self.close()
            if name in self._refused:
                # It may take its whole timeout to refuse; once is enough for all of its facts.
                raise self._refused[name]
            try:
                self._source = open_source(name, self._settings.sources[name])
            except DashboardError as error:
                self._refused[name] = error
                raise
        return self._source
