"""
One complaint as a clerk would write it down: what was known of it on a day, when it was due, when it ended.

Plain date arithmetic, slow on purpose: nothing here is shared with the deadline engine or the metrics that the
books are there to test. The rule is that of CBIRC Order 2020 No.3: natural days, the last of them a working day.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import polars as pl

from dashboard.demo.books import ALL
from dashboard.demo.columns import keys, only
from dashboard.demo.complaints import BRANCH_AUTHORITY, COMPLEX, INVALID, MERGED, NO_GRADE, Complaints
from dashboard.demo.names import LINE_IDS, branch_id, team_id
from dashboard.demo.plan import TEAMS_PER_BRANCH, works_on
from dashboard.demo.policies import Policies

CHANNELS = ("app", "wechat", "web", "phone", "counter", "letter", "social", "regulator", "传真")
SOURCE_IDS = ("direct", "regulator", "media")
CATEGORY_IDS = ("sales", "claims", "service", "surrender", "renewal")
GRADE_IDS = ("simple", "ordinary", "complex", "major")
HANDOVER_IDS = ("sales_underwriting", "underwriting_claims", "sales_claims")
CAUSE_IDS = (
    "benefits_exaggerated",
    "terms_unclear",
    "signature_forged",
    "claims_too_slow",
    "refusal_disputed",
    "deductible_misunderstood",
    "too_many_documents",
    "hard_to_reach",
    "staff_attitude",
    "surrender_loss",
    "surrender_delayed",
    "charge_disputed",
)
SHORT_LIMIT, LONG_LIMIT, LONGEST = 15, 30, 60

# Field of a case to the array of the generator it is copied from.
COPIED = {
    "received": "received",
    "first_grade": "first_grade",
    "regraded": "regraded",
    "new_grade": "new_grade",
    "extension_days": "extension_days",
    "approved": "extension_approved",
    "authority": "extension_authority",
    "told": "extension_told",
    "decided": "decided",
    "informed": "informed",
    "closed": "closed",
    "withdrawn": "withdrawn",
    "outcome": "outcome",
    "handover": "handover",
    "began": "began",
    "offered": "mediation_offered",
    "accepted": "mediation_accepted",
    "ended": "mediation_ended",
    "settled": "mediation_settled",
    "record_kept": "record_kept",
    "review": "review",
    "escalated": "escalated",
    "judged": "judged",
    "overturned": "overturned",
}
INSTANTS = (
    *("regraded", "approved", "told", "decided", "informed", "closed", "withdrawn", "began"),
    *("offered", "accepted", "ended", "record_kept", "review", "escalated", "judged"),
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """
    What is recorded of one sound complaint; local instants, None where nothing happened.

    Attributes:
        keys: Grouping and key, for all groupings that never change: every one but the grade.
        solved_at_once: As recorded with the decision; None where it isn't.
        reopened_by: Sound cases that take this one up again under a new number.
        merged_here: Sound cases that were found to be the same one again.
        is_reopening: Whether it takes up an earlier one itself.
    """

    received: datetime
    keys: tuple[tuple[str, str], ...]
    number: str = ""
    customer: int = -1
    first_grade: int = NO_GRADE
    regraded: datetime | None = None
    new_grade: int = NO_GRADE
    extension_days: int = -1
    approved: datetime | None = None
    authority: int = -1
    told: datetime | None = None
    paused_days: int = 0
    decided: datetime | None = None
    informed: datetime | None = None
    closed: datetime | None = None
    withdrawn: datetime | None = None
    outcome: int = -1
    handover: int = -1
    began: datetime | None = None
    solved_at_once: bool | None = None
    is_reopening: bool = False
    reopened_by: tuple[Case, ...] = ()
    merged_here: tuple[Case, ...] = ()
    offered: datetime | None = None
    accepted: datetime | None = None
    ended: datetime | None = None
    settled: bool = False
    record_kept: datetime | None = None
    review: datetime | None = None
    escalated: datetime | None = None
    judged: datetime | None = None
    overturned: bool = False

    def known_on(self, day: date) -> Case:
        """
        The same case as it stood at the end of that day. What a decision brought is unknown before it.
        """
        instants = {name: getattr(self, name) for name in INSTANTS}
        later: dict[str, Any] = {name: None for name, at in instants.items() if at is not None and at.date() > day}
        then = replace(self, **later) if later else self
        if then.decided is None and then.closed is None:
            then = replace(then, solved_at_once=None)
        ended = then.decided or then.withdrawn or then.closed
        return then if ended else replace(then, outcome=-1)

    @property
    def is_counted(self) -> bool:
        """
        Whether it is a complaint of its own: not merged into another, and one at all.
        """
        return self.outcome not in {MERGED, INVALID}

    @property
    def grade(self) -> int:
        """
        The grade it has by now.
        """
        return self.first_grade if self.regraded is None else self.new_grade

    @property
    def groups(self) -> tuple[tuple[str, str], ...]:
        """
        Grouping and key of all groupings but the months.
        """
        return (*self.keys, ("grade", GRADE_IDS[self.grade] if self.grade != NO_GRADE else ""))

    @functools.cached_property
    def stop(self) -> tuple[datetime | None, bool]:
        """
        The instant its clock stopped, and whether that was because it was withdrawn.
        """
        both = [at for at in (self.decided, self.informed) if at is not None]
        answer = max(both) if both else self.closed
        if self.withdrawn is not None and (answer is None or self.withdrawn < answer):
            return self.withdrawn, True
        return answer, False

    @property
    def stopped_on(self) -> date | None:
        """
        The day its clock stopped, for whatever reason.
        """
        at, _ = self.stop
        return at.date() if at else None

    @property
    def answered_on(self) -> date | None:
        """
        The day its clock stopped, unless that was a withdrawal.
        """
        at, by_withdrawal = self.stop
        return at.date() if at and not by_withdrawal else None

    def withdrawn_undecided_by(self, day: date) -> bool:
        """
        Whether it was taken back on or before a day, and before anybody had decided.
        """
        at, by_withdrawal = self.stop
        if at is None or not by_withdrawal or at.date() > day:
            return False
        return self.decided is None or self.decided > at

    @functools.cached_property
    def due(self) -> date:
        """
        The last day on which it is still in time.
        """
        if self.approved is None or self.extension_fault is not None:
            return self.due_unextended
        total = min(LONG_LIMIT + self.extension_days, LONGEST)
        return _next_working(self.received.date() + timedelta(days=total + self.paused_days))

    @functools.cached_property
    def due_unextended(self) -> date:
        """
        The same without an extension. A grade changed after the first grade's last day comes too late to move it.
        """
        received = self.received.date()
        last = _next_working(received + timedelta(days=_limit(self.first_grade) + self.paused_days))
        if self.regraded is not None and self.regraded.date() <= last:
            last = _next_working(received + timedelta(days=_limit(self.new_grade) + self.paused_days))
        return last

    @property
    def extension_fault(self) -> str | None:
        """
        The first reason for which its extension counts for nothing; None if it holds, or there is none.
        """
        if self.approved is None:
            return None
        if self.authority == BRANCH_AUTHORITY:
            return "wrong_level"
        if self.approved.date() > self.due_unextended:
            return "approved_late"
        if self.told is None:
            return "not_told"
        return "told_late" if self.told.date() > self.due_unextended else None


def cases_of(made: Complaints, policies: Policies) -> list[Case]:
    """
    The sound cases of a chunk by receipt; damaged ones are left out of every figure.
    """
    plain = {field: getattr(made, name).tolist() for field, name in COPIED.items()}
    groups = list(zip(*_groupings(made, policies), strict=True))
    # Time spent waiting for an expert counts against nobody, but only where the complainant was told.
    pauses = np.where(made.pause_told, np.maximum(made.paused_days, 0), 0).tolist()
    solved = only(made.solved_at_once, ~np.isnat(made.decided)).cast(pl.Boolean).to_list()
    numbers = made.ids(np.arange(made.size)).to_list()
    customers = (made.chunk.first + made.customer).tolist()
    earlier, first = made.reopened_of.tolist(), made.merged_into.tolist()
    reopened_by, merged_here = defaultdict[int, list[Case]](list), defaultdict[int, list[Case]](list)
    cases: list[Case] = []
    # The last first: what follows a case is written down by the time the case is.
    for number in reversed(np.flatnonzero(made.spoiled < 0).tolist()):
        row: dict[str, Any] = {field: values[number] for field, values in plain.items()}
        case = Case(
            **row,
            keys=groups[number],
            number=numbers[number],
            customer=customers[number],
            paused_days=pauses[number],
            solved_at_once=solved[number],
            is_reopening=earlier[number] >= 0,
            reopened_by=tuple(reopened_by[number]),
            merged_here=tuple(merged_here[number]),
        )
        reopened_by[earlier[number]].append(case)
        merged_here[first[number]].append(case)
        cases.append(case)
    return cases[::-1]


def _groupings(made: Complaints, policies: Policies) -> list[list[tuple[str, str]]]:
    lines = np.where(made.policy >= 0, policies.line[made.policy], -1).tolist()
    causes = np.where(made.is_coded, made.cause, -1).tolist()
    named: dict[str, list[str]] = {
        ALL: [ALL] * made.size,
        "branch": [branch_id(team // TEAMS_PER_BRANCH) for team in made.team.tolist()],
        "team": [team_id(team) for team in made.team.tolist()],
        "agent": keys("A", made.agent).fill_null("").to_list(),
        "product_line": [LINE_IDS[line] if line >= 0 else "" for line in lines],
        "channel": [CHANNELS[entry] for entry in made.entry.tolist()],
        "category": [CATEGORY_IDS[category] for category in made.category.tolist()],
        "cause": [CAUSE_IDS[cause] if cause >= 0 else "" for cause in causes],
        "source": [SOURCE_IDS[origin] for origin in made.origin.tolist()],
    }
    return [[(by, key) for key in found] for by, found in named.items()]


def _limit(grade: int) -> int:
    return LONG_LIMIT if grade != NO_GRADE and grade >= COMPLEX else SHORT_LIMIT


@functools.cache
def _next_working(day: date) -> date:
    while not works_on(day):
        day += timedelta(days=1)
    return day
