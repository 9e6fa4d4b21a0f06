"""
A made-up insurer, loaded: database, books, snapshot and the settings that point at them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from dashboard.demo import Books, build
from dashboard.intake.refresh import refresh
from dashboard.settings import PROJECT, Settings, read_settings

AS_OF = date(2026, 6, 30)
# In Shanghai the day after has just begun.
NOW = datetime.combine(AS_OF + timedelta(days=1), datetime.min.time(), UTC) - timedelta(hours=7, minutes=59)


@dataclass(frozen=True)
class Insurer:
    """
    Where it lives and what is true of it.
    """

    file: Path
    settings: Settings
    books: Books


def write_settings(
    folder: Path,
    url: str,
    *,
    queries: str = "demo",
    more: str = "",
    pinned: date | None = None,
    snapshot: Path | None = None,
) -> Path:
    """
    A settings file for one source, with its snapshot beside it if it isn't elsewhere.
    """
    file = folder / "settings.toml"
    as_of = f"as_of = {pinned.isoformat()}\n" if pinned else ""
    file.write_text(
        f'[sources.core]\nurl = "{url}"\nqueries = "{PROJECT / "queries" / queries}"\n'
        f'[snapshot]\npath = "{snapshot or folder / "snapshot"}"\nhistory_months = 0\n[business]\n{as_of}{more}',
        encoding="utf-8",
    )
    return file


def insure(folder: Path, scale: float) -> Insurer:
    """
    Make an insurer in SQLite and load it; `insured` finds it again.
    """
    url = f"sqlite:///{folder / 'demo.db'}"
    books = build(url, scale=scale, as_of=AS_OF)
    file = write_settings(folder, url, pinned=AS_OF)
    settings = read_settings(file)
    report = refresh(settings, now=NOW)
    assert report.succeeded, report.problems
    return Insurer(file, settings, books)


def insured(folder: Path) -> Insurer:
    """
    The insurer that `insure` made in a folder, by whichever process.
    """
    file = folder / "settings.toml"
    return Insurer(file, read_settings(file), Books.read(folder / "demo.db.books.json"))
