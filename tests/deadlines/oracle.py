"""
The complaint rules once more, slowly: one complaint at a time, standard library dates only.

Written from the rule's words and not from the clock's code, so that a mistake must be made twice to go unseen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar

GRADE_DAYS = {"simple": 15, "ordinary": 15, "complex": 30, "major": 30}
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    """
    What the rule says about one complaint.
    """

    received_on: date
    stopped_on: date | None
    stop_kind: str | None
    due_strict_on: date
    due_legal_on: date
    is_counted: bool
    is_excluded: bool
    extension_void: bool
    calendar_incomplete: bool


def judged(complaint: Mapping[str, Any], zone: str) -> Verdict:
    """
    Judge one complaint by CBIRC Order 2020 No.3, as the clock must.
    """

    def day(name: str) -> date | None:
        at: datetime | None = complaint.get(name)
        return None if at is None else at.astimezone(ZoneInfo(zone)).date()

    received = day("received_at")
    assert received is not None
    stop, kind = _stop(complaint)

    pause = 0
    if complaint.get("pause_told") and (complaint.get("paused_days") or 0) > 0:
        pause = complaint["paused_days"]

    limit = GRADE_DAYS.get(complaint.get("grade") or "", 15)
    regraded = day("regraded_at")
    if regraded is not None and complaint.get("initial_grade") is not None:
        old_limit = GRADE_DAYS.get(complaint["initial_grade"], 15)
        if regraded > next_working_day(received + (old_limit + pause) * DAY):
            limit = old_limit

    unextended = next_working_day(received + (limit + pause) * DAY)
    granted = complaint.get("extension_days")
    approved, told = day("extension_approved_at"), day("extension_told_at")
    valid = (
        granted is not None
        and granted > 0
        and approved is not None
        and approved <= unextended
        and complaint.get("extension_approver") in ("superior", "head_office")
        and told is not None
        and told <= unextended
    )
    if valid:
        limit = min(30 + granted, 60)

    strict = received + (limit + pause) * DAY
    legal = next_working_day(strict)
    stopped_on = None if stop is None else stop.astimezone(ZoneInfo(zone)).date()
    decided = complaint.get("decided_at")
    return Verdict(
        received_on=received,
        stopped_on=stopped_on,
        stop_kind=kind,
        due_strict_on=strict,
        due_legal_on=legal,
        is_counted=not (
            complaint.get("merged_into_id")
            or complaint.get("outcome") in ("merged", "invalid")
            or (stop is not None and stop < complaint["received_at"])
        ),
        is_excluded=kind == "withdrawn"
        and stopped_on is not None
        and stopped_on <= legal
        and (decided is None or decided > complaint["withdrawn_at"]),
        extension_void=not valid and (approved is not None or (granted or 0) > 0),
        calendar_incomplete=not all(is_published(strict + n * DAY) for n in range((legal - strict).days + 1)),
    )


def _stop(complaint: Mapping[str, Any]) -> tuple[datetime | None, str | None]:
    decided, informed = complaint.get("decided_at"), complaint.get("informed_at")
    if decided and informed:
        stop, kind = max(decided, informed), "decided"
    elif decided:
        stop, kind = decided, "decided"
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


def next_working_day(day: date) -> date:
    """
    The day itself, or the first one after it on which people work in China.
    """
    while not is_working(day):
        day += DAY
    return day


def is_working(day: date) -> bool:
    """
    Whether people work; by the weekend alone where the year isn't published.
    """
    return chinese_calendar.is_workday(day) if is_published(day) else day.weekday() < 5


def is_published(day: date) -> bool:
    """
    Whether the State Council's arrangement for that year is known.
    """
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True
