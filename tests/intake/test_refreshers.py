"""
One refresher at a time; one that is killed, or runs out of disk, loses nothing and blocks nobody.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.errors import SnapshotError
from dashboard.intake.refresh import RefreshReport, refresh, refresh_forever
from dashboard.snapshot import Snapshot
from tests.operational import (
    NOW,
    again,
    execute,
    insert,
    keys,
    row,
    said,
    settings_for,
    stored,
)

PROJECT = Path(__file__).resolve().parents[2]


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
