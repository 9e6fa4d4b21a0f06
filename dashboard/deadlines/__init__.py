"""
When a case must be answered, and whether it was: working days, rules as data, and the clock that applies them.
"""

from __future__ import annotations

from dashboard.deadlines.calendar import days_between, working_days
from dashboard.deadlines.clock import with_deadlines
from dashboard.deadlines.explanation import explain
from dashboard.deadlines.model import Extension, Limit, Regime
from dashboard.deadlines.regimes import load_regimes, regime
from dashboard.deadlines.rules import Rules, rules_in_force
from dashboard.deadlines.sentences import limit_in_words, sentences

__all__ = [
    "Extension",
    "Limit",
    "Regime",
    "Rules",
    "days_between",
    "explain",
    "limit_in_words",
    "load_regimes",
    "regime",
    "rules_in_force",
    "sentences",
    "with_deadlines",
    "working_days",
]
