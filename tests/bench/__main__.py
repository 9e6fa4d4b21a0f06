"""
The project's budgets against what this machine takes, as one table: `python -m tests.bench`.

Nothing here is a test; a slow machine, or one that is busy with something else, isn't a mistake.
"""

from __future__ import annotations

import json
import os
import platform
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import pytest
import typer
from rich.console import Console
from rich.table import Table

from tests.bench import browser, claims, clock, curves, intake, load, pages, renewals, scale
from tests.bench.measure import Line
from tests.bench.viewers import viewers
from tests.bench.workshop import Workshop
from tests.servers import NotInstalledError

BENCHMARKS: dict[str, Callable[[Workshop], Iterator[Line]]] = {
    "demo": intake.demo,
    "texas": intake.texas,
    "pages": pages.demo_pages,
    "large-pages": pages.large_pages,
    "clock": clock.clock,
    "claims": claims.large,
    "claims-postgres": claims.beside_postgres,
    "renewals": renewals.large,
    "curves": curves.curves,
    "viewers": viewers,
    "postgres": intake.postgres,
    "load": load.load,
    "scale": scale.scale,
    "browser": browser.browser,
    "beyond": scale.beyond,
}
WIDTH = 150


def main(
    only: Annotated[list[str] | None, typer.Option(help=f"One of {', '.join(BENCHMARKS)}; repeatable.")] = None,
    many: Annotated[int, typer.Option("--claims", min=1, help="How many claims are many.")] = 10_000_000,
    to_file: Annotated[Path | None, typer.Option("--json", help="Write the lines to this file too.")] = None,
) -> None:
    """
    Measure, and print one table.
    """
    unknown = set(only or ()) - set(BENCHMARKS)
    if unknown:
        raise typer.BadParameter(f"{', '.join(sorted(unknown))}: write one of {', '.join(BENCHMARKS)}")
    # Whoever ends it early gets what was measured so far, and the folder is cleared away.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    told = Console(stderr=True)
    lines: list[tuple[str, Line]] = []
    with tempfile.TemporaryDirectory() as folder:
        workshop = Workshop(Path(folder), many)
        try:
            for name, measure in BENCHMARKS.items():
                if only and name not in only:
                    continue
                began = time.monotonic()
                with told.status(f"{name} …"):
                    lines.extend((name, line) for line in _measured(name, measure, workshop))
                told.print(f"{name}: {time.monotonic() - began:.0f} s")
        finally:
            # What was measured before one of them failed, or somebody lost patience, took its time as well.
            Console(width=WIDTH).print(_table(lines))
            if to_file is not None:
                records = [_record(name, line) for name, line in lines]
                to_file.write_text(json.dumps(records, indent=2), encoding="utf-8")


def _measured(name: str, measure: Callable[[Workshop], Iterator[Line]], workshop: Workshop) -> Iterator[Line]:
    try:
        yield from measure(workshop)
    except (pytest.skip.Exception, NotInstalledError) as reason:
        yield Line(name, "s", None, against=f"skipped: {reason}")


def _table(lines: list[tuple[str, Line]]) -> Table:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    table = Table(title=f"Budgets on {platform.machine()}, {cores} cores, Python {platform.python_version()}")
    table.add_column("name")
    table.add_column("what")
    for heading in ("budget", "measured", "", "at best", "ratio"):
        table.add_column(heading, justify="right")
    table.add_column("at best: what")
    for name, line in lines:
        limit = (
            "" if line.budget is None else f"{'≥' if line.unit == 'rows/s' else '≤'} {_said(line.budget, line)}"
        )
        verdict = {True: "kept", False: "over", None: ""}[line.is_within]
        ratio = "" if line.ratio is None else f"{line.ratio:.1f} ×"
        took, least = _said(line.measured, line), _said(line.baseline, line)
        table.add_row(name, line.what, limit, took, verdict, least, ratio, line.against)
    return table


def _said(value: float | None, line: Line) -> str:
    if value is None:
        return ""
    return f"{value:.1f} s" if line.unit == "s" else f"{value:,.0f} {line.unit}"


def _record(name: str, line: Line) -> dict[str, object]:
    return {"name": name, **asdict(line), "ratio": line.ratio, "is_within": line.is_within}


if __name__ == "__main__":
    typer.run(main)
