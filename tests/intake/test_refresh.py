"""
A refresh loads what it can, says what it can't, and never loses what was there.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from dashboard.errors import SettingsError, SnapshotError
from dashboard.facts import PROBLEM
from dashboard.intake.findings import Severity
from dashboard.intake.refresh import RefreshReport, refresh, refresh_forever
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot
from tests.operational import (
    HEADER,
    IN_FULL,
    IN_STEPS,
    NOW,
    execute,
    insert,
    make_database,
    row,
    settings_for,
    write_query,
)

PROJECT = Path(__file__).resolve().parents[2]
HOUR = timedelta(hours=1)


@pytest.fixture
def folder(tmp_path):
    """
    A folder with a database of three complaints and a query that can be read in steps.
    """
    make_database(tmp_path / "core.db", [row(number) for number in ("1", "2", "3")])
    write_query(tmp_path / "queries", IN_STEPS)
    return tmp_path


def stored(settings: Settings, fact: str = "complaints") -> pl.DataFrame:
    return Snapshot(settings.snapshot).current().scan(fact).collect()


def keys(settings: Settings) -> list[str]:
    return sorted(stored(settings)["complaint_id"].to_list())


def said(report: RefreshReport) -> str:
    return "\n".join(str(problem) for problem in report.problems)


def again(settings: Settings, hours: float = 1, **wishes) -> RefreshReport:
    return refresh(settings, now=NOW + hours * HOUR, **wishes)


def test_the_first_refresh_loads_everything(folder):
    """
    Full, published, and every fact says where it came from and how far it reaches.
    """
    settings = settings_for(folder)
    report = refresh(settings, now=NOW)

    (loaded,) = report.loaded
    state = Snapshot(settings.snapshot).current().facts["complaints"]
    assert report.succeeded
    assert (loaded.mode, loaded.rows_read, loaded.rows) == ("full", 3, 3)
    assert (state.source, state.rows, state.refreshed_at, state.loaded_fully_at) == ("core", 3, NOW, NOW)
    assert state.columns == ("complaint_id", "received_at", "decided_at", "updated_at")
    assert state.watermark == state.latest_at == datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert state.error is None


def test_the_next_refresh_reads_only_what_changed(folder):
    """
    From the watermark less the overlap; new and changed rows arrive, the others stay, and none is there twice.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    execute(
        folder / "core.db",
        "update complaint set decided = '2026-01-06', changed = '2026-01-06' where number = '2'",
    )
    insert(folder / "core.db", [row("4", "2026-01-07 10:00:00"), row("old", "2026-01-05 08:00:00")])

    report = again(settings)

    assert report.loaded[0].mode == "incremental"
    assert keys(settings) == ["1", "2", "3", "4"]
    assert stored(settings).filter(complaint_id="2")["decided_at"].null_count() == 0


@pytest.mark.parametrize(("changed", "is_read"), [("2026-01-05 09:00:00", True), ("2026-01-05 08:59:59", False)])
def test_the_overlap(folder, changed, is_read):
    """
    What was committed late, within the overlap of an hour before the watermark, is still found; before it, it
    waits for the next full load.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    insert(folder / "core.db", [row("late", changed=changed)])

    again(settings)

    assert ("late" in keys(settings)) is is_read


def test_nothing_changed_costs_no_new_table(folder):
    """
    A refresh that finds nothing new leaves the table's version alone, and still says that it looked.
    """
    settings = settings_for(folder, overlap_minutes=0)
    refresh(settings, now=NOW)
    execute(folder / "core.db", "update complaint set changed = '2020-01-01'")
    before = Snapshot(settings.snapshot).current().facts["complaints"]

    again(settings)

    after = Snapshot(settings.snapshot).current().facts["complaints"]
    assert after.version == before.version
    assert after.refreshed_at == NOW + HOUR


def test_deleted_rows_go_with_the_next_full_load(folder):
    """
    Reading in steps can't see that a row is gone; a full load does, on request or when it is due.
    """
    settings = settings_for(folder, full_every_hours=24)
    refresh(settings, now=NOW)
    execute(folder / "core.db", "delete from complaint where number = '2'")

    again(settings, 23.9)
    assert keys(settings) == ["1", "2", "3"]
    again(settings, 24)
    assert keys(settings) == ["1", "3"]


def test_a_full_load_on_request(folder):
    """
    `full=True` doesn't wait for the day.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    execute(folder / "core.db", "delete from complaint where number = '2'")

    assert again(settings, full=True).loaded[0].mode == "full"
    assert keys(settings) == ["1", "3"]


@pytest.mark.parametrize("what", ["query", "zone", "history"])
def test_what_changes_the_meaning_of_rows_asks_for_a_full_load(folder, what):
    """
    Another query text, another zone or another history: the rows that are there were read differently.
    """
    refresh(settings_for(folder), now=NOW)
    changed = settings_for(folder)
    if what == "query":
        write_query(folder / "queries", IN_STEPS + "-- and a thought\n")
    elif what == "zone":
        changed = settings_for(folder, timezone="Europe/London")
    else:
        changed = settings_for(folder, history_months=12)

    assert again(changed).loaded[0].mode == "full"


def test_a_query_without_since_is_always_read_in_full(folder):
    """
    Nothing says where to go on.
    """
    write_query(folder / "queries", IN_FULL)
    settings = settings_for(folder)
    refresh(settings, now=NOW)

    assert again(settings).loaded[0].mode == "full"


@pytest.mark.parametrize(("months", "first"), [(0, "1950-01-01"), (6, "2025-12-01"), (5, "2026-01-01")])
def test_history_begins_with_a_month(folder, months, first):
    """
    `:history_from` is the first day of the month so many months ago, in the source's zone; 0 keeps everything.
    """
    write_query(folder / "queries", f"{IN_FULL}where complaint.received >= :history_from\n")
    days = ["1950-01-01", "2025-11-30", "2025-12-01", "2025-12-31", "2026-01-01"]
    execute(folder / "core.db", "delete from complaint")
    insert(folder / "core.db", [row(day, day) for day in days])
    settings = settings_for(folder, history_months=months)

    refresh(settings, now=NOW)

    assert keys(settings) == [day for day in days if day >= first]


# What can be wrong


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


# One refresher at a time, and none lost


def test_a_second_refresher_leaves_with_a_clear_word(folder):
    """
    It reads which process is at work and since when; waiting helps once that one is done.
    """
    settings = settings_for(folder)
    with (
        Snapshot(settings.snapshot).locked(),
        pytest.raises(SnapshotError, match=f"process {os.getpid()} on .* since"),
    ):
        refresh(settings)

    assert refresh(settings, now=NOW).succeeded


def test_a_second_refresher_may_wait(folder):
    """
    It goes on as soon as the lock is free.
    """
    settings = settings_for(folder)
    lock = Snapshot(settings.snapshot).locked()
    lock.__enter__()
    free = threading.Timer(0.5, lambda: lock.__exit__(None, None, None))
    free.start()

    assert refresh(settings, now=NOW, wait_seconds=30).succeeded
    free.join()


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from datetime import datetime, UTC
from pathlib import Path
from tests.operational import settings_for
from dashboard.intake.refresh import refresh

def kill(fact, rows, *, is_done):
    if is_done == {when_done} and rows > 150:
        os.kill(os.getpid(), signal.SIGKILL)

refresh(settings_for(Path(sys.argv[1]), source={{"batch_rows": 100}}), full={full}, progress=kill)
"""


@pytest.mark.parametrize("full", [True, False], ids=["full", "incremental"])
@pytest.mark.parametrize("when_done", [False, True], ids=["while reading", "written and not published"])
def test_a_killed_refresh_loses_nothing_and_blocks_nobody(folder, full, when_done):
    """
    A kill -9 in the middle of the rows, or after the table was written: readers see the version of before, the
    lock is free, and the next refresh brings everything.
    """
    settings = settings_for(folder)
    refresh(settings, now=datetime.now(UTC))
    insert(folder / "core.db", [row(f"new {number}") for number in range(300)])
    script = KILLED_IN_THE_MIDDLE.format(full=full, when_done=when_done)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}

    killed = subprocess.run([sys.executable, "-c", script, str(folder)], env=environment, check=False, cwd=PROJECT)

    assert killed.returncode == -signal.SIGKILL
    assert keys(settings) == ["1", "2", "3"]
    assert refresh(settings).succeeded
    assert len(keys(settings)) == 303


def test_a_refresher_at_work_does_not_disturb_readers(folder):
    """
    A version once opened shows the same rows, whatever is published after it.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    version = Snapshot(settings.snapshot).current()
    execute(folder / "core.db", "delete from complaint where number = '1'")

    again(settings, full=True)

    assert version.scan("complaints").collect().height == 3
    assert stored(settings).height == 2


def small_disk(tmp_path, size):
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"a small disk can't be mounted here: {mounted.stderr.strip()}")
    return place


def test_a_full_disk_keeps_the_last_good_version(folder, tmp_path):
    """
    The report names the place and that there is no room; the rows of before are served, and once there is room
    again the next refresh brings everything.
    """
    disk = small_disk(tmp_path, "2m")
    try:
        settings = settings_for(folder)
        settings = settings.model_copy(
            update={"snapshot": settings.snapshot.model_copy(update={"path": str(disk / "s")})}
        )
        assert refresh(settings, now=NOW).succeeded
        filler = disk / "filler"
        filler.write_bytes(b"0" * (1_200 * 1024))
        noise = [row(os.urandom(200).hex()) for _ in range(8_000)]
        insert(folder / "core.db", noise)

        report = again(settings, full=True)

        assert "no room left" in said(report)
        assert str(disk / "s") in said(report)
        assert "version 0 is still served" in said(report)
        assert keys(settings) == ["1", "2", "3"]
        execute(folder / "core.db", "delete from complaint where length(number) > 20")
        filler.unlink()
        assert again(settings, 2, full=True).succeeded
        assert keys(settings) == ["1", "2", "3"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_refreshing_for_ever_goes_on_after_a_failure(folder):
    """
    Every turn is reported, one that failed too, until it is told to stop.
    """
    reports: list[RefreshReport] = []
    stop = threading.Event()

    def done(report: RefreshReport) -> None:
        reports.append(report)
        if len(reports) == 1:
            (folder / "core.db").rename(folder / "away.db")
        elif len(reports) == 2:
            (folder / "away.db").rename(folder / "core.db")
        else:
            stop.set()

    refresh_forever(settings_for(folder), timedelta(seconds=0.01), done=done, failed=pytest.fail, stop=stop)

    assert [report.succeeded for report in reports] == [True, False, True]
