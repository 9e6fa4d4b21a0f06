"""
The questions asked of judged claims about automation that no figure answers.

Figures come from the registry (`ui/figures.py`). A funnel, a Pareto, a comparison is asked here of the same judged
rows, and remembered under everything that decides it, the viewer's scope included.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.metrics import chosen, complaints
from dashboard.metrics.automation_funnel import Funnel, automation_funnel
from dashboard.metrics.automation_safety import audited, complained, complaints_by_arm, leakage, reversals
from dashboard.metrics.fallout import Fallout, fallout, fallout_by
from dashboard.metrics.instant_pay import InstantPay, instant_pay
from dashboard.metrics.kpis import GROUP_KEYS
from dashboard.metrics.time_saved import time_saved
from dashboard.metrics.where_next import where_next
from dashboard.periods import Period
from dashboard.ui.claims import claims_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import by_key, remembered

# What is read of the few claims that were audited, or complained of.
_READ_OF_FEW: Final = (
    *("claim_id", "cases", "decided_on", "auto_decided", "is_automation_known"),
    *("audited_at", "amount_paid", "audit_amount_due"),
)


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Figures: by_key})
def _audited(figures: Figures) -> pl.DataFrame:
    return audited(claims_of(figures)).select(*_READ_OF_FEW, *_more_keys()).collect()


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Figures: by_key})
def _complained(figures: Figures) -> pl.DataFrame:
    # Joined once, for all filters. Few complaints say which claim they are about: only those are judged.
    about = figures.reader.rows("complaints").filter(pl.col("claim_id").is_not_null())
    decided = claims_of(figures).select(*_READ_OF_FEW, *_more_keys())
    return complained(decided, complaints.judged(about, figures.terms)).collect()


def _more_keys() -> list[str]:
    return [key for key in GROUP_KEYS["claims"] if key not in _READ_OF_FEW]


@remembered
def funnel_of(figures: Figures, values: Values, period: Period) -> Funnel:
    """
    How far rules come: see `metrics.automation_funnel`.
    """
    return automation_funnel(claims_of(figures, values), period=period)


@remembered
def fallout_of(figures: Figures, values: Values, period: Period) -> Fallout:
    """
    Why claims fall out: see `metrics.fallout`.
    """
    return fallout(claims_of(figures, values), period=period)


@remembered
def fallout_by_of(figures: Figures, values: Values, period: Period, columns_by: str) -> pl.DataFrame:
    """
    Why claims fall out, by another column: see `metrics.fallout`.
    """
    return fallout_by(claims_of(figures, values), period=period, columns_by=columns_by)


@remembered
def instant_of(figures: Figures, values: Values, period: Period) -> InstantPay:
    """
    What keeps claims from being paid instantly: see `metrics.instant_pay`.
    """
    return instant_pay(claims_of(figures, values), figures.terms, period=period)


@remembered
def reversals_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Which decisions were reversed: see `metrics.automation_safety`.
    """
    return reversals(claims_of(figures, values), figures.terms, period=period)


@remembered
def leakage_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How much too much was paid: see `metrics.automation_safety`.
    """
    return leakage(chosen(_audited(figures).lazy(), values), period=period)


@remembered
def complaints_by_arm_of(figures: Figures, values: Values, period: Period) -> dict[str, float | int | None]:
    """
    How often decisions were complained of: see `metrics.automation_safety`.
    """
    pairs = chosen(_complained(figures).lazy(), values)
    return complaints_by_arm(claims_of(figures, values), pairs, figures.terms, period=period)


@remembered
def time_saved_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How much sooner rules are: see `metrics.time_saved`.
    """
    return time_saved(claims_of(figures, values), period=period)


@remembered
def where_next_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Where automation would be worth it next: see `metrics.where_next`.
    """
    return where_next(claims_of(figures, values), period=period)
