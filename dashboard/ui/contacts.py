"""
The questions about contacts and customers' tiers that no figure answers, remembered under all that decides them.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.metrics import contacts, tiers
from dashboard.metrics.application_shares import shares
from dashboard.metrics.contact_shares import (
    CONTACT_SHARES,
    HOURS_READ,
    SWITCHES_READ,
    TIER_SHARES,
    WAITS_READ,
    contacts_by_hour,
    switches,
    waits,
)
from dashboard.metrics.packing import Likeness, Within
from dashboard.periods import Period
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import remembered

_DAY = "at_on"


@remembered
def hours_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    When and where customers turn to us: see `metrics.contact_shares`.
    """
    return contacts_by_hour(_alike(figures, values, HOURS_READ, period), period=period)


@remembered
def waits_of(figures: Figures, values: Values, period: Period, by: str | None) -> pl.DataFrame:
    """
    How long customers waited for a person: see `metrics.contact_shares`.
    """
    return waits(_alike(figures, values, WAITS_READ, period), period=period, by=by)


@remembered
def switches_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    In which channel customers go on: see `metrics.contact_shares`.
    """
    return switches(_alike(figures, values, SWITCHES_READ, period), period=period)


@remembered
def contact_share_of(figures: Figures, values: Values, period: Period, name: str, by: str | None) -> pl.DataFrame:
    """
    One of the shares of contacts, of all or by a column: see `metrics.contact_shares`.
    """
    share = CONTACT_SHARES[name]
    rows = _alike(figures, values, (share.among, share.hits), period, [by] if by else [])
    return shares(rows, share, period=period, day=_DAY, by=by)


@remembered
def tier_share_of(figures: Figures, values: Values, name: str, by: str | None) -> pl.DataFrame:
    """
    One of the shares of customers, of all or by a column: see `metrics.contact_shares`.
    """
    share = TIER_SHARES[name]
    judged = figures.judged("customers", values)
    (rows,) = judged.alike(tiers.judged, [Likeness((share.among, share.hits))], by=[by] if by else [])
    return shares(rows, share, by=by)


def _alike(
    figures: Figures, values: Values, read: Sequence[str], period: Period, by: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    The contacts of a period, those alike as one where there are many: see `Judged.alike`.
    """
    judged = figures.judged("interactions", values)
    columns = tuple(name for name in read if name not in by)
    (rows,) = judged.alike(contacts.judged, [Likeness(columns, within=Within(_DAY, period))], by=by)
    return rows
