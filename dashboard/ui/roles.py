"""
What roles are called.
"""

from __future__ import annotations

from typing import Final

from dashboard.access import Role
from dashboard.words import Words, msgid

_NAMES: Final = {
    Role.EXECUTIVE: msgid("Executive"),
    Role.COMPLIANCE: msgid("Compliance officer"),
    Role.BRANCH_MANAGER: msgid("Branch manager"),
    Role.TEAM_LEAD: msgid("Team lead"),
    Role.AGENT: msgid("Agent (own cases)"),
    Role.ANALYST: msgid("Analyst"),
    Role.ADMIN: msgid("Administrator"),
}


def role_in_words(role: Role, words: Words) -> str:
    """
    A role's name in the reader's language.
    """
    return words.text(_NAMES[role])
