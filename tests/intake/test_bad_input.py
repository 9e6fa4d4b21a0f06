"""
Whatever is wrong is said, and the last good version stays.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import polars as pl
import pytest

from dashboard.errors import SettingsError
from dashboard.facts import PROBLEM
from dashboard.intake.findings import Severity
from dashboard.intake.refresh import refresh
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot
from tests.operational import (
    HEADER,
    IN_FULL,
    NOW,
    again,
    execute,
    insert,
    keys,
    row,
    said,
    settings_for,
    stored,
    write_query,
)

HOUR = timedelta(hours=1)


def test_an_unreachable_database_keeps_the_last_good_version(folder):
    """
    Its error is in the report and in the snapshot; the figures stay those of before, and the next refresh mends
    it.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    (folder / "core.db").rename(folder / "away.db")

    report = again(settings)

    state = Snapshot(settings.snapshot).current().facts["complaints"]
    assert "source core" in said(report)
    assert keys(settings) == ["1", "2", "3"]
    assert "source core" in str(state.error)
    assert (state.refreshed_at, state.failed_at) == (NOW, NOW + HOUR)
    (folder / "away.db").rename(folder / "core.db")
    assert again(settings, 2).succeeded
    assert Snapshot(settings.snapshot).current().facts["complaints"].error is None


def test_one_failing_source_does_not_stop_another(folder, tmp_path):
    """
    The claims' database is down; the complaints are fresh.
    """
    core = {"url": f"sqlite:///{folder / 'core.db'}", "queries": folder / "queries"}
    down = {"url": "postgresql://reader:secret@127.0.0.1:1/claims", "queries": tmp_path / "claims"}
    write_query(
        tmp_path / "claims",
        "-- fact: claims\n-- grain: one row per claim\nselect c.id as claim_id, c.at as reported_at from c",
        "claims",
    )
    settings = Settings(sources={"down": down, "core": core}, snapshot={"path": str(folder / "snapshot")})

    report = refresh(settings, now=NOW)

    assert "source down" in said(report)
    assert "secret" not in said(report)
    assert keys(settings) == ["1", "2", "3"]
    assert Snapshot(settings.snapshot).current().facts["claims"].version is None
    assert stored(settings, "claims").height == 0


def test_two_sources_for_one_fact_are_refused(folder):
    """
    Nobody could say which one is right; what was loaded before stays.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    both = Settings(
        sources={"core": settings.sources["core"], "copy": settings.sources["core"]}, snapshot=settings.snapshot
    )

    assert "fed by several sources: core and copy" in said(again(both))
    assert keys(settings) == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (IN_FULL.replace("from complaint", "from complaintt"), "lacks a table: no such table: complaintt"),
        (IN_FULL.replace("complaint.decided", "complaint.decidet"), "no such column: complaint.decidet"),
        (IN_FULL.replace("received_at", "recieved_at"), 'did you mean "received_at"?'),
        (f"{HEADER}delete from complaint", "delete"),
        (f"{IN_FULL};\ndelete from complaint", "2 statements"),
        (IN_FULL.replace("complaint.received", "'a long time ago'"), "expected a timestamp"),
        (f"{IN_FULL}union all {IN_FULL.split(HEADER)[1]}", "a key occurs more than once, e.g. complaint_id"),
        (f"{IN_FULL}where 1 = 0\n", "brought no rows, where the snapshot holds 3"),
    ],
    ids=[
        "missing table", "misspelt column", "misspelt fact column", "writes", "two statements", "wrong type",
        "key twice", "empty view",
    ],
)  # fmt: skip
def test_a_query_gone_wrong_keeps_the_last_good_version(folder, text, expected):
    """
    The message names the file and what is wrong; the rows of before are still served; the database is untouched.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    before = (folder / "core.db").read_bytes()
    write_query(folder / "queries", text)

    report = again(settings)

    assert expected in said(report)
    assert "complaints.sql" in said(report)
    assert keys(settings) == ["1", "2", "3"]
    assert expected in str(Snapshot(settings.snapshot).current().facts["complaints"].error)
    assert (folder / "core.db").read_bytes() == before


def test_a_fact_may_become_empty_if_that_is_meant(folder):
    """
    With `allow_empty` no rows are accepted as the truth.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    execute(folder / "core.db", "delete from complaint")

    assert not again(settings, full=True).succeeded
    assert again(settings, full=True, allow_empty=True).succeeded
    assert keys(settings) == []


def test_an_empty_table_is_no_error_at_first(folder):
    """
    No complaints yet: every column is there with its type, and a finding says that there are no rows.
    """
    execute(folder / "core.db", "delete from complaint")
    settings = settings_for(folder)

    report = refresh(settings, now=NOW)

    assert report.succeeded
    assert stored(settings).height == 0
    assert any("no rows" in str(finding) for finding in report.findings)
    insert(folder / "core.db", [row("1")])
    again(settings)
    assert keys(settings) == ["1"]


def test_bad_rows_are_stored_with_their_reason_and_found(folder):
    """
    A NULL key, decided before received, the year 9999: counted and listed, nothing vanishes. Read again, they are
    the same rows.
    """
    bad = [row(None), row("4", decided="2025-01-05"), row("5", "9999-12-31 00:00:00", changed="2026-01-05")]
    insert(folder / "core.db", bad)
    settings = settings_for(folder)
    first = refresh(settings, now=NOW)
    second = again(settings)

    assert first.succeeded
    assert second.loaded[0].mode == "incremental"
    for report in (first, second):
        assert sum(finding.severity is Severity.WARNING for finding in report.findings) == 3
    assert Snapshot(settings.snapshot).current().facts["complaints"].bad == {
        "before:decided_at<received_at": 1,
        "impossible_year:received_at": 1,
        "no_key:complaint_id": 1,
    }
    assert stored(settings).height == 6
    assert stored(settings)[PROBLEM].null_count() == 3


def test_a_fact_that_does_not_exist_is_refused(folder):
    """
    With the likely meaning.
    """
    with pytest.raises(SettingsError, match='did you mean "complaints"'):
        refresh(settings_for(folder), facts={"complaint"})


def test_only_the_facts_asked_for_are_loaded(folder):
    """
    The others aren't touched.
    """
    settings = settings_for(folder)

    assert refresh(settings, facts={"claims"}, now=NOW).loaded == []
    assert len(refresh(settings, facts={"complaints"}, now=NOW).loaded) == 1


def test_a_fact_nobody_feeds_any_more_is_found(folder):
    """
    Its query is gone: what was loaded stays, and every refresh says how old it is.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    (folder / "queries" / "complaints.sql").rename(folder / "queries" / "complaints.bak")
    write_query(
        folder / "queries", "-- fact: viewers\n-- grain: one viewer\nselect 'a@b' as email, 'x' as role", "viewers"
    )

    report = again(settings)

    assert [str(finding.problem) for finding in report.findings if finding.severity is Severity.WARNING] == [
        "complaints: no query feeds it any more; shown as it was at 2026-06-30 04:00 UTC;"
        " put its query back, or begin a new snapshot"
    ]
    assert keys(settings) == ["1", "2", "3"]


def test_progress_is_told(folder):
    """
    Rows so far, then that it is done.
    """
    told = []
    refresh(
        settings_for(folder), now=NOW, progress=lambda fact, rows, *, is_done: told.append((fact, rows, is_done))
    )

    assert told[-1] == ("complaints", 3, True)


def test_a_contract_that_learned_a_column_asks_for_a_full_load(folder):
    """
    A table written before lacks the column: readers see nulls, and the next load writes it whole.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    table = folder / "snapshot" / "complaints"
    narrow = pl.read_delta(str(table)).drop("cause")
    narrow.write_delta(str(table), mode="overwrite", delta_write_options={"schema_mode": "overwrite"})
    snapshot = Snapshot(settings.snapshot)
    state = snapshot.current().facts["complaints"]
    with snapshot.locked():
        snapshot.publish({"complaints": replace(state, version=1)})

    assert stored(settings)["cause"].null_count() == 3
    assert again(settings).loaded[0].mode == "full"
