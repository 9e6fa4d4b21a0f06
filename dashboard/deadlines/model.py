"""
What a rule is: the limit, what starts, stops and moves its clock, and who says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictInt, model_validator
from pydantic.dataclasses import dataclass

_WRITTEN = ConfigDict(extra="forbid")

Days = Annotated[StrictInt, Field(gt=0, le=3660)]
Unit = Literal["cd", "bd", "h", "w", "m"]
Domain = Literal["complaint", "claim", "policy", "sale", "report"]
Role = Literal[
    "acknowledgement",
    "start",
    "interim",
    "investigation",
    "reply",
    "summary",
    "decision",
    "notice",
    "payment",
    "escalation",
    "closure",
    "cooling_off",
]


@dataclass(frozen=True, slots=True, config=_WRITTEN)
class Limit:
    """
    How long a clock may run.

    Attributes:
        n: How many.
        unit: `cd` calendar days, `bd` business days, `w` weeks, `m` months: the day of the start isn't counted and
            the last one counts until midnight; a month ends on the corresponding day, or on the month's last
            (Civil Code 202). `h` hours: from the instant of the start, whatever the clocks do meanwhile.
    """

    n: Days
    unit: Unit


@dataclass(frozen=True, slots=True, config=_WRITTEN)
class Extension:
    """
    Longer time, granted case by case.

    Attributes:
        base_days: The limit to which the granted days are added, counted from the start.
        most_days: More than this can't be granted.
        approvers: Whose approval counts; anybody else's is void.
        must_be_told: Void unless the complainant was told on or before the unextended due day.
    """

    base_days: Days
    most_days: Days
    approvers: Annotated[frozenset[str], Field(min_length=1)]
    must_be_told: StrictBool = True


@dataclass(frozen=True, slots=True, config=_WRITTEN)
class Regime:
    """
    One rule of one domain, with its source; where it changed, its newest version, which knows the earlier ones.

    Attributes:
        id: As written in settings, such as `CN-2020-3`.
        domain: What it judges: `complaint`, `claim`, `policy`, `sale`, or a `report` of misconduct.
        kind: `law`, an industry `code`, or an `internal` promise. Only law can be breached.
        jurisdiction: Where it binds, in words.
        country: Whose calendar it is written for; figures count by the business's own.
        limit: How long it may take where the grade is unknown or makes no difference.
        source: Order, article, or whose promise it is.
        role: Which step it times: the `decision`, its `acknowledgement`, the `start` of the investigation, …
        confidence: Whether its text was `read`, known from `secondary` sources, or is `unconfirmed`.
        limit_by_grade: How long by grade, empty where all are alike.
        applies_to: The grades it is about; empty: all.
        start: What starts the clock: `received`; `regulator_received`, the earlier of the regulator's receipt and
            ours, as the customer sees it; `graded`, receipt, or the re-grading that brought the case under a rule
            for some grades only; `columns`, the first of `start_columns` that is known.
        start_columns: Instants of the domain's fact, in order of preference.
        stop: What ends the clock: the later of decision and notice, the decision alone, only the start of the
            investigation, or `columns`; `unrecorded`: something no fact holds, only the due day can be told.
        stop_columns: Instants of the domain's fact.
        stop_rule: Which of several stop columns counts.
        roll: Whether a due day on which nobody works moves to the next working day. Hours never move.
        pause: Whether time is left out: for an outside appraisal, provided the complainant was told; or for
            `documents`, from the day they were asked for, if within the limit, to the day they came.
        extension: Null where the rule knows none.
        effective_from: The first day of a start it applies to; null: always.
        effective_before: The first day of a start it no longer applies to; null: still in force.
        earlier: Its earlier versions, oldest first.
    """

    id: str
    domain: Domain
    kind: Literal["law", "code", "internal"]
    jurisdiction: str
    country: str
    limit: Limit
    source: str
    role: Role = "decision"
    confidence: Literal["read", "secondary", "unconfirmed"] = "read"
    limit_by_grade: Mapping[str, Limit] = Field(default_factory=dict)
    applies_to: frozenset[str] = frozenset()
    start: Literal["received", "regulator_received", "graded", "columns"] = "received"
    start_columns: tuple[str, ...] = ()
    stop: Literal["decided_and_informed", "decided", "investigation_started", "columns", "unrecorded"] = (
        "decided_and_informed"
    )
    stop_columns: tuple[str, ...] = ()
    stop_rule: Literal["earliest", "latest"] = "latest"
    roll: Literal["none", "nonworking"] = "none"
    pause: Literal["none", "when_told", "documents"] = "none"
    extension: Extension | None = None
    effective_from: date | None = None
    effective_before: date | None = None
    earlier: tuple[Regime, ...] = field(default=())

    @property
    def limits(self) -> frozenset[Limit]:
        """
        Every limit a case can have under it, extensions apart.
        """
        return frozenset({self.limit, *self.limit_by_grade.values()})

    @property
    def is_graded(self) -> bool:
        """
        Whether the grade decides how long it may take, or whether the rule applies, so that it has to be known.
        """
        return len(self.limits) > 1 or bool(self.applies_to)

    @property
    def in_hours(self) -> bool:
        """
        Whether its clock runs from instant to instant and not from day to day.
        """
        return self.limit.unit == "h"

    @property
    def versions(self) -> tuple[Regime, ...]:
        """
        All its versions, oldest first, itself the last.
        """
        return (*self.earlier, self)

    @model_validator(mode="after")
    def _limits_can_be_meant(self) -> Regime:
        if len({limit.unit == "h" for limit in self.limits}) > 1:
            raise ValueError("limits in hours and in days don't mix in one rule")
        if self.in_hours and (self.roll != "none" or self.extension):
            raise ValueError("a limit in hours neither rolls nor is extended; write it in days")
        if self.in_hours and self.pause == "documents":
            raise ValueError("time for documents is left out in days; write the limit in days")
        return self

    @model_validator(mode="after")
    def _events_can_be_meant(self) -> Regime:
        if self.start == "graded" and not self.applies_to:
            raise ValueError('start = "graded" needs the grades in applies_to')
        if (self.start == "columns") != bool(self.start_columns):
            raise ValueError('start = "columns" and start_columns go together')
        if (self.stop == "columns") != bool(self.stop_columns):
            raise ValueError('stop = "columns" and stop_columns go together')
        own_events = self.start == "columns" and self.stop in ("columns", "unrecorded")
        if self.domain == "complaint":
            if self.pause == "documents":
                raise ValueError('pause = "documents" is for claims')
            return self
        if not own_events:
            raise ValueError(f"the start and the stop of a {self.domain} are columns")
        if self.is_graded or self.extension or self.pause == "when_told":
            raise ValueError("grades, extensions and outside appraisals are known of complaints only")
        if self.pause == "documents" and self.domain != "claim":
            raise ValueError('pause = "documents" is for claims')
        return self
