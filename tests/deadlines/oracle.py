"""
The complaint rules once more, slowly: one complaint at a time, standard library dates only.

Written from the rules' words and not from the clock's code, so that a mistake must be made twice to go unseen.
"""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar
import holidays

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Rule:
    """
    A rule as a lawyer would put it: limits as (number, unit), by grade where grades differ.
    """

    limit: tuple[int, str]
    by_grade: Mapping[str, tuple[int, str]] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    starts: str = "receipt"
    stops: str = "told"
    rolls: bool = False
    pauses: bool = False
    extends: tuple[int, int] | None = None


_CHINESE = {
    "limit": (15, "cd"),
    "by_grade": {"simple": (15, "cd"), "ordinary": (15, "cd"), "complex": (30, "cd"), "major": (30, "cd")},
    "rolls": True,
    "pauses": True,
    "extends": (30, 30),
}
RULES = {
    "CN-2020-3": Rule(**_CHINESE),
    "CN-2020-3-customer": Rule(**_CHINESE, starts="regulator"),
    "guide-30": Rule((30, "cd")),
    "house-24h": Rule((24, "h"), only=("major",), starts="graded", stops="investigation"),
    "house-48h": Rule((48, "h"), only=("simple",), starts="graded"),
    "UK-DISP": Rule((8, "w")),
    "UK-DISP-summary": Rule((3, "bd")),
    "SG-LIFE": Rule((30, "bd")),
    # Written into settings by the test.
    "months": Rule((1, "m"), by_grade={"major": (10, "bd"), "complex": (2, "m")}, rolls=True, pauses=True),
    "hours": Rule((72, "h"), by_grade={"simple": (24, "h")}, pauses=True),
}


@dataclass(frozen=True)
class Verdict:
    """
    What a rule says about one complaint.
    """

    received_on: date
    start_at: datetime
    stop_at: datetime | None
    stopped_on: date | None
    stop_kind: str | None
    due_strict_on: date
    due_legal_on: date
    due_at: datetime
    is_subject: bool
    is_in_time: bool
    is_counted: bool
    is_excluded: bool
    extension_void: bool
    calendar_incomplete: bool
    grade_missing: bool
    pause_untold: bool


class Judge:
    """
    One rule, applied in one zone by one country's calendar.
    """

    def __init__(self, rule: Rule, zone: str, country: str) -> None:
        self.rule, self.zone, self.country = rule, ZoneInfo(zone), country

    def day(self, at: datetime | None) -> date | None:
        """
        The day of an instant.
        """
        return None if at is None else at.astimezone(self.zone).date()

    def midnight_after(self, day: date) -> datetime:
        """
        The instant at which a day is over.
        """
        return datetime.combine(day + DAY, datetime.min.time(), self.zone).astimezone(UTC)

    def is_working(self, day: date) -> bool:
        """
        Whether people work on a day.
        """
        return is_working(day, self.country)

    def next_working(self, day: date) -> date:
        """
        The day itself, or the first one after it on which people work.
        """
        while not self.is_working(day):
            day += DAY
        return day

    def start(self, complaint: Mapping[str, Any]) -> datetime:
        """
        What starts the clock.
        """
        received, regulator = complaint["received_at"], complaint.get("regulator_received_at")
        if self.rule.starts == "regulator" and regulator is not None and regulator < received:
            return regulator
        if self.rule.starts == "graded":
            first, now = complaint.get("initial_grade"), complaint.get("grade")
            regraded = complaint.get("regraded_at")
            became = first is not None and first not in self.rule.only and now in self.rule.only
            if became and regraded is not None and regraded > received:
                return regraded
        return received

    def runs_out(self, start: datetime, limit: tuple[int, str], paused: int) -> tuple[date, datetime | None]:
        """
        The last day without any roll, and for hours the last instant.
        """
        number, unit = limit
        if unit == "h":
            end = start + timedelta(hours=number) + paused * DAY
            return self.day(end), end
        day = self.day(start)
        if unit == "bd":
            while number:
                day += DAY
                number -= self.is_working(day)
        elif unit == "m":
            year, month = divmod(day.year * 12 + day.month - 1 + number, 12)
            day = date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
        else:
            day += number * (7 if unit == "w" else 1) * DAY
        return day + paused * DAY, None

    def rolled(self, day: date) -> date:
        """
        Where the last day moves to.
        """
        return self.next_working(day) if self.rule.rolls else day

    def paused(self, complaint: Mapping[str, Any]) -> int:
        """
        The days left out.
        """
        days = complaint.get("paused_days") or 0
        return days if self.rule.pauses and complaint.get("pause_told") and days > 0 else 0

    def limit(self, complaint: Mapping[str, Any], start: datetime) -> tuple[int, str]:
        """
        By the present grade, unless the first one's time had run out when it was changed.
        """
        rule, regraded = self.rule, complaint.get("regraded_at")
        now = rule.by_grade.get(complaint.get("grade"), rule.limit)
        if regraded is None or complaint.get("initial_grade") is None:
            return now
        first = rule.by_grade.get(complaint["initial_grade"], rule.limit)
        day, instant = self.runs_out(start, first, self.paused(complaint))
        late = regraded > instant if instant else self.day(regraded) > self.rolled(day)
        return first if late else now

    def extended(self, complaint: Mapping[str, Any], before: date) -> int | None:
        """
        The days from the start that a valid extension makes.
        """
        days = complaint.get("extension_days") or 0
        approved, told = (
            self.day(complaint.get("extension_approved_at")),
            self.day(complaint.get("extension_told_at")),
        )
        if self.rule.extends is None or days <= 0 or approved is None or told is None:
            return None
        if complaint.get("extension_approver") not in ("superior", "head_office") or max(approved, told) > before:
            return None
        base, most = self.rule.extends
        return base + min(days, most)

    def stop(self, complaint: Mapping[str, Any]) -> tuple[datetime | None, str | None]:
        """
        What stopped the clock, and when.
        """
        if self.rule.stops == "investigation":
            began = complaint.get("investigation_started_at")
            return began, "started" if began else None
        decided, informed = complaint.get("decided_at"), complaint.get("informed_at")
        if decided:
            stop, kind = max(decided, informed or decided), "decided"
        elif informed:
            stop, kind = informed, "informed_only"
        elif complaint.get("closed_at"):
            stop, kind = complaint["closed_at"], "closed_only"
        else:
            stop, kind = None, None
        withdrawn = complaint.get("withdrawn_at")
        if withdrawn and (stop is None or withdrawn < stop):
            return withdrawn, "withdrawn"
        return stop, kind

    def is_excluded(self, complaint: Mapping[str, Any], kind: str | None, due: date) -> bool:
        """
        Withdrawn by the end of the due day, before a decision and before what the rule asks for.
        """
        withdrawn, decided = complaint.get("withdrawn_at"), complaint.get("decided_at")
        if withdrawn is None or self.day(withdrawn) > due or (decided is not None and decided <= withdrawn):
            return False
        if self.rule.stops == "investigation":
            began = complaint.get("investigation_started_at")
            return began is None or began > withdrawn
        return kind == "withdrawn"

    def judge(self, complaint: Mapping[str, Any]) -> Verdict:
        """
        All the rule says.
        """
        rule, start, paused = self.rule, self.start(complaint), self.paused(complaint)
        strict, instant = self.runs_out(start, self.limit(complaint, start), paused)
        days = self.extended(complaint, self.rolled(strict))
        if days is not None:
            strict = self.day(start) + (days + paused) * DAY
        legal = self.rolled(strict)
        stop, kind = self.stop(complaint)
        in_time = stop is not None and (stop <= instant if instant else stop < self.midnight_after(legal))
        grade = complaint.get("grade")
        watched = [legal - n * DAY for n in range((legal - strict).days + 1)] if rule.rolls else []
        if "bd" in {unit for _, unit in [rule.limit, *rule.by_grade.values()]}:
            first = self.day(start) + DAY
            watched += [first + n * DAY for n in range((strict - first).days + 1)]
        meant = complaint.get("extension_approved_at") is not None or (complaint.get("extension_days") or 0) > 0
        graded = bool(rule.by_grade)
        return Verdict(
            received_on=self.day(complaint["received_at"]),
            start_at=start,
            stop_at=stop,
            stopped_on=self.day(stop),
            stop_kind=kind,
            due_strict_on=strict,
            due_legal_on=legal,
            due_at=instant or self.midnight_after(legal),
            is_subject=not rule.only or grade in rule.only,
            is_in_time=in_time,
            is_counted=not (
                complaint.get("merged_into_id")
                or complaint.get("outcome") in ("merged", "invalid")
                or (stop is not None and stop < complaint["received_at"])
            ),
            is_excluded=self.is_excluded(complaint, kind, legal),
            extension_void=rule.extends is not None and meant and days is None,
            calendar_incomplete=not all(is_published(day, self.country) for day in watched),
            grade_missing=(grade is None and bool(rule.only)) or (graded and grade not in rule.by_grade),
            pause_untold=rule.pauses
            and (complaint.get("paused_days") or 0) > 0
            and not complaint.get("pause_told"),
        )


def judged(complaint: Mapping[str, Any], zone: str) -> Verdict:
    """
    Judge one complaint by CBIRC Order 2020 No.3 and the Chinese calendar.
    """
    return Judge(RULES["CN-2020-3"], zone, "CN").judge(complaint)


@cache
def is_working(day: date, country: str) -> bool:
    """
    Whether people work; by the weekend alone where the year isn't published.
    """
    if not is_published(day, country):
        return day.weekday() < 5
    return chinese_calendar.is_workday(day) if country == "CN" else _british(day)


def _british(day: date) -> bool:
    return day.weekday() < 5 and day not in _england()


@cache
def _england() -> holidays.HolidayBase:
    return holidays.country_holidays("GB", subdiv="ENG", years=range(2018, 2031))


@cache
def is_published(day: date, country: str) -> bool:
    """
    Whether the State Council's arrangement for that year is known; Britain's days are laid down by statute.
    """
    if country != "CN":
        return True
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True
