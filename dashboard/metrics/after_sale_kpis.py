"""
The registry's entries on what comes after a sale: calls, contracts given back, replaced, complained about.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import after_sale, missold
from dashboard.metrics.claim_kpis import GUIDE
from dashboard.metrics.kpi import Kpi

_sale = partial(Kpi, fact="policies", date_basis="issued", day="issued_on", unit="rate", source=GUIDE)
_after = partial(_sale, also=("policies",), is_linked=True, judge=after_sale.judged)

AFTER_SALE: Final = (
    _after(
        id="callback_success_rate",
        title="Call-backs that succeeded",
        question="Of the buyers called after the sale, how many calls succeeded?",
        numerator="Contracts whose call-back succeeded",
        denominator="Contracts issued in the period, the buyer called and the result known",
        among="is_called_back",
        hits="is_call_successful",
        parts=("Call succeeded", "Call failed"),
        direction="up",
        needs=(frozenset({"callback_at"}), frozenset({"callback_succeeded"})),
    ),
    _after(
        id="free_look_cancellation_rate",
        title="Given back in the free look",
        question="Of the contracts whose free look is over, how many were given back in it?",
        numerator="Contracts cancelled by the last day of the free look",
        denominator="Contracts issued in the period whose free look is over",
        among="is_free_look_over",
        hits="is_free_look_cancelled",
        pending="is_free_look_running",
        parts=("Given back", "Kept"),
        direction="down",
        needs=(frozenset({"free_look_until_on"}), frozenset({"free_look_cancelled_at"})),
    ),
    _after(
        id="replacement_rate",
        title="Contracts that replace others",
        question="Of the contracts issued, how many came with the surrender of an older one of the same owner?",
        numerator="Contracts whose owner surrendered an older one within six months before or after",
        denominator="Contracts issued in the period, six months ago or earlier",
        among="is_replacement_over",
        hits="is_replacing",
        pending="is_replacement_running",
        parts=("Replaces another", "Replaces none"),
        direction="down",
        needs=(frozenset({"customer_id"}), frozenset({"ended_on"}), frozenset({"end_reason"})),
    ),
    _sale(
        id="misselling_complaint_rate",
        title="Mis-selling complaints",
        question="Of the contracts sold, about how many was a complaint about the sale upheld?",
        numerator="Contracts with an upheld complaint about the sale within twelve months of it",
        denominator="Contracts issued in the period, twelve months ago or earlier",
        also=("complaints",),
        needs_also=(("complaints", frozenset({"policy_id", "category", "outcome"})),),
        is_linked=True,
        judge=missold.judged,
        among="is_sale_watched",
        hits="is_missold",
        pending="is_sale_watching",
        parts=("Complaint upheld", "No complaint upheld"),
        direction="down",
    ),
)
