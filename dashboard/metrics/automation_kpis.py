"""
The registry's entries on claims decided and paid by rules: four shares that are never mixed, and their guard.

There is no official definition of an automatic claim. Each of these names its own: decided by rules, untouched up
to the payment, the same among claims that rules are meant for, and paid instantly.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import claims
from dashboard.metrics.claim_kpis import DECIDED, GUIDE
from dashboard.metrics.kpi import Kpi

BY_RULES: Final = (*DECIDED, frozenset({"auto_decided"}))
_ADJUDICATED: Final = "decided in the period (paid, partly paid or refused)"

_automation = partial(
    Kpi, fact="claims", judge=claims.judged, date_basis="decided", day="decided_on", unit="rate", source=GUIDE
)

AUTOMATION: Final = (
    _automation(
        id="auto_adjudication_rate",
        title="Decided automatically",
        question="Of the claims decided, how many were decided by rules, untouched by a person before?",
        numerator="Claims approved or refused by rules without a touch by a person before the decision",
        denominator=f"Claims {_ADJUDICATED} of which it is recorded whether rules decided",
        among="is_automation_known",
        hits="is_automatic",
        parts=("By rules", "By people"),
        direction="up",
        needs=BY_RULES,
    ),
    _automation(
        id="straight_through_rate",
        title="Straight through",
        question="Of the claims finished, how many went from report to payment without a person?",
        numerator="Claims decided by rules, touched by nobody and not audited before the payment",
        denominator=f"Claims {_ADJUDICATED}, and refused or paid in full",
        among="is_finished",
        hits="is_straight_through",
        pending="is_finishing",
        parts=("Straight through", "Touched"),
        direction="up",
        needs=(*BY_RULES, frozenset({"paid_at"})),
    ),
    _automation(
        id="eligible_straight_through_rate",
        title="Straight through, of eligible",
        question="Of the finished claims that rules are meant for, how many went through without a person?",
        numerator="Claims decided by rules, touched by nobody and not audited before the payment",
        denominator=f"Claims eligible for rules, {_ADJUDICATED}, and refused or paid in full",
        among="is_eligible_finished",
        hits="is_straight_through",
        pending="is_eligible_finishing",
        parts=("Straight through", "Touched"),
        direction="up",
        needs=(*BY_RULES, frozenset({"auto_eligible"}), frozenset({"paid_at"})),
    ),
    _automation(
        id="instant_pay_rate",
        title="Paid instantly",
        question="Of the claims meant for instant payment, how many were paid instantly?",
        numerator="Claims paid instantly",
        denominator=f"Claims eligible for instant payment, {_ADJUDICATED}, and refused or paid in full",
        among="is_instant_finished",
        hits="is_instant_paid",
        pending="is_instant_finishing",
        parts=("Instantly", "Later or not"),
        direction="up",
        needs=(*DECIDED, frozenset({"instant_eligible"}), frozenset({"instant_paid"}), frozenset({"paid_at"})),
    ),
    _automation(
        id="auto_overturn_rate",
        title="Automatic refusals reversed",
        question="Of the refusals by rules, how many were reversed within 90 days?",
        numerator="Automatic refusals reversed by the 90th day",
        denominator="Claims refused by rules in the period, 90 days ago or earlier",
        among="is_auto_refusal_followed",
        hits="is_auto_overturned",
        pending="is_auto_refusal_pending",
        parts=("Reversed", "Upheld"),
        direction="down",
        needs=(*BY_RULES, frozenset({"overturned_at"})),
    ),
)
