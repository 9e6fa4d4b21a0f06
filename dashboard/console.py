"""
Tables, bars and lines on a terminal.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table

from dashboard.errors import Problem
from dashboard.forecasting import Edition
from dashboard.intake.findings import Finding, Severity
from dashboard.intake.refresh import RefreshReport
from dashboard.words import Words

WORDS = Words("en")


class Bars:
    """
    One bar that fills as a long piece of work goes on.
    """

    def __init__(self, console: Console, title: str) -> None:
        self._progress = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
        )
        self._task = self._progress.add_task(title, total=1.0)

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def share(self, doing: str, done: float) -> None:
        """
        Say what is being done, and the share of it all that is done.
        """
        self._progress.update(self._task, description=f"{doing:<36.36}", completed=done)


class FactBars:
    """
    A line for each fact that is being loaded, with the rows read so far.
    """

    def __init__(self, console: Console) -> None:
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description:<18}"),
            TextColumn("{task.fields[rows]:>12} rows"),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, fact: str, rows: int, *, is_done: bool) -> None:
        """
        `rows` of `fact` were read so far.
        """
        if fact not in self._tasks:
            self._tasks[fact] = self._progress.add_task(fact, total=1, rows="0")
        self._progress.update(self._tasks[fact], rows=WORDS.count(rows), completed=1 if is_done else 0)


def print_problems(console: Console, problems: Iterable[Problem]) -> None:
    """
    Each problem on its own line, with nothing of it read as markup.
    """
    for problem in problems:
        console.print(f"[bold red]✗[/] {escape(str(problem))}", soft_wrap=True, highlight=False)


def print_findings(console: Console, findings: Sequence[Finding]) -> None:
    """
    What was found, each on a line of its own that no terminal's width cuts: it can be searched and sent on.
    """
    styles = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.NOTE: "dim"}
    for finding in findings:
        style = styles[finding.severity]
        line = f"[{style}]{finding.severity.value:<7}[/] {escape(str(finding.problem))}"
        console.print(line, soft_wrap=True, highlight=False)


def report_line(report: RefreshReport) -> str:
    """
    One line about a refresh: how many facts and rows, by which way, how long, which version.
    """
    read = WORDS.count(sum(each.rows_read for each in report.loaded))
    full = sum(each.mode == "full" for each in report.loaded)
    version = f"version {report.version}" if report.version is not None else "nothing published"
    return (
        f"Loaded {len(report.loaded)} facts ({full} in full), {read} rows read, "
        f"in {report.seconds:.1f} s: {version}."
    )


def edition_line(edition: Edition) -> str:
    """
    One line about a training: on how much, how good, and whether its probabilities are shown.
    """
    if edition.honesty is None:
        return f"Renewals: no forecast ({', '.join(edition.refusals)})."
    honesty = edition.honesty
    verdict = f"not shown ({', '.join(edition.refusals)})" if edition.refusals else "shown"
    return (
        f"Renewals: trained on {WORDS.count(edition.learned_cases)} contracts due until {edition.trained_until}, "
        f"tested on {WORDS.count(honesty.cases)}: Brier {honesty.brier:.4f} against "
        f"{honesty.against_rate.brier:.4f} (rate) and {honesty.against_table.brier:.4f} (product and tenure): "
        f"{verdict}."
    )


def kpi_table(records: Sequence[Mapping[str, Any]]) -> Table:
    """
    Records of figures as people read them.
    """
    table = Table(box=None, header_style="bold")
    groups = [key for key in (records[0] if records else {}) if key not in _COLUMNS]
    table.add_column("KPI")
    for group in groups:
        table.add_column(group)
    for heading in ("Value", "Numerator", "Denominator", "Target"):
        table.add_column(heading, justify="right")
    table.add_column("Status")
    for record in records:
        table.add_row(
            record["id"],
            *(escape("not recorded" if record[group] is None else str(record[group])) for group in groups),
            "not recorded" if record["not_recorded"] else _shown(record["value"], record["unit"]),
            WORDS.count(record["numerator"]),
            _out_of(record),
            "" if record["target"] is None else _shown(record["target"], record["unit"]),
            record["status"].replace("_", " ") + (", provisional" if record["provisional"] else ""),
        )
    if records:
        table.caption = f"as of {records[0]['as_of']}, snapshot {records[0]['snapshot']}"
    return table


_COLUMNS = {
    *("id", "value", "numerator", "denominator", "exposure", "cases", "unit", "target"),
    *("status", "provisional", "not_recorded", "as_of", "snapshot"),
}


def _out_of(record: Mapping[str, Any]) -> str:
    if record["exposure"] is not None:
        return WORDS.count(record["exposure"])
    return "" if record["denominator"] is None else WORDS.count(record["denominator"])


def _shown(value: float | None, unit: str) -> str:
    if unit == "rate":
        return WORDS.percent(value, 2)
    return WORDS.figure(value, unit)


def to_json(records: Sequence[Mapping[str, Any]]) -> str:
    """
    Records as a JSON array.
    """
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def to_csv(records: Sequence[Mapping[str, Any]]) -> str:
    """
    Records as CSV with a heading; texts that a spreadsheet would run as a formula are led by an apostrophe.
    """
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(records[0]) if records else ["id"])
    writer.writeheader()
    for record in records:
        writer.writerow({key: _harmless(value) for key, value in record.items()})
    return text.getvalue()


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" and value else value
