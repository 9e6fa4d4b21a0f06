"""
The rules an insurer has chosen: which one each clock follows, all it could follow, and by whose calendar.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import polars as pl

from dashboard.deadlines.calendar import FIRST_KNOWN_DAY, LAST_KNOWN_DAY, working_days
from dashboard.deadlines.model import Domain, Regime, Role
from dashboard.deadlines.regimes import load_regimes, regime
from dashboard.errors import Problem, SettingsError
from dashboard.settings import OwnDay, Settings, read_calendar

# Which steps each choice under [rules] may time, of what.
_ROLES: Final[Mapping[str, tuple[Domain, tuple[Role, ...]]]] = {
    "complaints": ("complaint", ("decision",)),
    "complaint_start": ("complaint", ("start",)),
    "complaint_fast_track": ("complaint", ("decision", "summary")),
    "claim_determination": ("claim", ("decision",)),
    "claim_payment": ("claim", ("payment",)),
    "claim_refusal": ("claim", ("notice",)),
    "claim_part_payment": ("claim", ("payment",)),
    "claim_review": ("claim", ("decision",)),
    "claim_small": ("claim", ("payment",)),
    "claim_contact": ("claim", ("acknowledgement",)),
    "claim_instant": ("claim", ("decision",)),
    "report_acceptance": ("report", ("acknowledgement",)),
    "report_decision": ("report", ("decision",)),
}


@dataclass(frozen=True)
class Rules:
    """
    The rules in force.

    Attributes:
        complaints: By which complaints are due.
        complaint_start: By which the investigation of major ones has to start.
        complaint_fast_track: By which simple ones are to be closed.
        claims: By which the steps of a claim are timed, by their key under `[rules]`.
        reports: By which the steps of a reported misconduct are timed, likewise.
        known: Every rule by its id, the insurer's own included.
        calendar: The country whose days count, or the insurer's own calendar as `working_days` returns it.
        digest: A short text that changes when any of this does, the same in every process; for cache keys.
    """

    complaints: Regime
    complaint_start: Regime
    complaint_fast_track: Regime
    claims: Mapping[str, Regime]
    reports: Mapping[str, Regime]
    known: Mapping[str, Regime]
    calendar: str | pl.DataFrame
    digest: str

    @property
    def chosen(self) -> dict[str, Regime]:
        """
        The rules in force by their key under `[rules]`, which is what figures know them by.
        """
        return {
            "complaints": self.complaints,
            "complaint_start": self.complaint_start,
            "complaint_fast_track": self.complaint_fast_track,
            **self.claims,
            **self.reports,
        }


def rules_in_force(settings: Settings) -> Rules:
    """
    The rules that settings choose.

    Raises:
        SettingsError: No such rule, one that isn't about that step of a complaint, a claim or a report, or a rule
            of one's own that can't be meant; every slip at once.
    """
    known = load_regimes(settings.rules.own)
    problems: list[Problem] = []
    chosen: dict[str, Regime] = {}
    for name, (domain, roles) in _ROLES.items():
        try:
            chosen[name] = _chosen(getattr(settings.rules, name), known, f"rules.{name}", domain, roles)
        except SettingsError as error:
            problems += error.problems
    if problems:
        raise SettingsError(problems)
    business = settings.business
    own_days = read_calendar(business.calendar) if business.calendar else []
    claims, reports = (
        {name: chosen[name] for name, (domain, _) in _ROLES.items() if domain == wanted}
        for wanted in ("claim", "report")
    )
    return Rules(
        complaints=chosen["complaints"],
        complaint_start=chosen["complaint_start"],
        complaint_fast_track=chosen["complaint_fast_track"],
        claims=claims,
        reports=reports,
        known=known,
        calendar=_with_own_days(business.country, own_days) if own_days else business.country,
        digest=_digest(chosen, business.country, own_days),
    )


def _chosen(name: str, known: Mapping[str, Regime], where: str, domain: Domain, roles: Sequence[Role]) -> Regime:
    fitting = {each.id: each for each in known.values() if each.domain == domain and each.role in roles}
    other = known.get(name)
    if other is None or name in fitting:
        return regime(name, fitting, where=where)
    what = f'"{name}" is for the {other.role} of a {other.domain}, not the {roles[0]} of a {domain}'
    raise SettingsError(Problem(where, what, f"write one of {', '.join(sorted(fitting))}"))


def _with_own_days(country: str, own: Sequence[OwnDay]) -> pl.DataFrame:
    # A working day carries no holiday's name, as in the country's calendar.
    written = [(each.day, each.is_working, None if each.is_working else each.name) for each in own]
    overrides = pl.DataFrame(written, {"day": pl.Date, "is_working": pl.Boolean, "name": pl.String}, orient="row")
    days = [FIRST_KNOWN_DAY, LAST_KNOWN_DAY, *(each.day for each in own)]
    return working_days(country, min(days), max(days), overrides=overrides)


def _digest(chosen: Mapping[str, Regime], country: str, own_days: Sequence[OwnDay]) -> str:
    said = {name: asdict(each) for name, each in chosen.items()}
    text = json.dumps([said, country, [asdict(each) for each in own_days]], sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _plain(value: Any) -> Any:
    """
    Sets in order, days as text: what differs from process to process must not reach the digest.
    """
    return sorted(value) if isinstance(value, frozenset) else str(value)
