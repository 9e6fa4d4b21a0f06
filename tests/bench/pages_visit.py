"""
A process of its own that opens pages as a server does.

Ask it by `python -m tests.bench.pages_visit SETTINGS CHANGES PAGE …`, with how often the filter is to be changed.

It says how long the first and the second visitor wait for a page, what a change of the filter takes, and how much
memory all that needed, as JSON.
"""

from __future__ import annotations

import time

BEGAN = time.perf_counter()

import json  # noqa: E402 - a server's first visitor waits for what is imported, so the clock comes first
import sys  # noqa: E402
from collections.abc import Mapping, Sequence  # noqa: E402
from dataclasses import asdict, dataclass  # noqa: E402
from functools import partial  # noqa: E402
from importlib import import_module  # noqa: E402
from pathlib import Path  # noqa: E402

import polars as pl  # noqa: E402
from streamlit.testing.v1 import AppTest  # noqa: E402

from dashboard.access import OPERATOR  # noqa: E402
from dashboard.reader import Reader  # noqa: E402
from dashboard.settings import Settings, read_settings  # noqa: E402
from dashboard.snapshot import Snapshot  # noqa: E402
from dashboard.ui.filters import DIMENSIONS  # noqa: E402
from tests.bench.measure import peak_mb, seconds  # noqa: E402
from tests.ui.opening import opened, wait_until_asked  # noqa: E402

# Under which each dimension of the filter row stands in the session.
KEYS = {"branch_id": "branch", "product_line": "product", "channel": "channel"}
# What the least scan reads of a fact: the day or instant that makes the month, a group, and what is counted.
READ = {
    "complaints": ("received_at", "category", ("decided_at", "informed_at", "closed_at", "withdrawn_at")),
    "claims": ("reported_at", "claim_type", ("documents_completed_at", "decided_at", "paid_at", "closed_at")),
    "applications": ("started_at", "outcome", ("submitted_at", "decided_at", "active_seconds", "e_signed")),
    "interactions": ("at", "topic", ("answered", "wait_seconds", "resolved", "issue_id")),
    "renewals": ("due_on", "outcome", ("renewed_on", "outcome_on", "reminded_at", "premium_renewed")),
    "premiums": ("effective_on", "policy_month", ("premium_first_year", "premium_paid", "suspended")),
    "policies": ("issued_at", "agent_id", ("premium", "callback_at", "ended_on")),
}
# The facts a page reads, whose values are chosen from first; complaints, unless named.
ABOUT: dict[str, tuple[str, ...]] = {
    "claim_cycle": ("claims",),
    "automation": ("claims",),
    "renewal_trends": ("renewals",),
    "renewals_at_risk": ("renewals",),
    "sales_journey": ("applications",),
    "service": ("interactions",),
    "sales_conduct": ("applications", "policies"),
    "overview": ("claims", "complaints", "renewals", "premiums"),
    "agents": ("policies", "complaints", "renewals", "premiums"),
}

Filter = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class Change:
    """
    One change of the filter, in milliseconds.

    Attributes:
        drawn: The whole run of the page with a filter nobody had chosen before.
        remembered: The same run once more: what it takes to draw. The difference is what was computed.
        scanned: One scan of the columns of the chosen rows of each fact, grouped once: the least that could answer
            anything.
    """

    drawn: float
    remembered: float
    scanned: float


@dataclass(frozen=True, slots=True)
class Visit:
    """
    One page, in seconds and, of changes, milliseconds.

    Attributes:
        first: Drawn when nothing is remembered.
        prepared: For so long afterwards the server asks what may be chosen next.
        second: Drawn for somebody else after that.
        changes: With one value chosen in one dimension.
        everything: With every branch chosen by name: the dearest choice there is.
    """

    first: float
    prepared: float
    second: float
    changes: list[Change]
    everything: Change


def main(arguments: Sequence[str]) -> None:
    """
    Open each page, one after the other, change its filter so often, and write what it took.
    """
    settings, changes, names = read_settings(Path(arguments[0])), int(arguments[1]), arguments[2:]
    modules = [import_module(f"pages.{name}") for name in names]
    imported = time.perf_counter() - BEGAN
    reader = Reader(Snapshot(settings.snapshot).current(), OPERATOR)
    visits = {name: _visit(settings, name, reader, changes) for name in names} if modules else {}
    found = {"imported": imported, "visits": {name: asdict(each) for name, each in visits.items()}}
    json.dump(found | {"peak_mb": peak_mb()}, sys.stdout)


def _visit(settings: Settings, name: str, reader: Reader, many: int) -> Visit:
    facts = {fact: reader.rows(fact) for fact in ABOUT.get(name, ("complaints",))}
    rows = next(iter(facts.values()))
    draw = partial(opened, settings, name)
    first, prepared, second = seconds(draw), seconds(wait_until_asked), seconds(draw)
    recorded = rows.collect_schema()
    values = {column: _values(rows, column) for column in KEYS if column in recorded}
    chosen: list[Filter] = [{KEYS[column]: [value]} for column in values for value in values[column]]
    spread = chosen[:: max(1, len(chosen) // many)][:many]
    # One viewer, one session: what they asked last decides what is asked beforehand.
    session = draw()
    wait_until_asked()
    changes = [_changed(session, facts, each) for each in spread]
    return Visit(first, prepared, second, changes, _changed(session, facts, {"branch": values["branch_id"]}))


def _changed(session: AppTest, facts: Mapping[str, pl.LazyFrame], chosen: Filter) -> Change:
    for key in KEYS.values():
        session.session_state[key] = chosen.get(key, [])
    drawn, remembered = (1000 * seconds(partial(_redraw, session)) for _ in range(2))
    scanned = sum(1000 * seconds(partial(_scanned, fact, rows, chosen)) for fact, rows in facts.items())
    return Change(drawn, remembered, scanned)


def _redraw(session: AppTest) -> None:
    session.run(timeout=120)
    assert not session.exception


def _values(rows: pl.LazyFrame, column: str) -> list[str]:
    assert column in DIMENSIONS
    return rows.select(column).unique().sort(column).collect()[column].drop_nulls().to_list()


def _scanned(fact: str, rows: pl.LazyFrame, chosen: Filter) -> None:
    dated, group, counted = READ[fact]
    names = {key: column for column, key in KEYS.items()}
    kept = rows.filter(pl.col(names[key]).is_in(values) for key, values in chosen.items())
    month = pl.col(dated).dt.truncate("1mo")
    kept.group_by(group, month=month).agg(pl.col("cases").sum(), pl.col(*counted).count()).collect()


if __name__ == "__main__":
    main(sys.argv[1:])
