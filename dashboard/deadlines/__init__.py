"""
When a case must be answered, and whether it was: working days, rules as data, and the clock that applies them.
"""

from __future__ import annotations

from dashboard.deadlines.calendar import working_days
from dashboard.deadlines.clock import with_deadlines
from dashboard.deadlines.regimes import Extension, Regime, load_regimes, regime

__all__ = ["Extension", "Regime", "load_regimes", "regime", "with_deadlines", "working_days"]
