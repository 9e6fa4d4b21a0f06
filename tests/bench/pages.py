"""
How long pages make a viewer wait: the first one, the second, and whoever changes the filter.

Each page is run whole, by Streamlit, in a process of its own: what a page asks for is what is measured.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from dashboard.settings import PROJECT
from tests.bench.measure import Line, peak_mb
from tests.bench.pages_rows import AS_OF, complaints, ledger, store
from tests.bench.workshop import Workshop

PAGES = ("complaint_timeliness", "complaint_deadlines", "complaint_causes")
OTHERS = (
    *("claim_cycle", "automation", "renewal_trends", "renewals_at_risk"),
    *("sales_journey", "sales_conduct", "service", "training_ethics", "overview", "agents"),
)
MILLION = 1_000_000
CHANGES = 9
# Where rows are few nothing is prepared.
PREPARING_S = 0.1
# What is left to the machine's others while a page is measured, and how often that is looked at.
SPARED_MB, LOOK_SECONDS = 1_500, 0.2
SCAN = "one polars scan and group_by"
AGAIN = "the same page, all remembered"


def demo_pages(workshop: Workshop) -> Iterator[Line]:
    """
    The pages over the demo's complaints, claims and renewals.
    """
    snapshot = Path(workshop.loaded_demo.settings.snapshot.path)
    yield from measured_pages(
        (*PAGES, *OTHERS), settings_of(workshop.folder / "demo.toml", snapshot), "demo", change=150, first=3.0
    )


def large_pages(workshop: Workshop) -> Iterator[Line]:
    """
    The same over a million complaints, every column of the clock in use; and what memory that takes.
    """
    snapshot = workshop.folder / "many"
    rows = complaints(MILLION)
    store(snapshot, {"complaints": lambda: [rows], "exposure": lambda: [ledger(rows)]})
    settings = settings_of(workshop.folder / "many.toml", snapshot)
    yield from measured_pages(PAGES, settings, f"{MILLION:,} complaints", change=300, first=None)
    peak = visited(settings, PAGES)["peak_mb"]
    yield Line(f"memory, all three pages over {MILLION:,} complaints, at most", "MB", None, peak)


class TooLargeError(Exception):
    """
    A process was stopped before it took the machine's last memory.

    Attributes:
        held_mb: What it held by then.
    """

    def __init__(self, held_mb: float) -> None:
        super().__init__(
            f"less than {SPARED_MB:,} MB of the machine's {_meminfo_mb('MemTotal'):,.0f} MB were left"
        )
        self.held_mb = held_mb


def visited(settings: Path, pages: Sequence[str], *, changes: int = CHANGES) -> dict[str, Any]:
    """
    What `pages_visit` says of these pages, opened one after the other in a new process.

    Raises:
        TooLargeError: The machine hasn't the memory for it.
    """
    command = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "tests.bench.pages_visit",
        str(settings),
        str(changes),
        *pages,
    ]
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    with subprocess.Popen(
        command, cwd=PROJECT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        # Should memory run out faster than anybody looks, the kernel shall end this process and no other.
        Path(f"/proc/{process.pid}/oom_score_adj").write_text("1000", encoding="utf-8")
        held = 0.0
        while True:
            try:
                told, _ = process.communicate(timeout=LOOK_SECONDS)
                break
            except subprocess.TimeoutExpired:
                held = max(held, peak_mb(process.pid))
                if _meminfo_mb("MemAvailable") < SPARED_MB:
                    process.kill()
    if process.returncode == -signal.SIGKILL:
        raise TooLargeError(held)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)}: exit code {process.returncode}")
    found: dict[str, Any] = json.loads(told)
    return found


def _meminfo_mb(name: str) -> float:
    told = Path("/proc/meminfo").read_text(encoding="utf-8")
    return int(told.partition(f"{name}:")[2].split()[0]) / 1024


def measured_pages(
    pages: Sequence[str], settings: Path, size: str, *, change: float, first: float | None
) -> Iterator[Line]:
    """
    What viewers wait for on each of these pages, one process for each.

    Args:
        pages: Their names.
        settings: The file that says where the snapshot is.
        size: How much is in it, in words.
        change: How many milliseconds a change of the filter may compute.
        first: How many seconds the first paint may take; None: there is no budget.
    """
    for name in pages:
        visit = visited(settings, [name])["visits"][name]
        page = name.replace("_", " ")
        yield Line(f"{page}, {size}: first paint, nothing remembered", "s", first, visit["first"])
        if visit["prepared"] > PREPARING_S:
            yield Line(f"{page}, {size}: then prepares for what may be chosen next", "s", None, visit["prepared"])
        yield Line(f"{page}, {size}: the second visitor", "s", 0.7 if first else None, visit["second"])
        yield _change(f"{page}, {size}: filter change computes", visit["changes"], change)
        yield _change(f"{page}, {size}: every branch chosen by name", [visit["everything"]], None)
        drawn, again = (median(each[part] for each in visit["changes"]) for part in ("drawn", "remembered"))
        yield Line(f"{page}, {size}: filter change, the whole run", "ms", None, drawn, again, AGAIN)


def _change(what: str, changes: Sequence[Mapping[str, float]], budget: float | None) -> Line:
    computed = median(max(0.0, each["drawn"] - each["remembered"]) for each in changes)
    return Line(what, "ms", budget, computed, median(each["scanned"] for each in changes), SCAN)


def settings_of(file: Path, snapshot: Path) -> Path:
    """
    Write settings under which a snapshot is shown as on the day of its last rows.
    """
    none, queries = file.parent / "none.db", PROJECT / "queries" / "demo"
    file.write_text(
        f'[sources.none]\nurl = "sqlite:///{none}"\nqueries = "{queries}"\n'
        f'[snapshot]\npath = "{snapshot}"\n[app]\ndatabase = "sqlite:///{file.with_suffix(".app.db")}"\n'
        f"[business]\nas_of = {AS_OF.isoformat()}\n",
        encoding="utf-8",
    )
    return file
