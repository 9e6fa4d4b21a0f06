"""
A small operational database for tests of the intake: one table of complaints, and settings that read it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from dashboard.intake.refresh import RefreshReport, refresh
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot

NOW = datetime(2026, 6, 30, 4, tzinfo=UTC)

HEADER = "-- fact: complaints\n-- grain: one row per complaint\n"
COLUMNS = "complaint.number as complaint_id, complaint.received as received_at, complaint.decided as decided_at"
SELECT = f"select {COLUMNS}, complaint.changed as updated_at\nfrom complaint\n"
IN_STEPS = f"{HEADER}-- since: complaint.changed\n{SELECT}where complaint.changed >= :since\n"
IN_FULL = f"{HEADER}{SELECT}"

Row = tuple[Any, Any, Any, Any]


def row(number: Any, received: Any = "2026-01-05 10:00:00", decided: Any = None, changed: Any = None) -> Row:
    """
    A complaint as the operational table keeps it; without `changed`, it last changed when it was received.
    """
    return (number, received, decided, changed or received)


def make_database(path: Path, rows: Iterable[Row]) -> None:
    """
    A new SQLite file whose table `complaint` holds `rows`.
    """
    with sqlite3.connect(path) as connection:
        connection.execute("create table complaint (number, received, decided, changed)")
    connection.close()
    insert(path, rows)


def insert(path: Path, rows: Iterable[Row]) -> None:
    """
    Add rows to the table.
    """
    execute(path, "insert into complaint values (?, ?, ?, ?)", rows)


def execute(path: Path, statement: str, rows: Iterable[Sequence[Any]] = ((),)) -> None:
    """
    Run a statement once for each of `rows` and commit.
    """
    with sqlite3.connect(path) as connection:
        connection.executemany(statement, rows) if "?" in statement else connection.execute(statement)
    connection.close()


def write_query(folder: Path, text: str = IN_FULL, name: str = "complaints") -> Path:
    """
    A query file in `folder`, which is made if it isn't there.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.sql"
    path.write_text(text, encoding="utf-8")
    return path


def settings_for(
    folder: Path,
    url: str = "",
    *,
    timezone: str = "Asia/Shanghai",
    source: Mapping[str, Any] = {},
    **snapshot: Any,
) -> Settings:
    """
    Settings that read `folder/core.db` (or `url`) with the queries in `folder/queries` into `folder/snapshot`.
    """
    core = {"url": url or f"sqlite:///{folder / 'core.db'}", "queries": folder / "queries", "timezone": timezone}
    return Settings(
        sources={"core": {**core, **source}},
        snapshot={"path": str(folder / "snapshot"), **snapshot},
    )


def stored(settings: Settings, fact: str = "complaints") -> pl.DataFrame:
    """
    What readers see of a fact.
    """
    return Snapshot(settings.snapshot).current().scan(fact).collect()


def keys(settings: Settings) -> list[str]:
    """
    The complaints that readers see.
    """
    return sorted(stored(settings)["complaint_id"].to_list())


def said(report: RefreshReport) -> str:
    """
    What a refresh says went wrong.
    """
    return "\n".join(str(problem) for problem in report.problems)


def again(settings: Settings, hours: float = 1, **wishes: Any) -> RefreshReport:
    """
    Refresh so many hours after `NOW`.
    """
    return refresh(settings, now=NOW + hours * timedelta(hours=1), **wishes)
