"""
Renewals, persistency, sleepers and campaigns counted one by one, with dates and nothing else.

Plain and slow on purpose; nothing here is shared with what it checks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
Cell = tuple[str, tuple[Any, ...]]


@dataclass
class Sum:
    """
    What a figure is made of: above and below the line, of those compared with, and what may still come.
    """

    above: float = 0
    below: float = 0
    other_above: float = 0
    other_below: float = 0
    pending: int = 0


def sums(rows: Iterable[Row], fact: str, as_of: date, zone: str, by: tuple[str, ...]) -> dict[Cell, Sum]:
    """
    By KPI and group; a month is written "2024-06".
    """
    found: dict[Cell, Sum] = defaultdict(Sum)
    marks = {"renewals": _renewal, "premiums": _premium, "campaigns": _member, "customers": _holder}[fact]
    for row in rows:
        for name, day, above, below, pending, is_other in marks(row, as_of, ZoneInfo(zone)):
            key = tuple(f"{day:%Y-%m}" if each == "month" else row[each] for each in by)
            cell, cases = found[name, key], row["cases"] or 1
            if is_other:
                cell.other_above += above * cases
                cell.other_below += below * cases
            else:
                cell.above += above * cases
                cell.below += below * cases
            cell.pending += pending * cases
    return found


def _renewal(row: Row, as_of: date, zone: ZoneInfo):
    if _outcome(row, as_of) in ("cancelled", "claim_terminated", "insurer_declined"):
        return
    yield from _renewed(row, as_of)
    yield from _in_grace(row, as_of)
    due = row["due_on"]
    if due <= as_of:
        reminded = _day(row["reminded_at"], as_of, zone)
        yield "reminder_coverage_rate", due, reminded is not None and reminded <= due, 1, 0, False
        if row["auto_renew"] is not None:
            yield "auto_renew_rate", due, row["auto_renew"], 1, 0, False


def _outcome(row: Row, as_of: date) -> str | None:
    came = [day for day in (row["outcome_on"], row["renewed_on"]) if day is not None]
    return row["outcome"] if not came or min(came) <= as_of else None


def _renewed(row: Row, as_of: date):
    due, renewed_on = row["due_on"], _by(row["renewed_on"], as_of)
    # What came with the renewal is known with it.
    knows = renewed_on is not None or row["renewed_on"] is None
    begins = row["new_term_from_on"] if knows else None
    paid = row["premium_renewed"] if knows else None
    longest = due + timedelta(max(30, row["grace_days"] or 0))
    is_renewed = renewed_on is not None and (begins or renewed_on) <= longest
    if due > as_of:
        return
    is_over = longest <= as_of
    yield "renewal_rate", due, is_over and is_renewed, is_over, not is_over, False
    wanted = row["premium_due"]
    if wanted is not None and wanted > 0 and (not is_renewed or paid is not None):
        above = float(paid) if is_over and is_renewed else 0.0
        yield "renewal_premium_rate", due, above, float(wanted) if is_over else 0.0, not is_over, False


def _in_grace(row: Row, as_of: date):
    due, grace, renewed_on = row["due_on"], row["grace_days"] or 0, _by(row["renewed_on"], as_of)
    last = due + timedelta(grace)
    is_paid = renewed_on is not None and renewed_on <= last
    if last + timedelta(1) <= as_of:
        yield "lapse_rate", last + timedelta(1), not is_paid, 1, 0, False
    if due > as_of or grace == 0 or (renewed_on is not None and renewed_on <= due):
        return
    is_over = last <= as_of
    yield "in_grace_save_rate", due, is_over and is_paid, is_over, not is_over, False


def _premium(row: Row, as_of: date, zone: ZoneInfo):
    name = {13: "persistency_13m_rate", 25: "persistency_25m_rate"}.get(row["policy_month"])
    first = row["premium_first_year"]
    if name is None or row["effective_on"] > as_of or row["excluded_reason"] or not first or first <= 0:
        return
    due, last = row["due_on"], row["due_on"] + timedelta(row["grace_days"] or 0)
    paid_on = _by(row["paid_on"], as_of)
    if last <= as_of:
        kept = float(row["premium_paid"] or 0) if paid_on is not None and paid_on <= last else 0.0
        yield name, due, kept, float(first), 0, False
    elif due <= as_of:
        yield name, due, 0, 0, 1, False


def _member(row: Row, as_of: date, zone: ZoneInfo):
    due = row["outcome_due_on"]
    if row["assigned_on"] > as_of or due > as_of or row["renewed"] is None:
        return
    if row["arm"] in ("treated", "holdout"):
        yield "reengagement_uplift", due, row["renewed"], 1, 0, row["arm"] == "holdout"


def _holder(row: Row, as_of: date, zone: ZoneInfo):
    since = row["last_two_way_contact_at"]
    silent = since.astimezone(zone).date() if since else row["joined_on"]
    if row["lines_held"] is None or silent is None:
        return
    try:
        asleep_on = silent.replace(year=silent.year + 3)
    except ValueError:  # 29 February of a year that hasn't got one
        asleep_on = date(silent.year + 3, 2, 28)
    if asleep_on <= as_of:
        yield "dormant_customers", as_of, 1, 1, 0, False


def _by(day: date | None, as_of: date) -> date | None:
    return day if day is not None and day <= as_of else None


def _day(at: datetime | None, as_of: date, zone: ZoneInfo) -> date | None:
    return _by(at.astimezone(zone).date(), as_of) if at else None


def endings(rows: Iterable[Row], as_of: date) -> dict[tuple[str, int | None], int]:
    """
    Of contracts not paid by the last day of grace: cases by how they ended and days from the due day to that.
    """
    found: dict[tuple[str, int | None], int] = defaultdict(int)
    for row in rows:
        due, lapsed_on = row["due_on"], row["due_on"] + timedelta((row["grace_days"] or 0) + 1)
        if lapsed_on > as_of:
            continue
        outcome = _outcome(row, as_of)
        if outcome in ("cancelled", "claim_terminated", "insurer_declined"):
            ending, day = outcome, _by(row["outcome_on"], as_of)
        else:
            paid_on, back_on = _by(row["renewed_on"], as_of), _by(row["reinstated_on"], as_of)
            if paid_on is not None and paid_on < lapsed_on:
                continue
            day = back_on or paid_on
            ending = "reinstated" if day else "lapsed"
            day = day or lapsed_on
        found[ending, None if day is None else (day - due).days] += row["cases"] or 1
    return dict(found)


def cohorts(
    rows: Iterable[Row], as_of: date, ages: Iterable[int]
) -> dict[tuple[str, int], tuple[int, int | None]]:
    """
    By month of the due day and age: cases invited, and those of them renewed by that age; unknown before its day.
    """
    found: dict[tuple[str, int], tuple[int, int | None]] = {}
    by_month = defaultdict(list)
    for row in rows:
        if _outcome(row, as_of) not in ("cancelled", "claim_terminated", "insurer_declined"):
            by_month[row["due_on"].replace(day=1)].append(row)
    for month, among in by_month.items():
        following = (month + timedelta(32)).replace(day=1)
        for age in ages:
            invited = renewed = 0
            for row in among:
                cases = row["cases"] or 1
                invited += cases
                paid_on = _by(row["renewed_on"], as_of)
                if paid_on is None or (paid_on - row["due_on"]).days > age:
                    continue
                gap = ((row["new_term_from_on"] or paid_on) - row["due_on"]).days
                renewed += cases if gap <= max(30, row["grace_days"] or 0) else 0
            is_known = following - timedelta(1) + timedelta(age) <= as_of
            found[f"{month:%Y-%m}", age] = (invited, renewed if is_known else None)
    return found


def gross(rows: Iterable[Row], as_of: date) -> dict[str, tuple[int, int, int]]:
    """
    By month of the due day: cases that can no longer be renewed, those of them renewed, and those that still can.

    Contracts the insurer declined are among them.
    """
    found: dict[str, tuple[int, int, int]] = {}
    for row in rows:
        if _outcome(row, as_of) in ("cancelled", "claim_terminated"):
            continue
        due, cases = row["due_on"], row["cases"] or 1
        last, paid_on = due + timedelta(max(30, row["grace_days"] or 0)), _by(row["renewed_on"], as_of)
        is_renewed = paid_on is not None and (row["new_term_from_on"] or paid_on) <= last
        old, renewed, young = found.get(f"{due:%Y-%m}", (0, 0, 0))
        if last <= as_of:
            old, renewed = old + cases, renewed + cases * is_renewed
        elif due <= as_of:
            young += cases
        found[f"{due:%Y-%m}"] = (old, renewed, young)
    return found
