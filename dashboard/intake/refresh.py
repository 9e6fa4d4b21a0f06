"""
From the sources to the snapshot: what changed since the last time, or everything, and one version of it all.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from dashboard.errors import DashboardError, Problem, SettingsError, SnapshotError
from dashboard.facts import FACTS
from dashboard.intake.findings import Finding, Severity, findings_of
from dashboard.intake.load import Progress, silent
from dashboard.intake.loader import Loaded, Order
from dashboard.intake.query import Query, read_folder, shown, suggestion
from dashboard.intake.source import read_url
from dashboard.intake.together import carry_out
from dashboard.settings import Settings
from dashboard.snapshot import FactState, Snapshot

logger = logging.getLogger(__name__)


@dataclass
class RefreshReport:
    """
    What a refresh did.

    Attributes:
        started_at: What the databases held at this moment is what was loaded.
        version: The snapshot's version published; None if nothing could be.
        loaded: The facts that were loaded.
        problems: What kept others from it. Their last good version is still served.
        findings: What somebody should know about what was loaded.
        seconds: How long it all took.
    """

    started_at: datetime
    version: int | None = None
    loaded: list[Loaded] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def succeeded(self) -> bool:
        """
        Whether nothing was kept from being loaded.
        """
        return not self.problems


@dataclass(frozen=True, slots=True)
class _Job:
    source: str
    query: Query


def refresh(
    settings: Settings,
    *,
    full: bool = False,
    facts: set[str] | None = None,
    allow_empty: bool = False,
    wait_seconds: float = 0,
    progress: Progress = silent,
    now: datetime | None = None,
) -> RefreshReport:
    """
    Load every fact its source feeds, in steps where the query allows it, and publish them together.

    A source, query or fact that fails doesn't stop the others: it is reported, and its last good version stays.

    Args:
        settings: Sources, snapshot and the rest.
        full: Load everything anew, which also notices deleted rows; else that happens every `full_every_hours`.
        facts: Only these; None for all.
        allow_empty: Accept that a fact which had rows now has none. Otherwise that is taken for a broken view.
        wait_seconds: How long to wait for another refresher.
        progress: Called with a fact's name, the rows read so far and whether it is done.
        now: The moment of the refresh; the clock's if left out.

    Raises:
        SettingsError: `facts` names one that doesn't exist.
        SnapshotError: another process is refreshing, or the snapshot's place can't be used at all.
    """
    for name in facts or ():
        if name not in FACTS:
            raise SettingsError(
                Problem(f"--fact {name}", "there is no such fact", suggestion(name, sorted(FACTS)))
            )
    began = time.monotonic()
    report = RefreshReport(now or datetime.now(UTC))
    snapshot = Snapshot(settings.snapshot)
    with snapshot.locked(wait_seconds):
        known = dict(snapshot.current().facts) if snapshot.versions() else {}
        states = _load_all(settings, known, report, _Wishes(full, facts, allow_empty, progress))
        report.findings += [*_stuck(states), *_unfed(settings, known)]
        _publish(snapshot, states, report)
    report.seconds = time.monotonic() - began
    return report


def refresh_forever(
    settings: Settings,
    every: timedelta,
    *,
    done: Callable[[RefreshReport], None],
    failed: Callable[[DashboardError], None],
    stop: threading.Event | None = None,
) -> None:
    """
    Refresh again and again, each time `every` after the last one began, or at once if that took longer.

    Args:
        settings: As for `refresh`.
        every: The time between two beginnings.
        done: Told of every refresh, also one with problems.
        failed: Told why one couldn't take place; the next is tried all the same.
        stop: Set it to end the loop; None runs until the process ends.
    """
    stop = stop or threading.Event()
    while not stop.is_set():
        began = time.monotonic()
        try:
            done(refresh(settings, wait_seconds=every.total_seconds()))
        except DashboardError as error:
            failed(error)
        stop.wait(max(0.0, every.total_seconds() - (time.monotonic() - began)))


@dataclass(frozen=True, slots=True)
class _Wishes:
    full: bool
    facts: set[str] | None
    allow_empty: bool
    progress: Progress


def _load_all(
    settings: Settings, known: Mapping[str, FactState], report: RefreshReport, wishes: _Wishes
) -> dict[str, FactState]:
    states: dict[str, FactState] = {}

    def fail(fact: str, problems: Iterable[Problem]) -> None:
        said = "\n".join(str(problem) for problem in problems)
        states[fact] = replace(known.get(fact, FactState(fact)), error=said, failed_at=report.started_at)

    orders = [
        Order(job.source, job.query, known.get(job.query.fact), report.started_at, wishes.full, wishes.allow_empty)
        for job in _jobs(settings, wishes.facts, report, fail)
    ]
    for outcome in carry_out(orders, settings, wishes.progress):
        report.problems += [each for each in outcome.problems if each not in report.problems]
        warned = [Finding(Severity.WARNING, problem) for problem in outcome.warnings]
        report.findings += [each for each in warned if each not in report.findings]
        if outcome.state is None or outcome.loaded is None:
            fail(outcome.fact, outcome.problems)
            continue
        states[outcome.fact] = outcome.state
        report.loaded.append(outcome.loaded)
        report.findings += findings_of(outcome.state)
    return states


def _jobs(
    settings: Settings,
    facts: set[str] | None,
    report: RefreshReport,
    fail: Callable[[str, Iterable[Problem]], None],
) -> Iterator[_Job]:
    found: dict[str, list[_Job]] = {}
    for name, source in settings.sources.items():
        try:
            dialect = read_url(name, source).get_backend_name()
        except DashboardError as error:
            report.problems += error.problems
            continue
        queries, problems = read_folder(source.queries, dialect)
        report.problems += problems
        for path in source.queries.glob("*.sql"):
            if path.stem in FACTS and path.stem not in queries:
                fail(path.stem, [problem for problem in problems if problem.where.startswith(shown(path))])
        for query in queries.values():
            found.setdefault(query.fact, []).append(_Job(name, query))
    for fact in FACTS:
        jobs = found.get(fact, [])
        if len(jobs) > 1:
            sources = " and ".join(job.source for job in jobs)
            what = f"is fed by several sources: {sources}"
            problem = Problem(f"fact {fact}", what, "leave the query file in one of their folders")
            report.problems.append(problem)
            fail(fact, [problem])
        elif jobs and (facts is None or fact in facts):
            yield jobs[0]


def _stuck(states: Mapping[str, FactState]) -> Iterator[Finding]:
    since: dict[datetime, list[str]] = {}
    for name, state in states.items():
        if state.error is not None and state.refreshed_at is not None:
            since.setdefault(state.refreshed_at, []).append(name)
    for at, names in sorted(since.items()):
        what = f"couldn't be loaded; shown as at {at:%Y-%m-%d %H:%M} UTC"
        yield Finding(Severity.WARNING, Problem(", ".join(names), what, "mend what is named below"))


def _unfed(settings: Settings, known: Mapping[str, FactState]) -> Iterator[Finding]:
    fed = {path.stem for source in settings.sources.values() for path in source.queries.glob("*.sql")}
    for name, state in known.items():
        if state.version is not None and state.refreshed_at is not None and name not in fed:
            what = f"no query feeds it any more; shown as it was at {state.refreshed_at:%Y-%m-%d %H:%M} UTC"
            yield Finding(Severity.WARNING, Problem(name, what, "put its query back, or begin a new snapshot"))


def _publish(snapshot: Snapshot, states: Mapping[str, FactState], report: RefreshReport) -> None:
    if not states:
        return
    try:
        report.version = snapshot.publish(states).id
        if any(loaded.mode == "full" for loaded in report.loaded):
            snapshot.maintain()
            report.version = snapshot.current().id
    except SnapshotError as error:
        logger.error("%s", error)  # noqa: TRY400 - an operator's matter, not a fault of ours to trace
        report.problems += error.problems
