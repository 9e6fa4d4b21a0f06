"""
The registry's entries on how contracts are applied for: suitable, recorded step by step, declared, without flags.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import sales_conduct
from dashboard.metrics.claim_kpis import GUIDE
from dashboard.metrics.kpi import Kpi
from dashboard.metrics.suitability import NEEDED

_RECORDING_RULE: Final = "Interim measures on making insurance sales traceable (2017), recording of sales"
_SENT: Final = frozenset({"submitted_at"})

_share = partial(
    Kpi,
    fact="applications",
    also=("applications",),
    is_linked=True,
    judge=sales_conduct.judged,
    date_basis="started",
    day="started_on",
    unit="rate",
    direction="up",
    source=GUIDE,
)

CONDUCT: Final = (
    _share(
        id="suitability_breach_rate",
        title="Unsuitable sales",
        question="Of the contracts issued, how many should not have been sold like that?",
        numerator="Contracts sold against a rule on suitability, whichever and however many",
        denominator="Applications begun in the period and issued, to which one of the rules applies",
        among="is_suitability_tested",
        hits="is_unsuitable",
        pending="is_open",
        parts=("Unsuitable", "Suitable"),
        direction="down",
        kind="law",
        needs=tuple(frozenset({name}) for name in NEEDED),
        source="Measures on insurance sales conduct (2023), measures on product suitability (2025)",
    ),
    _share(
        id="needs_analysis_rate",
        title="Needs analysed",
        question="Of the long-term applications sent, before how many were the customer's needs analysed?",
        numerator="Applications whose needs analysis came before they were sent",
        denominator="Applications begun in the period and sent, for longer than a year",
        among="is_long_term",
        hits="is_needs_analysed",
        pending="is_applying",
        parts=("Analysed", "Not analysed"),
        needs=(_SENT, frozenset({"term_years"}), frozenset({"needs_analysed_at"})),
    ),
    _share(
        id="recording_coverage_rate",
        title="Sales recorded",
        question="Of the sales that had to be recorded, how many were?",
        numerator="Applications whose sale was recorded",
        denominator="Applications begun in the period and sent, whose sale had to be recorded",
        among="is_recording_due",
        hits="is_recorded",
        pending="is_applying",
        parts=("Sale recorded", "Sale not recorded"),
        needs=(_SENT, frozenset({"recording_required"}), frozenset({"recorded"})),
        source=_RECORDING_RULE,
    ),
    _share(
        id="recording_pass_rate",
        title="Recordings passed",
        question="Of the recordings checked, how many passed?",
        numerator="Recordings that passed the check",
        denominator="Applications begun in the period and sent, whose required recording was made and checked",
        among="is_recording_checked",
        hits="is_recording_passed",
        pending="is_applying",
        parts=("Passed", "Failed"),
        needs=(
            _SENT,
            frozenset({"recording_required"}),
            frozenset({"recorded"}),
            frozenset({"recording_passed"}),
        ),
        source=_RECORDING_RULE,
    ),
    _share(
        id="step_record_rate",
        title="Sales steps recorded",
        question="Of the steps of a sale that must leave a record, how many did?",
        numerator="Steps that left a record",
        denominator="Steps that had to leave one, of the applications begun in the period and sent",
        among="is_step_known",
        amount="steps_recorded",
        base="steps_required",
        pending="is_applying",
        needs=(_SENT, frozenset({"steps_required"}), frozenset({"steps_recorded"})),
    ),
    _share(
        id="health_declaration_rate",
        title="Health declared before issue",
        question="Of the contracts that need a health declaration, how many had one before they were issued?",
        numerator="Applications whose health declaration was made by the decision",
        denominator="Applications begun in the period and issued, for which a health declaration was required",
        among="is_declaration_due",
        hits="is_declared",
        pending="is_open",
        parts=("Declared", "Not declared"),
        needs=(
            frozenset({"outcome"}),
            frozenset({"decided_at"}),
            frozenset({"health_declaration_required"}),
            frozenset({"health_declared_at"}),
        ),
    ),
    _share(
        id="conduct_flags_confirmed",
        title="Conduct flags confirmed",
        question="Of the applications flagged for prohibited conduct, how many flags were confirmed?",
        numerator="Applications whose flag was confirmed",
        denominator="Applications begun in the period and flagged, of which it is known whether it was confirmed",
        among="is_flag_decided",
        hits="is_flag_confirmed",
        parts=("Flag confirmed", "Flag not confirmed"),
        direction="none",
        needs=(frozenset({"flagged_at"}), frozenset({"flag_confirmed"})),
    ),
)
