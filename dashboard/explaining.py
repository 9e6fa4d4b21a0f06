"""
Why one complaint is due when it is: the question asked by its id, and the case with its explanation as the answer.
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
from dashboard.deadlines.sentences import sentences
from dashboard.errors import Problem, SettingsError
from dashboard.facts import FACTS, PROBLEM
from dashboard.metrics.as_of import known_on
from dashboard.reader import Reader, last_complete_day
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot
from dashboard.words import Words

COMPLAINTS = FACTS["complaints"]

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
        for name, value in self.case.items():
            yield f"{words.column(name)}: {_shown(name, value, words)}"
        yield ""
        yield from sentences(self.explanation, words)


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
    judging = _rule(rule, rules)
    version = Snapshot(settings.snapshot).current()
    reader = Reader(version, viewer)
    zone = settings.business.timezone
    day = as_of or settings.business.as_of or last_complete_day(version, zone, COMPLAINTS.name)
    is_asked = pl.col("complaint_id") == complaint_id
    found = reader.rows(COMPLAINTS.name).filter(is_asked).collect()
    if found.is_empty():
        raise SettingsError(_unknown(complaint_id, reader))
    known = known_on(found.lazy(), COMPLAINTS, day, zone).collect()
    if known.is_empty():
        raise SettingsError(Problem("--as-of", f"{complaint_id} wasn't received by the end of {day}"))
    row = known.row(0, named=True)
    explanation = explain(row, regime=judging, zone=zone, calendar=rules.calendar, as_of=day)
    recorded = reader.recorded(COMPLAINTS.name)
    local = {name: _local(value, zone) for name, value in row.items() if name in recorded and value is not None}
    return Explained(local, explanation, day)


def _rule(name: str | None, rules: Rules) -> Regime:
    if name is None:
        return rules.complaints
    fitting = {each.id: each for each in rules.known.values() if each.domain == "complaint"}
    return regime(name, fitting, where="--rule")


def _unknown(complaint_id: str, reader: Reader) -> Problem:
    is_asked = pl.col("complaint_id") == complaint_id
    bad = reader.bad_rows(COMPLAINTS.name).filter(is_asked).collect()
    if not bad.is_empty():
        return Problem(complaint_id, f"is kept out of all figures: {bad[PROBLEM][0]}", "mend it in its source")
    near = get_close_matches(complaint_id, _alike(complaint_id, reader), n=1)
    remedy = f'did you mean "{near[0]}"?' if near else "write the id as the source does"
    return Problem(complaint_id, "no complaint has this id", remedy)


def _alike(complaint_id: str, reader: Reader) -> list[str]:
    half = len(complaint_id) // 2
    text, asked = pl.col("complaint_id"), complaint_id.strip().lower()
    like = text.str.to_lowercase().str.starts_with(asked[:half]) | text.str.to_lowercase().str.ends_with(
        asked[half:]
    )
    near_length = text.str.len_chars().is_between(len(asked) - 1, len(asked) + 1)
    # Of many alike, those that stand beside it in order.
    ids = reader.rows(COMPLAINTS.name).filter(like & near_length).select(text).collect().to_series().sort()
    position = ids.search_sorted(complaint_id) or 0
    return ids.slice(max(0, int(position) - _MOST_ALIKE // 2), _MOST_ALIKE).to_list()


def _local(value: Any, zone: str) -> Any:
    return value.astimezone(ZoneInfo(zone)) if isinstance(value, datetime) else value


def _shown(name: str, value: Any, words: Words) -> str:
    if isinstance(value, datetime):
        return words.instant(value)
    if isinstance(value, bool):
        return words.text("yes") if value else words.text("no")
    return (
        words.code(name, value)
        if name in COMPLAINTS.by_name and COMPLAINTS.by_name[name].vocabulary
        else str(value)
    )
