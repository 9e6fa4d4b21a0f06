"""
What units may be compared by: the measures of a funnel, and what each needs to be told.
"""

from __future__ import annotations

from typing import Final

from dashboard.metrics import agent_cases
from dashboard.metrics.agent_cases import Measure

_RENEWED: Final = {"renewals": frozenset({"due_on", "renewed_on"})}
_PAID: Final = {"premiums": frozenset({"due_on", "paid_on", "policy_month", "premium_first_year"})}
_SOLD: Final = {"policies": frozenset({"issued_at"}), "agents": frozenset({"joined_on"})}
_FLAGGED: Final = {"applications": frozenset({"started_at", "conduct_flag", "flagged_at"})}
_CLAIMED: Final = {"claims": frozenset({"reported_at", "policy_id"}), "policies": frozenset({"effective_on"})}
_TRAINED: Final = {"trainings": frozenset({"due_on", "completed_on"})}
_COMPLAINED: Final = {"complaints": frozenset({"received_at", "agent_id"}), **_SOLD}
_JUSTIFIED: Final = {"complaints": frozenset({"received_at", "agent_id", "category", "outcome"}), **_SOLD}

_LISTED: Final = (
    Measure("renewal_rate", agent_cases.renewed, "rate", "up", _RENEWED),
    Measure("persistency_13m", agent_cases.persistent, "rate", "up", _PAID),
    Measure("complaints_per_1000_sold", agent_cases.complained, "ratio", "down", _COMPLAINED, per=1000),
    Measure("misselling_per_1000_sold", agent_cases.missold, "ratio", "down", _JUSTIFIED, per=1000),
    Measure("flags_per_1000_applications", agent_cases.flagged, "ratio", "down", _FLAGGED, per=1000),
    Measure("early_claim_rate", agent_cases.claimed_early, "rate", "down", _CLAIMED),
    Measure("training_on_time_rate", agent_cases.trained, "rate", "up", _TRAINED),
)
MEASURES: Final[dict[str, Measure]] = {each.id: each for each in _LISTED}
