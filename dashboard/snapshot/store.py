"""
Writing the snapshot: full loads, upserts, publication, maintenance; and opening it at a version.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

from dashboard.errors import Problem, SnapshotError
from dashboard.facts import FACTS, Fact
from dashboard.settings import SnapshotSettings
from dashboard.snapshot.keys import KeyWatch
from dashboard.snapshot.lock import locked
from dashboard.snapshot.manifest import FactState, Version, from_table, manifest_place, table_place, to_table
from dashboard.snapshot.measure import measured, moments
from dashboard.snapshot.tables import Table, explained

MERGED_AT_ONCE = 500_000  # rows of an upsert held in memory


class Snapshot:
    """
    The facts, kept in a local folder or an object store.

    `replace`, `upsert`, `publish` and `maintain` are for whoever holds `locked()`.
    """

    def __init__(self, settings: SnapshotSettings) -> None:
        self.settings = settings
        self.path = settings.path
        self._options = settings.storage_options
        self._manifest = Table(manifest_place(settings.path), settings)

    def locked(self, wait_seconds: float = 0) -> AbstractContextManager[None]:
        """
        Hold the refresh lock for a `with` block; see `dashboard.snapshot.lock.locked`.
        """
        return locked(self.path, wait_seconds)

    def current(self) -> Version:
        """
        The version published last.

        Raises:
            SnapshotError: nothing was published yet, or the manifest can't be read.
        """
        return self.version(None)

    def version(self, number: int | None) -> Version:
        """
        A published version by its `id`; None for the last.

        Raises:
            SnapshotError: there is no such version, or none at all.
        """
        if not self._manifest.exists():
            raise SnapshotError(Problem(self.path, "there is no snapshot yet", "run `dashboard refresh`"))
        with explained(self.path, "can't be read"):
            table = self._manifest.open(number)
            states = from_table(pl.scan_delta(table).collect())
        return Version(table.version(), states, self.path, self.settings.storage_options)

    def versions(self) -> list[tuple[int, datetime]]:
        """
        Published versions that can still be opened, newest first: `id` and when it was published.

        Raises:
            SnapshotError: the manifest can't be read.
        """
        if not self._manifest.exists():
            return []
        oldest = datetime.now(UTC) - timedelta(days=self.settings.keep_days)
        published = [
            (int(entry["version"]), datetime.fromtimestamp(entry["timestamp"] / 1000, UTC))
            for entry in self._manifest.open().history()
            if entry["operation"] in ("WRITE", "CREATE TABLE", "CREATE OR REPLACE TABLE")
        ]
        return [(number, at) for number, at in published if at >= oldest or number == published[0][0]]

    def version_before(self, instant: datetime) -> Version | None:
        """
        What readers saw at an instant: the newest version published before it, None if none can still be opened.

        Raises:
            SnapshotError: the manifest can't be read.
        """
        earlier = [number for number, at in self.versions() if at < instant]
        return self.version(max(earlier)) if earlier else None

    def replace(self, fact: Fact, batches: Callable[[], Iterator[pl.DataFrame]], origin: str) -> int:
        """
        Write a full load in bounded memory; rows that are gone from the source are gone from here.

        Args:
            fact: Whose table.
            batches: Begins the load: frames with the contract's columns and `problem`. Called a second time
                only when a key occurs twice, to name it.
            origin: The query file, for errors.

        Returns:
            The Delta version written, which nobody sees before it is published.

        Raises:
            ResultError: a key occurs twice; nothing is written.
            SnapshotError: no room, no right to write; nothing is lost.
        """
        table = self._table(fact)
        watch = KeyWatch(fact, origin)

        def watched() -> Iterator[pl.DataFrame]:
            for batch in batches():
                watch.add(batch)
                yield batch
            watch.raise_if_repeated(batches)

        with self._explained():
            return table.overwrite(fact, watched())

    def upsert(self, fact: Fact, batches: Iterator[pl.DataFrame], published: int) -> int:
        """
        Change and add rows by key; what isn't mentioned stays.

        Args:
            fact: Whose table.
            batches: Frames with the contract's columns and `problem`. Of several rows with one key, the
                one with the newest `updated_at` counts.
            published: The Delta version readers see. A later one, left by a refresh that was cut off, is undone.

        Returns:
            The Delta version written; `published` if there was nothing to change.

        Raises:
            SnapshotError: no room, no right to write; nothing is lost.
        """
        table = self._table(fact)
        with self._explained():
            version = table.back_to(published)
            for changed in _gathered(batches):
                ordered = changed.sort("updated_at", nulls_last=False, maintain_order=True)
                newest = ordered.unique(list(fact.keys), keep="last", maintain_order=True)
                # A refresh reads the last minutes before it again; merging what is there already takes seconds.
                differing = table.differing(fact, newest, version)
                if differing.height:
                    version = table.merge(fact, differing)
        return version

    def holds_all_columns(self, fact: Fact, published: int) -> bool:
        """
        Whether the table was written under the contract as it is now; if not, it needs a full load.
        """
        with self._explained():
            return self._table(fact).has_columns_of(fact, published)

    def measure(self, fact: Fact, version: int, now: datetime, before: FactState | None = None) -> FactState:
        """
        Count what a version of a fact's table holds.

        Args:
            fact: Whose table.
            version: The Delta version.
            now: The moment of the refresh; later moments are neither watermark nor latest.
            before: What was counted last. Of the same version only its moments are looked at again.

        Returns:
            A state with `rows`, `bad`, `unknown`, `watermark` and `latest_at`; the caller fills in the rest.
        """
        with self._explained():
            state = FactState(fact.name, version)
            rows = Version(-1, {fact.name: state}, self.path, self._options).scan(fact.name)
            if before is not None and before.version == version:
                return moments(before, rows, fact, now)
            return measured(state, rows, fact, now)

    def publish(self, states: Mapping[str, FactState]) -> Version:
        """
        Let readers see new versions of some facts, all at once; the other facts stay as they are.

        Raises:
            SnapshotError: the manifest can't be written; readers keep what they had.
        """
        known = dict(self.current().facts) if self._manifest.exists() else {}
        with self._explained():
            self._manifest.overwrite_with(to_table({**known, **states}))
        return self.current()

    def maintain(self) -> None:
        """
        Join small files and delete what no version of the last `keep_days` days needs.

        Raises:
            SnapshotError: no room, no right to write; nothing is lost.
        """
        current = self.current()
        versions = {}
        with self._explained():
            for name, state in current.facts.items():
                if state.version is not None and name in FACTS:
                    versions[name] = self._table(FACTS[name]).maintain(state.version)
        # Logs are shortened too, so readers must be led to the versions that the logs now end with.
        moved = {name: version for name, version in versions.items() if version != current.facts[name].version}
        if moved:
            self.publish({name: replace(current.facts[name], version=version) for name, version in moved.items()})
        with self._explained():
            self._manifest.maintain(self._manifest.open().version())

    def _table(self, fact: Fact) -> Table:
        return Table(table_place(self.path, fact), self.settings)

    def _explained(self) -> AbstractContextManager[None]:
        served = f"version {self._manifest.open().version()}" if self._manifest.exists() else "no version"
        return explained(self.path, f"can't be written to ({served} is still served)")


def _gathered(batches: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    # Few large merges instead of many small ones, each with one row for a key.
    waiting: list[pl.DataFrame] = []
    for batch in batches:
        waiting.append(batch)
        if sum(rows.height for rows in waiting) >= MERGED_AT_ONCE:
            yield pl.concat(waiting)
            waiting = []
    rest = pl.concat(waiting) if waiting else None
    if rest is not None and rest.height:
        yield rest
