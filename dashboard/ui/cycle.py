"""
The questions asked of judged claims about their time, remembered under everything that decides the answer.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.claim_endings import claim_endings
from dashboard.metrics.claim_legs import counted_legs, legs, told_legs
from dashboard.metrics.survival_curves import PAYMENT, Curves, curves
from dashboard.periods import Period
from dashboard.ui.claims import claims_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import remembered

# Whether rules or people decided.
DECIDER: Final = "auto_decided"


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
    return counted_legs(claims_of(figures, values), period=period, among=among, by=by)


@remembered
def endings_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How claims end, and when: see `metrics.claim_endings`.
    """
    return claim_endings(claims_of(figures, values), period=period)


@remembered
def payments_of(figures: Figures, values: Values, period: Period, by: str | None) -> Curves:
    """
    How long until claims are paid: see `metrics.survival_curves`.
    """
    return curves(claims_of(figures, values), period=period, by=by, waiting=PAYMENT)
