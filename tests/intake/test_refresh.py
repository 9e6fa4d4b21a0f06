"""
A refresh loads everything at first and what changed from then on, and publishes it together.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta

import pytest

from dashboard.intake.refresh import refresh
from dashboard.snapshot import Snapshot
from tests.operational import (
    IN_FULL,
    IN_STEPS,
    NOW,
    again,
    execute,
    insert,
    keys,
    row,
    settings_for,
    stored,
    write_query,
)

HOUR = timedelta(hours=1)


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


def test_another_file_in_its_place_is_read_whole(folder):
    """
    A restored copy, a demo made anew: what is older than the watermark may be different in it, or gone.
    """
    settings = settings_for(folder)
    refresh(settings, now=NOW)
    copy = folder / "copy.db"
    shutil.copy(folder / "core.db", copy)
    execute(copy, "delete from complaint where number = '1'")
    copy.replace(folder / "core.db")

    report = again(settings)

    assert report.loaded[0].mode == "full"
    assert keys(settings) == ["2", "3"]


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
