"""
Claims as clerks would write them down: what was known of each on a day, when it was due, when it ended.

Plain date arithmetic on whole columns, for there are many claims: nothing here is shared with the deadline engine
or the metrics that the books are there to test. The rules are those of the Insurance Law, articles 23 and 24, with
the one pause for documents of the Supreme People's Court's Interpretation II, article 15: natural days, the last
of them a working day.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from dashboard.demo.books import ALL
from dashboard.demo.claims import CANCELLED, PART_PAID, REFUSED, UNDECIDED, WITHDRAWN, Claims
from dashboard.demo.columns import NEVER, Array
from dashboard.demo.plan import TEAMS_PER_BRANCH, works_on

DETERMINATION_DAYS, PAYMENT_DAYS, NOTICE_DAYS, REVIEW_DAYS = 30, 10, 3, 3
UNKNOWN, NO, YES = -1, 0, 1
NO_DAY = np.datetime64("NaT", "D")
DAY = np.timedelta64(1, "D")


@dataclass(frozen=True, kw_only=True)
class ClaimCases:
    """
    What is recorded of sound claims, side by side; local instants, NaT where nothing happened.

    Attributes:
        groups: Grouping to the position of each claim's key in it.
        decision: Position in the generator's `DECISIONS`, -1 while there is none or nobody entered it.
        automatic: 1 decided by rules, 0 by people, -1 nobody knows.
        touches_before: Steps taken by people up to the decision.
        touches: Steps taken by people in all.
        due: Messages on progress that were owed; `sent` those that went out.
    """

    groups: Mapping[str, Array]
    reported: Array
    documents_first: Array
    requested: Array
    completed: Array
    decided: Array
    agreed: Array
    told: Array
    paid: Array
    closed: Array
    overturned: Array
    audited: Array
    decision: Array
    automatic: Array
    touches_before: Array
    touches: Array
    eligible: Array
    instant_eligible: Array
    instantly: Array
    submitted: Array
    fetched: Array
    due: Array
    sent: Array

    def taken(self, which: Array) -> ClaimCases:
        """
        Some of them: by positions, or by whether each is wanted.
        """
        columns = {each.name: getattr(self, each.name)[which] for each in fields(self) if each.name != "groups"}
        return ClaimCases(groups={by: codes[which] for by, codes in self.groups.items()}, **columns)

    def known_on(self, day: date) -> ClaimCases:
        """
        Those reported by the end of that day, as they stood then. What a decision brought is unknown before it.
        """
        end = np.datetime64(day + timedelta(days=1), "s")
        there = self.taken(self.reported < end)
        instants = {each.name: getattr(there, each.name) for each in fields(there) if each.name != "groups"}
        then: dict[str, Any] = {
            name: np.where(at < end, at, NEVER) for name, at in instants.items() if at.dtype.kind == "M"
        }
        decided, closed = ~np.isnat(then["decided"]), ~np.isnat(then["closed"])
        return replace(
            there,
            **then,
            decision=np.where(decided | closed, there.decision, UNDECIDED),
            automatic=np.where(decided, there.automatic, UNKNOWN),
        )

    @functools.cached_property
    def is_decided(self) -> Array:
        """
        Decided, or withdrawn or cancelled.
        """
        return ~np.isnat(self.decided)

    @functools.cached_property
    def is_paid(self) -> Array:
        """
        Paid to the last fen.
        """
        return ~np.isnat(self.paid)

    @functools.cached_property
    def walked_away(self) -> Array:
        """
        Withdrawn or cancelled.
        """
        return np.isin(self.decision, (WITHDRAWN, CANCELLED))

    @functools.cached_property
    def is_adjudicated(self) -> Array:
        """
        Decided by the insurer: to be paid, in full or in part, or refused.
        """
        return self.is_decided & (self.decision >= 0) & (self.decision <= REFUSED)

    @functools.cached_property
    def is_accepted(self) -> Array:
        """
        Decided to be paid, in full or in part.
        """
        return self.is_adjudicated & (self.decision <= PART_PAID)

    @functools.cached_property
    def is_open(self) -> Array:
        """
        Not closed, not paid, nobody told of a refusal, nobody walked away.
        """
        ended = ~np.isnat(self.closed) | self.is_paid | ~np.isnat(self.told)
        return ~(ended | (self.walked_away & self.is_decided))

    @functools.cached_property
    def left(self) -> Array:
        """
        When a claim ended without the insurer's decision.
        """
        undecided = np.where(self.is_decided, NEVER, self.closed)
        return np.where(self.walked_away & self.is_decided, self.decided, undecided)

    @functools.cached_property
    def determined(self) -> Array:
        """
        When the insurer had decided.
        """
        return np.where(self.walked_away, NEVER, self.decided)

    @functools.cached_property
    def is_paused(self) -> Array:
        """
        Documents were asked for within the thirty days: those until they came aren't counted.
        """
        return days_of(self.requested) <= days_of(self._proven) + DETERMINATION_DAYS * DAY

    @functools.cached_property
    def determination_due(self) -> Array:
        """
        The last day for the decision, NaT while documents are awaited: then the clock stands still.
        """
        waited = np.maximum(days_of(self.completed) - days_of(self.requested), 0 * DAY)
        waited = np.where(self.is_paused, waited, 0 * DAY)
        last = rolled(days_of(self._proven) + DETERMINATION_DAYS * DAY + waited)
        return np.where(self.decided < self._proven, NO_DAY, last)

    @functools.cached_property
    def review_due(self) -> Array:
        """
        The last day of the house's own three for a complete file, whatever day that is.
        """
        last = days_of(self.completed) + REVIEW_DAYS * DAY
        return np.where(self.decided < self.completed, NO_DAY, last)

    @functools.cached_property
    def payment_due(self) -> Array:
        """
        The last day for the payment of what was agreed.
        """
        last = rolled(days_of(self.agreed) + PAYMENT_DAYS * DAY)
        return np.where(self.paid < self.agreed, NO_DAY, last)

    @functools.cached_property
    def notice_due(self) -> Array:
        """
        The last day for telling of a refusal.
        """
        refused = np.where(self.is_adjudicated & ~self.is_accepted, self.decided, NEVER)
        return np.where(self.told < refused, NO_DAY, rolled(days_of(refused) + NOTICE_DAYS * DAY))

    @functools.cached_property
    def _proven(self) -> Array:
        return np.where(np.isnat(self.documents_first), self.reported, self.documents_first)


def cases_of_claims(made: Claims) -> ClaimCases:
    """
    The sound claims of a chunk; damaged ones are left out of every figure.
    """
    decided = ~np.isnat(made.decided)
    by_hand = ~made.automatic
    looked, asked = ~np.isnat(made.looked), by_hand & ~np.isnat(made.asked)
    ruled = np.where(made.unrecorded, UNKNOWN, np.where(made.automatic, YES, NO))
    cases = ClaimCases(
        groups={
            ALL: np.zeros(made.size, int),
            "branch": made.team // TEAMS_PER_BRANCH,
            "team": made.team,
            "agent": made.agent,
            "product_line": made.line,
            "channel": made.entry,
            "claim_type": made.kind,
        },
        reported=made.reported,
        documents_first=made.first_proofs,
        requested=made.asked,
        completed=made.complete,
        decided=made.decided,
        agreed=made.agreed,
        told=made.told,
        paid=made.paid,
        closed=made.closed,
        overturned=made.overturned,
        audited=made.audited,
        decision=made.decision,
        automatic=np.where(decided, ruled, UNKNOWN),
        touches_before=(looked & (made.looked <= made.decided)).astype(int)
        + (asked & (made.asked <= made.decided))
        + (by_hand & decided),
        touches=looked.astype(int) + asked + (by_hand & decided) + made.is_audit_logged + made.released,
        eligible=made.eligible,
        instant_eligible=made.is_instant_eligible,
        instantly=made.instantly,
        submitted=made.submitted,
        fetched=made.fetched,
        due=made.owed,
        sent=made.sent,
    )
    return cases.taken(~made.is_negative)


def days_of(instants: Array) -> Array:
    """
    The local days of local instants.
    """
    return instants.astype("datetime64[D]")


def rolled(days: Array) -> Array:
    """
    Each day, or the next on which offices are open; NaT stays NaT.
    """
    known = np.unique(days[~np.isnat(days)])
    moved = np.array([_next_working(day) for day in known.tolist()], dtype="datetime64[D]")
    place = np.searchsorted(known, days).clip(0, max(len(known) - 1, 0))
    return np.where(np.isnat(days), NO_DAY, moved[place]) if len(known) else days


@functools.cache
def _next_working(day: date) -> date:
    while not works_on(day):
        day += timedelta(days=1)
    return day
