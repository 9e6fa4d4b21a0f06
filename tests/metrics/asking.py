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


def terms(as_of: date, rule: str = "CN-2020-3", zone: str = SHANGHAI) -> Terms:
    return Terms(as_of=as_of, zone=zone, calendar="CN", regimes=HOUSE_RULES | {"complaints": regime(rule)})


def facts_of(complaints: Iterable[Mapping[str, Any]], exposure: Iterable[Mapping[str, Any]] = ()):
    rows = {"complaints": rows_of_fact("complaints", complaints), "exposure": rows_of_fact("exposure", exposure)}
    return rows.__getitem__


def figures(
    complaints: Iterable[Mapping[str, Any]],
    on: Terms,
    *names: str,
    exposure: Iterable[Mapping[str, Any]] = (),
    recorded=None,
    **how: Any,
):
    """
    Figures by KPI id; all of them unless some are named.
    """
    kpis = [KPIS[name] for name in names or KPIS]
    facts = facts_of(complaints, exposure)
    return evaluate_many(kpis, facts, on, recorded=recorded or ALL_RECORDED, **how)


def figure(complaints: Iterable[Mapping[str, Any]], on: Terms, name: str, **how: Any) -> dict[str, Any]:
    """
    The one figure of a KPI without groups.
    """
    found: pl.DataFrame = figures(complaints, on, name, **how)[name]
    assert found.height == 1
    return found.row(0, named=True)
