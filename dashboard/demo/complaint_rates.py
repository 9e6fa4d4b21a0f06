"""
The complaint rates of the books: of each case, whether a rate is about it on a day, and whether it hits.

Each takes a counted case as it was known at the end of the day, and the day. It gives None for a case the rate is
not about, or not yet; otherwise the day by whose month the case is grouped, and whether the rate looks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from dashboard.demo.complaint_case import Case
from dashboard.demo.complaints import MAJOR, MERGED, SIMPLE

Entry = tuple[date, bool]

START_HOURS, FAST_HOURS = 24, 48
REPEAT_DAYS, REOPENED_DAYS, ESCALATION_DAYS = 7, 90, 30


def on_time(case: Case, day: date) -> Entry | None:
    """
    Due by the day; answered by then. Withdrawn undecided in time is in no rate, withdrawn later is late.
    """
    if case.due > day or case.withdrawn_undecided_by(case.due):
        return None
    return case.due, case.answered_on is not None and case.answered_on <= case.due


def on_time_closed(case: Case, day: date) -> Entry | None:
    """
    Answered, by the month of the answer; in time or not.
    """
    answered = case.answered_on
    return None if answered is None or answered > day else (answered, answered <= case.due)


def started_in_a_day(case: Case, day: date) -> Entry | None:
    """
    Major cases: investigated within 24 hours of receipt, or of becoming major.
    """
    due = _graded(case, MAJOR) + timedelta(hours=START_HOURS)
    if case.grade != MAJOR or due.date() > day:
        return None
    if case.began is None and case.withdrawn_undecided_by(due.date()):
        return None
    return due.date(), case.began is not None and case.began <= due


def closed_in_two_days(case: Case, day: date) -> Entry | None:
    """
    Simple cases: answered within 48 hours of receipt, or of becoming simple.
    """
    due = _graded(case, SIMPLE) + timedelta(hours=FAST_HOURS)
    if case.grade != SIMPLE or due.date() > day or case.withdrawn_undecided_by(due.date()):
        return None
    at, by_withdrawal = case.stop
    return due.date(), at is not None and not by_withdrawal and at <= due


def solved_at_first_contact(case: Case, day: date) -> Entry | None:
    """
    First raised a week ago or earlier: solved at once, and not heard of again within the week.
    """
    received = case.received.date()
    week = received + timedelta(days=REPEAT_DAYS)
    at, by_withdrawal = case.stop
    if case.is_reopening or by_withdrawal or week > day:
        return None
    if at is not None and case.solved_at_once is None:
        return None
    again = [each.received.date() for each in case.reopened_by]
    again += [each.received.date() for each in case.merged_here if each.known_on(day).outcome == MERGED]
    return received, bool(case.solved_at_once) and not any(each <= week for each in again)


def reopened(case: Case, day: date) -> Entry | None:
    """
    Answered 90 days ago or earlier: taken up again within those days.
    """
    answered = case.answered_on
    if answered is None or answered + timedelta(days=REOPENED_DAYS) > day:
        return None
    last = answered + timedelta(days=REOPENED_DAYS)
    again = any(each.received.date() <= last and each.known_on(day).is_counted for each in case.reopened_by)
    return answered, again


def taken_further(case: Case, day: date) -> Entry | None:
    """
    Answered 30 days ago or earlier: taken to a review or to the regulator within those days.
    """
    answered = case.answered_on
    if answered is None or answered + timedelta(days=ESCALATION_DAYS) > day:
        return None
    last = answered + timedelta(days=ESCALATION_DAYS)
    return answered, any(at is not None and at.date() <= last for at in (case.review, case.escalated))


def overturned(case: Case, _: date) -> Entry | None:
    """
    Looked at again from outside and concluded: changed in the customer's favour.
    """
    return None if case.judged is None else (case.judged.date(), case.overturned)


def mediation_accepted(case: Case, _: date) -> Entry | None:
    """
    Offered mediation, and either accepted it or ended without: accepted.
    """
    if case.offered is None or (case.accepted is None and case.stopped_on is None):
        return None
    return case.offered.date(), case.accepted is not None


def mediation_settled(case: Case, _: date) -> Entry | None:
    """
    Mediation ended: with a settlement.
    """
    return None if case.ended is None else (case.ended.date(), case.settled)


def settlement_recorded(case: Case, _: date) -> Entry | None:
    """
    Mediation ended with a settlement: its record is kept.
    """
    return None if case.ended is None or not case.settled else (case.ended.date(), case.record_kept is not None)


RATES: dict[str, Callable[[Case, date], Entry | None]] = {
    "complaint_on_time_rate": on_time,
    "complaint_on_time_rate_closed": on_time_closed,
    "major_started_1d_rate": started_in_a_day,
    "fast_track_48h_rate": closed_in_two_days,
    "first_contact_resolution_rate": solved_at_first_contact,
    "reopened_rate": reopened,
    "escalation_rate": taken_further,
    "overturn_rate": overturned,
    "mediation_acceptance_rate": mediation_accepted,
    "mediation_success_rate": mediation_settled,
    "settlement_record_rate": settlement_recorded,
}


def _graded(case: Case, grade: int) -> datetime:
    """
    When it got that grade: with its receipt, unless it was graded anew.
    """
    return case.received if case.first_grade == grade or case.regraded is None else case.regraded
