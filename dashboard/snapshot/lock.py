"""
One refresher at a time: a lock on a file, which the kernel frees however its holder ends.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from dashboard.errors import Problem, SnapshotError

LOOK_AGAIN_SECONDS = 0.2


@contextmanager
def locked(path: str, wait_seconds: float = 0) -> Iterator[None]:
    """
    Hold the snapshot's lock for the length of the block.

    A folder is locked for everybody who sees it; an object store, which knows no locks, only on this machine.

    Args:
        path: The snapshot's folder or URL.
        wait_seconds: How long to wait for another refresher; 0 leaves at once.

    Raises:
        SnapshotError: another process holds it, with its number and since when; or the folder can't be written to.
    """
    deadline = time.monotonic() + wait_seconds
    with _open(path) as file:
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                raise SnapshotError(
                    Problem(path, f"is being refreshed by {_holder(file)}", "wait for it, or end that process")
                )
            time.sleep(LOOK_AGAIN_SECONDS)
        file.seek(0)
        file.truncate()
        since = datetime.now(UTC).isoformat(timespec="seconds")
        json.dump({"process": os.getpid(), "host": socket.gethostname(), "since": since}, file)
        file.flush()
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)


def _open(path: str) -> IO[str]:
    if "://" in path:
        place = Path(tempfile.gettempdir()) / f"dashboard-{hashlib.sha256(path.encode()).hexdigest()[:16]}.lock"
    else:
        place = Path(path) / ".lock"
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        return place.open("a+", encoding="utf-8")
    except OSError as error:
        raise SnapshotError(
            Problem(str(place), f"can't be written: {error.strerror}", "check the folder's rights and room")
        ) from error


def _try_lock(file: IO[str]) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(file: IO[str]) -> str:
    file.seek(0)
    try:
        holder = json.loads(file.read())
    except json.JSONDecodeError:
        return "another process, which has only just begun"
    return f"process {holder['process']} on {holder['host']} since {holder['since']}"
