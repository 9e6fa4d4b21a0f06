"""
Why is this claim to be decided, told or paid by that day, and is it late? The clock's own reckoning, step by step.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.deadlines.clock import FLAGS, with_workings
from dashboard.deadlines.events import READ
from dashboard.deadlines.explanation import Code, Explanation, Step, Steps
from dashboard.deadlines.model import Regime
from dashboard.facts import FACTS


@dataclass(frozen=True, slots=True)
class Circumstances:
    """
    What about a claim the rule itself doesn't say.

    Attributes:
        left_at: When the claim ended without a decision on the merits, if that ends the clock; null: it didn't.
        is_stop_recorded: Whether the source records what stops the clock; if not, open means nothing.
    """

    left_at: datetime | None = None
    is_stop_recorded: bool = True


def explain_claim(
    case: Mapping[str, Any],
    *,
    regime: Regime,
    zone: str,
    calendar: str | pl.DataFrame,
    as_of: date,
    circumstances: Circumstances | None = None,
) -> Explanation:
    """
    Explain one clock of one claim.

    Args:
        case: Columns of the claims fact, instants with their zone; what isn't given isn't recorded.
        regime: The rule to judge by, one for claims.
        zone: The time zone in which days are counted.
        calendar: A country code, or the business's own calendar.
        as_of: The day at whose end the verdict is given; the case is taken as it stands.
        circumstances: What else is known of the claim; None: nothing.

    Returns:
        The steps as for complaints; where nothing has started the clock, the rule and that only.
    """
    schema = FACTS["claims"].schema
    row = pl.LazyFrame({name: [case.get(name)] for name in schema}, schema=schema)
    found = with_workings(row, regime=regime, zone=zone, calendar=calendar).collect().row(0, named=True)
    judged = {**dict.fromkeys(READ), **found}
    rule = regime.versions[judged["_version"]]
    steps = _ClaimSteps(judged, rule, ZoneInfo(zone), calendar, as_of, circumstances or Circumstances())
    doubts = tuple(flag for flag in FLAGS if judged[flag])
    return Explanation(rule, tuple(steps.all(is_versioned=bool(regime.earlier))), judged["due_on"], doubts)


class _ClaimSteps(Steps):
    def __init__(
        self,
        row: Mapping[str, Any],
        rule: Regime,
        zone: ZoneInfo,
        calendar: str | pl.DataFrame,
        as_of: date,
        circumstances: Circumstances,
    ) -> None:
        super().__init__(row, rule, zone, calendar, as_of)
        self._circumstances = circumstances

    def all(self, *, is_versioned: bool) -> Iterator[Step]:
        if self._row["start_at"] is not None:
            yield from super().all(is_versioned=is_versioned)
            return
        yield self._under()
        yield Step("not_begun", {"columns": self._columns(self._rule.start_columns)})

    def _start(self) -> Step:
        names = self._rule.start_columns
        first = next(number for number, name in enumerate(names) if self._row[name] is not None)
        values = {"at": self._local("start_at"), "column": Code("column", names[first])}
        if first == 0:
            return Step("start_columns", values)
        return Step("start_instead", {**values, "missing": self._columns(names[:first])})

    def _pause(self) -> Iterator[Step]:
        row = self._row
        asked = self._day("documents_requested_at")
        if self._rule.pause != "documents" or asked is None:
            return
        if row["_paused"] is None:
            yield Step("documents_awaited", {"asked": asked})
        elif row["_paused"] == 0 and asked > row["_first_due_on"]:
            yield Step("documents_late", {"asked": asked, "due": row["_first_due_on"]})
        else:
            came = self._day("documents_completed_at")
            yield Step("documents_counted", {"asked": asked, "came": came, "days": row["_paused"]})
        if (row["document_requests"] or 0) > 1:
            yield Step("documents_again", {"times": row["document_requests"]})

    def _due(self) -> Iterator[Step]:
        # While documents are awaited nothing is due.
        if self._row["due_on"] is not None:
            yield from super()._due()

    def _stop(self) -> Step:
        row = self._row
        if not self._circumstances.is_stop_recorded:
            return Step("stop_unrecorded")
        if self._has_left():
            at = {"at": self._at(self._circumstances.left_at)}
            if row["decision"] is None or row["decided_at"] is None:
                return Step("left_closed", at)
            return Step("left", {**at, "decision": Code("decision", row["decision"])})
        if row["stop_at"] is not None:
            column = next(name for name in self._rule.stop_columns if row[name] == row["stop_at"])
            return Step("stop_column", {"at": self._local("stop_at"), "column": Code("column", column)})
        return Step("closed_undone", {"at": self._local("closed_at")}) if row["closed_at"] else Step("stop_none")

    def _verdict(self) -> Iterator[Step]:
        row = self._row
        if not self._circumstances.is_stop_recorded:
            return
        if not row["is_counted"]:
            yield Step("verdict_before_start")
        elif row["due_on"] is None:
            yield Step("verdict_nothing_due")
        elif self._has_left():
            yield self._verdict_on_leaving()
        elif row["stop_at"] is None and row["closed_at"] is not None:
            yield Step("verdict_closed_undone", {"due": row["due_on"]})
        else:
            yield self._timing()

    def _verdict_on_leaving(self) -> Step:
        left = self._at(self._circumstances.left_at)
        days = 0 if left is None else (left.date() - self._row["due_on"]).days
        return Step("verdict_left_in_time") if days <= 0 else Step("verdict_late", {"days": days})

    def _has_left(self) -> bool:
        left, stop = self._circumstances.left_at, self._row["stop_at"]
        return left is not None and (stop is None or stop >= left)

    def _at(self, instant: datetime | None) -> datetime | None:
        return None if instant is None else instant.astimezone(self._zone)

    def _day(self, name: str) -> date | None:
        at = self._local(name)
        return None if at is None else at.date()

    @staticmethod
    def _columns(names: tuple[str, ...]) -> list[Code]:
        return [Code("column", name) for name in names]
