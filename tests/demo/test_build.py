"""
A database is built whole or not at all, the same each time, and never over somebody else's tables.
"""

from __future__ import annotations

import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from dashboard.demo import Books, build
from dashboard.demo.schema import metadata
from dashboard.errors import SourceError
from tests.demo.conftest import AS_OF, make


def content(file):
    """
    All rows of all tables, as text.
    """
    with sqlite3.connect(file) as connection:
        return "\n".join(connection.iterdump())


def test_the_same_seed_makes_the_same_rows_and_books(small, tmp_path):
    """
    Scale, day and seed determine every row, and so the books.
    """
    again = make(tmp_path, 0.02)

    assert content(small.file) == content(again.file)
    assert small.books == again.books


def test_another_seed_makes_another_insurer(small, tmp_path):
    """
    The seed matters: other people, other figures.
    """
    other = build(f"sqlite:///{tmp_path / 'demo.db'}", scale=0.02, as_of=AS_OF, seed=8)

    assert other.figures != small.books.figures


def test_the_books_are_written_beside_the_file(small):
    """
    The JSON file holds what the builder returned.
    """
    written = Books.read(small.file.with_name("demo.db.books.json"))

    assert dataclasses.asdict(written) == dataclasses.asdict(small.books)


def test_progress_begins_at_nothing_and_ends_at_all(tmp_path):
    """
    Whoever waits is told how far it is, never backwards.
    """
    told = []
    build(f"sqlite:///{tmp_path / 'demo.db'}", scale=0.01, as_of=AS_OF, progress=lambda _, done: told.append(done))

    assert told[0] == 0.0
    assert told[-1] == 1.0
    assert told == sorted(told)


def test_an_earlier_demo_is_replaced(tmp_path):
    """
    A file that is a demo of another day gives way to the new one.
    """
    file = tmp_path / "demo.db"
    build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF - timedelta(days=1))
    build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF)

    with sqlite3.connect(file) as connection:
        assert connection.execute("select as_of from demo_origin").fetchall() == [(AS_OF.isoformat(),)]


@pytest.mark.parametrize("table", ["claim", "something_else"])
def test_somebody_elses_file_is_left_alone(table, tmp_path):
    """
    A file with tables that no demo made is refused, by name of the table, and not changed.
    """
    file = tmp_path / "core.db"
    with sqlite3.connect(file) as connection:
        connection.execute(f"create table {table} (number integer)")
    before = file.read_bytes()

    with pytest.raises(SourceError, match=table):
        build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF)
    assert file.read_bytes() == before


def test_a_demo_that_somebody_added_a_table_to_is_left_alone(tmp_path):
    """
    Replacing the file would take the added table with it.
    """
    file = tmp_path / "demo.db"
    build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF)
    with sqlite3.connect(file) as connection:
        connection.execute("create table my_notes (note text)")

    with pytest.raises(SourceError, match="my_notes"):
        build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF)


def test_overwrite_is_meant(tmp_path):
    """
    Whoever says so may replace anything.
    """
    file = tmp_path / "core.db"
    with sqlite3.connect(file) as connection:
        connection.execute("create table claim (number integer)")

    books = build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF, overwrite=True)

    assert books.rows["claim"] > 0


def test_a_file_that_is_no_database_is_left_alone(tmp_path):
    """
    A text file that happens to lie there is not a database to replace.
    """
    file = tmp_path / "demo.db"
    file.write_text("a letter to a friend, long enough to be looked at" * 10)

    with pytest.raises(SourceError, match="not a database"):
        build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF)
    assert file.read_text().startswith("a letter")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("no url at all", "can't be read"),
        ("oracle://host/db", "not one of SQLite, PostgreSQL, MariaDB"),
        ("sqlite://", "in memory"),
        ("sqlite:////proc/nowhere/demo.db", "can't be written"),
        ("postgresql://nobody@127.0.0.1:1/demo", "can't be opened"),
    ],
)
def test_what_cannot_be_built_in_is_said(url, says):
    """
    A wrong place is refused before anything is made, with what to do.
    """
    with pytest.raises(SourceError, match=says):
        build(url, scale=0.01, as_of=AS_OF)


def test_a_run_that_is_killed_leaves_the_earlier_database(tmp_path):
    """
    After a kill in the middle the old file is whole, and the next run clears up.
    """
    file = tmp_path / "demo.db"
    build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF)
    before = content(file)
    script = f"""
        import os, signal
        from datetime import date
        from dashboard.demo import build
        def fall(what, done):
            if what == "claims":
                os.kill(os.getpid(), signal.SIGKILL)
        build("sqlite:///{file}", scale=0.02, as_of=date(2026, 1, 1), progress=fall)
    """
    ended = subprocess.run([sys.executable, "-c", textwrap.dedent(script)], check=False, env=os.environ)

    assert ended.returncode == -signal.SIGKILL
    assert content(file) == before
    build(f"sqlite:///{file}", scale=0.01, as_of=AS_OF)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["demo.db", "demo.db.books.json"]


@pytest.mark.parametrize("day", ["2024-02-29", "2026-02-17", "2029-12-31"])
def test_any_day_will_do(day, tmp_path):
    """
    A leap day, Spring Festival, a year whose holidays nobody knows yet; and hardly any customers.
    """
    books = build(f"sqlite:///{tmp_path / 'demo.db'}", scale=0.0001, as_of=date.fromisoformat(day))

    assert books.rows["customer"] == 200
    assert books.figure("complaints_received")["value"] > 0


def test_nothing_has_happened_after_the_last_day(small):
    """
    What a system would hold at midnight: no instant lies after it, but for the planted year 9999.
    """
    tomorrow = (AS_OF + timedelta(days=1)).isoformat()
    late = {}
    for table in metadata.sorted_tables:
        for column in table.columns:
            if isinstance(column.type, sa.DateTime):
                after = f"{column.name} >= :next and {column.name} < '9000-01-01'"
                rows = small.one(f"select count(*) from {table.name} where {after}", next=tomorrow)
                if rows:
                    late[f"{table.name}.{column.name}"] = rows

    assert late == {}
