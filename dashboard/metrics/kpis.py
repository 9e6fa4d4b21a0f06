"""
The registry: what each KPI asks, counts and leaves out. Cards, tooltips, the method page and the command read it.

A KPI names columns of judged rows: the rows it counts (`among`), those of them it looks for (`hits`), and the day
by which a period selects them. Titles, questions and definitions are English originals for the catalogues.
"""

from __future__ import annotations

from difflib import get_close_matches
from typing import Final

from dashboard.errors import Problem, SettingsError
from dashboard.metrics.after_sale_kpis import AFTER_SALE
from dashboard.metrics.agent_kpis import LEARNING, PEOPLE
from dashboard.metrics.application_kpis import JOURNEY
from dashboard.metrics.automation_kpis import AUTOMATION
from dashboard.metrics.claim_kpis import CLAIM_CLOCK_RATES, CLAIM_VOLUMES, CYCLE, OUTCOMES
from dashboard.metrics.complaint_kpis import DENSITY, FIRST_STEPS, SPEED, VOLUMES
from dashboard.metrics.complaint_outcome_kpis import AFTER_THE_ANSWER, MEDIATION
from dashboard.metrics.kpi import Kpi
from dashboard.metrics.misconduct_kpis import MISCONDUCT
from dashboard.metrics.renewal_kpis import KEPT, RENEWALS
from dashboard.metrics.sales_conduct_kpis import CONDUCT
from dashboard.metrics.service_kpis import SERVICE

# What a fact's figures can be split by, besides the month.
GROUP_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "complaints": (
        *("branch_id", "team_id", "agent_id"),
        *("product_line", "channel", "category", "cause", "source", "grade"),
    ),
    "claims": ("branch_id", "team_id", "agent_id", "product_line", "channel", "claim_type"),
    "renewals": ("branch_id", "team_id", "agent_id", "product_line", "channel"),
    "premiums": ("branch_id", "team_id", "agent_id", "product_line", "channel"),
    "customers": ("branch_id", "team_id", "agent_id", "segment"),
    "campaigns": ("branch_id", "team_id", "agent_id", "campaign"),
    "agents": ("branch_id", "team_id", "agent_id", "channel"),
    "policies": ("branch_id", "team_id", "agent_id", "product_line", "channel"),
    "applications": ("branch_id", "team_id", "agent_id", "product_line", "channel", "customer_segment"),
    # Not by agent: most contacts go through none.
    "interactions": ("branch_id", "team_id", "channel", "topic"),
    "trainings": ("branch_id", "team_id", "agent_id", "topic"),
    # Not by agent: who was reported is for those who read the reports.
    "conduct_cases": ("branch_id", "team_id", "category", "source"),
}

_REGISTERED: Final = (
    *(*VOLUMES, *SPEED, *FIRST_STEPS, *DENSITY, *AFTER_THE_ANSWER, *MEDIATION),
    *(*CLAIM_VOLUMES, *CYCLE, *CLAIM_CLOCK_RATES, *OUTCOMES, *AUTOMATION),
    *(*RENEWALS, *KEPT),
    *(*PEOPLE, *LEARNING, *MISCONDUCT),
    *(*JOURNEY, *SERVICE, *CONDUCT, *AFTER_SALE),
)

KPIS: Final[dict[str, Kpi]] = {each.id: each for each in _REGISTERED}


def kpi(name: str, *, where: str = "--kpi") -> Kpi:
    """
    The KPI called `name`.

    Raises:
        SettingsError: There is none; the nearest name is suggested.
    """
    if name in KPIS:
        return KPIS[name]
    near = get_close_matches(name, KPIS, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"write one of {', '.join(KPIS)}"
    raise SettingsError(Problem(where, f'no KPI is called "{name}"', hint))
