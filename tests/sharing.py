"""
What is made once for all workers of a run.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest


def shared(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """
    A folder of the run, filled by the worker that asks first; others wait until it is done.

    Nobody may change what is in it. If making fails, the next to ask begins anew and sees the error for itself.

    Args:
        factory: Knows where the run keeps its files.
        name: What the run calls the folder.
        make: Fills the folder, which exists and is empty.
    """
    base = factory.getbasetemp()
    # A worker has a folder of its own in the run's.
    run = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, done = run / f"shared-{name}", run / f"shared-{name}.done"
    with (run / f"shared-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            done.touch()
    return folder
