"""
A query file is one select that reads, bound by the contract of its fact.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dashboard.errors import QueryFileError
from dashboard.facts import FACTS
from dashboard.intake.query import Query, load_queries, read_query
from tests.operational import HEADER, IN_FULL, IN_STEPS, write_query

PROJECT = Path(__file__).resolve().parents[2]
DIALECTS = ("sqlite", "postgresql", "mysql")
GOOD = "select c.id as complaint_id, c.at as received_at from c"


def read(folder: Path, text: str, dialect: str = "sqlite") -> Query:
    return read_query(write_query(folder, text), dialect)


def problems(folder: Path, text: str, dialect: str = "sqlite") -> str:
    with pytest.raises(QueryFileError) as caught:
        read(folder, text, dialect)
    return str(caught.value)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_good_query_says_what_it_yields_and_needs(tmp_path, dialect):
    """
    Fact, grain, watermark, columns in order and parameters are read from the file.
    """
    query = read(tmp_path, IN_STEPS, dialect)

    assert query.fact == "complaints"
    assert query.grain == "one row per complaint"
    assert query.since == "complaint.changed"
    assert query.columns == ("complaint_id", "received_at", "decided_at", "updated_at")
    assert query.parameters == {"since"}


def test_another_text_has_another_hash(tmp_path):
    """
    The hash tells a changed file from the one that was loaded; the same text has the same hash.
    """
    first, same, other = (read(tmp_path, text).hash for text in (IN_FULL, IN_FULL, IN_STEPS))

    assert first == same
    assert first != other


@pytest.mark.parametrize(
    "sql",
    [
        f"with c as (select 1 as id, '2026-01-01' as at) {GOOD}",
        f"{GOOD} union all select d.id, d.at from d",
        f"{GOOD};",
        f"{GOOD} where c.at >= :history_from",
        f"{GOOD} where exists (select 1 from d where d.id = c.id) and c.n = (select count(*) from d)",
        f"{GOOD} where c.note = '12:30' or c.note = '状态:开'",
        f"-- a colon :here in a comment\n{GOOD} -- and :there",
    ],
    ids=["cte", "union", "semicolon", "history", "subquery", "colons in text", "colons in comments"],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_what_a_query_may_be(tmp_path, sql, dialect):
    """
    Common table expressions, unions, subqueries and both parameters are fine.
    """
    assert read(tmp_path, HEADER + sql, dialect).columns == ("complaint_id", "received_at")


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        ("delete from c", "delete"),
        ("insert into c values (1)", "into"),
        ("update c set id = 1", "update"),
        ("drop table c", "drop"),
        ("create table d as select 1 as complaint_id, 2 as received_at", "create"),
        (
            "with d as (delete from c returning id, at) select id as complaint_id, at as received_at from d",
            "delete",
        ),
        ("select c.id as complaint_id, c.at as received_at into d from c", "into"),
        (f"{GOOD} into outfile '/tmp/x'", "into"),
        (f"{GOOD} for update", "locks"),
        (f"{GOOD}; {GOOD}", "2 statements"),
        (f"{GOOD}; drop table c", "2 statements"),
        ("set role admin", "set"),
        ("attach 'x.db' as x", "attach"),
        ("pragma writable_schema = 1", "pragma"),
        ("copy c to '/tmp/x'", "copy"),
        ("call p()", "call"),
        ("vacuum", "vacuum"),
        ("explain select 1", "explain|isn't a select"),
        ("values (1, 2)", "isn't a select|no name"),
        ("select * from c", r"select \*"),
        ("with d as (select * from c) select d.id as complaint_id, d.at as received_at from d", r"select \*"),
        ("select c.* from c", r"select \*"),
        (f"{GOOD} /*!50000 union select 1, 2 */", "MySQL would execute"),
        ("", "no statement"),
        ("select (", "isn't .*SQL"),
        ("select 'open", "can't be read as SQL"),
    ],
)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_query_that_does_anything_but_read_once_is_refused(tmp_path, sql, said, dialect):
    """
    Whatever writes, locks, changes the session, hides its columns or isn't one statement is refused everywhere.
    """
    with pytest.raises(QueryFileError) as caught:
        read(tmp_path, HEADER + sql, dialect)

    words = str(caught.value)
    assert "complaints.sql" in words
    # A dialect that can't even parse it refuses it for that.
    assert re.search(f"{said}|isn't this database's SQL|isn't SQL", words)


@pytest.mark.parametrize(
    "call",
    [
        "pg_sleep(9)", "PG_SLEEP (9)", '"pg_sleep"(9)', "pg_catalog.pg_sleep(9)", "sleep(9)", "benchmark(9, 1)",
        "dblink('x', 'y')", "lo_import('x')", "pg_read_file('x')", "pg_ls_dir('x')", "load_extension('x')",
        "load_file('x')", "read_csv('x')", "read_parquet('x')", "xp_cmdshell('x')", "set_config('a', 'b', true)",
        "nextval('s')", "pg_terminate_backend(1)", "query_to_xml('select 1', true, true, '')",
        "writefile('x', 'y')",
        "readfile('x')", "fts3_tokenizer('x')", "get_lock('a', 1)", "pg_advisory_lock(1)",
    ],
)  # fmt: skip
def test_functions_that_wait_write_or_reach_out_are_refused(tmp_path, call):
    """
    Also in capitals, quoted, qualified, or with a space before the bracket.
    """
    assert "calls" in problems(tmp_path, f"{HEADER}{GOOD} where {call} is null", "postgresql")


@pytest.mark.parametrize("name", ["sleep_hours", "benchmark", "nextval"])
def test_a_column_may_be_named_like_a_forbidden_function(tmp_path, name):
    """
    Only a call is refused.
    """
    assert read(tmp_path, f"{HEADER}{GOOD} where c.{name} = 1").fact == "complaints"


def test_parameters_are_checked_both_ways(tmp_path):
    """
    Declared and not used, used and not declared, and unknown are each said, with the line.
    """
    unused = problems(tmp_path, f"{HEADER}-- since: c.u\nselect c.id as complaint_id, c.at as received_at, "
                                "c.u as updated_at from c")  # fmt: skip
    undeclared = problems(tmp_path, f"{HEADER}{GOOD}\nwhere c.u >= :since")
    unknown = problems(tmp_path, f"{HEADER}{GOOD}\nwhere c.u >= :sinse")

    assert "complaints.sql:3: declares `-- since:` and never uses :since" in unused
    assert "complaints.sql:4: uses :since, which the header doesn't declare" in undeclared
    assert "complaints.sql:4: nobody binds the parameter :sinse; did you mean :since?" in unknown


def test_a_query_in_steps_must_say_when_a_row_changed(tmp_path):
    """
    Without updated_at nobody knows where the next load goes on.
    """
    assert "updated_at" in problems(tmp_path, f"{HEADER}-- since: c.u\n{GOOD} where c.u >= :since")


@pytest.mark.parametrize(("placeholder", "dialect"), [("?", "sqlite"), ("@x", "mysql"), ("$1", "postgresql")])
def test_other_kinds_of_parameters_are_refused(tmp_path, placeholder, dialect):
    """
    Nobody would bind them.
    """
    assert "parameter" in problems(tmp_path, f"{HEADER}{GOOD} where c.u >= {placeholder}", dialect)


def test_a_colon_in_a_literal_is_explained(tmp_path):
    """
    A driver would take it for a parameter; the message says how to write it instead.
    """
    assert "would be taken for the parameter :open" in problems(tmp_path, f"{HEADER}{GOOD} where c.s = ' :open'")


def test_a_cast_is_not_a_parameter(tmp_path):
    """
    PostgreSQL's double colon stays what it is.
    """
    query = read(tmp_path, f"{HEADER}select c.id::text as complaint_id, c.at as received_at from c", "postgresql")

    assert query.parameters == frozenset()


def test_columns_are_checked_against_the_contract(tmp_path):
    """
    A misspelt column is named with its line and the likely meaning; a required one that is missing is named too.
    """
    said = problems(tmp_path, f"{HEADER}select\n    c.id as complaint_id,\n    c.at as recieved_at\nfrom c")

    assert 'complaints.sql:5: column "recieved_at" is not in the contract of complaints' in said
    assert 'did you mean "received_at"?' in said
    assert 'the required column "received_at" of complaints is missing' in said


def test_a_column_twice_or_without_a_name_is_refused(tmp_path):
    """
    Both would be silently lost or mixed up.
    """
    assert "selected twice" in problems(tmp_path, f"{HEADER}select c.id as complaint_id, c.at as received_at, "
                                                  "c.b as received_at from c")  # fmt: skip
    assert "has no name" in problems(tmp_path, f"{HEADER}select lower(c.id), c.at as received_at from c")


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("", "lacks `-- fact:`"),
        ("-- fact: complaints\n", "lacks `-- grain:`"),
        ("-- fact: complaint\n-- grain: x\n", 'did you mean "complaints"?'),
        ("-- fact: claims\n-- grain: x\n", "name it claims.sql"),
        ("-- fact: complaints\n-- fact: claims\n-- grain: x\n", "a second"),
        ("-- fact: complaints\n-- grain:\n", "says nothing"),
    ],
)
def test_the_header_is_checked(tmp_path, header, said):
    """
    Missing, unknown, contradicting and empty headers are named.
    """
    assert said in problems(tmp_path, header + GOOD)


def test_all_problems_of_all_files_come_at_once(tmp_path):
    """
    Who mends one at a time loses a day.
    """
    write_query(tmp_path, f"{HEADER}select c.id as complaint_id, c.at as recieved_at from c")
    write_query(tmp_path, "-- fact: claims\n-- grain: x\ndelete from claim", "claims")

    with pytest.raises(QueryFileError) as caught:
        load_queries(tmp_path, "sqlite")

    assert len(caught.value.problems) >= 3
    assert "recieved_at" in str(caught.value)
    assert "delete" in str(caught.value)


def test_two_files_for_one_fact_are_refused(tmp_path):
    """
    Nobody could say which of them counts.
    """
    write_query(tmp_path)
    write_query(tmp_path, name="complaints_new")

    with pytest.raises(QueryFileError, match=r"keep one of it and complaints\.sql"):
        load_queries(tmp_path, "sqlite")


def test_an_empty_folder_and_a_file_in_another_encoding_are_said(tmp_path):
    """
    Neither is passed over in silence.
    """
    with pytest.raises(QueryFileError, match=r"holds no \.sql file"):
        load_queries(tmp_path, "sqlite")
    (tmp_path / "complaints.sql").write_bytes("-- 投诉".encode("gb18030"))

    with pytest.raises(QueryFileError, match="isn't UTF-8"):
        load_queries(tmp_path, "sqlite")


@pytest.mark.parametrize("dialect", [*DIALECTS, "oracle", "a-database-nobody-knows"])
@pytest.mark.parametrize("folder", sorted((PROJECT / "queries").iterdir()), ids=lambda folder: folder.name)
def test_the_queries_we_ship_pass_their_own_check(folder, dialect):
    """
    Every set that comes with the dashboard can be read in every dialect.
    """
    queries = load_queries(folder, dialect)

    assert set(queries) <= set(FACTS)
    assert queries


FRAGMENTS = st.sampled_from(
    [
        "select ", "from ", "c", " as complaint_id", ", ", "(", ")", "'", '"', "--", "/*", "*/", ";", ":since",
        "$$", "::", "union ", "*", "\n", "with ", "1", "delete ", "-- fact: complaints\n", "-- since:", "{", "}",
        "@", "?", "\0", "\\",
    ]
)  # fmt: skip


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.one_of(st.text(max_size=60), st.lists(FRAGMENTS, max_size=25).map("".join)),
    dialect=st.sampled_from(DIALECTS),
)
def test_no_text_breaks_the_reading(tmp_path, text, dialect):
    """
    Whatever a file holds, it is read or refused; nothing else is raised.
    """
    path = tmp_path / "complaints.sql"
    path.write_bytes((HEADER + text).encode("utf-8", "surrogatepass"))
    try:
        assert read_query(path, dialect).fact == "complaints"
    except QueryFileError as error:
        assert error.problems  # noqa: PT017 - either outcome is right
