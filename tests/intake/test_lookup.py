"""
One customer's rows asked of their source: the same rows as a refresh brings, by a key that never becomes SQL.
"""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import polars as pl
import pytest
import sqlalchemy as sa
from polars.testing import assert_frame_equal

from dashboard.errors import QueryFileError, ResultError, SourceError
from dashboard.facts import FACTS
from dashboard.intake.lookup import WRAPPING, by_key, look_up
from dashboard.intake.query import read_query
from dashboard.settings import PROJECT
from dashboard.settings.live import OfCustomers
from dashboard.snapshot import Snapshot
from tests.insurer import NOW as INSURER_NOW
from tests.intake.reading import SLOW
from tests.operational import HEADER, IN_FULL, IN_STEPS, NOW, make_database, row, settings_for, write_query

OF_CUSTOMERS = get_args(OfCustomers)
HOSTILE = (
    "1' or '1'='1",
    "1; drop table complaint; --",
    "%",
    "1\\' or 1=1 --",
    ":since",
    "' union select 1, 2, 3, 4 --",
    "\x00",
)


def ask(folder, key, fact="complaints", column="complaint_id", **live):
    settings = settings_for(folder).model_copy(update={"live": settings_for(folder).live.model_copy(update=live)})
    return look_up(settings, "core", fact, column, key, now=NOW)


@pytest.fixture
def three(tmp_path):
    make_database(tmp_path / "core.db", [row(name, changed="1970-01-01") for name in ("A-1", "A-2", "O'Neil")])
    write_query(tmp_path / "queries", IN_STEPS)
    return tmp_path


def test_every_fact_that_can_be_asked_for_names_a_customer():
    """
    And so does none that can't, but those that lead elsewhere.
    """
    assert all("customer_id" in FACTS[fact].by_name for fact in OF_CUSTOMERS)
    assert {name for name, fact in FACTS.items() if "customer_id" in fact.by_name} == set(OF_CUSTOMERS)


def test_one_row_however_long_ago_it_changed(three):
    """
    `:since` is bound to the beginning; a quote in a key is a letter like any other.
    """
    assert ask(three, "A-2").rows["complaint_id"].to_list() == ["A-2"]
    assert ask(three, "O'Neil").rows["complaint_id"].to_list() == ["O'Neil"]
    assert ask(three, "A-3").rows.height == 0
    assert ask(three, "A-2").at == NOW


@pytest.mark.parametrize("key", HOSTILE)
def test_a_key_is_never_read_as_sql(three, key):
    """
    It finds nothing, changes nothing, and nothing else is found by it.
    """
    assert ask(three, key).rows.height == 0
    assert ask(three, "A-1").rows.height == 1


@pytest.mark.parametrize(
    "fact", [fact for fact in OF_CUSTOMERS if (PROJECT / f"queries/demo/{fact}.sql").exists()]
)
def test_a_lookup_brings_the_rows_a_refresh_brought(insurer, fact):
    """
    Every column of every row of a customer, whatever the query is made of.
    """
    kept = Snapshot(insurer.settings.snapshot).current().scan(fact).collect()
    busiest = kept.group_by("customer_id").len().drop_nulls().sort("len", "customer_id")["customer_id"][-1]
    found = look_up(insurer.settings, "core", fact, "customer_id", busiest, now=INSURER_NOW)
    keys = list(FACTS[fact].keys)

    assert found.rows.height
    assert_frame_equal(found.rows.sort(keys), kept.filter(customer_id=busiest).sort(keys))


def test_more_rows_than_the_cap_are_an_error(three):
    """
    Never some of them: two rows pass a cap of two, three don't.
    """
    make_database(three / "more.db", [row("same") for _ in range(3)])
    settings = settings_for(three, f"sqlite:///{three / 'more.db'}")
    of_two, of_three = (
        settings.model_copy(update={"live": settings.live.model_copy(update={"row_cap": cap})}) for cap in (2, 3)
    )

    assert look_up(of_three, "core", "complaints", "complaint_id", "same", now=NOW).rows.height == 3
    with pytest.raises(ResultError, match="more than the 2 rows"):
        look_up(of_two, "core", "complaints", "complaint_id", "same", now=NOW)


def test_a_slow_source_is_left_alone(three):
    """
    After the seconds a lookup may take, not those a refresh may.
    """
    # Text is more than any number: SQLite can't tell beforehand that nothing is found.
    write_query(three / "queries", f"{HEADER}{SLOW['sqlite'].replace('< 0', '> 0')}")

    with pytest.raises(SourceError, match=r"was too slow \(limit: 1 s\)"):
        ask(three, "A-1", timeout_seconds=1)


def test_a_source_that_is_gone_is_said(three):
    """
    A name the settings don't know, a file that isn't there.
    """
    with pytest.raises(SourceError, match="isn't in the settings"):
        look_up(settings_for(three), "other", "complaints", "complaint_id", "A-1", now=NOW)
    with pytest.raises(SourceError, match="can't be opened"):
        look_up(
            settings_for(three, f"sqlite:///{three / 'gone.db'}"),
            "core",
            "complaints",
            "complaint_id",
            "1",
            now=NOW,
        )


@pytest.mark.parametrize("dialect", sorted(WRAPPING))
@pytest.mark.parametrize("file", sorted((PROJECT / "queries" / "demo").glob("*.sql")), ids=lambda file: file.stem)
def test_every_demo_query_can_be_wrapped(file: Path, dialect):
    """
    What comes of it is one select that reads, with the key beside the file's own parameters; the text is whole.
    """
    query = read_query(file, "sqlite")
    asked = by_key(query, query.columns[0], dialect)

    assert asked.parameters == query.parameters | {"wanted_key"}
    assert query.statement in asked.statement
    assert asked.columns == query.columns


def test_what_cannot_be_wrapped_is_refused(tmp_path):
    """
    A database that doesn't take it, a column the query doesn't give.
    """
    query = read_query(write_query(tmp_path / "queries", IN_FULL), "sqlite")

    with pytest.raises(QueryFileError, match="can't be asked for one key of mssql"):
        by_key(query, "complaint_id", "mssql")
    with pytest.raises(QueryFileError, match="doesn't give customer_id"):
        by_key(query, "customer_id", "sqlite")


@pytest.mark.parametrize("server", ["postgres", "mariadb"])
@pytest.mark.parametrize("kind", ["varchar(40)", "integer"])
def test_servers_are_asked_by_a_bound_key(request, tmp_path, server, kind):
    """
    PostgreSQL and MariaDB, with a key of text and one of numbers, through a query with a part of its own.
    """
    database = request.getfixturevalue(f"{server}_server")
    url = database.new_database("lookup" + format(abs(hash(request.node.nodeid)), "x"))
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            f"create table complaint (number {kind}, received timestamp, changed timestamp)"
        )
        connection.exec_driver_sql(
            "insert into complaint values ('1', '2026-01-05 10:00:00', '2026-01-05 10:00:00'), "
            "('2', '2026-01-06 10:00:00', '2026-01-06 10:00:00')"
        )
    engine.dispose()
    write_query(
        tmp_path / "queries",
        f"{HEADER}-- since: complaint.changed\nwith mine as (select complaint.number, complaint.received, "
        "complaint.changed from complaint where complaint.changed >= :since)\n"
        "select mine.number as complaint_id, mine.received as received_at, mine.changed as updated_at\n"
        "from mine;\n",
    )
    settings = settings_for(tmp_path, url)

    def numbers(key):
        found = look_up(settings, "core", "complaints", "complaint_id", key, now=NOW)
        return found.rows["complaint_id"].cast(pl.String).to_list()

    assert numbers("2") == ["2"]
    for key in HOSTILE[:4] if kind != "integer" else ():
        assert numbers(key) == []
