"""
The registry's entries on what came of complaints: at once, again, further, and by mediation.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import complaint_outcomes
from dashboard.metrics.complaint_kpis import GUIDE, HOUSE, STOPPED
from dashboard.metrics.kpi import Kpi

_share = partial(Kpi, fact="complaints", judge=complaint_outcomes.judged, unit="rate")

AFTER_THE_ANSWER: Final = (
    _share(
        id="first_contact_resolution_rate",
        title="Solved in the first contact",
        question="How many complaints were solved in the first contact and didn't come back?",
        numerator="Solved in the first contact, and neither reopened nor repeated within 7 days of receipt",
        denominator="Complaints raised for the first time, received at least 7 days ago, open or known to have "
        "been solved in the first contact or not; without withdrawn ones",
        among="is_first_contact",
        hits="is_solved_at_once",
        pending="is_first_contact_pending",
        parts=("Solved at once", "Not solved at once"),
        date_basis="received",
        day="received_on",
        direction="up",
        needs=(frozenset({"first_contact_resolved"}),),
        source=GUIDE,
    ),
    _share(
        id="reopened_rate",
        title="Reopened",
        question="How many answered complaints came back?",
        numerator="Reopened by another complaint within 90 days of the answer",
        denominator="Complaints answered at least 90 days ago",
        among="is_settled_down",
        hits="is_reopened",
        pending="is_settling_down",
        parts=("Reopened", "Not reopened"),
        date_basis="stopped",
        day="stopped_on",
        direction="down",
        needs=(STOPPED, frozenset({"reopened_of_id"})),
        source=HOUSE,
    ),
    _share(
        id="escalation_rate",
        title="Taken further",
        question="How many answers were taken to a review or to somebody outside?",
        numerator="A review was requested, or it was taken outside, by the 30th day after the answer",
        denominator="Complaints answered at least 30 days ago",
        among="is_escalation_over",
        hits="is_escalated",
        pending="is_escalation_pending",
        parts=("Taken further", "Not taken further"),
        date_basis="stopped",
        day="stopped_on",
        direction="down",
        needs=(STOPPED, frozenset({"review_requested_at", "escalated_at"})),
        source=HOUSE,
    ),
    _share(
        id="overturn_rate",
        title="Overturned by a review",
        question="Of the answers that were reviewed, how many were changed in the customer's favour?",
        numerator="Reviews decided in the customer's favour",
        denominator="Reviews decided in the period",
        among="is_reviewed",
        hits="is_overturned",
        parts=("Overturned", "Confirmed"),
        date_basis="review_decided",
        day="review_decided_on",
        direction="down",
        needs=(frozenset({"overturned"}), frozenset({"review_decided_at"})),
        source=HOUSE,
        min_n=30,
    ),
)

MEDIATION: Final = (
    _share(
        id="mediation_acceptance_rate",
        title="Mediation accepted",
        question="How many customers accept mediation when it is offered?",
        numerator="Offers that were accepted",
        denominator="Offers of mediation that were accepted, or whose complaint has ended since",
        among="is_offer_answered",
        hits="is_offer_accepted",
        pending="is_offer_pending",
        parts=("Offer accepted", "Offer not accepted"),
        date_basis="mediation_offered",
        day="mediation_offered_on",
        direction="up",
        needs=(frozenset({"mediation_offered_at"}), frozenset({"mediation_accepted_at"})),
        source=GUIDE,
    ),
    _share(
        id="mediation_success_rate",
        title="Mediation settled",
        question="How many mediations end in a settlement?",
        numerator="Mediations that ended in a settlement",
        denominator="Mediations that ended in the period",
        among="is_mediated",
        hits="is_settled",
        parts=("With a settlement", "Without a settlement"),
        date_basis="mediation_ended",
        day="mediation_ended_on",
        direction="up",
        needs=(frozenset({"mediation_ended_at"}), frozenset({"mediation_settled"})),
        source=GUIDE,
    ),
    _share(
        id="settlement_record_rate",
        title="Settlements on record",
        question="Is there a record of every settlement?",
        numerator="Settlements of which a record is kept",
        denominator="Mediations that ended in a settlement in the period",
        among="is_settlement",
        hits="is_settlement_recorded",
        parts=("Record kept", "No record"),
        date_basis="mediation_ended",
        day="mediation_ended_on",
        direction="up",
        needs=(
            frozenset({"mediation_ended_at"}),
            frozenset({"mediation_settled"}),
            frozenset({"settlement_record_at"}),
        ),
        source=GUIDE,
    ),
)
