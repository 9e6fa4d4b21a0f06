"""
The registry's entries on reports of misconduct: answered in time, and founded.
"""

from __future__ import annotations

from typing import Final

from dashboard.metrics import misconduct
from dashboard.metrics.claim_kpis import GUIDE
from dashboard.metrics.kpi import Kpi

RULE: Final = "The rules for reports of misconduct in force, see the rules on the method page"
_DECIDED: Final = frozenset({"decided_at"})

MISCONDUCT: Final = (
    Kpi(
        id="conduct_cases_on_time_rate",
        title="Reports of misconduct on time",
        question="Of the reports that were due, how many were accepted and decided by the day set?",
        numerator="Reports accepted within the limit from receipt, and decided within the limit from acceptance",
        denominator="Reports due: accepted in time and the day for the decision over, or the day for the "
        "acceptance over and not accepted by then",
        fact="conduct_cases",
        judge=misconduct.judged,
        among="is_due",
        hits="is_on_time",
        parts=("In time", "Late or not at all"),
        date_basis="due",
        day="due_on",
        unit="rate",
        direction="up",
        clock=misconduct.DECISION,
        needs=(frozenset({"accepted_at"}), _DECIDED),
        source=RULE,
    ),
    Kpi(
        id="conduct_substantiated_rate",
        title="Reports found true",
        question="Of the reports decided, how many were substantiated?",
        numerator="Reports that were found to be true",
        denominator="Reports decided, of which it is known whether they were found true",
        fact="conduct_cases",
        judge=misconduct.judged,
        among="is_decided",
        hits="is_substantiated",
        parts=("Substantiated", "Not substantiated"),
        date_basis="decided",
        day="decided_on",
        unit="rate",
        direction="none",
        needs=(_DECIDED, frozenset({"substantiated"})),
        source=GUIDE,
    ),
)
