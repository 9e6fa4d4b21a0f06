"""
The dashboard's own database makes itself, refuses what isn't its own, and fails in words without secrets.
"""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date

import pytest
import sqlalchemy as sa
from pydantic import SecretStr

from dashboard.access import OPERATOR
from dashboard.errors import SourceError
from dashboard.keeping import Annotations
from dashboard.keeping.tables import SCHEMA_VERSION
from dashboard.settings import AppSettings

DAY = date(2026, 3, 12)
AT_ONCE = 6


def kept_in(url: str) -> Annotations:
    return Annotations(AppSettings(database=SecretStr(url)))


@pytest.fixture(params=["sqlite", "postgres", "mariadb"])
def url(request, tmp_path) -> str:
    """
    An empty database of its own.
    """
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'app.db'}"
    server = request.getfixturevalue(f"{request.param}_server")
    return server.new_database("d" + format(abs(hash(request.node.nodeid)), "x"))


def refusal(url: str) -> str:
    with pytest.raises(SourceError) as caught:
        kept_in(url).all(OPERATOR)
    return str(caught.value)


def execute(url: str, *statements: str) -> None:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def test_asking_an_empty_database_makes_its_tables(url):
    """
    No command has to be run first; the version of the tables is written down once.
    """
    assert kept_in(url).all(OPERATOR) == []
    assert kept_in(url).all(OPERATOR) == []

    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.connect() as connection:
        versions = connection.exec_driver_sql("select schema_version from dashboard_schema").scalars().all()
    assert versions == [SCHEMA_VERSION]


def test_many_may_begin_at_once(url):
    """
    Several first uses at the same time: the tables are made once and no entry is lost.
    """
    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(lambda number: kept_in(url).add(OPERATOR, DAY, f"event {number}"), range(AT_ONCE)))

    assert kept_in(url).all(OPERATOR) == sorted(made, key=lambda each: each.annotation_id)
    assert len({each.annotation_id for each in made}) == AT_ONCE


def test_sqlite_waits_for_whoever_makes_the_file(tmp_path):
    """
    Until the file keeps its log apart, whoever writes to it keeps the next one waiting, not refused.
    """
    file = tmp_path / "app.db"
    kept_in(f"sqlite:///{file}").add(OPERATOR, DAY, "Sent")
    with closing(sqlite3.connect(file, isolation_level=None)) as first:
        assert first.execute("pragma journal_mode = delete").fetchone() == ("delete",)
        first.execute("begin immediate")
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(kept_in(f"sqlite:///{file}").all, OPERATOR)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.5)
            first.execute("rollback")

            assert [each.title for each in second.result(timeout=30)] == ["Sent"]


def test_sqlite_lets_readers_read_while_somebody_writes(tmp_path):
    """
    The file keeps a log of its own writes, so a page needn't wait for an entry.
    """
    file = tmp_path / "app.db"
    kept_in(f"sqlite:///{file}").add(OPERATOR, DAY, "Sent")
    with closing(sqlite3.connect(file, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        writer.execute("delete from annotation")

        assert writer.execute("pragma journal_mode").fetchone() == ("wal",)
        assert [each.title for each in kept_in(f"sqlite:///{file}").all(OPERATOR)] == ["Sent"]


def test_somebody_elses_database_is_left_alone(url, tmp_path):
    """
    Tables that aren't ours: nothing is made beside them, least of all in an insurer's core system.
    """
    (tmp_path / "var").mkdir(exist_ok=True)
    execute(url, "create table policy (policy_no integer)")

    assert "tables that aren't the dashboard's, such as policy" in refusal(url)
    assert sa.inspect(sa.create_engine(url, poolclass=sa.NullPool)).get_table_names() == ["policy"]


def test_tables_of_a_newer_dashboard_are_not_touched(url):
    """
    After going back to an older version the entries of the newer one are safe.
    """
    kept_in(url).all(OPERATOR)
    execute(url, f"update dashboard_schema set schema_version = {SCHEMA_VERSION + 1}")

    assert f"its tables are of version {SCHEMA_VERSION + 1}" in refusal(url)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://keeper:secret@127.0.0.1:1/app",
        "mysql://keeper:secret@127.0.0.1:1/app",
        "mysql+pymysql://keeper:secret@127.0.0.1:1/app",
    ],
)
def test_a_server_that_is_down_is_named_without_account_and_password(url):
    """
    Host and database, and what to do.
    """
    said = refusal(url)

    assert said.startswith("the dashboard's own database (127.0.0.1/app): it answered: ")
    assert "check app.database" in said
    assert "secret" not in said


def test_a_refused_password_is_not_repeated(postgres_server):
    """
    The server's answer is passed on; what we sent isn't.
    """
    url = sa.make_url(postgres_server.url).set(password="not-the-secret")
    said = refusal(url.render_as_string(hide_password=False))

    assert "password authentication failed" in said
    assert "not-the-secret" not in said


def test_a_file_that_cannot_be_used_is_named(tmp_path):
    """
    A folder where a file should be, and a file that is no database.
    """
    (tmp_path / "folder.db").mkdir()
    (tmp_path / "text.db").write_text("no database, but long enough to be read as one", encoding="utf-8")

    assert "own database (folder.db)" in refusal(f"sqlite:///{tmp_path / 'folder.db'}")
    assert "own database (text.db)" in refusal(f"sqlite:///{tmp_path / 'text.db'}")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("secret and no url", "can't be read as a URL (not shown)"),
        ("nosuch://keeper:secret@host/app", "no driver for nosuch"),
    ],
)
def test_a_url_that_makes_no_sense_is_refused_at_once(url, told):
    """
    Before anything is opened, and without showing it.
    """
    with pytest.raises(SourceError) as caught:
        kept_in(url)

    assert told in str(caught.value)
    assert "secret" not in str(caught.value)
