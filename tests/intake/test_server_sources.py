"""
Servers are read and never written, stop when they take too long, and say plainly what is wrong.
"""

from __future__ import annotations

import importlib.util
import sys
from dataclasses import replace
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dashboard.errors import ResultError, SourceError
from dashboard.facts import FACTS, PROBLEM
from dashboard.intake.rows import check_rows
from dashboard.intake.source import open_source
from tests.intake.reading import SLOW, read, refusal, settings, unchecked
from tests.operational import HEADER, NOW


def test_an_unreachable_database_is_said_without_its_password(tmp_path):
    """
    Host and database are named, user and password aren't.
    """
    for url in ("postgresql://reader:secret@127.0.0.1:1/core", "mysql+pymysql://reader:secret@127.0.0.1:1/core"):
        said = refusal(tmp_path, url=url)

        assert "127.0.0.1/core" in said
        assert "can't be reached" in said


def test_a_driver_that_is_not_installed_is_named(tmp_path, monkeypatch):
    """
    With the extra that brings it, where we know one.
    """
    assert "there is no driver for nosuch" in refusal(tmp_path, url="nosuch://reader:secret@host/core")
    monkeypatch.setitem(sys.modules, "pymysql", None)

    assert "insurance-service-dashboard[mysql]" in refusal(tmp_path, url="mysql+pymysql://r:secret@127.0.0.1:1/c")


def test_a_url_that_is_none_is_not_shown(tmp_path):
    """
    It may hold a password.
    """
    assert "can't be read" in refusal(tmp_path, url="secret and no url")


@pytest.fixture(params=["postgres", "mariadb"])
def server(request):
    return request.getfixturevalue(f"{request.param}_server")


@pytest.fixture
def database(server, request):
    """
    A database of its own with a table of every type the contract can be read from.
    """
    url = server.new_database("t" + format(abs(hash(request.node.nodeid)), "x"))
    is_postgres = url.startswith("postgresql")
    bit, moment = ("boolean", "timestamp") if is_postgres else ("bit(1)", "datetime(6)")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table complaint (number varchar(20), received date, decided "
            f"{moment}, changed {moment}, redress numeric(12, 2), told {bit}, paused integer)"
        )
        yes = "true" if is_postgres else "1"
        connection.exec_driver_sql(
            "insert into complaint values "
            f"('A1', '2026-01-05', '2026-01-06 09:00:00.123456', '2026-01-06 09:00:00', 300.25, {yes}, 3), "
            "('A2', '2026-01-07', null, '2026-01-07 00:00:00', null, null, null), "
            "('A0', '2025-01-07', null, '2025-12-31 23:59:59', null, null, null)"
        )
    engine.dispose()
    return url


TYPED = (
    "-- fact: complaints\n-- grain: one row per complaint\n-- since: complaint.changed\n"
    "select complaint.number as complaint_id, complaint.received as received_at, complaint.decided as decided_at, "
    "complaint.changed as updated_at, complaint.redress as redress_amount, complaint.told as pause_told, "
    "complaint.paused as paused_days from complaint where complaint.changed >= :since "
    "and complaint.received >= :history_from order by complaint.number"
)


WRITES = ("delete from complaint", "create table other (a integer)")
ENDLESS = {
    "postgresql": "select a.i, b.i from generate_series(1, 10000) as a (i), generate_series(1, 1000000) as b (i)",
    "mysql": "select a.seq, b.seq from seq_1_to_10000 as a, seq_1_to_1000000 as b",
}


def answers(source):
    """
    What a session still has to say.
    """
    plain = replace(unchecked("select complaint.number from complaint order by 1"), columns=("complaint_id",))
    return [row for batch in source.batches(plain, {}) for row in batch.rows()]


def expect_typed(raw):
    rows = check_rows(raw, FACTS["complaints"], "Asia/Shanghai", now=NOW)

    assert rows["complaint_id"].to_list() == ["A1", "A2"]
    assert rows["decided_at"][0].isoformat() == "2026-01-06T01:00:00.123456+00:00"
    assert rows["redress_amount"].to_list() == [Decimal("300.25"), None]
    assert rows["pause_told"].to_list() == [True, None]
    assert rows["paused_days"].to_list() == [3, None]
    assert rows[PROBLEM].null_count() == 2


def test_a_server_gives_every_type(tmp_path, database):
    """
    Dates, timestamps with fractions, amounts, truths and nulls arrive exactly; both parameters limit.
    """
    expect_typed(read(tmp_path, TYPED, database))


def test_postgres_without_adbc_gives_the_same(tmp_path, postgres_server, monkeypatch, caplog):
    """
    Row by row instead of Arrow: the same rows, and the log says why it is slow. Infinity stops neither.
    """
    url = postgres_server.new_database("without_adbc")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table complaint (number text, received timestamp, decided timestamptz)")
        connection.exec_driver_sql("insert into complaint values ('1', 'infinity', '-infinity')")
        connection.exec_driver_sql("insert into complaint values ('2', '20000-01-01', '2026-01-05 10:00:00+08')")
    engine.dispose()
    text = (
        f"{HEADER}select complaint.number as complaint_id, complaint.received as received_at, "
        "complaint.decided as decided_at from complaint"
    )
    frames = [read(tmp_path, text, url)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    frames.append(read(tmp_path, text, url))

    for raw in frames:
        rows = check_rows(raw, FACTS["complaints"], "Asia/Shanghai", now=NOW).sort("complaint_id")
        assert rows[PROBLEM].to_list() == ["impossible_year:received_at"] * 2
        assert rows["decided_at"][1].isoformat() == "2026-01-05T02:00:00+00:00"
    assert "ADBC isn't installed" in caplog.text


def test_a_server_refuses_to_write(tmp_path, database):
    """
    The transaction is read-only, whatever the account may do; and the session can be used afterwards.
    """
    with open_source("core", settings(tmp_path, database)) as source:
        for statement in (*WRITES, *WRITES):
            with pytest.raises(SourceError, match=r"was to be written to|read.only"):
                list(source.batches(unchecked(statement), {}))
            assert answers(source) == [("A0",), ("A1",), ("A2",)]


def test_a_server_stops_at_its_timeout(tmp_path, database):
    """
    It is the server that stops, so nothing goes on running there; and the session can be used afterwards.
    """
    with open_source("core", settings(tmp_path, database, timeout_seconds=1)) as source:
        with pytest.raises(SourceError, match=r"was too slow \(limit: 1 s\)"):
            list(source.batches(unchecked(SLOW[source.dialect]), {}))

        assert answers(source) == [("A0",), ("A1",), ("A2",)]


def timed_out(server):
    """
    How many statements the server has ended because they took too long.
    """
    if server.url.startswith("postgresql"):
        return (server.folder / "server.log").read_text().count("due to statement timeout")
    engine = sa.create_engine(server.url)
    with engine.connect() as connection:
        (row,) = connection.exec_driver_sql("show global status like 'max_statement_time_exceeded'")
    engine.dispose()
    return int(row[1])


@pytest.mark.parametrize("way", ["closed", "row cap"])
def test_a_server_is_told_that_no_more_rows_are_wanted(tmp_path, database, server, way):
    """
    It doesn't go on until its timeout, which would hold up whoever stopped reading as well; and the session can be
    used afterwards.
    """
    before = timed_out(server)
    cap = 1_000 if way == "row cap" else None
    with open_source("core", settings(tmp_path, database, timeout_seconds=5, row_cap=cap)) as source:
        batches = source.batches(unchecked(ENDLESS[source.dialect]), {})
        if way == "closed":
            assert sum(next(batches).height for _ in range(3))
            batches.close()
        else:
            with pytest.raises(ResultError, match="more than the 1,000 rows"):
                list(batches)

        assert answers(source) == [("A0",), ("A1",), ("A2",)]
    assert timed_out(server) == before


def test_a_server_names_what_is_missing(tmp_path, database):
    """
    Table, column and database each by name; and a wrong password as what it is.
    """
    url = sa.make_url(database)

    def with_url(**changed):
        return url.set(**changed).render_as_string(hide_password=False)

    table = refusal(tmp_path, TYPED.replace("from complaint", "from complaintt"), database)
    column = refusal(tmp_path, TYPED.replace("complaint.paused", "complaint.pausd"), database)
    assert "complaintt" in table
    assert "pausd" in column
    assert "lacks a column" in column
    assert "refused the account or its password" in refusal(tmp_path, TYPED, with_url(password="secret"))
    assert "has no such database" in refusal(tmp_path, TYPED, with_url(database="nowhere"))


def test_a_server_denies_what_the_account_may_not(tmp_path, postgres_server):
    """
    The administrator reads which right is missing. A password with signs in it arrives whole, at ADBC too.
    """
    url = postgres_server.new_database("rights")
    password = "p w+x%@'\\"
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create table complaint (number text, received date, decided date, changed date)"
        )
        connection.execute(sa.text("create role reader login password " + "'p w+x%@''\\'"))
    engine.dispose()
    reader = sa.make_url(url).set(username="reader", password=password).render_as_string(hide_password=False)

    assert "denies the account a right" in refusal(tmp_path, url=reader)
    with open_source("core", settings(tmp_path, reader)) as source:
        assert source.warnings == []


def test_types_no_fact_has_are_refused_by_name(tmp_path, postgres_server):
    """
    An interval or a list isn't guessed at.
    """
    text = f"{HEADER}select '1 day'::interval as complaint_id, array[1, 2] as received_at"

    with pytest.raises(ResultError, match='column "complaint_id" is of PostgreSQL\'s type'):
        read(tmp_path, text, postgres_server.url)


def test_own_types_of_postgres_are_read_as_text(tmp_path, postgres_server):
    """
    A uuid, an enumeration and a padded text are keys and codes like others.
    """
    text = (
        f"{HEADER}select 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid as complaint_id, "
        "date '2026-01-05' as received_at, 'app'::char(9) as channel, 1.5::numeric as redress_amount"
    )
    rows = check_rows(read(tmp_path, text, postgres_server.url), FACTS["complaints"], "Asia/Shanghai", now=NOW)

    assert rows["complaint_id"].item() == "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    assert rows["channel"].item() == "app"
    assert rows["redress_amount"].item() == Decimal("1.5")


def test_a_moment_with_a_zone_is_compared_as_one(tmp_path, postgres_server):
    """
    `:since` is the source's wall clock; a column with a zone is compared with the moment it means.
    """
    text = (
        "-- fact: complaints\n-- grain: x\n-- since: c.at\n"
        "select c.n as complaint_id, c.at as received_at, c.at as updated_at from (values "
        "('before', timestamptz '2025-12-31 15:59:59+00'), ('then', timestamptz '2025-12-31 16:00:00+00'))"
        " as c (n, at) where c.at >= :since"
    )

    assert read(tmp_path, text, postgres_server.url)["complaint_id"].to_list() == ["then"]
