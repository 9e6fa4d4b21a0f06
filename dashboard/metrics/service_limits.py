"""
By which numbers is service measured? They are data, in service_limits.toml.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class ServiceLimits:
    """
    The house's own numbers.

    Attributes:
        night_from_hour: The local hour at which night begins.
        night_until_hour: The local hour at which it is over.
        quick_seconds: Waiting so long, this many included, is quick.
        repeat_days: Coming again within so many days, a problem wasn't solved by the first contact.
        switch_hours: Going on in another channel within so many hours is a switch.
        managed_segments: Of customers who are to have a manager of their own.
        reviewed_segments: Of customers whose contracts are to be reviewed with them.
        review_months: A review is due after so many months without one, and first so long after joining.
        news_months: News on health count for so many months.
    """

    night_from_hour: int
    night_until_hour: int
    quick_seconds: int
    repeat_days: int
    switch_hours: int
    managed_segments: tuple[str, ...]
    reviewed_segments: tuple[str, ...]
    review_months: int
    news_months: int


@cache
def service_limits() -> ServiceLimits:
    """
    The numbers in service_limits.toml.
    """
    text = resources.files("dashboard.metrics").joinpath("service_limits.toml").read_text(encoding="utf-8")
    told: dict[str, Any] = tomllib.loads(text)["limits"]
    lists: dict[str, Any] = {name: tuple(each) for name, each in told.items() if isinstance(each, list)}
    return ServiceLimits(**(told | lists))
