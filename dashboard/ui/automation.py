"""
The questions asked of judged claims about automation that no figure answers.

Figures come from the registry (`ui/figures.py`). A funnel, a Pareto, a comparison is asked here of the same judged
rows, and remembered under everything that decides it, the viewer's scope included.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics import chosen, claims, complaints
from dashboard.metrics.automation_funnel import OF_FUNNEL, Funnel, automation_funnel
from dashboard.metrics.automation_safety import (
    OF_DECISIONS,
    audited,
    complained,
    complaints_by_arm,
    leakage,
    reversals,
)
from dashboard.metrics.counted import are_coarse
from dashboard.metrics.fallout import OF_FALLOUT, Fallout, fallout, fallout_by
from dashboard.metrics.instant_pay import OF_MEANT, InstantPay, instant_pay, meant_claims
from dashboard.metrics.kpis import GROUP_KEYS
from dashboard.metrics.packing import Likeness, alike
from dashboard.metrics.time_saved import of_legs, time_saved
from dashboard.metrics.where_next import of_kinds, where_next
from dashboard.periods import MONTH, Period
from dashboard.ui.claims import claims_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import remembered, shared

# What is read of the few claims that were audited, or complained of.
_READ_OF_FEW: Final = (
    *("claim_id", "cases", "decided_on", "auto_decided", "is_automation_known"),
    *("audited_at", "amount_paid", "audit_amount_due"),
)


@shared(most=6)
def _audited(figures: Figures) -> pl.DataFrame:
    return audited(claims_of(figures)).select(*_READ_OF_FEW, *_more_keys()).collect()


@shared(most=6)
def _complained(figures: Figures) -> pl.DataFrame:
    # Joined once, for all filters. Few complaints say which claim they are about: only those are judged.
    about = figures.reader.rows("complaints").filter(pl.col("claim_id").is_not_null())
    decided = claims_of(figures).select(*_READ_OF_FEW, *_more_keys())
    return complained(decided, complaints.judged(about, figures.terms)).collect()


# The clock of instant payment runs once, for all filters and periods.
@shared(most=6)
def _meant(figures: Figures) -> pl.DataFrame:
    return meant_claims(claims_of(figures), figures.terms, groups=GROUP_KEYS["claims"]).collect()


@shared()
def _meant_alike(figures: Figures, columns: tuple[str, ...]) -> pl.DataFrame:
    return alike(_meant(figures).lazy(), [OF_MEANT], columns)[0]


def _more_keys() -> list[str]:
    return [key for key in GROUP_KEYS["claims"] if key not in _READ_OF_FEW]


def _alike(figures: Figures, values: Values, likeness: Likeness, *by: str) -> pl.LazyFrame:
    """
    The claims chosen, for a question that reads these columns: see `Judged.alike`.
    """
    (rows,) = figures.judged("claims", values).alike(claims.judged, [likeness], by=by)
    return rows


@remembered
def funnel_of(figures: Figures, values: Values, period: Period) -> Funnel:
    """
    How far rules come: see `metrics.automation_funnel`.
    """
    return automation_funnel(_alike(figures, values, OF_FUNNEL), period=period)


@remembered
def fallout_of(figures: Figures, values: Values, period: Period) -> Fallout:
    """
    Why claims fall out: see `metrics.fallout`.
    """
    return fallout(_alike(figures, values, OF_FALLOUT), period=period)


@remembered
def fallout_by_of(figures: Figures, values: Values, period: Period, columns_by: str) -> pl.DataFrame:
    """
    Why claims fall out, by another column: see `metrics.fallout`.
    """
    rows = _alike(figures, values, OF_FALLOUT, *([] if columns_by == MONTH else [columns_by]))
    return fallout_by(rows, period=period, columns_by=columns_by)


@remembered
def instant_of(figures: Figures, values: Values, period: Period) -> InstantPay:
    """
    What keeps claims from being paid instantly: see `metrics.instant_pay`.
    """
    columns = tuple(sorted(column for column, _ in values))
    meant = _meant_alike(figures, columns) if are_coarse(columns) else _meant(figures)
    return instant_pay(chosen(meant.lazy(), values), period=period)


@remembered
def reversals_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Which decisions were reversed: see `metrics.automation_safety`.
    """
    return reversals(_alike(figures, values, OF_DECISIONS), figures.terms, period=period)


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
    return complaints_by_arm(_alike(figures, values, OF_DECISIONS), pairs, figures.terms, period=period)


@remembered
def time_saved_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How much sooner rules are: see `metrics.time_saved`.
    """
    legs = of_legs(period)
    rows = figures.judged("claims", values).alike(claims.judged, list(legs.values()))
    return time_saved(dict(zip(legs, rows, strict=True)), period=period)


@remembered
def where_next_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Where automation would be worth it next: see `metrics.where_next`.
    """
    return where_next(_alike(figures, values, of_kinds(period)), period=period)
