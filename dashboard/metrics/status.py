"""
On target or not, said only as surely as the cases allow.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

from dashboard.metrics.kpi import SPANS, Kpi
from dashboard.metrics.terms import Terms

# Fewest cases on which a rate or a duration is judged, unless the house or the KPI wants more.
USUAL_MIN_N: Final = 20
# Below its warning line a rate is off target, however wide its interval, once it rests on so many cases.
CASES_FOR_WARNING: Final = 30


class Status(StrEnum):
    """
    What a figure means against its target. Colours and words are for others.
    """

    ON_TARGET = "on_target"
    WATCH = "watch"
    OFF_TARGET = "off_target"
    BREACH = "breach"
    TOO_FEW = "too_few"
    NOT_RECORDED = "not_recorded"
    NONE = "none"


def status(
    kpi: Kpi,
    figure: Mapping[str, Any],
    terms: Terms,
    *,
    target: float | None,
    warning: float | None = None,
    min_n: int = USUAL_MIN_N,
) -> Status:
    """
    Judge a figure against its target.

    Anything but a count is on target if its whole interval is, off target if none of it is, and to be watched
    in between. Rates and durations of too few cases aren't judged; few cases of a ratio are what its interval is
    about. No interval reaches the end of its scale, so a target of all, or of none, is met by meeting it
    exactly. A breach is a single case against the law, whatever the target.

    Args:
        kpi: Which.
        figure: One row of `evaluate`.
        terms: Whether the rule in force is a law.
        target: The target itself still counts as met; null: there is none.
        warning: Worse than this, and resting on 30 cases, is off target even if the interval is wide.
        min_n: Fewest cases on which a rate or a duration is judged; where a KPI wants more, so many.
    """
    if figure["not_recorded"]:
        return Status.NOT_RECORDED
    value = figure["value"]
    if kpi.is_breach and kpi.kind_under(terms) == "law" and value is not None:
        return Status.BREACH if value > 0 else Status.ON_TARGET
    needs_value = kpi.unit not in ("rate", "mean", *SPANS)
    if target is None or kpi.direction == "none" or (needs_value and value is None):
        return Status.NONE
    if kpi.unit != "count":
        return _by_interval(kpi, figure, target, warning, _fewest(kpi, min_n))
    return Status.ON_TARGET if _sign(kpi) * (value - target) >= 0 else Status.OFF_TARGET


def is_comparable(
    kpi: Kpi, now: Mapping[str, Any], before: Mapping[str, Any], *, min_n: int = USUAL_MIN_N
) -> bool:
    """
    Whether a figure may be called better or worse than another: both rest on the cases it takes to judge one.

    Args:
        kpi: Which.
        now: One row of `evaluate`.
        before: Another, of the period compared with.
        min_n: Fewest cases on which a rate or a duration is judged; where a KPI wants more, so many.
    """
    fewest = _fewest(kpi, min_n)
    return bool(now["cases"] >= fewest and before["cases"] >= fewest)


def _fewest(kpi: Kpi, min_n: int) -> int:
    # Of a count, few is what it says; few cases of a ratio are what its interval is about.
    return max(min_n, kpi.min_n) if kpi.unit in ("rate", "mean", *SPANS) else 0


def _by_interval(kpi: Kpi, figure: Mapping[str, Any], target: float, warning: float | None, min_n: int) -> Status:
    if figure["cases"] < min_n:
        return Status.TOO_FEW
    sign, value = _sign(kpi), figure["value"]
    best = 1.0 if kpi.direction == "up" else 0.0
    if target == best and value == best:
        return Status.ON_TARGET
    lower, upper = figure["lower"], figure["upper"]
    # A duration that isn't reached is longer than any seen.
    bounds = [float("inf") if bound is None else bound for bound in (lower, upper)]
    worst, kindest = (min, max) if sign > 0 else (max, min)
    if sign * (worst(bounds) - target) >= 0:
        return Status.ON_TARGET
    is_warned = warning is not None and value is not None and sign * (value - warning) < 0
    if sign * (kindest(bounds) - target) < 0 or (is_warned and figure["cases"] >= CASES_FOR_WARNING):
        return Status.OFF_TARGET
    return Status.WATCH


def _sign(kpi: Kpi) -> int:
    return 1 if kpi.direction == "up" else -1
