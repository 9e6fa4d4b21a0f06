"""
The rules an insurer has chosen: which one each clock follows, all it could follow, and by whose calendar.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from dashboard.deadlines.model import Regime
from dashboard.deadlines.regimes import load_regimes, regime
from dashboard.errors import Problem, SettingsError
from dashboard.settings import Settings

# Which steps each choice under [rules] may time.
_ROLES = {
    "complaints": ("decision",),
    "complaint_start": ("start",),
    "complaint_fast_track": ("decision", "summary"),
}


@dataclass(frozen=True)
class Rules:
    """
    The rules in force.

    Attributes:
        complaints: By which complaints are due.
        complaint_start: By which the investigation of major ones has to start.
        complaint_fast_track: By which simple ones are to be closed.
        known: Every rule by its id, the insurer's own included.
        calendar: The country whose days count, or the insurer's own calendar as `working_days` returns it.
        digest: A short text that changes when any of this does, the same in every process; for cache keys.
    """

    complaints: Regime
    complaint_start: Regime
    complaint_fast_track: Regime
    known: Mapping[str, Regime]
    calendar: str | pl.DataFrame
    digest: str

    @property
    def chosen(self) -> dict[str, Regime]:
        """
        The rules in force by their key under `[rules]`, which is what figures know them by.
        """
        return {name: getattr(self, name) for name in _ROLES}


def rules_in_force(settings: Settings) -> Rules:
    """
    The rules that settings choose.

    Raises:
        SettingsError: No such rule, or one that isn't about that step of a complaint; every slip at once.
    """
    known = load_regimes()
    problems: list[Problem] = []
    chosen: dict[str, Regime] = {}
    for name, roles in _ROLES.items():
        try:
            chosen[name] = _chosen(getattr(settings.rules, name), known, f"rules.{name}", roles)
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems)
    calendar = settings.business.country
    return Rules(**chosen, known=known, calendar=calendar, digest=_digest(chosen, calendar))


def _chosen(name: str, known: Mapping[str, Regime], where: str, roles: Sequence[str]) -> Regime:
    fitting = {each.id: each for each in known.values() if each.domain == "complaint" and each.role in roles}
    other = known.get(name)
    if other is None or name in fitting:
        return regime(name, fitting, where=where)
    what = f'"{name}" is for the {other.role} of a {other.domain}, not the {roles[0]} of a complaint'
    raise SettingsError(Problem(where, what, f"write one of {', '.join(sorted(fitting))}"))


def _digest(chosen: Mapping[str, Regime], calendar: str) -> str:
    said = {name: asdict(each) for name, each in chosen.items()}
    text = json.dumps([said, calendar], sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    """
    Sets in order, days as text: what differs from process to process must not reach the digest.
    """
    return sorted(value) if isinstance(value, frozenset) else str(value)
