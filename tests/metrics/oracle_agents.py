"""
Figures of agents counted one by one, slowly and plainly; nothing is shared with what is checked.
"""

from __future__ import annotations

import calendar
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
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


def counts(
    facts: Mapping[str, list[Row]], by: str, as_of: date, zone: str, first: date, before: date
) -> dict[Any, dict[str, float]]:
    """
    By unit and name: every count that the Agents page tells.
    """
    found: dict[Any, dict[str, float]] = defaultdict(lambda: defaultdict(float))

    def inside(day: date) -> bool:
        return first <= day < before and day <= as_of

    def local(name: str) -> Callable[[Row], date]:
        return lambda row: day_of(row[name], zone)

    for agent, month, headcount, sold, premium in months_of(facts, as_of, zone):
        if inside(month):
            unit = found[agent[by]]
            unit["agent_months"] += headcount * weight(agent)
            unit["active_months"] += (sold > 0) * weight(agent)
            unit["policies_active"] += sold * weight(agent)
            unit["premium_active"] += premium * weight(agent)
    gone, known = set(), set()
    for agent in facts["agents"]:
        known.add(agent["agent_id"])
        if agent["left_on"] is not None and agent["left_on"] <= as_of:
            gone.add(agent["agent_id"])
        if agent["joined_on"] is None or agent["joined_on"] > as_of:
            continue
        unit, each = found[agent[by]], weight(agent)
        if not is_here(agent, as_of, as_of):
            continue
        licence, certificates = agent["licence_until_on"], valid_certificates(agent, facts, as_of)
        unit["headcount"] += each
        unit["certificates"] += certificates * each
        unit["certified"] += each * bool(certificates or (licence is not None and licence >= as_of))
        unit["licences_expiring"] += each * (licence is not None and as_of <= licence <= as_of + 60 * DAY)
        unit["licences_lapsed"] += each * (licence is not None and licence < as_of)
    for row in facts["policies"]:
        if inside(local("issued_at")(row)):
            unit = found[row[by]]
            unit["policies"] += weight(row)
            unit["premium_first_year"] += weight(row) * float(row["premium"] or 0)
            unit["policies_orphaned"] += weight(row) * (row["agent_id"] is None or row["agent_id"] in gone)
    for row in facts["renewals"]:
        if inside(row["due_on"]) and row["due_on"] + 30 * DAY <= as_of:
            paid = row["renewed_on"]
            found[row[by]]["renewals_due"] += weight(row)
            found[row[by]]["renewals_renewed"] += weight(row) * (
                paid is not None and paid <= min(as_of, row["due_on"] + 30 * DAY)
            )
    for row in facts["premiums"]:
        if row["policy_month"] == 13 and inside(row["due_on"]) and row["due_on"] + 60 * DAY <= as_of:
            paid = row["paid_on"]
            found[row[by]]["persistency_base"] += weight(row)
            found[row[by]]["persistency_kept"] += weight(row) * (
                paid is not None and paid <= row["due_on"] + 60 * DAY
            )
    for row in facts["complaints"]:
        outcome = row["outcome"] if day_of(row["decided_at"], zone) <= as_of else None
        if inside(local("received_at")(row)) and outcome not in ("merged", "invalid"):
            found[row[by]]["complaints"] += weight(row)
            justified = row["category"] == "sales" and outcome in ("upheld", "partly_upheld")
            found[row[by]]["misselling_complaints"] += weight(row) * justified
    for row in facts["applications"]:
        if inside(local("started_at")(row)):
            found[row[by]]["applications"] += weight(row)
        if row["flagged_at"] is not None and inside(local("flagged_at")(row)):
            if day_of(row["started_at"], zone) <= as_of:
                found[row[by]]["flags"] += weight(row)
                found[row[by]]["flags_confirmed"] += weight(row) * (row["flag_confirmed"] is True)
    began = {row["policy_id"]: row["effective_on"] for row in facts["policies"]}
    for row in facts["claims"]:
        reported = day_of(row["reported_at"], zone)
        if inside(reported):
            found[row[by]]["claims"] += weight(row)
            since = began.get(row["policy_id"])
            if since is not None:
                found[row[by]]["claims_dated"] += weight(row)
                found[row[by]]["early_claims"] += weight(row) * (0 <= (reported - since).days <= 89)
    for row in facts["trainings"]:
        due, done = row["due_on"], row["completed_on"]
        done = done if done is not None and done <= as_of else None
        if inside(due):
            found[row[by]]["trainings_due"] += weight(row)
            found[row[by]]["trainings_on_time"] += weight(row) * (done is not None and done <= due)
        if row["topic"] == "case_review" and first <= due < before and end_of_month(due) <= as_of:
            found[row[by]]["reviews_due"] += weight(row)
            found[row[by]]["reviews_attended"] += weight(row) * (done is not None and done <= end_of_month(due))
    return found
