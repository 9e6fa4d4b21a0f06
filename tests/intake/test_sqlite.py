"""
A SQLite file is read and never written, and says plainly what is wrong with it.
"""

from __future__ import annotations

import sqlite3
from decimal import Decimal

import pytest

from dashboard.errors import ResultError, SourceError
from dashboard.facts import FACTS
from dashboard.intake.query import read_query
from dashboard.intake.rows import check_rows
from dashboard.intake.source import open_source
from tests.intake.reading import SLOW, read, refusal, settings, unchecked
from tests.operational import IN_FULL, IN_STEPS, NOW, make_database, row, write_query


def test_sqlite_streams_in_batches(tmp_path):
    """
    No batch is larger than the setting, and none is lost.
    """
    make_database(tmp_path / "core.db", [row(number) for number in range(250)])
    with open_source("core", settings(tmp_path, batch_rows=100)) as source:
        query = read_query(write_query(tmp_path / "queries"), source.dialect)
        heights = [batch.height for batch in source.batches(query, {})]

    assert heights == [100, 100, 50]


def test_an_empty_result_is_a_frame_without_rows(tmp_path):
    """
    It has the query's columns, so that nothing later needs a special case.
    """
    make_database(tmp_path / "core.db", [])

    assert read(tmp_path).columns == ["complaint_id", "received_at", "decided_at", "updated_at"]
    assert read(tmp_path).height == 0


def test_mixed_values_of_sqlite_are_kept_exactly(tmp_path):
    """
    A column of whole numbers, then 1.9, then text: nothing is rounded to fit its neighbours.
    """
    make_database(tmp_path / "core.db", [row(value) for value in (1, 1.9, "A-3", None)])

    assert read(tmp_path)["complaint_id"].to_list() == ["1", "1.9", "A-3", None]


def test_a_column_that_turns_out_to_be_no_text_late_is_kept_exactly(tmp_path):
    """
    Hundreds of texts first, then a number and bytes: they are written as they are.
    """
    values = [*(f"A-{number}" for number in range(300)), 7, 1.5, b"B-9", None]
    make_database(tmp_path / "core.db", [row(value) for value in values])

    assert read(tmp_path)["complaint_id"].to_list() == [*values[:300], "7", "1.5", "B-9", None]


def test_amounts_among_whole_numbers_lose_their_noise_and_nothing_else(tmp_path):
    """
    A sum in floating point beside a whole amount is money; a whole number too large for floats stays exact.
    """
    make_database(tmp_path / "core.db", [row(number) for number in ("1", "2", "3")])
    text = IN_FULL.replace(
        "complaint.changed as",
        "case complaint.number when '1' then 0.1 + 0.2 when '2' then 5 end as redress_amount, "
        "case complaint.number when '1' then 9007199254740993 when '2' then 0.5 end as cause, "
        "complaint.changed as",
    )

    rows = check_rows(read(tmp_path, text), FACTS["complaints"], "Asia/Shanghai", now=NOW)

    assert rows["redress_amount"].to_list() == [Decimal("0.3"), Decimal(5), None]
    assert rows["cause"].to_list() == ["9007199254740993", "0.5", None]


def test_the_parameters_limit_sqlite(tmp_path):
    """
    What changed in the very second of `:since` is read again, with or without a fraction, or as a mere day.
    """
    changes = [
        "2025-12-31 23:59:59",
        "2026-01-01 00:00:00",
        "2026-01-01 00:00:00.000001",
        "2026-01-01",
        "2025-12-31",
    ]
    make_database(tmp_path / "core.db", [row(number, changed=changed) for number, changed in enumerate(changes)])

    assert read(tmp_path, IN_STEPS)["complaint_id"].to_list() == [1, 2, 3]


def test_a_sqlite_file_that_is_not_there_is_not_made(tmp_path):
    """
    A misspelt path must not leave an empty database behind.
    """
    assert "unable to open database file" in refusal(tmp_path)
    assert not (tmp_path / "core.db").exists()


def test_a_file_that_is_no_database_is_said(tmp_path):
    """
    Any other file is refused as one.
    """
    (tmp_path / "core.db").write_text("these are not the bytes of a database" * 100)

    assert "isn't a database we can read" in refusal(tmp_path)


@pytest.mark.parametrize(
    "statement",
    [
        "delete from complaint",
        "insert into complaint values (1, 2, 3, 4)",
        "create table other (a)",
        "create temp table other (a)",
        "attach database 'other.db' as other",
        "pragma query_only = off",
        "vacuum into 'other.db'",
        "select load_extension('x') as a, 1 as b",
    ],
)
def test_sqlite_itself_refuses_to_write(tmp_path, monkeypatch, statement):
    """
    What slips through the check of the text fails in the session, and leaves no file behind.
    """
    monkeypatch.chdir(tmp_path)
    make_database(tmp_path / "core.db", [row(1)])
    before = (tmp_path / "core.db").read_bytes()

    with open_source("core", settings(tmp_path)) as source:
        with pytest.raises(SourceError):
            list(source.batches(unchecked(statement), {}))
        (still,) = source.batches(unchecked("select number, received from complaint"), {})
        assert still.height == 1

    assert (tmp_path / "core.db").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["core.db"]


def test_a_missing_table_and_a_misspelt_column_are_named_with_the_file(tmp_path):
    """
    The analyst reads which query, which source and which name.
    """
    make_database(tmp_path / "core.db", [])

    table = refusal(tmp_path, IN_FULL.replace("from complaint", "from complaintt"))
    column = refusal(tmp_path, IN_FULL.replace("complaint.decided", "complaint.decidet"))

    assert "complaints.sql" in table
    assert "lacks a table: no such table: complaintt" in table
    assert "lacks a column: no such column: complaint.decidet" in column


def test_sqlite_stops_at_its_timeout(tmp_path):
    """
    A query that would never end is ended; and the session can be used afterwards.
    """
    make_database(tmp_path / "core.db", [row(1)])
    with open_source("core", settings(tmp_path, timeout_seconds=1)) as source:
        with pytest.raises(SourceError, match=r"was too slow \(limit: 1 s\)"):
            list(source.batches(unchecked(SLOW["sqlite"]), {}))

        (still,) = source.batches(unchecked("select number, received from complaint"), {})
        assert still.height == 1


def test_sqlite_ends_a_query_whose_rows_nobody_wants(tmp_path):
    """
    Closed early it doesn't go on to its timeout; and the session can be used afterwards.
    """
    make_database(tmp_path / "core.db", [row(1)])
    endless = "with recursive n as (select 1 as i union all select i + 1 from n) select n.i, n.i from n"
    with open_source("core", settings(tmp_path)) as source:
        batches = source.batches(unchecked(endless), {})
        assert next(batches).height
        batches.close()

        (still,) = source.batches(unchecked("select number, received from complaint"), {})
        assert still.height == 1


def test_a_locked_sqlite_database_is_said(tmp_path):
    """
    Somebody else's open transaction is named, and nothing hangs.
    """
    make_database(tmp_path / "core.db", [row(1)])
    other = sqlite3.connect(tmp_path / "core.db", isolation_level=None)
    other.execute("begin exclusive")
    try:
        assert "locked" in refusal(tmp_path, timeout_seconds=1)
    finally:
        other.close()


@pytest.mark.parametrize(("cap", "is_refused"), [(3, False), (2, True)])
def test_the_row_cap(tmp_path, cap, is_refused):
    """
    As many rows as the cap are fine; one more is an error, never a silent cut.
    """
    make_database(tmp_path / "core.db", [row(number) for number in range(3)])

    if is_refused:
        with pytest.raises(ResultError, match="more than the 2 rows"):
            read(tmp_path, row_cap=cap)
    else:
        assert read(tmp_path, row_cap=cap).height == 3
