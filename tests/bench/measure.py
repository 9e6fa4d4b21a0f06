"""
What a benchmark says: a figure that was measured, the budget it is held against, and what is possible at best.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Unit = Literal["s", "ms", "MB", "rows/s"]

# A process that took less than this part of a processor for so many seconds has next to nothing to do.
IDLE_PART: Final = 0.1
IDLE_FOR: Final = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """
    One line of the table.

    Attributes:
        what: What was done, how often, with how much.
        unit: Of `measured`, `budget` and `baseline`; more is better of rows a second, worse of times.
        budget: What it should take.
        measured: What it took; None if it couldn't be measured.
        baseline: What the least work that could answer the same takes, measured in the same run.
        against: What that least work is; or why nothing was measured.
    """

    what: str
    unit: Unit
    budget: float | None
    measured: float | None = None
    baseline: float | None = None
    against: str = ""

    @property
    def ratio(self) -> float | None:
        """
        How many times as long as the baseline it takes.
        """
        if not (self.measured and self.baseline):
            return None
        return self.baseline / self.measured if self.unit == "rows/s" else self.measured / self.baseline

    @property
    def is_within(self) -> bool | None:
        """
        Whether the budget is kept; None where there is none, or nothing was measured.
        """
        if self.budget is None or self.measured is None:
            return None
        return self.measured >= self.budget if self.unit == "rows/s" else self.measured <= self.budget


def seconds(run: Callable[[], object]) -> float:
    """
    How long one run takes.
    """
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def median_ms(runs: list[Callable[[], object]]) -> float:
    """
    The median of several runs after a first one that doesn't count, in milliseconds.
    """
    runs[0]()
    spans = sorted(seconds(run) for run in runs)
    return 1000 * spans[len(spans) // 2]


def peak_mb(process: int | None = None) -> float:
    """
    The most memory a process held at once, in megabytes; this one's, unless another's id is given.

    `getrusage` can't be asked: a process begins there with what the one that started it had held.
    """
    status = Path(f"/proc/{process or 'self'}/status").read_text(encoding="utf-8")
    # A process that has just ended holds nothing, and isn't asked again.
    return int((status.partition("VmHWM:")[2].split() or ["0"])[0]) / 1024


def process_at(address: str) -> int:
    """
    The id of the process that listens at an address of this machine.
    """
    port = address.rpartition(":")[2]
    listening = subprocess.run(["ss", "-ltnpH", f"sport = :{port}"], check=True, capture_output=True, text=True)
    return int(listening.stdout.partition("pid=")[2].partition(",")[0])


def wait_until_idle(process: int) -> float:
    """
    Wait until a process has next to nothing to do any more; seconds waited.
    """
    began, busy = time.monotonic(), True
    while busy:
        before = _processor_seconds(process)
        time.sleep(IDLE_FOR)
        busy = _processor_seconds(process) - before > IDLE_PART * IDLE_FOR
    return time.monotonic() - began


def _processor_seconds(process: int) -> float:
    told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    # In user mode and in the kernel, as `man proc` counts its fields behind the name.
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")
