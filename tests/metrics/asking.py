"""
How tests ask for figures: on the Chinese rule unless they say otherwise, everything recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from dashboard.deadlines import regime
from dashboard.facts import FACTS
from dashboard.metrics import KPIS, Terms, evaluate_many
from tests.rows import SHANGHAI, rows_of_fact

ALL_RECORDED = {name: frozenset(fact.schema) for name, fact in FACTS.items()}

HOUSE_RULES = {"complaint_start": regime("house-24h"), "complaint_fast_track": regime("house-48h")}
CLAIM_RULES = {
    "claim_determination": regime("CN-claim-determination"),
    "claim_payment": regime("CN-claim-payment"),
    "claim_refusal": regime("CN-claim-refusal"),
    "claim_part_payment": regime("CN-claim-part-payment"),
    "claim_review": regime("house-claim-3d"),
    "claim_small": regime("CN-small-claim-5d"),
    "claim_contact": regime("house-claim-24h"),
    "claim_instant": regime("house-claim-48h"),
}
REPORT_RULES = {"report_acceptance": regime("CN-report-acceptance"), "report_decision": regime("CN-report")}
OF_COMPLAINTS, OF_CLAIMS = (
    {name: kpi for name, kpi in KPIS.items() if kpi.fact == fact} for fact in ("complaints", "claims")
)


def terms(as_of: date, rule: str = "CN-2020-3", zone: str = SHANGHAI) -> Terms:
    regimes = HOUSE_RULES | CLAIM_RULES | REPORT_RULES | {"complaints": regime(rule)}
    return Terms(as_of=as_of, zone=zone, calendar="CN", regimes=regimes)


def facts_of(
    complaints: Iterable[Mapping[str, Any]] = (),
    exposure: Iterable[Mapping[str, Any]] = (),
    claims: Iterable[Mapping[str, Any]] = (),
):
    given = {"complaints": complaints, "exposure": exposure, "claims": claims}
    return {fact: rows_of_fact(fact, given.get(fact, ())) for fact in FACTS}.__getitem__


def figures(
    complaints: Iterable[Mapping[str, Any]],
    on: Terms,
    *names: str,
    exposure: Iterable[Mapping[str, Any]] = (),
    recorded=None,
    **how: Any,
):
    """
    Figures of complaints by KPI id; all of them unless some are named.
    """
    kpis = [KPIS[name] for name in names or OF_COMPLAINTS]
    facts = facts_of(complaints, exposure)
    return evaluate_many(kpis, facts, on, recorded=recorded or ALL_RECORDED, **how)


def claim_figures(claims: Iterable[Mapping[str, Any]], on: Terms, *names: str, recorded=None, **how: Any):
    """
    Figures of claims by KPI id; all of them unless some are named.
    """
    kpis = [KPIS[name] for name in names or OF_CLAIMS]
    return evaluate_many(kpis, facts_of(claims=claims), on, recorded=recorded or ALL_RECORDED, **how)


def figure(complaints: Iterable[Mapping[str, Any]], on: Terms, name: str, **how: Any) -> dict[str, Any]:
    """
    The one figure of complaints without groups.
    """
    return _only(figures(complaints, on, name, **how)[name])


def claim_figure(claims: Iterable[Mapping[str, Any]], on: Terms, name: str, **how: Any) -> dict[str, Any]:
    """
    The one figure of claims without groups.
    """
    return _only(claim_figures(claims, on, name, **how)[name])


def _only(found: pl.DataFrame) -> dict[str, Any]:
    assert found.height == 1
    return found.row(0, named=True)
