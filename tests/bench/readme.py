"""
What was measured, as the table that README folds away: `python -m tests.bench.readme README.md FILE.json …`.

The files are what `python -m tests.bench --json` wrote, of one run or of several parts of one.
"""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Annotated, Any, Final

import typer

BEGINS: Final = "<!-- what `make bench` measured: written by it -->"
ENDS: Final = "<!-- what `make bench` measured: the end -->"
HEADINGS: Final = ("what", "budget", "measured", "at best", "ratio", "at best: what")


def main(readme: Path, files: Annotated[list[Path], typer.Argument()]) -> None:
    """
    Put what was measured between its marks.
    """
    records = [each for file in files for each in json.loads(file.read_text(encoding="utf-8"))]
    cores = len(os.sched_getaffinity(0))
    machine = f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"
    table = tables(records, machine, datetime.now().astimezone().date())
    readme.write_text(exchanged(readme.read_text(encoding="utf-8"), table), encoding="utf-8")


def exchanged(text: str, table: str) -> str:
    """
    A text with another table between the marks.

    Raises:
        SystemExit: The marks aren't there, once each and in their order.
    """
    before, begins, rest = text.partition(BEGINS)
    _, ends, after = rest.partition(ENDS)
    if not (begins and ends) or BEGINS in rest or ENDS in before + after:
        raise SystemExit(f"the marks {BEGINS} and {ENDS} aren't there, once each and in this order")
    return f"{before}{BEGINS}\n{table}\n{ENDS}{after}"


def tables(records: Sequence[Mapping[str, Any]], machine: str, day: date) -> str:
    """
    What was measured as Markdown, folded away: a table for each benchmark.

    Args:
        records: As `--json` writes them, those of a benchmark together.
        machine: On what.
        day: When.
    """
    missed = sum(each["is_within"] is False for each in records)
    held = sum(each["is_within"] is not None for each in records)
    told = (
        f"All {len(records)} lines of `make bench` ({machine}, {day:%d %B %Y}): {missed} of {held} budgets missed"
    )
    parts = [f"<details>\n<summary>{told}</summary>"]
    for name, lines in groupby(records, key=lambda each: each["name"]):
        rows = ["| " + " | ".join(HEADINGS) + " |", "|---|---:|---:|---:|---:|---|"]
        rows += [_row(each) for each in lines]
        parts.append(f"**{name}**\n\n" + "\n".join(rows))
    return "\n\n".join([*parts, "</details>"])


def _row(line: Mapping[str, Any]) -> str:
    limit = "" if line["budget"] is None else f"{'≥' if line['unit'] == 'rows/s' else '≤'} {_said(line, 'budget')}"
    measured = _said(line, "measured") + (" (missed)" if line["is_within"] is False else "")
    ratio = "" if line["ratio"] is None else f"{line['ratio']:.1f} ×"
    against = str(line["against"]).replace("|", "\\|")
    return f"| {line['what']} | {limit} | {measured} | {_said(line, 'baseline')} | {ratio} | {against} |"


def _said(line: Mapping[str, Any], part: str) -> str:
    value, unit = line[part], line["unit"]
    if value is None:
        return ""
    return f"{value:.1f} s" if unit == "s" else f"{value:,.0f} {unit}"


if __name__ == "__main__":
    typer.run(main)
