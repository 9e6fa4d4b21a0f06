"""
Figures of agents counted one by one, slowly and plainly; nothing is shared with what is checked.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

Row = Mapping[str, Any]
DAY = timedelta(days=1)


def day_of(instant: datetime, zone: str) -> date:
    return instant.astimezone(ZoneInfo(zone)).date()


def weight(row: Row) -> int:
    return 1 if row["cases"] is None else row["cases"]


def end_of_month(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def is_here(agent: Row, day: date, as_of: date) -> bool:
    """
    Whether an agent had a contract on a day, as far as was known at the end of `as_of`.
    """
    joined, left = agent["joined_on"], agent["left_on"]
    if joined is None or joined > as_of or joined > day:
        return False
    return left is None or left > as_of or left > day


def months_of(
    facts: Mapping[str, list[Row]], as_of: date, zone: str
) -> Iterator[tuple[Row, date, float, int, float]]:
    """
    Agent, first day of the month, headcount, policies and premium: for every month with a day under contract.
    """
    for agent in facts["agents"]:
        day = agent["joined_on"]
        while day is not None and day <= as_of:
            first, last = day.replace(day=1), min(end_of_month(day), as_of)
            days = [first + n * DAY for n in range((last - first).days + 1)]
            if any(is_here(agent, each, as_of) for each in days):
                sold = [
                    policy
                    for policy in facts["policies"]
                    if policy["agent_id"] == agent["agent_id"]
                    and first <= day_of(policy["issued_at"], zone) <= last
                ]
                premium = sum(float(policy["premium"] or 0) * weight(policy) for policy in sold)
                headcount = (is_here(agent, first, as_of) + is_here(agent, last, as_of)) / 2
                yield agent, first, headcount, sum(map(weight, sold)), premium
            day = end_of_month(day) + DAY


def valid_certificates(agent: Row, facts: Mapping[str, list[Row]], as_of: date) -> int:
    return sum(
        each["agent_id"] == agent["agent_id"]
        and each["issued_on"] is not None
        and each["issued_on"] <= as_of
        and (each["expires_on"] is None or each["expires_on"] >= as_of)
        for each in facts["certifications"]
    )


Told = Iterator[tuple[Row, dict[str, float]]]
Inside = Callable[[date], bool]
Facts = Mapping[str, list[Row]]


Values = Sequence[tuple[str, Sequence[str]]]


def counts(
    facts: Facts, by: str, as_of: date, zone: str, first: date, before: date, values: Values = ()
) -> dict[Any, dict[str, float]]:
    """
    By unit and name: every count that the Agents page tells, of rows with one of the values in each column.
    """
    found: dict[Any, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def inside(day: date) -> bool:
        return first <= day < before and day <= as_of

    # What makes an agent active is sold of what is chosen; everything else is chosen by its own row alone.
    of_chosen = {**facts, "policies": [row for row in facts["policies"] if is_chosen(row, values)]}
    told_of = [_months(of_chosen, as_of, zone, inside), _reviewed(facts, as_of, first, before)]
    told_of += [
        each(facts, as_of, zone, inside)
        for each in (_people, _sold, _kept, _complained, _applied, _claimed, _learnt)
    ]
    for row, told in chain(*told_of):
        if not is_chosen(row, values):
            continue
        for name, number in told.items():
            found[row[by]][name] += number * weight(row)
    return found


def is_chosen(row: Row, values: Values) -> bool:
    return all(row[column] in allowed for column, allowed in values if column in row)


def _months(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    for agent, month, headcount, sold, premium in months_of(facts, as_of, zone):
        if inside(month):
            told = {"agent_months": headcount, "active_months": sold > 0}
            yield agent, told | {"policies_active": sold, "premium_active": premium}


def _people(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    for agent in facts["agents"]:
        if not is_here(agent, as_of, as_of):
            continue
        licence, certificates = agent["licence_until_on"], valid_certificates(agent, facts, as_of)
        is_valid = licence is not None and licence >= as_of
        yield (
            agent,
            {
                "headcount": 1,
                "certificates": certificates,
                "certified": is_valid or certificates > 0,
                "licences_expiring": is_valid and licence <= as_of + 60 * DAY,
                "licences_lapsed": licence is not None and not is_valid,
            },
        )


def _sold(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    left = {agent["agent_id"]: agent["left_on"] for agent in facts["agents"]}
    for row in facts["policies"]:
        if inside(day_of(row["issued_at"], zone)):
            gone = left.get(row["agent_id"])
            is_orphan = row["agent_id"] is None or (gone is not None and gone <= as_of)
            premium = float(row["premium"] or 0)
            yield row, {"policies": 1, "premium_first_year": premium, "policies_orphaned": is_orphan}


def _kept(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    for row in facts["renewals"]:
        last, paid = row["due_on"] + 30 * DAY, row["renewed_on"]
        if inside(row["due_on"]) and last <= as_of:
            yield row, {"renewals_due": 1, "renewals_renewed": paid is not None and paid <= last}
    for row in facts["premiums"]:
        last, paid = row["due_on"] + 60 * DAY, row["paid_on"]
        if row["policy_month"] == 13 and inside(row["due_on"]) and last <= as_of:
            yield row, {"persistency_base": 1, "persistency_kept": paid is not None and paid <= last}


def _complained(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    for row in facts["complaints"]:
        outcome = row["outcome"] if day_of(row["decided_at"], zone) <= as_of else None
        if inside(day_of(row["received_at"], zone)) and outcome not in ("merged", "invalid"):
            justified = row["category"] == "sales" and outcome in ("upheld", "partly_upheld")
            yield row, {"complaints": 1, "misselling_complaints": justified}


def _applied(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    for row in facts["applications"]:
        started = day_of(row["started_at"], zone)
        if inside(started):
            yield row, {"applications": 1}
        if row["flagged_at"] is not None and inside(day_of(row["flagged_at"], zone)) and started <= as_of:
            yield row, {"flags": 1, "flags_confirmed": row["flag_confirmed"] is True}


def _claimed(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    began = {row["policy_id"]: row["effective_on"] for row in facts["policies"]}
    for row in facts["claims"]:
        reported, since = day_of(row["reported_at"], zone), began.get(row["policy_id"])
        if inside(reported):
            yield row, {"claims": 1}
            if since is not None:
                yield row, {"claims_dated": 1, "early_claims": 0 <= (reported - since).days <= 89}


def _learnt(facts: Facts, as_of: date, zone: str, inside: Inside) -> Told:
    for row in facts["trainings"]:
        if inside(row["due_on"]):
            done = row["completed_on"]
            yield row, {"trainings_due": 1, "trainings_on_time": done is not None and done <= row["due_on"]}


def _reviewed(facts: Facts, as_of: date, first: date, before: date) -> Told:
    for row in facts["trainings"]:
        due, done = row["due_on"], row["completed_on"]
        if row["topic"] == "case_review" and first <= due < before and end_of_month(due) <= as_of:
            yield row, {"reviews_due": 1, "reviews_attended": done is not None and done <= end_of_month(due)}
