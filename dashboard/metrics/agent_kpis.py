"""
The registry's entries on agents: who sells, who learns, who may.
"""

from __future__ import annotations

from typing import Final

from dashboard.metrics import agent_activity, certification, trainings
from dashboard.metrics.claim_kpis import GUIDE
from dashboard.metrics.kpi import Kpi

_CONTRACTS: Final = (frozenset({"joined_on"}),)

PEOPLE: Final = (
    Kpi(
        id="agents_active_rate",
        title="Agents active",
        question="Of the agents we had, how many sold anything in the month?",
        numerator="Agents with one policy or more issued in the month, month by month",
        denominator="Agents under contract, the mean of the first and the last day of each month",
        fact="agents",
        also=("policies",),
        judge=agent_activity.judged,
        among="is_counted",
        amount="active",
        base="headcount",
        # Who comes and leaves within a month can be active and in neither count.
        most=None,
        pending="is_running",
        date_basis="month",
        day="month",
        unit="rate",
        direction="up",
        needs=_CONTRACTS,
        source=GUIDE,
    ),
    Kpi(
        id="policies_per_active_agent",
        title="Policies per active agent",
        question="How many policies does an agent sell in a month in which they sell?",
        numerator="Policies issued in the months in which their seller was active",
        denominator="Agents with one policy or more issued in the month, month by month",
        fact="agents",
        also=("policies",),
        judge=agent_activity.judged,
        among="is_active",
        amount="policies",
        pending="is_running",
        date_basis="month",
        day="month",
        unit="mean",
        direction="up",
        needs=_CONTRACTS,
        source=GUIDE,
    ),
    Kpi(
        id="certification_rate",
        title="Licensed or certified",
        question="How many of our agents hold a valid licence or certificate?",
        numerator="Agents under contract with a licence or a certificate that is valid on the day",
        denominator="Agents under contract on the day",
        fact="agents",
        also=("certifications",),
        judge=certification.judged,
        among="is_here",
        hits="is_certified",
        parts=("Valid", "Not valid"),
        date_basis="as_of",
        day=None,
        stock_by_month=certification.stock_by_month,
        unit="rate",
        direction="up",
        needs=(*_CONTRACTS, frozenset({"licence_until_on"})),
        source=GUIDE,
    ),
)

LEARNING: Final = (
    Kpi(
        id="training_on_time_rate",
        title="Training on time",
        question="Of the courses that were due, how many were completed in time?",
        numerator="Courses completed by their due day",
        denominator="Courses that fell due in the period, begun or not",
        fact="trainings",
        judge=trainings.judged,
        among="is_due",
        hits="is_on_time",
        parts=("In time", "Late or not at all"),
        date_basis="due",
        day="due_on",
        unit="rate",
        direction="up",
        needs=(frozenset({"completed_on"}),),
        source=GUIDE,
    ),
    Kpi(
        id="case_review_rate",
        title="Claim disputes reviewed",
        question="Was the monthly review of claim disputes held, and who attended?",
        numerator="Agents who completed the review within the month in which it was due",
        denominator="Reviews of claim disputes due in the period, one per agent, whose month is over",
        fact="trainings",
        judge=trainings.judged,
        among="is_review",
        hits="is_attended",
        pending="is_review_running",
        parts=("Attended", "Missed"),
        date_basis="due",
        day="due_on",
        unit="rate",
        direction="up",
        needs=(frozenset({"completed_on"}), frozenset({"topic"})),
        source=GUIDE,
    ),
)
