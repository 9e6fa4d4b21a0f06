"""
Why one case is due when it is: the question asked by its id, and the case with its explanation as the answer.

A complaint is explained under one rule, a claim under each whose clock may run on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.access import OPERATOR, Viewer
from dashboard.deadlines import Regime, Rules, regime, rules_in_force
from dashboard.deadlines.explanation import Explanation, explain
from dashboard.deadlines.model import Domain
from dashboard.deadlines.sentences import sentences
from dashboard.errors import Problem, SettingsError
from dashboard.facts import FACTS, PROBLEM, Fact
from dashboard.metrics import Terms
from dashboard.metrics.as_of import known_on
from dashboard.metrics.claim_explanations import CLOCK_TITLES, claim_clocks, explain_clock
from dashboard.reader import Reader, last_complete_day
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot
from dashboard.words import Words

COMPLAINTS = FACTS["complaints"]
CLAIMS = FACTS["claims"]
# What one row of either is called, and how it came to us.
_ONE = {"complaints": ("complaint", "received"), "claims": ("claim", "reported")}

# Ids compared one by one with an unknown one; among millions only those that begin or end like it are.
_MOST_ALIKE = 2_000


@dataclass(frozen=True, slots=True)
class Explained:
    """
    One complaint, as it was known, and why it is due when it is.

    Attributes:
        case: The recorded columns that have a value, in the contract's order; instants in the business's zone.
        explanation: Under the rule asked for.
        as_of: The day at whose end it was looked at.
    """

    case: Mapping[str, Any]
    explanation: Explanation
    as_of: date

    def lines(self, words: Words) -> Iterator[str]:
        """
        The case's columns, an empty line, and the explanation's sentences.
        """
        yield from _columns(self.case, COMPLAINTS, words)
        yield ""
        yield from sentences(self.explanation, words)


@dataclass(frozen=True, slots=True)
class ExplainedClaim:
    """
    One claim, as it was known, and what each of its clocks says.

    Attributes:
        case: As of `Explained`.
        clocks: By their key under `[rules]`; a rule that isn't in force stands under its own id.
        as_of: The day at whose end it was looked at.
    """

    case: Mapping[str, Any]
    clocks: Mapping[str, Explanation]
    as_of: date

    def lines(self, words: Words) -> Iterator[str]:
        """
        The claim's columns, and for each clock an empty line, its name and the explanation's sentences.
        """
        yield from _columns(self.case, CLAIMS, words)
        for key, explanation in self.clocks.items():
            yield ""
            yield words.text(CLOCK_TITLES[key]) if key in CLOCK_TITLES else key
            yield from sentences(explanation, words)


def explained(
    settings: Settings,
    complaint_id: str,
    *,
    as_of: date | None = None,
    rule: str | None = None,
    viewer: Viewer = OPERATOR,
) -> Explained:
    """
    Explain one complaint of the newest version of the snapshot, within the viewer's scope.

    Args:
        settings: The rules, the calendar and where the snapshot is.
        complaint_id: As the source writes it.
        as_of: What was known at the end of this day; None: the last complete day of the snapshot.
        rule: The id of a rule for complaints; None: the one in force.
        viewer: Who asks.

    Raises:
        SettingsError: No such complaint or rule, with the nearest one; or it wasn't received by that day.
        SnapshotError: There is no snapshot, or it can't be read.
        NotAllowed: The viewer may not read complaints.
    """
    rules = rules_in_force(settings)
    judging = rules.complaints if rule is None else _rule(rule, rules, "complaint")
    found = _found(settings, COMPLAINTS, complaint_id, as_of, viewer)
    zone = settings.business.timezone
    explanation = explain(found.row, regime=judging, zone=zone, calendar=rules.calendar, as_of=found.as_of)
    return Explained(found.told(zone), explanation, found.as_of)


def explained_claim(
    settings: Settings,
    claim_id: str,
    *,
    as_of: date | None = None,
    rule: str | None = None,
    viewer: Viewer = OPERATOR,
) -> ExplainedClaim:
    """
    Explain every clock of one claim of the newest version of the snapshot, within the viewer's scope.

    Args:
        settings: The rules, the calendar and where the snapshot is.
        claim_id: As the source writes it.
        as_of: What was known at the end of this day; None: the last complete day of the snapshot.
        rule: The id of a rule for claims, which alone is explained then; None: all those in force.
        viewer: Who asks.

    Raises:
        SettingsError: No such claim or rule, with the nearest one; or it wasn't reported by that day.
        SnapshotError: There is no snapshot, or it can't be read.
        NotAllowed: The viewer may not read claims.
    """
    rules = rules_in_force(settings)
    asked = None if rule is None else _rule(rule, rules, "claim")
    found = _found(settings, CLAIMS, claim_id, as_of, viewer)
    zone = settings.business.timezone
    terms = Terms(found.as_of, zone, rules.calendar, rules.chosen)
    if asked is None:
        clocks = claim_clocks(found.row, terms, found.recorded)
    else:
        clocks = {asked.id: explain_clock(found.row, terms, asked, recorded=found.recorded)}
    return ExplainedClaim(found.told(zone), clocks, found.as_of)


@dataclass(frozen=True, slots=True)
class _Found:
    """
    A row as it was known, the columns its source records, and the day at whose end that was.
    """

    row: Mapping[str, Any]
    recorded: frozenset[str]
    as_of: date

    def told(self, zone: str) -> dict[str, Any]:
        there = {name: value for name, value in self.row.items() if name in self.recorded and value is not None}
        return {name: _local(value, zone) for name, value in there.items()}


def _found(settings: Settings, fact: Fact, asked: str, as_of: date | None, viewer: Viewer) -> _Found:
    version = Snapshot(settings.snapshot).current()
    reader = Reader(version, viewer)
    zone = settings.business.timezone
    day = as_of or settings.business.as_of or last_complete_day(version, zone, fact.name)
    found = reader.rows(fact.name).filter(_is(fact, asked)).collect()
    if found.is_empty():
        raise SettingsError(_unknown(asked, fact, reader))
    known = known_on(found.lazy(), fact, day, zone).collect()
    if known.is_empty():
        came = _ONE[fact.name][1]
        raise SettingsError(Problem("--as-of", f"{asked} wasn't {came} by the end of {day}"))
    return _Found(known.row(0, named=True), reader.recorded(fact.name), day)


def _rule(name: str, rules: Rules, domain: Domain) -> Regime:
    fitting = {each.id: each for each in rules.known.values() if each.domain == domain}
    return regime(name, fitting, where="--rule")


def _is(fact: Fact, asked: str) -> pl.Expr:
    return pl.col(fact.keys[0]) == asked


def _unknown(asked: str, fact: Fact, reader: Reader) -> Problem:
    bad = reader.bad_rows(fact.name).filter(_is(fact, asked)).collect()
    if not bad.is_empty():
        return Problem(asked, f"is kept out of all figures: {bad[PROBLEM][0]}", "mend it in its source")
    near = get_close_matches(asked, _alike(asked, fact, reader), n=1)
    remedy = f'did you mean "{near[0]}"?' if near else "write the id as the source does"
    return Problem(asked, f"no {_ONE[fact.name][0]} has this id", remedy)


def _alike(asked: str, fact: Fact, reader: Reader) -> list[str]:
    half = len(asked) // 2
    text, lower = pl.col(fact.keys[0]), asked.strip().lower()
    like = text.str.to_lowercase().str.starts_with(lower[:half]) | text.str.to_lowercase().str.ends_with(
        lower[half:]
    )
    near_length = text.str.len_chars().is_between(len(lower) - 1, len(lower) + 1)
    # Of many alike, those that stand beside it in order.
    ids = reader.rows(fact.name).filter(like & near_length).select(text).collect().to_series().sort()
    position = ids.search_sorted(asked) or 0
    return ids.slice(max(0, int(position) - _MOST_ALIKE // 2), _MOST_ALIKE).to_list()


def _local(value: Any, zone: str) -> Any:
    return value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) else value


def _columns(case: Mapping[str, Any], fact: Fact, words: Words) -> Iterator[str]:
    for name, value in case.items():
        yield f"{words.column(name)}: {_shown(name, value, fact, words)}"


def _shown(name: str, value: Any, fact: Fact, words: Words) -> str:
    if isinstance(value, datetime):
        return words.instant(value)
    if isinstance(value, bool):
        return words.text("yes") if value else words.text("no")
    return words.code(name, value) if name in fact.by_name and fact.by_name[name].vocabulary else str(value)
