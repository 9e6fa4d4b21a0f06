"""
From a proven e-mail address to a viewer. It fails closed: whoever isn't named plainly is nobody.

Roles are named in the settings and in the viewers fact; the settings win. What is wrong with somebody's entry goes
to the log under a digest of the address: an operator can make it of an address they know, nobody the other way.
"""

from __future__ import annotations

import hashlib
import logging
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Final

from dashboard.access.matrix import RIGHTS
from dashboard.access.roles import Role
from dashboard.access.viewer import Viewer
from dashboard.errors import Problem
from dashboard.settings import AccessSettings

# What a row of the viewers fact says of somebody, besides their address.
COLUMNS: Final = ("email", "role", "branch_id", "team_id", "agent_id")
_UNITS: Final = ("branch_id", "team_id", "agent_id")

log = logging.getLogger(__name__)

# A role, and by column of a unit the ids named; an empty text stands for "named none".
_Entry = tuple[str, Mapping[str, Iterable[str]]]


def address_of(email: str) -> str:
    """
    An address as it is compared and kept: trimmed, composed (NFC), in small letters.

    Letters that only look alike stay different: а (Cyrillic) is not a.
    """
    # Folding can take composed letters apart, so they are composed again.
    folded = unicodedata.normalize("NFC", email).strip().casefold()
    return unicodedata.normalize("NFC", folded)


def reference_of(email: str) -> str:
    """
    What stands for an address in a log: the first 12 hex digits of its SHA-256.
    """
    return hashlib.sha256(address_of(email).encode()).hexdigest()[:12]


def viewer_of(
    email: str | None, *, verified: bool, rows: Iterable[Mapping[str, str | None]], access: AccessSettings
) -> Viewer | None:
    """
    Who somebody is here.

    Several rows of the fact with one role are joined: their units are seen together. A role that is bound needs
    its unit in each row. One that isn't is bound to the branches its rows name, if any does.

    Args:
        email: As the provider of identities gave it.
        verified: Whether the provider has proven that it is theirs.
        rows: Of the viewers fact, at least those of this address: the columns `COLUMNS`.
        access: The settings, which win over the fact.

    Returns:
        The viewer, called by the address; None if it isn't proven or known, if a role isn't known or not the same
        throughout, or if a unit is missing.
    """
    address = address_of(email or "")
    if not verified or not address:
        return None
    granted = [grant for name, grant in access.viewers.items() if address_of(name) == address]
    found: list[_Entry] = [(grant.role, grant.units) for grant in granted]
    if not found:
        found = [
            (row["role"] or "", {column: [row[column] or ""] for column in _UNITS})
            for row in rows
            if address_of(row["email"] or "") == address
        ]
    if not found:
        return None
    problem, viewer = _joined(address, found)
    if problem:
        log.warning("nobody is let in as %s: %s", reference_of(address), problem)
    return viewer


def problems_of(access: AccessSettings) -> list[Problem]:
    """
    What is wrong with the people named in the settings: roles, units of the wrong kind, units that are missing.
    """
    problems = []
    seen: set[str] = set()
    for name, grant in access.viewers.items():
        where = f'access.viewers."{name}"'
        role = _role(grant.role)
        if address_of(name) in seen:
            problems.append(Problem(where, "is there twice", "write each address once, in small letters"))
        seen.add(address_of(name))
        if role is None:
            known = ", ".join(each.value for each in Role)
            problems.append(Problem(f"{where}.role", f'"{grant.role}" is no role', f"write one of {known}"))
            continue
        fitting = RIGHTS[role].bound_by or "branch_id"
        problems += [
            Problem(
                f"{where}.{column}s", f"the role {role.value} isn't bound by these", f"write {fitting}s or nothing"
            )
            for column, units in grant.units.items()
            if units and column != fitting
        ]
        units = grant.units[fitting]
        if RIGHTS[role].bound_by and not units:
            problems.append(
                Problem(where, f"the role {role.value} needs its units", f'write e.g. {fitting}s = ["..."]')
            )
        if any(not unit.strip() for unit in units):
            problems.append(Problem(f"{where}.{fitting}s", "names an empty id", "write ids as the source does"))
    return problems


def _joined(address: str, found: list[_Entry]) -> tuple[str, Viewer | None]:
    """
    One viewer of all entries of an address, or what is wrong with them, in words without data.
    """
    roles = {_role(name) for name, _ in found}
    if None in roles:
        return "the role isn't known", None
    if len(roles) > 1:
        return "there are different roles", None
    role = next(each for each in roles if each)
    bound_by = RIGHTS[role].bound_by
    units: set[str] = set()
    for _, named in found:
        own = {unit.strip() for unit in named[bound_by or "branch_id"]} - {""}
        if bound_by and not own:
            return f"the {bound_by} is missing", None
        units |= own
    return "", Viewer(address, role, frozenset(units))


def _role(name: str) -> Role | None:
    return next((role for role in Role if role.value == name.strip()), None)
