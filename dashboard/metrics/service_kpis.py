"""
The registry's entries on service: who answers, what the assistant takes and solves, who is looked after in person.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import contacts, tiers
from dashboard.metrics.claim_kpis import GUIDE
from dashboard.metrics.kpi import Kpi

_INWARD: Final = frozenset({"direction"})
_SEGMENT: Final = frozenset({"segment"})

_contact = partial(
    Kpi,
    fact="interactions",
    judge=contacts.judged,
    date_basis="contacted",
    day="at_on",
    unit="rate",
    direction="up",
)
_tier = partial(
    Kpi,
    fact="customers",
    judge=tiers.judged,
    stock_by_month=tiers.stock_by_month,
    only_now=True,
    date_basis="as_of",
    day=None,
    unit="rate",
    direction="up",
    source=GUIDE,
)

SERVICE: Final = (
    _contact(
        id="answered_rate",
        title="Answered by a person",
        question="Of the customers who wanted a person, how many were answered?",
        numerator="Contacts answered",
        denominator="Contacts that customers began in the period and the assistant didn't take, in all channels",
        among="is_for_person",
        hits="is_answered",
        parts=("Answered", "Not answered"),
        source="CIRC 2015 No.75, calls answered by a person (电话呼入人工接通率): choose the channel phone",
        needs=(_INWARD, frozenset({"answered"})),
    ),
    _contact(
        id="ai_handled_rate",
        title="Taken by the assistant",
        question="Of the contacts answered, how many did the AI assistant take?",
        numerator="Contacts taken by the AI assistant, handed over later or not",
        denominator="Contacts that customers began in the period and that were answered, known by whom",
        among="is_taken",
        hits="is_by_ai",
        parts=("By the assistant", "By a person"),
        direction="none",
        source=GUIDE,
        needs=(_INWARD, frozenset({"answered"}), frozenset({"handled_by"})),
    ),
    _contact(
        id="ai_resolution_rate",
        title="Solved by the assistant",
        question="Of what the AI assistant took, how much did it solve by itself?",
        numerator="Contacts solved by the assistant and not handed over to a person",
        denominator="Contacts that customers began in the period and the assistant took",
        among="is_ai_told",
        hits="is_ai_resolved",
        parts=("Solved", "Not solved, or handed over"),
        source=GUIDE,
        needs=(_INWARD, frozenset({"handled_by"}), frozenset({"resolved"})),
    ),
    _tier(
        id="manager_coverage_rate",
        title="With a personal manager",
        question="How many customers of high net worth have a manager of their own?",
        numerator="Those with a manager",
        denominator="Customers of high net worth on the day",
        among="is_to_be_managed",
        hits="is_managed",
        parts=("With a manager", "Without"),
        needs=(_SEGMENT, frozenset({"manager_id"})),
    ),
    _tier(
        id="review_coverage_rate",
        title="Reviewed within a year",
        question="With how many customers of high net worth were their contracts reviewed within a year?",
        numerator="Those reviewed less than twelve months ago; of an earlier day the least that can be told, "
        "since only the last review is recorded",
        denominator="Customers of high net worth on the day who joined twelve months ago or earlier",
        among="is_review_due",
        hits="is_reviewed",
        parts=("Reviewed", "Review due"),
        needs=(_SEGMENT, frozenset({"last_review_at"}), frozenset({"joined_on"})),
    ),
)
