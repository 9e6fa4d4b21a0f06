"""
The questions asked of judged claims about their time, remembered under everything that decides the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from dashboard.metrics.claim_endings import ENDING_COLUMN, claim_endings
from dashboard.metrics.claim_legs import LEGS, counted_each, counted_legs, legs, told_legs
from dashboard.metrics.claims import judged
from dashboard.metrics.packing import Likeness, Within
from dashboard.metrics.survival_curves import PAYMENT, Curves, curves
from dashboard.periods import Period
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import remembered

# Whether rules or people decided.
DECIDER: Final = "auto_decided"
# What the curves are made of, besides the groups.
WAITS: Final = (PAYMENT.among, "days", PAYMENT.done)


def legs_of(figures: Figures, values: Values, period: Period, by: str | None) -> pl.DataFrame:
    """
    How long the legs take of which the source records both instants: see `metrics.claim_legs`.
    """
    # Who decided is asked for by every visit; counted so, the claims needn't be counted once more for all of them.
    counted_by = DECIDER if by is None and DECIDER in figures.recorded("claims") else by
    return _timed(figures, values, period, counted_by, by)


@remembered
def _timed(
    figures: Figures, values: Values, period: Period, counted_by: str | None, by: str | None
) -> pl.DataFrame:
    return legs(_counts(figures, values, period, counted_by), by=by)


@remembered
def _counts(figures: Figures, values: Values, period: Period, by: str | None) -> pl.DataFrame:
    among = told_legs(figures.recorded("claims"))
    sets = [[leg.column] for leg in among or LEGS[:1]]
    groups = [] if by is None else [by]
    claims = _alike(figures, values, sets, period, groups)
    if not among:
        return counted_legs(claims[0], period=period, among=(), by=by)
    return counted_each(dict(zip(among, claims, strict=True)), period=period, by=by)


@remembered
def endings_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How claims end, and when: see `metrics.claim_endings`.
    """
    (claims,) = _alike(figures, values, [[ENDING_COLUMN]], period, [])
    return claim_endings(claims, period=period)


@remembered
def payments_of(figures: Figures, values: Values, period: Period, by: str | None) -> Curves:
    """
    How long until claims are paid: see `metrics.survival_curves`.
    """
    (claims,) = _alike(figures, values, [WAITS], period, [] if by is None else [by])
    return curves(claims, period=period, by=by, waiting=PAYMENT)


def _alike(
    figures: Figures, values: Values, sets: Sequence[Sequence[str]], period: Period, by: Sequence[str]
) -> list[pl.LazyFrame]:
    """
    The claims reported in a period, those alike as one: see `Judged.alike`.
    """
    within = Within(PAYMENT.day, period)
    likenesses = [Likeness(tuple(each), within=within) for each in sets]
    return figures.judged("claims", values).alike(judged, likenesses, by=by)
