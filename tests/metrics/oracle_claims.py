"""
The claim figures once more, slowly: rows cut off by hand at a day, judged one by one, counted in loops.

Written from the definitions in words, with the standard library's dates and a published calendar, and sharing
nothing with what it checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from tests.deadlines.oracle import is_working
from tests.metrics.oracle import DAY, cut_off

HOUR = timedelta(hours=1)
FOLLOWED = 90 * DAY
# What became known only when something happened.
KNOWN_FROM = {
    "decision": ("decided_at", "closed_at"),
    "amount_paid": ("first_paid_at", "paid_at"),
    "auto_decided": ("decided_at",),
    "touches_before_decision": ("decided_at",),
    "touches_total": ("decided_at",),
    "instant_paid": ("first_paid_at", "paid_at"),
    "audit_amount_due": ("audited_at",),
}
PAID = ("paid", "part_paid")
WALKED_AWAY = ("withdrawn", "cancelled")


@dataclass(frozen=True)
class Mark:
    """
    What one claim adds to one figure: on which day (null: whichever, a state), how much above and below the line.

    `cases` is how many claims stand below the line; it differs from `below` where documents or messages do.
    """

    day: date | None
    above: int
    below: int
    cases: int
    pending: int = 0


@dataclass(frozen=True)
class Spell:
    """
    How many whole hours a claim took or has taken so far, and how that ended.
    """

    day: date
    hours: int
    is_paid: bool
    is_open: bool
    cases: int


class Claim:
    """
    A claim as it was known at the end of a day.
    """

    def __init__(self, row: Mapping[str, Any], as_of: date, zone: str) -> None:
        self.row, self.as_of, self.zone = row, as_of, ZoneInfo(zone)
        self.cases = 1 if row["cases"] is None else row["cases"]

    def at(self, name: str) -> datetime | None:
        """
        One of its instants, which are named without the ending.
        """
        return self.row[f"{name}_at"]

    def day(self, at: datetime | None) -> date | None:
        """
        The local day of an instant.
        """
        return None if at is None else at.astimezone(self.zone).date()

    @cached_property
    def is_walked_away(self) -> bool:
        """
        Withdrawn, or its registration taken back.
        """
        return self.row["decision"] in WALKED_AWAY

    @cached_property
    def is_refused(self) -> bool:
        """
        Whether the decision is known to be a refusal.
        """
        return self.row["decision"] == "refused"

    @cached_property
    def is_to_be_paid(self) -> bool:
        """
        Decided to be paid, in full or in part.
        """
        return self.is_adjudicated and self.row["decision"] in PAID

    @cached_property
    def is_adjudicated(self) -> bool:
        """
        Decided on the merits, on a day that is known.
        """
        return self.row["decision"] in (*PAID, "refused") and self.at("decided") is not None

    @cached_property
    def is_open(self) -> bool:
        """
        Neither closed, paid in full, told to be refused, nor walked away.
        """
        ends = [self.at("closed"), self.at("paid"), self.at("refusal_told")]
        if self.is_walked_away:
            ends.append(self.at("decided"))
        return not any(ends)

    @cached_property
    def left_at(self) -> datetime | None:
        """
        When the claimant walked away, or the claim was closed without a decision.
        """
        if self.is_walked_away and self.at("decided"):
            return self.at("decided")
        return None if self.at("decided") else self.at("closed")

    @cached_property
    def determined_at(self) -> datetime | None:
        """
        When it was decided, whatever the decision, by the insurer.
        """
        return None if self.is_walked_away else self.at("decided")

    # -- clocks -------------------------------------------------------------------------------------------------

    @cached_property
    def starts_at(self) -> datetime:
        """
        The thirty days run from the first documents, or else from the report.
        """
        return self.at("documents_first") or self.row["reported_at"]

    @cached_property
    def determination_due_on(self) -> date | None:
        """
        Nothing while documents are awaited that were asked for within the thirty days.
        """
        last = self.day(self.starts_at) + 30 * DAY
        asked, came = self.day(self.at("documents_requested")), self.day(self.at("documents_completed"))
        if asked is not None and asked <= last:
            if came is None:
                return None
            last += max(came - asked, 0 * DAY)
        return _rolled(last)

    def due_on(self, start: datetime | None, days: int, *, rolls: bool = True) -> date | None:
        """
        The last day of a limit without pauses.
        """
        if start is None:
            return None
        last = self.day(start) + days * DAY
        return _rolled(last) if rolls else last

    def has_passed(self, due_on: date | None) -> bool:
        """
        Whether a due day is over.
        """
        return due_on is not None and due_on <= self.as_of

    @cached_property
    def is_overdue(self) -> bool:
        """
        Undetermined after the thirty days, agreed and unpaid after ten, or refused and untold after three.
        """
        if not self.is_open:
            return False
        undetermined = self.determined_at is None and self.has_passed(self.determination_due_on)
        agreed, refused = self.at("agreed"), self.at("decided") if self.is_refused else None
        unpaid = self.at("paid") is None and self.has_passed(self.due_on(agreed, 10))
        untold = self.at("refusal_told") is None and self.has_passed(self.due_on(refused, 3))
        return undetermined or unpaid or untold

    def on_time(
        self, start: datetime | None, due_on: date | None, stop: datetime | None, *, may_leave: bool
    ) -> Mark | None:
        """
        What it adds to an on-time rate: nothing before the due day is over, or if it stopped before it started.
        """
        if start is None or not self.has_passed(due_on) or (stop is not None and stop < start):
            return None
        if may_leave and self.left_at is not None and self.day(self.left_at) <= due_on:
            return None
        return self.share(due_on, stop is not None and self.day(stop) <= due_on)

    # -- what it adds to each figure ----------------------------------------------------------------------------

    def share(self, day: date | None, is_hit: bool, pending: int = 0) -> Mark:
        """
        One more below the line, and above it if it's a hit.
        """
        return Mark(day, self.cases * is_hit, self.cases, self.cases, pending)

    @cached_property
    def marks(self) -> list[tuple[str, Mark]]:
        """
        What it adds to every figure but the durations, by KPI.
        """
        return [(name, mark) for name, mark in self._marks() if mark is not None]

    def _marks(self) -> Iterator[tuple[str, Mark | None]]:
        row, reported = self.row, self.day(self.row["reported_at"])
        start, determined = self.starts_at, self.determined_at
        yield "claims_reported", self.share(reported, True)
        if self.is_open:
            yield "claims_open", self.share(None, True)
        if self.is_overdue:
            yield "claims_overdue", self.share(None, True)
        due_on = self.determination_due_on
        yield "claim_determination_on_time_rate", self.on_time(start, due_on, determined, may_leave=True)
        complete = self.at("documents_completed")
        due_on = self.due_on(complete, 3, rolls=False)
        yield "claim_review_3d_rate", self.on_time(complete, due_on, determined, may_leave=True)
        agreed = self.at("agreed")
        due_on = self.due_on(agreed, 10)
        yield "claim_payment_on_time_rate", self.on_time(agreed, due_on, self.at("paid"), may_leave=False)
        refused = self.at("decided") if self.is_refused else None
        due_on = self.due_on(refused, 3)
        told = self.at("refusal_told")
        yield "refusal_notice_on_time_rate", self.on_time(refused, due_on, told, may_leave=False)
        due, sent = row["progress_due"], row["progress_sent"]
        if due is not None and sent is not None:
            weight = self.cases
            yield "progress_update_rate", Mark(reported, min(sent, due) * weight, due * weight, weight)
        if self.is_adjudicated:
            yield from self._decided(self.day(self.at("decided")))

    def _decided(self, decided_on: date) -> Iterator[tuple[str, Mark | None]]:
        row, weight = self.row, self.cases
        yield "claim_acceptance_rate", self.share(decided_on, self.is_to_be_paid)
        submitted, fetched = row["documents_submitted"], row["documents_fetched"]
        if submitted is not None:
            yield "documents_per_claim", Mark(decided_on, submitted * weight, weight, weight)
            if fetched is not None:
                yield "documents_fetched_rate", Mark(decided_on, fetched * weight, submitted * weight, weight)
        is_auto, paid_at, audited_at = row["auto_decided"], self.at("paid"), self.at("audited")
        is_finished = paid_at is not None or self.is_refused
        is_finishing = self.is_to_be_paid and paid_at is None and self.at("closed") is None
        waits = Mark(decided_on, 0, 0, 0, weight)
        if is_auto is not None:
            is_untouched = row["touches_before_decision"] in (0, None)
            yield "auto_adjudication_rate", self.share(decided_on, is_auto and is_untouched)
            is_audited_first = None not in (audited_at, paid_at) and audited_at < paid_at
            is_through = is_auto and row["touches_total"] in (0, None) and not is_audited_first
            found = self.share(decided_on, is_through) if is_finished else waits if is_finishing else None
            yield "straight_through_rate", found
            if row["auto_eligible"] is True:
                yield "eligible_straight_through_rate", found
        if row["instant_eligible"] is True:
            is_instant = row["instant_paid"] is True
            found = self.share(decided_on, is_instant) if is_finished else waits if is_finishing else None
            yield "instant_pay_rate", found
        if is_auto and self.is_refused:
            overturned_on, until = self.day(self.at("overturned")), decided_on + FOLLOWED
            is_overturned = overturned_on is not None and overturned_on <= until
            yield "auto_overturn_rate", self.share(decided_on, is_overturned) if until <= self.as_of else waits

    @cached_property
    def spell(self) -> Spell | None:
        """
        From report to final payment, or so far; nothing for one that ended unpaid.
        """
        paid_at = self.at("paid")
        if self.is_refused or self.is_walked_away or (self.at("closed") is not None and paid_at is None):
            return None
        reported = self.row["reported_at"]
        end = paid_at or datetime.combine(self.as_of + DAY, time(), self.zone)
        # An instant is later than another by what a stopwatch says, whatever the clocks on the wall did.
        elapsed = end.timestamp() - reported.timestamp()
        hours = int(elapsed // HOUR.total_seconds())
        return Spell(self.day(reported), hours, paid_at is not None, self.is_open, self.cases)


def known(rows: Iterable[Mapping[str, Any]], as_of: date, zone: str) -> list[Claim]:
    """
    The claims of that day's books.
    """
    cut = (cut_off(row, as_of, zone, dated="reported_at", known_from=KNOWN_FROM) for row in rows)
    return [Claim(row, as_of, zone) for row in cut if row]


def _rolled(day: date) -> date:
    while not is_working(day, "CN"):
        day += DAY
    return day
