"""
The terms on which figures are asked for: the day, where days are counted, and the rules in force.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from dashboard.deadlines import Regime


@dataclass(frozen=True, slots=True)
class Terms:
    """
    Everything a figure depends on besides the rows, the period and the groups.

    Attributes:
        as_of: The day whose end (24:00, local) is looked back from.
        zone: The time zone in which days are counted.
        calendar: A country code, or the business's own calendar as `working_days` returns it.
        regimes: The rule by which each fact is judged, by the fact's name.
    """

    as_of: date
    zone: str
    calendar: str | pl.DataFrame
    regimes: Mapping[str, Regime]


def end_of(day: date, zone: str) -> datetime:
    """
    The instant, in UTC, at which a local day is over: the midnight between it and the next.
    """
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), ZoneInfo(zone))
    return midnight.astimezone(UTC)
