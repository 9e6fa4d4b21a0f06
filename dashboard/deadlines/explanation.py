"""
Why is this case due on that day, and is it late? The clock's own reckoning, step by step.

Nothing is reckoned a second time: every day and every yes or no comes from the row as the clock judged it. What is
added is only why, read from the same columns the clock reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.deadlines.calendar import working_days
from dashboard.deadlines.clock import FLAGS, with_workings
from dashboard.deadlines.model import Regime
from dashboard.facts import FACTS
from dashboard.words import msgid

_SATURDAY = 6
WEEKEND = msgid("weekend")


class Code(NamedTuple):
    """
    A code of a vocabulary, to be said as a word.
    """

    column: str
    value: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """
    One step of the reckoning.

    Attributes:
        kind: Which, such as `start_received`, `void_told_late` or `verdict_overdue`.
        values: What it is about, by name: days, instants in the business's zone, numbers, limits, codes.
    """

    kind: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Explanation:
    """
    Why a case is due when it is.

    Attributes:
        rule: The rule, in the version that judged.
        steps: In the order of the reckoning: rule, start, limit, re-grading, pause, extension, end, roll, due day,
            stop, verdict, doubts.
        due_on: The day that binds, as the clock found it; null where nothing is due.
        doubts: The clock's flags that are raised.
    """

    rule: Regime
    steps: tuple[Step, ...]
    due_on: date | None
    doubts: tuple[str, ...]

    def of(self, kind: str) -> Step | None:
        """
        The first step of a kind, or of the kinds that begin so; null where there is none.
        """
        return next((step for step in self.steps if step.kind.startswith(kind)), None)


def explain(
    case: Mapping[str, Any], *, regime: Regime, zone: str, calendar: str | pl.DataFrame, as_of: date
) -> Explanation:
    """
    Explain one complaint.

    Args:
        case: Columns of the complaints fact, instants with their zone; what isn't given isn't recorded.
        regime: The rule to judge by, one for complaints.
        zone: The time zone in which days are counted.
        calendar: A country code, or the business's own calendar.
        as_of: The day at whose end the verdict is given; the case is taken as it stands.
    """
    schema = FACTS["complaints"].schema
    row = pl.LazyFrame({name: [case.get(name)] for name in schema}, schema=schema)
    judged = with_workings(row, regime=regime, zone=zone, calendar=calendar).collect()
    return explain_judged(judged.row(0, named=True), regime=regime, zone=zone, calendar=calendar, as_of=as_of)


def explain_judged(
    judged: Mapping[str, Any], *, regime: Regime, zone: str, calendar: str | pl.DataFrame, as_of: date
) -> Explanation:
    """
    Explain a row that `with_workings` has judged under the same rule, zone and calendar.
    """
    rule = regime.versions[judged["_version"]]
    doubts = tuple(flag for flag in FLAGS if judged[flag])
    steps = Steps(judged, rule, ZoneInfo(zone), calendar, as_of)
    return Explanation(rule, tuple(steps.all(is_versioned=bool(regime.earlier))), judged["due_on"], doubts)


class Steps:
    """
    The steps from a judged row to a verdict, as for complaints.
    """

    def __init__(
        self, row: Mapping[str, Any], rule: Regime, zone: ZoneInfo, calendar: str | pl.DataFrame, as_of: date
    ) -> None:
        self._row, self._rule, self._zone, self._calendar, self._as_of = row, rule, zone, calendar, as_of

    def all(self, *, is_versioned: bool) -> Iterator[Step]:
        """
        Every step in the order of the reckoning; `is_versioned`: the rule has changed, so the version is said.
        """
        row, rule = self._row, self._rule
        yield self._under()
        if is_versioned:
            yield Step("version", {"on": row["start_on"]})
        if not row["is_subject"]:
            grades = [Code("grade", grade) for grade in sorted(rule.applies_to)]
            yield Step("verdict_no_subject", {"grades": grades, "grade": Code("grade", row["grade"])})
            return
        yield self._start()
        if row["start_at"] is not None:
            yield from self._limit()
            yield from self._regrading()
            yield from self._pause()
            yield from self._extension()
            yield from self._due()
        yield self._stop()
        yield from self._verdict()
        said = {"grade_missing", "outside_effective", "calendar_incomplete"}
        yield from (Step(f"doubt_{flag}") for flag in FLAGS if row[flag] and flag in said)

    def _under(self) -> Step:
        return Step("rule", {"rule": self._rule.id, "source": self._rule.source})

    def _local(self, name: str) -> datetime | None:
        at: datetime | None = self._row[name]
        return None if at is None else at.astimezone(self._zone)

    def _start(self) -> Step:
        row, rule = self._row, self._rule
        values = {"at": self._local("start_at")}
        if row["start_at"] is None:
            return Step("start_unknown")
        if rule.start == "columns":
            column = next(name for name in rule.start_columns if row[name] is not None)
            return Step("start_columns", {**values, "column": Code("column", column)})
        if rule.start == "regulator_received":
            return Step(
                "start_regulator" if row["start_at"] < row["received_at"] else "start_not_regulator", values
            )
        if rule.start == "graded" and row["start_at"] > row["received_at"]:
            return Step("start_regraded", {**values, "grade": Code("grade", row["grade"])})
        return Step("start_received", values)

    def _limit(self) -> Iterator[Step]:
        row, rule = self._row, self._rule
        grade = row["initial_grade"] if row["_is_regraded_late"] else row["grade"]
        limit = rule.limit_by_grade.get(grade or "", rule.limit)
        if not rule.limit_by_grade:
            yield Step("limit", {"limit": limit})
        elif grade in rule.limit_by_grade:
            yield Step("limit_of_grade", {"limit": limit, "grade": Code("grade", grade)})
        else:
            yield Step("limit_without_grade", {"limit": limit, "grade": Code("grade", grade)})

    def _regrading(self) -> Iterator[Step]:
        row = self._row
        if not self._rule.limit_by_grade or row["regraded_at"] is None:
            return
        grades = {"old": Code("grade", row["initial_grade"]), "new": Code("grade", row["grade"])}
        values = {**grades, "on": row["_regraded_on"], "due": row["_first_legal_on"]}
        if row["initial_grade"] is None:
            yield Step("regraded_from_unknown", {"on": values["on"], "new": values["new"]})
        else:
            yield Step("regraded_late" if row["_is_regraded_late"] else "regraded_kept", values)

    def _pause(self) -> Iterator[Step]:
        row = self._row
        values = {"days": row["paused_days"]}
        if (row["paused_days"] or 0) <= 0:
            return
        if self._rule.pause == "none":
            yield Step("pause_unknown_to_rule", values)
        else:
            yield Step("pause_counted" if row["_paused"] else "pause_untold", values)

    def _extension(self) -> Iterator[Step]:
        row, extension = self._row, self._rule.extension
        meant = row["extension_approved_at"] is not None or (row["extension_days"] or 0) > 0
        if not meant:
            return
        if extension is None:
            yield Step("extension_unknown_to_rule")
        elif row["_extended_on"] is None:
            yield from self._void()
        else:
            granted = min(row["extension_days"], extension.most_days)
            if granted < row["extension_days"]:
                yield Step("extension_capped", {"granted": row["extension_days"], "most": granted})
            yield Step(
                "extension_counted",
                {
                    "level": Code("extension_approver", row["extension_approver"]),
                    "approved": row["_approved_on"],
                    "told": row["_told_on"],
                    "due": row["_unextended_on"],
                    "days": extension.base_days + granted,
                },
            )

    def _void(self) -> Iterator[Step]:
        row, extension = self._row, self._rule.extension
        due = row["_unextended_on"]
        level = row["extension_approver"]
        if (row["extension_days"] or 0) <= 0:
            yield Step("void_no_days")
        if row["_approved_on"] is None:
            yield Step("void_not_approved")
        elif row["_approved_on"] > due:
            yield Step("void_approved_late", {"on": row["_approved_on"], "due": due})
        if extension is not None and level not in extension.approvers:
            yield Step("void_wrong_level", {"level": Code("extension_approver", level)})
        if extension is not None and extension.must_be_told:
            if row["_told_on"] is None:
                yield Step("void_not_told")
            elif row["_told_on"] > due:
                yield Step("void_told_late", {"on": row["_told_on"], "due": due})

    def _due(self) -> Iterator[Step]:
        row = self._row
        if self._rule.in_hours:
            yield Step("due_at", {"at": self._local("due_at")})
            return
        strict, legal = row["due_strict_on"], row["due_legal_on"]
        yield Step("ends", {"on": strict})
        if legal != strict:
            yield Step("rolls", {"on": strict, "names": self._reasons(strict, legal), "due": legal})
        if legal.isoweekday() >= _SATURDAY and self._rule.roll == "nonworking":
            yield Step("makeup", {"on": legal})
        yield Step("due", {"on": row["due_on"]})

    def _reasons(self, first: date, before: date) -> list[str]:
        """
        Why nobody works from one day up to another: the holidays' names or the weekend, each once.
        """
        last = before - timedelta(days=1)
        if isinstance(self._calendar, str):
            days = working_days(self._calendar, first, last)
        else:
            days = self._calendar.filter(pl.col("day").is_between(first, last))
        # A day beyond the insurer's own calendar follows the weekend rule.
        return list(dict.fromkeys(name or WEEKEND for name in days["name"])) or [WEEKEND]

    def _stop(self) -> Step:
        row, kind = self._row, self._row["stop_kind"]
        at = {"at": self._local("stop_at")}
        if kind is None:
            return Step("stop_none")
        if kind != "decided":
            return Step(f"stop_{kind}", at)
        if self._rule.stop == "decided":
            return Step("stop_decision", at)
        if row["informed_at"] is None:
            return Step("stop_decided_untold", at)
        both = {"decided": self._local("decided_at"), "told": self._local("informed_at")}
        return Step("stop_decided", {**at, **both})

    def _verdict(self) -> Iterator[Step]:
        row = self._row
        if row["merged_into_id"] is not None or row["outcome"] == "merged":
            yield Step("verdict_merged")
        elif not row["is_counted"]:
            yield Step("verdict_invalid" if row["outcome"] == "invalid" else "verdict_order_wrong")
        elif row["due_on"] is None:
            yield Step("verdict_nothing_due")
        else:
            yield Step("verdict_excluded") if row["is_excluded_from_due_cohort"] else self._timing()

    def _timing(self) -> Step:
        row, as_of = self._row, self._as_of
        if row["is_in_time"]:
            return Step("verdict_in_time")
        if row["stopped_on"] is not None and self._rule.in_hours:
            return Step("verdict_late_by_hours", {"at": self._local("due_at")})
        if row["stopped_on"] is not None:
            return Step("verdict_late", {"days": (row["stopped_on"] - row["due_on"]).days})
        left = (row["due_on"] - as_of).days
        return Step("verdict_open" if left > 0 else "verdict_overdue", {"as_of": as_of, "days": abs(left)})
