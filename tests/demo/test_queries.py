"""
The reference queries: one per fact, within the contract, and incremental.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from dashboard.demo import build
from dashboard.facts import FACTS, Kind
from tests.demo.conftest import AS_OF, QUERIES, read, text_of

# Planted: a way in that nobody mapped.
UNMAPPED = {"传真"}
# Days set in advance; they lie ahead of the watermark by right.
PLANNED = {
    "due_on",
    "effective_on",
    "expires_on",
    "free_look_until_on",
    "licence_until_on",
    "new_term_from_on",
    "outcome_due_on",
    "term_end_on",
}
ORGANISATION = {"branch_id", "team_id", "agent_id", "cases"}


def test_there_is_a_query_for_every_fact():
    """
    No fact without a query, no query without a fact.
    """
    assert {file.stem for file in QUERIES.glob("*.sql")} == set(FACTS)


@pytest.mark.parametrize("fact", FACTS)
def test_the_header_says_fact_and_grain(fact):
    """
    A reader learns first what a row is; a watermark is declared exactly where it is used.
    """
    text = text_of(fact)

    assert text.startswith(f"-- fact: {fact}\n-- grain: one row per ")
    assert bool(re.search(r"^-- since: \w+\.\w+$", text, re.MULTILINE)) == (":since" in text)


@pytest.mark.parametrize("fact", FACTS)
def test_it_gives_the_columns_of_the_contract(fact, rows_by_fact):
    """
    No column that the contract doesn't know, and of its own columns every one.
    """
    columns = set(rows_by_fact[fact][0])
    contract = FACTS[fact].by_name

    assert columns - set(contract) == set()
    assert set(contract) - columns - ORGANISATION == set()


@pytest.mark.parametrize("fact", FACTS)
def test_keys_name_one_row(fact, rows_by_fact):
    """
    No join multiplies rows; the planted complaints without a number are the only ones without a key.
    """
    keys = Counter(tuple(row[key] for key in FACTS[fact].keys) for row in rows_by_fact[fact])
    must = [place for place, key in enumerate(FACTS[fact].keys) if FACTS[fact].by_name[key].required]
    nameless = {key for key in keys if any(key[place] is None for place in must)}

    assert [key for key, number in keys.items() if number > 1 and key not in nameless] == []
    assert sum(keys[key] for key in nameless) == (1 if fact == "complaints" else 0)


@pytest.mark.parametrize("fact", FACTS)
def test_codes_are_in_the_vocabulary(fact, rows_by_fact):
    """
    Every operational code is mapped, but for the one planted to be found.
    """
    for column in FACTS[fact].columns:
        if column.kind is Kind.CODE and column.name in rows_by_fact[fact][0]:
            found = {row[column.name] for row in rows_by_fact[fact]} - {None}
            assert found - set(column.vocabulary) <= UNMAPPED, column.name


@pytest.mark.parametrize("fact", FACTS)
def test_every_column_is_recorded_somewhere(fact, rows_by_fact):
    """
    A column that is null in every row would read "not recorded"; the demo records everything.
    """
    rows = rows_by_fact[fact]

    assert [name for name in rows[0] if all(row[name] is None for row in rows)] == []


@pytest.mark.parametrize("fact", [fact for fact in FACTS if ":since" in text_of(fact)])
def test_since_reads_what_has_changed_and_nothing_else(fact, small, rows_by_fact):
    """
    Rows changed at or after the watermark come whole, the others not at all.
    """
    since = datetime.fromisoformat("2026-08-01 12:00")
    key = FACTS[fact].keys
    expected = [row for row in rows_by_fact[fact] if datetime.fromisoformat(row["updated_at"]) >= since]

    changed = read(small.engine, fact, since)

    assert 0 < len(changed) < len(rows_by_fact[fact])
    assert sorted(changed, key=lambda row: str([row[name] for name in key])) == sorted(
        expected, key=lambda row: str([row[name] for name in key])
    )


@pytest.mark.parametrize("fact", [fact for fact in FACTS if ":since" in text_of(fact)])
def test_nothing_happens_to_a_row_after_its_watermark(fact, rows_by_fact):
    """
    Whatever happened, in the row or in its children, moved the watermark; else incremental reads would miss it.
    """
    kinds = {column.name: column.kind for column in FACTS[fact].columns}
    instants = [name for name in rows_by_fact[fact][0] if kinds[name] is Kind.INSTANT]
    days = [name for name in rows_by_fact[fact][0] if kinds[name] is Kind.DAY and name not in PLANNED]
    for row in rows_by_fact[fact]:
        moments = [row[name] for name in (*instants, *days) if row[name] and not row[name].startswith("9999")]
        assert max(moments) <= row["updated_at"]


def test_a_row_changed_when_the_last_thing_happened_to_it(rows_by_fact):
    """
    No instant of a complaint or a claim is later than its watermark, so a new event is never missed.
    """
    for fact in ("complaints", "claims"):
        instants = [column.name for column in FACTS[fact].columns if column.kind is Kind.INSTANT]
        for row in rows_by_fact[fact]:
            happened = [row[name] for name in instants if row[name] and not row[name].startswith("9999")]
            assert max(happened) == row["updated_at"]


@pytest.mark.parametrize("server", ["postgres_server", "mariadb_server"])
def test_a_server_database_is_rebuilt_but_never_taken_over(server, request):
    """
    An earlier demo gives way, other tables stay; tables of our names that aren't a demo's are refused.
    """
    from dashboard.errors import SourceError

    here = request.getfixturevalue(server)
    url = here.new_database("rebuilt")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.exec_driver_sql("create table my_notes (note integer)")
    build(url, scale=0.01, as_of=AS_OF - timedelta(days=1))
    build(url, scale=0.01, as_of=AS_OF)
    foreign = here.new_database("foreign_claims")
    theirs = sa.create_engine(foreign)
    with theirs.begin() as connection:
        connection.exec_driver_sql("create table claim (note integer)")

    assert "my_notes" in sa.inspect(engine).get_table_names()
    with pytest.raises(SourceError, match="claim"):
        build(foreign, scale=0.01, as_of=AS_OF)
    assert sa.inspect(theirs).get_table_names() == ["claim"]
    engine.dispose()
    theirs.dispose()
