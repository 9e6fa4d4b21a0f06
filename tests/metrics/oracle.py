"""
The complaint figures once more, slowly: rows cut off by hand at a day, judged one by one, counted in loops.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.deadlines.oracle import Verdict
from tests.deadlines.oracle import judged as verdict_of

DAY = timedelta(days=1)
# What became known only when something happened.
KNOWN_FROM = {
    "grade": ("regraded_at",),
    "extension_days": ("extension_approved_at",),
    "extension_approver": ("extension_approved_at",),
    "merged_into_id": ("closed_at",),
    "outcome": ("decided_at", "withdrawn_at", "closed_at"),
    "first_contact_resolved": ("decided_at", "closed_at"),
    "mediation_settled": ("mediation_ended_at",),
    "overturned": ("review_decided_at",),
}
Inside = Callable[[date], bool]


def cut_off(
    case: Mapping[str, Any],
    as_of: date,
    zone: str,
    *,
    dated: str = "received_at",
    known_from: Mapping[str, tuple[str, ...]] = KNOWN_FROM,
) -> dict[str, Any] | None:
    """
    The case as the books stood at the end of a day, or nothing if it hadn't come in.
    """

    def is_later(at: datetime | None) -> bool:
        return at is not None and at.astimezone(ZoneInfo(zone)).date() > as_of

    if is_later(case[dated]):
        return None
    later = {name for name in case if name.endswith("_at") and is_later(case[name])}

    def only_later(*names: str) -> bool:
        there = [name for name in names if case.get(name) is not None]
        return bool(there) and all(name in later for name in there)

    known = {name: None if name in later else value for name, value in case.items()}
    for name, causes in known_from.items():
        if name in known and only_later(*causes):
            known[name] = case["initial_grade"] if name == "grade" else None
    return known


@dataclass(frozen=True)
class Case:
    """
    A judged complaint as it was known, and its weight.
    """

    row: Mapping[str, Any]
    zone: str
    verdict: Verdict

    @property
    def cases(self) -> int:
        """
        How many it stands for.
        """
        return 1 if self.row["cases"] is None else self.row["cases"]

    def day(self, name: str) -> date | None:
        """
        The local day of one of its instants.
        """
        at = self.row[name]
        return None if at is None else at.astimezone(ZoneInfo(self.zone)).date()

    def age(self, as_of: date) -> int:
        """
        Days from receipt to the stop, or until now.
        """
        return ((self.verdict.stopped_on or as_of) - self.verdict.received_on).days


def all_known(rows: Iterable[Mapping[str, Any]], as_of: date, zone: str) -> list[Case]:
    """
    Every complaint of that day's books, counted or not.
    """
    known = [cut_off(row, as_of, zone) for row in rows]
    return [Case(row, zone, verdict_of(row, zone)) for row in known if row]


def counted(cases: Iterable[Case]) -> list[Case]:
    return [case for case in cases if case.verdict.is_counted]


def total(cases: Iterable[Case]) -> int:
    return sum(case.cases for case in cases)


def share(cases: Iterable[Case], is_hit: Callable[[Case], bool]) -> tuple[int, int]:
    among = list(cases)
    return total(case for case in among if is_hit(case)), total(among)


def received(cases: list[Case], inside: Inside) -> int:
    return total(case for case in cases if inside(case.verdict.received_on))


def still_open(cases: list[Case]) -> list[Case]:
    return [case for case in cases if case.verdict.stopped_on is None]


def overdue(cases: list[Case], as_of: date) -> int:
    return total(case for case in still_open(cases) if case.verdict.due_legal_on <= as_of)


def due_7d(cases: list[Case], as_of: date) -> int:
    return total(case for case in still_open(cases) if as_of < case.verdict.due_legal_on <= as_of + 7 * DAY)


def on_time(cases: list[Case], as_of: date, inside: Inside) -> tuple[int, int]:
    due = [
        case
        for case in cases
        if case.verdict.due_legal_on <= as_of
        and inside(case.verdict.due_legal_on)
        and not case.verdict.is_excluded
    ]
    return share(due, is_in_time)


def on_time_closed(cases: list[Case], inside: Inside) -> tuple[int, int]:
    return share((case for case in cases if is_answered(case) and inside(case.verdict.stopped_on)), is_in_time)


def days(cases: list[Case], as_of: date, inside: Inside, done: Fraction) -> int | None:
    """
    The first day on which the Kaplan-Meier curve, in exact fractions, is at or below what `done` leaves.
    """
    cohort = [case for case in cases if inside(case.verdict.received_on)]
    curve = Fraction(1)
    for day in sorted({case.age(as_of) for case in cohort}):
        at_risk = total(case for case in cohort if case.age(as_of) >= day)
        answered = total(case for case in cohort if case.age(as_of) == day and is_answered(case))
        curve *= 1 - Fraction(answered, at_risk)
        if curve <= 1 - done:
            return day
    return None


def is_answered(case: Case) -> bool:
    return case.verdict.stopped_on is not None and case.verdict.stop_kind != "withdrawn"


def is_in_time(case: Case) -> bool:
    return case.verdict.stopped_on is not None and case.verdict.stopped_on <= case.verdict.due_legal_on
