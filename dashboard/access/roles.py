"""
What somebody can be here for, and what that can allow.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

BoundBy = Literal["branch_id", "team_id", "agent_id"]


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
    What a role may see and do.

    Attributes:
        bound_by: The key by which its rows are bound; None: the whole company's, or the branches a viewer names.
        personal: Whether columns that tell persons apart are filled; else they are empty.
        pages: Keys of the pages it may open.
        without: Facts whose rows it may not read at all.
        counts: Of those, the facts whose cases it may count, small numbers hidden.
        annotates: Whether it may enter dated events that everybody's charts then show.
        audits: Whether it may read who looked at what.
        finds_names: Whether it may look for a customer by name, which a number in hand makes needless.
    """

    bound_by: BoundBy | None
    personal: bool
    pages: frozenset[str]
    without: frozenset[str] = frozenset()
    counts: frozenset[str] = frozenset()
    annotates: bool = False
    audits: bool = False
    finds_names: bool = False
