"""
What the facts amount to: KPIs and their definitions, pure functions of rows, rules and a day.
"""

from __future__ import annotations

from dashboard.metrics.evaluation import evaluate, evaluate_many, rows_of
from dashboard.metrics.kpis import KPIS, Kpi, kpi
from dashboard.metrics.status import Status, status
from dashboard.metrics.terms import Terms

__all__ = ["KPIS", "Kpi", "Status", "Terms", "evaluate", "evaluate_many", "kpi", "rows_of", "status"]
