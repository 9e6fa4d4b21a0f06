"""
Who may see which rows and which columns of which fact. It fails closed.

A viewer is a role and the organisation units they are bound to. `narrow` is the only place where that becomes a
filter; the reader calls it on every fact before anybody else gets hold of the rows. A row that doesn't say which
branch, team or agent it belongs to is shown to nobody who is bound to one.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum

import polars as pl

from dashboard.errors import NotAllowed, Problem
from dashboard.facts import FACTS, Fact


class Role(Enum):
    """
    What somebody is here for.
    """

    EXECUTIVE = "executive"
    COMPLIANCE = "compliance"
    BRANCH_MANAGER = "branch_manager"
    TEAM_LEAD = "team_lead"
    AGENT = "agent"
    ANALYST = "analyst"
    ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class Rights:
    """
    What a role may see: by which key its rows are bound (None: all rows), whether names and persons are shown, and
    facts it may not read at all; and whether it may enter dated events that everybody's charts then show.
    """

    bound_by: str | None
    personal: bool
    without: frozenset[str] = frozenset()
    annotates: bool = False


# Who reported whom is for compliance alone: a reporter must not be found out by their own manager.
_REPORTS = frozenset({"conduct_cases", "viewers"})

RIGHTS: dict[Role, Rights] = {
    Role.EXECUTIVE: Rights(None, personal=False, without=_REPORTS),
    Role.COMPLIANCE: Rights(None, personal=True, without=frozenset({"viewers"}), annotates=True),
    Role.BRANCH_MANAGER: Rights("branch_id", personal=True, without=_REPORTS),
    Role.TEAM_LEAD: Rights("team_id", personal=True, without=_REPORTS),
    Role.AGENT: Rights("agent_id", personal=True, without=_REPORTS),
    Role.ANALYST: Rights(None, personal=False, without=_REPORTS),
    Role.ADMIN: Rights(None, personal=True, annotates=True),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """
    Somebody looking at the dashboard.

    Attributes:
        name: For the screen and the log; decides nothing.
        role: What they are here for.
        units: The branches, teams or agents they are bound to, if their role is bound. Empty means: nothing.
    """

    name: str
    role: Role
    units: frozenset[str] = frozenset()

    @property
    def rights(self) -> Rights:
        """
        What the role may see.
        """
        return RIGHTS[self.role]

    @property
    def scope(self) -> str:
        """
        A digest of everything that decides what this viewer sees; part of every cache key and export's name.
        """
        said = "|".join([self.role.value, *sorted(self.units)])
        return hashlib.sha256(said.encode()).hexdigest()[:12]


# The command line and a dashboard without sign-in (which only listens on this machine) see what an operator sees.
OPERATOR = Viewer("operator", Role.ADMIN)


def narrow(rows: pl.LazyFrame, fact: str, viewer: Viewer) -> pl.LazyFrame:
    """
    The rows of a fact that a viewer may see, with personal columns emptied where their role has no need of them.

    Args:
        rows: The whole fact, with every column of the contract.
        fact: Its name.
        viewer: Who asks.

    Returns:
        The same columns; rows outside the viewer's units are gone, and so are rows that name no unit.

    Raises:
        NotAllowed: The role may not read this fact at all.
    """
    if fact in viewer.rights.without:
        raise NotAllowed(Problem(fact, f"is not shown to the role {viewer.role.value}"))
    contract = FACTS[fact]
    bound_by = viewer.rights.bound_by
    if bound_by is not None:
        rows = rows.filter(pl.col(bound_by).is_in(sorted(viewer.units)))
    return rows if viewer.rights.personal else _without_persons(rows, contract)


def may_see_branch(viewer: Viewer, branch_id: str | None) -> bool:
    """
    Whether what concerns a branch, or with None the whole company, may be shown to a viewer.

    A role that is bound by something smaller than a branch isn't taken to belong to one: a team or an agent says
    nothing about its branch here, so such viewers see what concerns the whole company only.
    """
    if branch_id is None or viewer.rights.bound_by is None:
        return True
    return viewer.rights.bound_by == "branch_id" and branch_id in viewer.units


def _without_persons(rows: pl.LazyFrame, contract: Fact) -> pl.LazyFrame:
    empty = [pl.lit(None, dtype=contract.by_name[name].kind.dtype).alias(name) for name in contract.personal]
    return rows.with_columns(empty) if empty else rows
