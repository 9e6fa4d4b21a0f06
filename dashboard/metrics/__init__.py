"""
What the facts amount to: KPIs and their definitions, pure functions of rows, rules and a day.
"""

from __future__ import annotations

from dashboard.metrics.complaints import ageing
from dashboard.metrics.evaluation import evaluate, evaluate_many, figures_of, rows_of
from dashboard.metrics.judged import MANY_ROWS, Judged
from dashboard.metrics.judging import chosen
from dashboard.metrics.kpi import Kpi
from dashboard.metrics.kpis import GROUP_KEYS, KPIS, kpi
from dashboard.metrics.status import Status, status
from dashboard.metrics.terms import Terms

__all__ = [
    "GROUP_KEYS",
    "KPIS",
    "MANY_ROWS",
    "Judged",
    "Kpi",
    "Status",
    "Terms",
    "ageing",
    "chosen",
    "evaluate",
    "evaluate_many",
    "figures_of",
    "kpi",
    "rows_of",
    "status",
]
