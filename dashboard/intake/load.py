"""
One fact from its source into its table: in full, or only what changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.errors import Problem, ResultError
from dashboard.facts import FACTS
from dashboard.intake.query import Query, shown
from dashboard.intake.rows import read_rows
from dashboard.intake.source import Source
from dashboard.intake.tally import Tally
from dashboard.settings import SnapshotSettings
from dashboard.snapshot import FactState, Snapshot

# Before anything an insurer's database holds, and within what every database can compare with.
THE_BEGINNING = datetime(1900, 1, 1)  # noqa: DTZ001 - a wall clock


def local(moment: datetime, zone: str) -> datetime:
    """
    The wall clock of a zone at a moment.
    """
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def history_from(settings: SnapshotSettings, today: datetime) -> datetime:
    """
    The wall clock that `:history_from` binds to: the first of the month so many months ago, or the beginning.
    """
    if not settings.history_months:
        return THE_BEGINNING
    index = today.year * 12 + today.month - 1 - settings.history_months
    return datetime(index // 12, index % 12 + 1, 1)  # noqa: DTZ001 - a wall clock


class Progress(Protocol):
    """
    Told how far a load has come.
    """

    def __call__(self, fact: str, rows: int, *, is_done: bool) -> None:
        """
        `rows` of `fact` were read so far.
        """


def silent(fact: str, rows: int, *, is_done: bool) -> None:
    """
    Tell nobody.
    """


@dataclass
class Load:
    """
    The load of one fact.

    Attributes:
        before: What the snapshot knew about it, None at the first time.
        now: When the refresh began.
        rows_read: How many rows came from the source.
    """

    snapshot: Snapshot
    source: Source
    query: Query
    before: FactState | None
    now: datetime
    settings: SnapshotSettings
    progress: Progress = silent
    rows_read: int = field(default=0, init=False)

    def run(self, *, full: bool = False, allow_empty: bool = False) -> FactState:
        """
        Load what changed if that is possible, everything otherwise or if `full`.

        Returns:
            The fact's new state, not yet published.

        Raises:
            SourceError: the database refuses or is too slow.
            ResultError: a column can't be read, a key occurs twice, or all rows are gone and not `allow_empty`.
            SnapshotError: no room, or no right to write.
        """
        fact = FACTS[self.query.fact]
        published = None if full else self._to_go_on_from()
        if published is not None and self.before is not None and self.before.watermark is not None:
            since = self.before.watermark - timedelta(minutes=self.settings.overlap_minutes)
            version = self.snapshot.upsert(fact, self._batches(self._local(since)), published)
            mode, fully = "incremental", self.before.loaded_fully_at
        else:
            had_rows = self.before.rows if self.before and self.before.version is not None else 0
            must_have = 0 if allow_empty else had_rows
            version = self.snapshot.replace(
                fact, lambda: self._batches(THE_BEGINNING, must_have), shown(self.query.path)
            )
            mode, fully = "full", self.now
        state = self.snapshot.measure(fact, version, self.now, self.before)
        self.progress(fact.name, self.rows_read, is_done=True)
        return replace(
            state,
            source=self.source.name,
            query_hash=self._fingerprint(),
            columns=self.query.columns,
            mode=mode,
            refreshed_at=self.now,
            loaded_fully_at=fully,
            error=None,
            failed_at=None,
        )

    def _to_go_on_from(self) -> int | None:
        # The published version, if what it holds was read from the same place in the same way, not too long ago.
        before = self.before
        if before is None or before.version is None or before.loaded_fully_at is None:
            return None
        goes_on = (
            self.query.since is not None
            and before.watermark is not None
            and before.source == self.source.name
            and before.query_hash == self._fingerprint()
            and self.now - before.loaded_fully_at < timedelta(hours=self.settings.full_every_hours)
            and self.snapshot.holds_all_columns(FACTS[self.query.fact], before.version)
        )
        return before.version if goes_on else None

    def _batches(self, since: datetime, must_have: int = 0) -> Iterator[pl.DataFrame]:
        fact = FACTS[self.query.fact]
        zone = self.source.settings.timezone
        tally = Tally(fact, self.now)
        parameters = {"since": since, "history_from": history_from(self.settings, self._local(self.now))}
        with closing(self.source.batches(self.query, parameters)) as batches:
            for raw in batches:
                batch = read_rows(raw, fact, zone, now=self.now)
                tally.add(batch)
                self.rows_read = tally.rows
                self.progress(fact.name, tally.rows, is_done=False)
                yield batch.table
        tally.raise_if_unreadable(self.query)
        if must_have and not tally.rows:
            what = f"brought no rows, where the snapshot holds {must_have:,}; those are kept"
            remedy = "mend the view or the filter, or refresh with --allow-empty if that is right"
            raise ResultError(Problem(shown(self.query.path), what, remedy))

    def _local(self, moment: datetime) -> datetime:
        return local(moment, self.source.settings.timezone)

    def _fingerprint(self) -> str:
        # What changes the rows beside the query's text: how wall clocks are read, how far back it looks, and which
        # file it is.
        zone = self.source.settings.timezone
        parts = (self.query.hash, zone, str(self.settings.history_months), self.source.identity)
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()
