"""
The rules we know, read from regimes.toml, and those an insurer adds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from difflib import get_close_matches
from functools import cache
from importlib import resources
from itertools import pairwise
from types import MappingProxyType
from typing import Any

from pydantic import TypeAdapter, ValidationError

from dashboard.deadlines.model import Regime
from dashboard.errors import Problem, SettingsError
from dashboard.facts import FACTS, Kind

_REGIME = TypeAdapter(Regime)

# The fact in which a domain's starts and stops are found.
FACT_OF = {
    "complaint": "complaints",
    "claim": "claims",
    "policy": "policies",
    "sale": "applications",
    "report": "conduct_cases",
}

# What has to be the same in every version of a rule: a case must be found under it whenever it began.
_LASTING = ("domain", "role", "start", "start_columns", "applies_to")


def load_regimes(extra: Mapping[str, Any] | None = None, *, where: str = "rules.own") -> dict[str, Regime]:
    """
    Every rule by its id: those we ship, and those in `extra`.

    An entry of `extra` under a shipped id replaces only the values it names, in the newest version; under a new id
    it must be complete. A list under an id is its versions, whose days of force may not overlap, and replaces all.

    Args:
        extra: Rules from settings, in the form of regimes.toml.
        where: How messages call the place that `extra` comes from.

    Raises:
        SettingsError: Listing every value that can't be meant.
    """
    written = dict(_shipped())
    for name, values in (extra or {}).items():
        if isinstance(values, Mapping):
            shipped = written.get(name, ({},))
            written[name] = (*shipped[:-1], {**shipped[-1], **values})
        else:
            written[name] = tuple(values) if isinstance(values, list) else (values,)

    problems: list[Problem] = []
    regimes: dict[str, Regime] = {}
    for name, versions in written.items():
        found, wrong = _versions(name, versions, f"{where}.{name}")
        problems += wrong
        if found and not wrong:
            regimes[name] = replace(found[-1], earlier=tuple(found[:-1]))
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
def _shipped() -> Mapping[str, tuple[Mapping[str, Any], ...]]:
    text = resources.files("dashboard.deadlines").joinpath("regimes.toml").read_text(encoding="utf-8")
    rules = tomllib.loads(text)
    return MappingProxyType(
        {name: tuple(found) if isinstance(found, list) else (found,) for name, found in rules.items()}
    )


def _versions(name: str, written: Sequence[Mapping[str, Any]], where: str) -> tuple[list[Regime], list[Problem]]:
    """
    The versions of one rule, oldest first, and what is wrong with them.
    """
    found: list[Regime] = []
    problems: list[Problem] = []
    for number, values in enumerate(written, start=1):
        place = where if len(written) == 1 else f"{where}[{number}]"
        if not isinstance(values, Mapping):
            problems.append(Problem(place, f"isn't a table of values (found {values!r})"))
            continue
        # Neither is written by anybody: the id is the table's name, the versions are its siblings.
        problems += [
            Problem(f"{place}.{key}", "is not a value of a rule") for key in ("id", "earlier") if key in values
        ]
        try:
            read = _REGIME.validate_python({**values, "id": name, "earlier": ()})
        except ValidationError as invalid:
            problems += [_problem(place, error) for error in invalid.errors()]
            continue
        problems += _unknown_columns(read, place)
        found.append(read)
    found.sort(key=lambda version: version.effective_from or date.min)
    return found, problems + list(_disagreements(found, where))


def _unknown_columns(rule: Regime, where: str) -> Iterator[Problem]:
    fact = FACTS[FACT_OF[rule.domain]]
    instants = [name for name, column in fact.by_name.items() if column.kind is Kind.INSTANT]
    for key in ("start_columns", "stop_columns"):
        for name in getattr(rule, key):
            if name not in instants:
                near = get_close_matches(name, instants, n=1)
                hint = f'did you mean "{near[0]}"?' if near else f"known: {', '.join(instants)}"
                yield Problem(f"{where}.{key}", f'{fact.name} has no instant called "{name}"', hint)


def _disagreements(versions: Sequence[Regime], where: str) -> Iterator[Problem]:
    for older, newer in pairwise(versions):
        if older.effective_before is None or older.effective_before > (newer.effective_from or date.min):
            yield Problem(
                where,
                f"two versions are in force on {newer.effective_from or 'every day'}",
                "write effective_before into the older one",
            )
        for key in _LASTING:
            if getattr(older, key) != getattr(newer, key):
                yield Problem(f"{where}.{key}", "differs between versions", "give the other rule an id of its own")


def _problem(where: str, error: Any) -> Problem:
    key = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    # A rule that contradicts itself as a whole is not quoted as a whole.
    found = f" (found {error['input']!r})" if key and error["type"] != "missing" else ""
    return Problem(f"{where}.{key}" if key else where, f"{message}{found}")
