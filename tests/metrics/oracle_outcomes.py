"""
What came of complaints, the house's own limits and the rates per policy once more, slowly, in loops over rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.metrics.oracle import DAY, Case, Inside, is_answered, share, total

HOUR = timedelta(hours=1)


def house_limit(known: list[Case], as_of: date, inside: Inside, grade: str) -> tuple[int, int]:
    """
    Major ones begun within 24 hours, or simple ones ended within 48: hits, and those whose limit has passed.
    """
    due, hits = [], set()
    for case in known:
        row, zone = case.row, ZoneInfo(case.zone)
        if row["merged_into_id"] or row["outcome"] in ("merged", "invalid") or row["grade"] != grade:
            continue
        start = row["received_at"]
        if row["initial_grade"] not in (None, grade) and row["regraded_at"] is not None:
            start = max(start, row["regraded_at"])
        limit = start + (24 if grade == "major" else 48) * HOUR
        withdrawn, decided = row["withdrawn_at"], row["decided_at"]
        asked_for = row["investigation_started_at"] if grade == "major" else _answer(row)
        is_withdrawn_first = withdrawn is not None and (asked_for is None or withdrawn < asked_for)
        done = withdrawn if is_withdrawn_first and grade == "simple" else asked_for
        if done is not None and done < row["received_at"]:
            continue
        due_on = limit.astimezone(zone).date()
        is_gone = (
            is_withdrawn_first
            and withdrawn.astimezone(zone).date() <= due_on
            and (decided is None or decided > withdrawn)
        )
        if due_on <= as_of and inside(due_on) and not is_gone:
            due.append(case)
            if done is not None and done <= limit:
                hits.add(id(case))
    return share(due, lambda case: id(case) in hits)


def _answer(row: Mapping[str, Any]) -> Any:
    said = [row[name] for name in ("decided_at", "informed_at") if row[name] is not None]
    return max(said) if said else row["closed_at"]


def first_contact(cases: list[Case], known: list[Case], as_of: date, inside: Inside) -> tuple[int, int]:
    among = [
        case
        for case in cases
        if case.row["reopened_of_id"] is None
        and case.verdict.received_on + 7 * DAY <= as_of
        and case.verdict.stop_kind != "withdrawn"
        and (case.verdict.stopped_on is None or case.row["first_contact_resolved"] is not None)
        and inside(case.verdict.received_on)
    ]

    def is_hit(case: Case) -> bool:
        own = case.row["complaint_id"]
        again = [
            other
            for other in known
            if own in (other.row["reopened_of_id"], other.row["merged_into_id"])
            and other.row["complaint_id"] != own
            and other.verdict.received_on <= case.verdict.received_on + 7 * DAY
        ]
        return case.row["first_contact_resolved"] is True and not again

    return share(among, is_hit)


def reopened(cases: list[Case], known: list[Case], as_of: date, inside: Inside) -> tuple[int, int]:
    def is_hit(case: Case) -> bool:
        own, until = case.row["complaint_id"], case.verdict.stopped_on + 90 * DAY
        return any(
            other.row["reopened_of_id"] == own
            and other.row["complaint_id"] != own
            and other.verdict.is_counted
            and other.verdict.received_on <= until
            for other in known
        )

    return share(_answered_before(cases, 90, as_of, inside), is_hit)


def escalated(cases: list[Case], as_of: date, inside: Inside) -> tuple[int, int]:
    def is_hit(case: Case) -> bool:
        until = case.verdict.stopped_on + 30 * DAY
        days = (case.day("review_requested_at"), case.day("escalated_at"))
        return any(day is not None and day <= until for day in days)

    return share(_answered_before(cases, 30, as_of, inside), is_hit)


def _answered_before(cases: list[Case], window: int, as_of: date, inside: Inside) -> list[Case]:
    return [
        case
        for case in cases
        if is_answered(case)
        and case.verdict.stopped_on + window * DAY <= as_of
        and inside(case.verdict.stopped_on)
    ]


def overturned(cases: list[Case], inside: Inside) -> tuple[int, int]:
    among = [case for case in _on(cases, "review_decided_at", inside) if case.row["overturned"] is not None]
    return share(among, lambda case: case.row["overturned"])


def mediation_accepted(cases: list[Case], inside: Inside) -> tuple[int, int]:
    among = [
        case
        for case in _on(cases, "mediation_offered_at", inside)
        if case.row["mediation_accepted_at"] is not None or case.verdict.stopped_on is not None
    ]
    return share(among, lambda case: case.row["mediation_accepted_at"] is not None)


def mediation_settled(cases: list[Case], inside: Inside) -> tuple[int, int]:
    return share(_on(cases, "mediation_ended_at", inside), lambda case: case.row["mediation_settled"] is True)


def settlement_recorded(cases: list[Case], inside: Inside) -> tuple[int, int]:
    among = [case for case in _on(cases, "mediation_ended_at", inside) if case.row["mediation_settled"] is True]
    return share(among, lambda case: case.row["settlement_record_at"] is not None)


def _on(cases: list[Case], name: str, inside: Inside) -> list[Case]:
    return [case for case in cases if case.row[name] is not None and inside(case.day(name))]


def per_exposure(
    cases: list[Case],
    rows: Iterable[Mapping[str, Any]],
    own: Iterable[Mapping[str, Any]],
    as_of: date,
    inside: Inside,
    column: str,
) -> tuple[int, Fraction]:
    """
    Complaints received on covered days, and the exposure of those days, a day at a time.

    Args:
        cases: Counted ones.
        rows: The whole ledger: which months it covers.
        own: The part of it they are measured against.
        as_of: Months that end later aren't covered.
        inside: Whether the period covers a day.
        column: What of the ledger.
    """
    months = {row["month"] for row in rows}
    exposure, hits = Fraction(0), 0
    for month in sorted(months):
        after = (month + 31 * DAY).replace(day=1)
        if after - DAY > as_of:
            continue
        length = (after - month).days
        for number in range(length):
            day = month + number * DAY
            if not inside(day):
                continue
            hits += total(case for case in cases if case.verdict.received_on == day)
            for row in own:
                if row["month"] == month:
                    exposure += Fraction(row[column], 365 if column == "policies_in_force" else length)
    return hits, exposure
