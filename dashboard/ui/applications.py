"""
The questions asked of applications that no figure answers, remembered under everything that decides them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from dashboard.metrics import application_journey
from dashboard.metrics.application_minutes import FILLING_READ, SPREAD_READ, filling_by_month, minutes_spread
from dashboard.metrics.application_shares import SHARES, shares
from dashboard.metrics.application_steps import (
    ENDINGS_READ,
    FUNNEL_READ,
    GIVEN_UP_READ,
    ApplicationFunnel,
    GivenUp,
    application_endings,
    application_funnel,
    given_up,
)
from dashboard.metrics.combinations import COMBINATION, advised_and_held, gaps, profiles, typical_premiums
from dashboard.metrics.packing import Likeness, Within
from dashboard.periods import Period
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import remembered


def applications_of(figures: Figures, values: Values = ()) -> pl.LazyFrame:
    """
    The applications a viewer may see, judged as of the figures' day, with one of the values in each column.
    """
    return figures.judged("applications", values).rows(application_journey.judged)


@remembered
def funnel_of(figures: Figures, values: Values, period: Period) -> ApplicationFunnel:
    """
    How far applications come: see `metrics.application_steps`.
    """
    return application_funnel(_alike(figures, values, FUNNEL_READ, period), period=period)


@remembered
def given_up_of(figures: Figures, values: Values, period: Period) -> GivenUp:
    """
    Where applications are given up: see `metrics.application_steps`.
    """
    return given_up(_alike(figures, values, GIVEN_UP_READ, period), period=period)


@remembered
def endings_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How applications end, and when: see `metrics.application_steps`.
    """
    return application_endings(_alike(figures, values, ENDINGS_READ, period), period=period)


@remembered
def spread_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How the minutes are spread: see `metrics.application_minutes`.
    """
    return minutes_spread(_alike(figures, values, SPREAD_READ, period), period=period)


@remembered
def filling_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How filling in ended, by month: see `metrics.application_minutes`.
    """
    return filling_by_month(_alike(figures, values, FILLING_READ, period, monthly=True), period=period)


@remembered
def shares_of(figures: Figures, values: Values, period: Period, name: str, by: str | None) -> pl.DataFrame:
    """
    One of the shares, of all or by a column: see `metrics.application_shares`.
    """
    share = SHARES[name]
    rows = _alike(figures, values, (share.among, share.hits), period, [by] if by else [])
    return shares(rows, share, period=period, by=by)


@remembered
def gaps_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    What was recommended and isn't held: see `metrics.combinations`.
    """
    terms = figures.terms
    counted = figures.reader.joined(
        partial(advised_and_held, terms=terms, period=period, values=values), by=COMBINATION, base="recommended"
    )
    return gaps(counted, typical_premiums(applications_of(figures, values), period=period))


@remembered
def profiles_of(figures: Figures, values: Values, by: str | None) -> pl.DataFrame:
    """
    Of how many customers the profile is complete: see `metrics.combinations`.
    """
    return profiles(figures.reader.rows("customers"), figures.terms, by=by, values=values)


def _alike(
    figures: Figures,
    values: Values,
    read: Sequence[str],
    period: Period,
    by: Sequence[str] = (),
    *,
    monthly: bool = False,
) -> pl.LazyFrame:
    """
    The applications begun in a period, those alike as one where there are many: see `Judged.alike`.
    """
    judged = figures.judged("applications", values)
    way = application_journey.judged
    likeness = Likeness(tuple(read), within=Within("started_on", period, monthly))
    (rows,) = judged.alike(way, [likeness], by=by)
    return rows
