"""
The rules by which clocks run, read from regimes.toml: what the limit is, what moves it, who says so.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StrictBool, StrictInt, TypeAdapter, ValidationError, model_validator
from pydantic.dataclasses import dataclass

from dashboard.errors import Problem, SettingsError

_WRITTEN = ConfigDict(extra="forbid")

Days = Annotated[StrictInt, Field(gt=0, le=3660)]
Unit = Literal["cd", "bd", "h", "w", "m"]


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
    One rule of one domain, with its source.

    Attributes:
        id: As written in settings, such as `CN-2020-3`.
        domain: What it judges: `complaint`, `claim`, …
        kind: `law`, an industry `code`, or an `internal` promise. Only law can be breached.
        jurisdiction: Where it binds, in words.
        country: Whose calendar it rolls by unless the business has another.
        limit: How long it may take where the grade is unknown or makes no difference.
        source: Order, article, or whose promise it is.
        role: Which step it times: the `decision`, or the `start` of the investigation.
        limit_by_grade: How long by grade, empty where all are alike.
        applies_to: The grades it is about; empty: all.
        start: What starts the clock: `received`; `regulator_received`, the earlier of the regulator's receipt and
            ours, as the customer sees it; `graded`, receipt, or the re-grading that brought the case under a rule
            for some grades only.
        stop: What ends the clock: the later of decision and notice, the decision alone, or only the start of the
            investigation.
        roll: Whether a due day on which nobody works moves to the next working day. Hours never move.
        pause: Whether time for an outside appraisal is left out, provided the complainant was told.
        extension: Null where the rule knows none.
        effective_from: The first day of a start it applies to; null: always.
        effective_before: The first day of a start it no longer applies to; null: still in force.
    """

    id: str
    domain: Literal["complaint", "claim", "policy", "sale"]
    kind: Literal["law", "code", "internal"]
    jurisdiction: str
    country: str
    limit: Limit
    source: str
    role: Literal["decision", "start"] = "decision"
    limit_by_grade: Mapping[str, Limit] = Field(default_factory=dict)
    applies_to: frozenset[str] = frozenset()
    start: Literal["received", "regulator_received", "graded"] = "received"
    stop: Literal["decided_and_informed", "decided", "investigation_started"] = "decided_and_informed"
    roll: Literal["none", "nonworking"] = "none"
    pause: Literal["none", "when_told"] = "none"
    extension: Extension | None = None
    effective_from: date | None = None
    effective_before: date | None = None

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

    @model_validator(mode="after")
    def _can_be_meant(self) -> Regime:
        if len({limit.unit == "h" for limit in self.limits}) > 1:
            raise ValueError("limits in hours and in days don't mix in one rule")
        if self.in_hours and (self.roll != "none" or self.extension):
            raise ValueError("a limit in hours neither rolls nor is extended; write it in days")
        if self.start == "graded" and not self.applies_to:
            raise ValueError('start = "graded" needs the grades in applies_to')
        return self


_REGIME = TypeAdapter(Regime)


def load_regimes(
    extra: Mapping[str, Mapping[str, Any]] | None = None, *, where: str = "rules"
) -> dict[str, Regime]:
    """
    Every rule by its id: those we ship, and those in `extra`.

    An entry of `extra` under a shipped id replaces only the values it names; under a new id it must be complete.

    Args:
        extra: Rules from settings, in the form of regimes.toml.
        where: How messages call the place that `extra` comes from.

    Raises:
        SettingsError: Listing every value that can't be meant.
    """
    written = {name: dict(values) for name, values in _shipped().items()}
    for name, values in (extra or {}).items():
        written[name] = {**written.get(name, {}), **values}

    problems: list[Problem] = []
    regimes: dict[str, Regime] = {}
    for name, values in written.items():
        try:
            regimes[name] = _REGIME.validate_python({**values, "id": name})
        except ValidationError as invalid:
            problems += [_problem(f"{where}: {name}", error) for error in invalid.errors()]
    if problems:
        raise SettingsError(problems)
    return regimes


def regime(name: str, regimes: Mapping[str, Regime] | None = None, *, where: str = "rules.complaints") -> Regime:
    """
    The rule called `name`, out of `regimes` or of those we ship.

    Raises:
        SettingsError: No such rule; the nearest name is suggested.
    """
    known = load_regimes() if regimes is None else regimes
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"write one of {', '.join(sorted(known))}"
    raise SettingsError(Problem(where, f'no rule is called "{name}"', hint))


@cache
def _shipped() -> Mapping[str, Mapping[str, Any]]:
    text = resources.files("dashboard.deadlines").joinpath("regimes.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text))


def _problem(where: str, error: Any) -> Problem:
    key = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    # A rule that contradicts itself as a whole is not quoted as a whole.
    found = f" (found {error['input']!r})" if key and error["type"] != "missing" else ""
    return Problem(f"{where}.{key}" if key else where, f"{message}{found}")
