"""
Single claims and their figures, for tests of the books' arithmetic.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import numpy as np

from dashboard.demo.books import ALL, Figure
from dashboard.demo.claim_books import NAMES, ClaimLedger
from dashboard.demo.claim_case import ClaimCases
from dashboard.demo.claims import UNDECIDED

LATER = date(2025, 12, 31)
# Recorded of every claim unless a test says otherwise; what isn't here never happened, isn't so, or is nothing.
USUAL = {"decision": UNDECIDED, "automatic": -1, "touches_before": -1, "touches": -1}
TRUTHS = {"eligible", "instant_eligible", "instantly"}
NUMBERS = {*USUAL, "submitted", "fetched", "due", "sent"}


def claims(*each: dict[str, Any]) -> ClaimCases:
    """
    Claims of which only this is known; instants as texts.
    """
    columns = {}
    for name in (field.name for field in fields(ClaimCases) if field.name != "groups"):
        if name in TRUTHS:
            columns[name] = np.array([claim.get(name, False) for claim in each], bool)
        elif name in NUMBERS:
            columns[name] = np.array([claim.get(name, USUAL.get(name, 0)) for claim in each], int)
        else:
            columns[name] = np.array([claim.get(name, "NaT") for claim in each], "datetime64[s]")
    groups = {by: np.zeros(len(each), int) for by in NAMES if by != "month"}
    return ClaimCases(groups=groups, **columns)


def claim(reported: str, **known: Any) -> ClaimCases:
    """
    A single one.
    """
    return claims({"reported": reported, **known})


def figures_of(cases: ClaimCases, day: date = LATER) -> dict[str, Figure]:
    """
    The figures of these claims at the end of a day.
    """
    ledger = ClaimLedger(day)
    ledger.add(cases)
    return {kpi: by[ALL][ALL] for kpi, by in ledger.figures().items()}


def share(kpi: str, cases: ClaimCases, day: date = LATER) -> tuple[int | None, int | None]:
    """
    The numerator and the denominator of one figure.
    """
    figure = figures_of(cases, day)[kpi]
    return figure["numerator"], figure["denominator"]
