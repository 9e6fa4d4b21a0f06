"""
What was found in a source or a load that somebody should know, although the load went well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from dashboard.errors import Problem
from dashboard.snapshot import FactState

CODES_NAMED = 5

_REASONS = {
    "no_key": "no key",
    "unreadable": "a value that can't be read",
    "missing": "a required value is missing",
    "impossible_year": "a year before 1900 or after 2200",
    "before": "two moments the wrong way round",
    "future": "a moment that hasn't come yet",
    "negative": "an amount or a count below zero",
    "exceeds": "a part that is more than its whole",
}


class Severity(StrEnum):
    """
    How much a finding matters: figures are missing, figures may mislead, or it is only good to know.
    """

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """
    One thing found, and how much it matters.
    """

    severity: Severity
    problem: Problem

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem}"


def findings_of(state: FactState) -> Iterator[Finding]:
    """
    What a fact's state says that somebody should know: a failed load, no rows, bad rows, unknown codes.
    """
    if state.error:
        yield Finding(Severity.ERROR, Problem(state.fact, state.error, "the last good version is still served"))
    if state.version is not None and state.rows == 0:
        what = "the source has no rows for it"
        yield Finding(Severity.WARNING, Problem(state.fact, what, "if that can't be, look at the query's filters"))
    for reason, cases in state.bad.items():
        kind, _, columns = reason.partition(":")
        what = f"rows kept out of the figures: {cases:,}, {_REASONS.get(kind, kind)} ({columns})"
        yield Finding(Severity.WARNING, Problem(state.fact, what, "correct them in the source"))
    yield from _unknown_codes(state)


def _unknown_codes(state: FactState) -> Iterator[Finding]:
    by_column: dict[str, list[tuple[str, int]]] = {}
    for named, cases in state.unknown.items():
        column, _, code = named.partition(":")
        by_column.setdefault(column, []).append((code, cases))
    for column, codes in by_column.items():
        codes.sort(key=lambda entry: -entry[1])
        listed = ", ".join(f'"{code}" ({cases:,})' for code, cases in codes[:CODES_NAMED])
        more = f" and {len(codes) - CODES_NAMED} more" if len(codes) > CODES_NAMED else ""
        what = f"{column} holds codes that aren't in the vocabulary: {listed}{more}"
        yield Finding(
            Severity.NOTE, Problem(state.fact, what, "map them in the query; until then they stand as they are")
        )
