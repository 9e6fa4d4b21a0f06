"""
Somebody looking, and what they may open.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from dashboard.access.matrix import RIGHTS, WHOLE_COMPANY
from dashboard.access.roles import BoundBy, Rights, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """
    Somebody looking at the dashboard.

    Attributes:
        name: For the screen and the audit log; decides nothing.
        role: What they are here for.
        units: The branches, teams or agents they are bound to, by the key of their role. Empty means nothing for a
            role that is bound, and the whole company for one that isn't; such a role's units are branches.
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
    def bound_by(self) -> BoundBy | None:
        """
        The key by which this viewer's rows are bound; None: they see the whole company's.
        """
        return self.rights.bound_by or ("branch_id" if self.units else None)

    @property
    def scope(self) -> str:
        """
        A digest of everything that decides what this viewer sees; part of every cache key and export's name.
        """
        # A unit's id may hold any sign; its length tells where it ends.
        said = "|".join([self.role.value, *(f"{len(unit)}:{unit}" for unit in sorted(self.units))])
        return hashlib.sha256(said.encode()).hexdigest()[:12]


# The command line and a dashboard without sign-in (which only listens on this machine) see what an operator sees.
OPERATOR = Viewer("operator", Role.ADMIN)


def may_open(viewer: Viewer, page: str) -> bool:
    """
    Whether a viewer's role has a page, by its key; a page the matrix doesn't know is nobody's.

    What tells of the whole company isn't for those who are bound to branches, even if others of their role have
    it.
    """
    return page in viewer.rights.pages and (viewer.bound_by is None or page not in WHOLE_COMPANY)


def may_see_branch(viewer: Viewer, branch_id: str | None) -> bool:
    """
    Whether what concerns a branch, or with None the whole company, may be shown to a viewer.

    A role that is bound by something smaller than a branch isn't taken to belong to one: a team or an agent says
    nothing about its branch here, so such viewers see what concerns the whole company only.
    """
    if branch_id is None or viewer.bound_by is None:
        return True
    return viewer.bound_by == "branch_id" and branch_id in viewer.units
