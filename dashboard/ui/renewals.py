"""
The questions asked of judged renewals and premiums that no figure answers.

Asked of the same judged rows as figures (`ui/figures.py`), and remembered under everything that decides them, the
viewer's scope included.
"""

from __future__ import annotations

import polars as pl

from dashboard.metrics import persistency, renewals
from dashboard.metrics.lapses import lapses
from dashboard.metrics.packing import Likeness
from dashboard.metrics.persistency_triangle import Basis, persistency_triangle
from dashboard.metrics.premium_bridge import PremiumBridge, premium_bridge
from dashboard.metrics.renewal_cohorts import OF_BASES, gross_and_invited, maturing_cohorts
from dashboard.metrics.renewal_splits import OF_TRUTHS, Compared, compared, lead_time, renewed_by
from dashboard.periods import Period
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import remembered


def renewals_of(figures: Figures, values: Values = ()) -> pl.LazyFrame:
    """
    Give the renewals a viewer may see, judged as of the figures' day, with one of the values in each column: the
    columns of `reading.RENEWALS_READ`.
    """
    return figures.judged("renewals", values).rows(renewals.judged).lazy()


def _alike(figures: Figures, values: Values, likeness: Likeness) -> pl.LazyFrame:
    """
    What a question reads of these renewals; of many, those alike to it counted as one.
    """
    (rows,) = figures.judged("renewals", values).alike(renewals.judged, [likeness])
    return rows


def premiums_of(figures: Figures, values: Values = ()) -> pl.LazyFrame:
    """
    Give the premiums in the same way: the columns of `reading.PREMIUMS_READ`.
    """
    return figures.judged("premiums", values).rows(persistency.judged).lazy()


@remembered
def cohorts_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    What each month's contracts had renewed at each age: see `metrics.renewal_cohorts`.
    """
    return maturing_cohorts(renewals_of(figures, values), figures.terms, period=period)


@remembered
def gross_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    The two ratios by month, and when they are settled: see `metrics.renewal_cohorts`.
    """
    return gross_and_invited(_alike(figures, values, OF_BASES), period=period)


@remembered
def renewed_by_of(figures: Figures, values: Values, period: Period, by: str) -> pl.DataFrame:
    """
    The share renewed by a column of judged rows: see `metrics.renewal_splits`.
    """
    return renewed_by(renewals_of(figures, values), by=by, period=period)


@remembered
def compared_of(figures: Figures, values: Values, period: Period, truth: str) -> Compared:
    """
    Those for whom something is true beside the others: see `metrics.renewal_splits`.
    """
    return compared(_alike(figures, values, OF_TRUTHS), truth=truth, period=period)


@remembered
def lead_time_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How long before the due day customers are reminded: see `metrics.renewal_splits`.
    """
    return lead_time(renewals_of(figures, values), period=period)


@remembered
def lapses_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How contracts end that aren't renewed: see `metrics.lapses`.
    """
    return lapses(renewals_of(figures, values), figures.terms, period=period)


@remembered
def bridge_of(figures: Figures, values: Values, period: Period) -> PremiumBridge:
    """
    From the expiring premium to the renewed one: see `metrics.premium_bridge`.
    """
    return premium_bridge(renewals_of(figures, values), period=period)


@remembered
def triangle_of(figures: Figures, values: Values, basis: Basis, *, without_suspended: bool) -> pl.DataFrame:
    """
    Persistency by cohort and age: see `metrics.persistency_triangle`.
    """
    rows = premiums_of(figures, values)
    return persistency_triangle(rows, figures.terms, basis=basis, without_suspended=without_suspended)
