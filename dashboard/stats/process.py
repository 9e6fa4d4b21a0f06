"""
Is a movement from month to month a signal or noise? XmR charts as in the NHS's "Making Data Count".

Limits come from the moving ranges, so that a slow drift doesn't widen them. Two choices differ between tools and
are arguments here: whether extreme moving ranges are screened out once, and whether a baseline fixes the limits.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import polars as pl

# 3 / d2 and D4 for ranges of two points.
_TO_LIMITS = 2.66
_TO_RANGE_LIMIT = 3.267

RUN = 7
TREND = 7
FEWEST_POINTS = 12


@dataclass(frozen=True, slots=True)
class ProcessLimits:
    """
    What a process does by itself.

    Attributes:
        mean: Of the points the limits rest on.
        lower: Three-sigma limit; may lie below what is possible, which is for drawing to clamp.
        upper: Likewise above.
        mean_range: Mean moving range, after screening.
        short: Fewer than twelve points: trial limits.
    """

    mean: float
    lower: float
    upper: float
    mean_range: float
    short: bool


def xmr(
    points: pl.DataFrame, *, value: str = "value", screen: bool = True, baseline: int | None = None
) -> tuple[pl.DataFrame, ProcessLimits | None]:
    """
    Find the process limits of a series, and the points that chance alone doesn't explain.

    A null value is a gap: there is no moving range across it, and no run or trend goes on behind it.

    Args:
        points: One row per period, oldest first.
        value: The column judged.
        screen: Leave out, once, moving ranges of at least 3.267 times their mean.
        baseline: Fix the limits by the first so many rows; null: by all.

    Returns:
        The rows with `moving_range`, `is_outside` (of the limits), `is_run` (of 7 on one side of the mean),
        `is_trend` (of 7 rising or falling), `is_two_of_three` (beyond two thirds of the limits while all three lie
        on one side), `signal` (the first of these that applies, as `outside`, `run`, `trend`, `two_of_three`) and
        `side` (`high` or `low`: above or below the mean, or for a trend where it leads); and the limits, null if
        no two neighbouring periods have values.
    """
    values: list[float | None] = [None if each is None else float(each) for each in points[value].to_list()]
    limits = _limits(values if baseline is None else values[:baseline], screen=screen)
    ranges = _moving_ranges(values)
    size = len(values)
    outside, run, trend, two_of_three = ([False] * size for _ in range(4))
    rising: list[bool | None] = [None] * size
    if limits is not None:
        outside = [each is not None and not limits.lower <= each <= limits.upper for each in values]
        for start, stretch in _stretches(values):
            _mark_runs(stretch, start, limits, run)
            _mark_trends(stretch, start, trend, rising)
            _mark_two_of_three(stretch, start, limits, two_of_three)
    judged = points.with_columns(
        pl.Series("moving_range", ranges, pl.Float64),
        pl.Series("is_outside", outside, pl.Boolean),
        pl.Series("is_run", run, pl.Boolean),
        pl.Series("is_trend", trend, pl.Boolean),
        pl.Series("is_two_of_three", two_of_three, pl.Boolean),
        pl.Series("_rising", rising, pl.Boolean),
    )
    signal = pl.coalesce(
        pl.when(f"is_{name}").then(pl.lit(name)) for name in ("outside", "run", "trend", "two_of_three")
    )
    mean = pl.lit(None if limits is None else limits.mean, pl.Float64)
    is_high = pl.when(signal == "trend").then("_rising").otherwise(pl.col(value) > mean)
    side = pl.when(is_high).then(pl.lit("high")).otherwise(pl.lit("low"))
    return judged.with_columns(signal=signal, side=pl.when(signal.is_not_null()).then(side)).drop(
        "_rising"
    ), limits


def _moving_ranges(values: Sequence[float | None]) -> list[float | None]:
    first: list[float | None] = [None] if values else []
    return first + [
        None if before is None or after is None else abs(after - before) for before, after in pairwise(values)
    ]


def _limits(values: Sequence[float | None], *, screen: bool) -> ProcessLimits | None:
    present = [each for each in values if each is not None]
    ranges = [each for each in _moving_ranges(values) if each is not None]
    if not ranges:
        return None
    mean, mean_range = sum(present) / len(present), sum(ranges) / len(ranges)
    if screen and mean_range > 0:
        kept = [each for each in ranges if each < _TO_RANGE_LIMIT * mean_range]
        mean_range = sum(kept) / len(kept)
    reach = _TO_LIMITS * mean_range
    return ProcessLimits(mean, mean - reach, mean + reach, mean_range, short=len(present) < FEWEST_POINTS)


def _stretches(values: Sequence[float | None]) -> Iterator[tuple[int, list[float]]]:
    """
    The parts of a series between its gaps, each with its position.
    """
    stretch: list[float] = []
    for position, each in enumerate([*values, None]):
        if each is not None:
            stretch.append(each)
        elif stretch:
            yield position - len(stretch), stretch
            stretch = []


def _mark_runs(stretch: list[float], start: int, limits: ProcessLimits, marks: list[bool]) -> None:
    for first in range(len(stretch) - RUN + 1):
        window = stretch[first : first + RUN]
        if all(each > limits.mean for each in window) or all(each < limits.mean for each in window):
            marks[start + first : start + first + RUN] = [True] * RUN


def _mark_trends(stretch: list[float], start: int, marks: list[bool], rising: list[bool | None]) -> None:
    for first in range(len(stretch) - TREND + 1):
        steps = [after - before for before, after in pairwise(stretch[first : first + TREND])]
        if all(step > 0 for step in steps) or all(step < 0 for step in steps):
            marks[start + first : start + first + TREND] = [True] * TREND
            rising[start + first : start + first + TREND] = [steps[0] > 0] * TREND


def _mark_two_of_three(stretch: list[float], start: int, limits: ProcessLimits, marks: list[bool]) -> None:
    reach = (limits.upper - limits.mean) * 2 / 3
    for first in range(len(stretch) - 2):
        away = [each - limits.mean for each in stretch[first : first + 3]]
        far = [abs(each) > reach for each in away]
        one_side = all(each > 0 for each in away) or all(each < 0 for each in away)
        if one_side and sum(far) >= 2:  # noqa: PLR2004 - two of three is the rule's name
            for offset in range(3):
                marks[start + first + offset] |= far[offset]
