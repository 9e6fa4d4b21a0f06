"""
What waits, once more and slowly: the clocks of each open claim by hand, and which of them presses most.

Written from the definitions in words, with the standard library's dates, and sharing nothing with what it checks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from tests.metrics.oracle_claims import WALKED_AWAY, Claim

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LAW = ("claim_determination", "claim_payment", "claim_refusal", "claim_part_payment")
SMALL = {"medical": 3_000, "motor": 5_000}
BANDS = ("overdue", "today", "within_3d", "within_7d", "within_14d", "later", None)


@dataclass(frozen=True)
class Running:
    """
    A clock that runs: its last day, and the last instant of a limit in hours or the midnight after the last day.
    """

    clock: str
    due_on: date | None
    ends_at: datetime | None
    in_hours: bool = False

    def is_over(self, now: datetime, today: date) -> bool:
        """
        Whether it ran out: its day is over, or its hours are.
        """
        if self.due_on is None:
            return False
        return self.ends_at < now if self.in_hours else self.due_on < today

    def band(self, now: datetime, today: date) -> str | None:
        """
        The narrowest one; none while nothing is due.
        """
        if self.due_on is None:
            return None
        if self.is_over(now, today):
            return "overdue"
        days = (self.due_on - today).days
        for name, last in (("today", 0), ("within_3d", 2), ("within_7d", 6), ("within_14d", 13)):
            if days <= last:
                return name
        return "later"

    def urgency(self, now: datetime, today: date) -> tuple:
        """
        The smaller, the more pressing.
        """
        ends = float("inf") if self.ends_at is None else self.ends_at.timestamp()
        return (BANDS.index(self.band(now, today)), self.clock not in LAW, ends, self.clock)


def running(claim: Claim) -> dict[str, Running]:
    """
    The clocks that run on an open claim.
    """
    return {each.clock: each for each in (*_by_law(claim), *_promised(claim))}


def _by_law(claim: Claim) -> Iterator[Running]:
    decided, decision = claim.at("decided"), claim.row["decision"]
    if decided is None:
        yield _in_days(claim, "claim_determination", claim.determination_due_on)
    if claim.at("agreed") is not None:
        yield _in_days(claim, "claim_payment", claim.due_on(claim.at("agreed"), 10))
    if decision == "refused" and decided is not None:
        yield _in_days(claim, "claim_refusal", claim.due_on(decided, 3))
    if _is_payable(claim) and claim.at("first_paid") is None:
        yield _in_days(claim, "claim_part_payment", claim.due_on(claim.starts_at, 60))


def _promised(claim: Claim) -> Iterator[Running]:
    row, complete = claim.row, claim.at("documents_completed")
    if claim.at("registered") is None:
        yield _in_hours(claim, "claim_contact", row["reported_at"], 24)
    if complete is None:
        return
    if claim.at("decided") is None:
        yield _in_days(claim, "claim_review", claim.due_on(complete, 3, rolls=False))
        if row["instant_eligible"] is True:
            yield _in_hours(claim, "claim_instant", complete, 48)
    amount, most = row["amount_claimed"], SMALL.get(row["claim_type"])
    if None not in (amount, most) and 0 <= amount <= most and _is_payable(claim):
        yield _in_days(claim, "claim_small", claim.due_on(complete, 5, rolls=False))


def _is_payable(claim: Claim) -> bool:
    return claim.row["decision"] not in (*WALKED_AWAY, "refused")


def _in_days(claim: Claim, clock: str, due_on: date | None) -> Running:
    end = None if due_on is None else datetime.combine(due_on + DAY, time(), claim.zone)
    return Running(clock, due_on, end)


def _in_hours(claim: Claim, clock: str, start: datetime, hours: int) -> Running:
    end = start + hours * HOUR
    return Running(clock, claim.day(end), end, in_hours=True)


def stage(claim: Claim) -> str:
    """
    How far an open claim has come.
    """
    if claim.at("decided") and claim.row["decision"] == "refused":
        return "to_be_told"
    if claim.at("agreed") or claim.at("first_paid"):
        return "to_be_paid"
    if claim.at("decided"):
        return "to_be_agreed"
    if claim.at("documents_requested") and not claim.at("documents_completed"):
        return "waiting_for_documents"
    if claim.at("documents_first") or claim.at("documents_completed"):
        return "being_decided"
    return "registered" if claim.at("registered") else "reported"
