"""
One Delta table: written whole, merged into, compacted, vacuumed. The only code that knows the `deltalake` package.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
import pyarrow as pa
from deltalake import DeltaTable, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError

from dashboard.errors import DashboardError, Problem, SnapshotError
from dashboard.facts import PROBLEM, Fact
from dashboard.settings import SnapshotSettings

# An upsert rewrites the files its keys lie in. Of 8 MB it takes a fifth of the time it takes of 32 MB, and ten
# million rows in 85 files are read as fast as in 14.
FILE_BYTES = 8 * 2**20
ROWS_TOGETHER = 262_144  # in a row group: the writer's memory, and what a filter can skip
SMALL_FILES = 12  # from which joining them is worth it

_ARROW_SIGNS = re.compile(r"\x1b\[\d+m|↳")
_WRITER = WriterProperties(compression="ZSTD", compression_level=1, max_row_group_size=ROWS_TOGETHER)


class Table:
    """
    A Delta table in a folder or an object store.
    """

    def __init__(self, place: str, settings: SnapshotSettings) -> None:
        self.place = place
        self._options = dict(settings.storage_options) or None
        self._keep_days = settings.keep_days
        # A fact is written whole every so many hours, so a version that was current within the days to keep was
        # written no longer ago than this; its line in the log must outlive it.
        self._log_hours = settings.keep_days * 24 + settings.full_every_hours + 24

    def exists(self) -> bool:
        """
        Whether anything was ever committed there.

        Raises:
            SnapshotError: the place doesn't answer, so nobody can tell.
        """
        with explained(self.place, "can't be read"):
            return DeltaTable.is_deltatable(self.place, self._options)

    def open(self, version: int | None = None) -> DeltaTable:
        """
        The table at a version, None for the last one committed.
        """
        return DeltaTable(self.place, version=version, storage_options=self._options)

    def overwrite(self, fact: Fact, batches: Iterator[pl.DataFrame]) -> int:
        """
        Replace all rows, streaming; commit only when the last batch was written. Returns the new version.
        """
        schema = _arrow(pl.DataFrame(schema={**fact.schema, PROBLEM: pl.String()})).schema
        relay = _Relay(batches)
        reader = pa.RecordBatchReader.from_batches(schema, relay.arrow_batches(schema))
        with self._swept_on_failure():
            try:
                self._write(reader)
            except Exception:
                # What went wrong in our own batches comes back as words in an error of the writer's.
                if relay.error is not None:
                    raise relay.error from None
                raise
        return self.open().version()

    def overwrite_with(self, rows: pl.DataFrame) -> None:
        """
        Replace all rows by those of one frame.
        """
        with self._swept_on_failure():
            self._write(_arrow(rows))

    def differing(self, fact: Fact, rows: pl.DataFrame, version: int) -> pl.DataFrame:
        """
        Those of some rows that a version of the table doesn't hold as they are, in their order.

        Args:
            fact: Whose table.
            rows: With the contract's columns and `problem`, one for a key.
            version: The Delta version compared with.

        Returns:
            The rows that are new or of which any value changed; all of them, unseen, where a key may be null.
        """
        key = _key_never_null(fact)
        if key is None or rows.is_empty():
            return rows
        stored = pl.scan_delta(self.open(version), storage_options=self._options)
        # The range, which the files' statistics know, keeps files from being read; the keys, other columns.
        near = stored.filter(pl.col(key).is_between(pl.lit(rows[key].min()), pl.lit(rows[key].max())))
        same = near.filter(pl.col(key).is_in(rows[key].implode())).collect()
        return rows.join(same, on=rows.columns, how="anti", nulls_equal=True, maintain_order="left")

    def merge(self, fact: Fact, changed: pl.DataFrame) -> int:
        """
        Update the rows whose keys are there, insert the others; commit. Returns the new version.
        """
        with self._swept_on_failure():
            (
                self.open()
                .merge(
                    _arrow(changed),
                    predicate=" and ".join(_same(fact, key) for key in fact.keys),
                    source_alias="changed",
                    target_alias="kept",
                    # Not streamed: it then knows the range of the keys, and leaves files beyond it alone.
                    streamed_exec=False,
                    writer_properties=_WRITER,
                )
                .when_matched_update_all()
                .when_not_matched_insert_all()
                .execute()
            )
        return self.open().version()

    def back_to(self, published: int) -> int:
        """
        Undo what was committed after `published` and never published. Returns the version that now is the last.
        """
        last = self.open()
        if set(last.file_uris()) != set(self.open(published).file_uris()):
            last.restore(published)
        return last.version()

    def has_columns_of(self, fact: Fact, version: int) -> bool:
        """
        Whether the table has the contract's columns, in their order and of their types.
        """
        stored = pl.scan_delta(self.open(version), storage_options=self._options).collect_schema()
        return dict(stored) == {**fact.schema, PROBLEM: pl.String()}

    def maintain(self, published: int) -> int:
        """
        Join small files if there are many; delete files that no version of the last days needs, and what a load
        that was cut off left behind. Returns the version that now is the last, with the rows of `published`.
        """
        self.back_to(published)
        table = self.open()
        with self._swept_on_failure():
            if self._has_many_small_files(table):
                table.optimize.compact(target_size=FILE_BYTES, writer_properties=_WRITER)
        table.vacuum(
            retention_hours=self._keep_days * 24,
            dry_run=False,
            enforce_retention_duration=False,
            full=True,
            keep_versions=[published],
        )
        table = self.open()
        table.create_checkpoint()
        table.cleanup_metadata()
        return table.version()

    def _has_many_small_files(self, table: DeltaTable) -> bool:
        sizes = pl.Series(table.get_add_actions().column("size_bytes").to_pylist(), dtype=pl.Int64)
        return int((sizes < FILE_BYTES // 4).sum()) >= SMALL_FILES

    def _write(self, rows: pa.RecordBatchReader | pa.Table) -> None:
        write_deltalake(
            self.place,
            rows,
            mode="overwrite",
            schema_mode="overwrite",
            configuration={
                "delta.logRetentionDuration": f"interval {self._log_hours} hours",
                "delta.deletedFileRetentionDuration": f"interval {self._keep_days} days",
            },
            target_file_size=FILE_BYTES,
            writer_properties=_WRITER,
            storage_options=self._options,
        )

    @contextmanager
    def _swept_on_failure(self) -> Iterator[None]:
        # Files nobody committed would lie about until the next vacuum, on a disk that may just have run full.
        if "://" in self.place:
            yield
            return
        folder = Path(self.place)
        before = set(folder.glob("*.parquet"))
        try:
            yield
        except BaseException:
            for left in set(folder.glob("*.parquet")) - before:
                left.unlink(missing_ok=True)
            raise


class _Relay:
    """
    Hands frames to the writer as Arrow and remembers the exception that ended them.
    """

    def __init__(self, frames: Iterator[pl.DataFrame]) -> None:
        self._frames = frames
        self.error: BaseException | None = None

    def arrow_batches(self, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        """
        Each frame as record batches of exactly `schema`.
        """
        try:
            for frame in self._frames:
                yield from _arrow(frame).cast(schema).to_batches()
        except BaseException as error:
            self.error = error
            raise


@contextmanager
def explained(place: str, what: str) -> Iterator[None]:
    """
    Turn what the storage answers within the block into a `SnapshotError`.
    """
    try:
        yield
    except DashboardError:
        raise
    except (DeltaError, OSError, pl.exceptions.ComputeError) as error:
        words = str(error)
        if "os error 28" in words.lower() or "no space left" in words.lower():
            raise SnapshotError(
                Problem(place, f"{what}: no room left", "make room there and refresh again")
            ) from error
        raise SnapshotError(
            Problem(place, f"{what}: {_said(error)}", "check the place, its rights and its room")
        ) from error


def _said(error: BaseException) -> str:
    lines = [_ARROW_SIGNS.sub("", line).strip() for line in str(error).splitlines()]
    lines = [line for line in lines if line] or [type(error).__name__]
    # A store of objects says what it was about first and, each behind an arrow, why, down to the reason.
    is_chain = len(lines) > 1 and "↳" in str(error)
    return f"{lines[0]}: {lines[-1]}"[:200] if is_chain else lines[0][:200]


def _same(fact: Fact, key: str) -> str:
    same = f"kept.{key} = changed.{key}"
    if key == _key_never_null(fact):
        return same
    return f"({same} or (kept.{key} is null and changed.{key} is null))"


def _key_never_null(fact: Fact) -> str | None:
    # A key of one text is never null: where it was missing, a substitute stands. Parts of longer keys may be.
    key, *others = fact.keys
    return key if not others and fact.by_name[key].required else None


def _arrow(frame: pl.DataFrame) -> pa.Table:
    return frame.to_arrow(compat_level=pl.CompatLevel.oldest())
