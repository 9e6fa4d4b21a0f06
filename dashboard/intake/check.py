"""
`dashboard check`: every query tried against its live database, and everything found said at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from dashboard.errors import DashboardError, Problem
from dashboard.facts import FACTS
from dashboard.intake.findings import Finding, Severity, findings_of
from dashboard.intake.load import THE_BEGINNING
from dashboard.intake.query import Query, read_folder, shown
from dashboard.intake.rows import read_rows
from dashboard.intake.source import Source, open_source, read_url
from dashboard.intake.tally import Tally
from dashboard.settings import Settings, SourceSettings
from dashboard.snapshot import FactState

SAMPLE_ROWS = 1_000


def check(settings: Settings, *, now: datetime | None = None) -> list[Finding]:
    """
    Try every source and query without writing anything, and say all that was found.

    Of each query the first thousand rows are read, by closing the result early; nothing is added to the query.

    Args:
        settings: Already read, and so already checked themselves.
        now: The moment that future moments are measured by; the clock's if left out.

    Returns:
        Errors (a fact can't be loaded), warnings (rows would be kept out of the figures) and notes (facts without
        a query, unknown codes), in the order of sources and facts.
    """
    moment = now or datetime.now(UTC)
    findings: list[Finding] = []
    fed: dict[str, list[str]] = {}
    for name, source in settings.sources.items():
        queries, found = _queries(name, source)
        findings += found
        for fact in queries:
            fed.setdefault(fact, []).append(name)
        if queries:
            findings += _tried(name, source, queries, moment)
    for fact, names in fed.items():
        if len(names) > 1:
            what = f"is fed by several sources: {' and '.join(names)}"
            remedy = "leave the query file in one of their folders"
            findings.append(Finding(Severity.ERROR, Problem(f"fact {fact}", what, remedy)))
    findings += _unfed(set(fed))
    return findings


def _queries(name: str, source: SourceSettings) -> tuple[dict[str, Query], list[Finding]]:
    try:
        dialect = read_url(name, source).get_backend_name()
    except DashboardError as error:
        return {}, _errors(error.problems)
    queries, problems = read_folder(source.queries, dialect)
    return queries, _errors(problems)


def _tried(name: str, settings: SourceSettings, queries: dict[str, Query], now: datetime) -> Iterator[Finding]:
    try:
        source = open_source(name, settings)
    except DashboardError as error:
        yield from _errors(error.problems)
        return
    with source:
        for warning in source.warnings:
            yield Finding(Severity.WARNING, warning)
        for query in queries.values():
            try:
                yield from _sampled(source, query, now)
            except DashboardError as error:
                yield from _errors(error.problems)


def _sampled(source: Source, query: Query, now: datetime) -> Iterator[Finding]:
    fact = FACTS[query.fact]
    tally = Tally(fact, now)
    batches = source.batches(query, {"since": THE_BEGINNING, "history_from": THE_BEGINNING})
    for raw in batches:
        sample = raw.head(SAMPLE_ROWS - tally.rows)
        tally.add(read_rows(sample, fact, source.settings.timezone, now=now))
        if tally.rows >= SAMPLE_ROWS:
            break
    batches.close()
    tally.raise_if_unreadable(query)
    unknown = {f"{column}:{code}": cases for (column, code), cases in tally.unknown.items()}
    state = FactState(query.fact, version=0, rows=tally.rows, bad=tally.bad, unknown=unknown)
    for finding in findings_of(state):
        problem = replace(finding.problem, where=shown(query.path))
        yield Finding(finding.severity, replace(problem, what=f"in the first {tally.rows:,} rows, {problem.what}"))


def _unfed(fed: set[str]) -> Iterator[Finding]:
    for name, fact in FACTS.items():
        if name not in fed:
            what = "has no query, and needs none" if fact.optional else "has no query"
            remedy = "what it would answer is shown as not recorded"
            yield Finding(Severity.NOTE, Problem(f"fact {name}", what, remedy))


def _errors(problems: tuple[Problem, ...] | list[Problem]) -> list[Finding]:
    return [Finding(Severity.ERROR, problem) for problem in problems]
