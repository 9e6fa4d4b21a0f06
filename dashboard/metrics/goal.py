"""
What would it take to reach a goal by a day, and where does the present trend lead by then?
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.periods import MONTH, month_start, shift_months
from dashboard.stats import fitted_line

# A trend of fewer months is hardly one; of more than a year, it isn't the present one.
FEWEST_MONTHS: Final = 6
MOST_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class GoalPath:
    """
    From the last settled month to a goal.

    Attributes:
        target: The share to be reached.
        last: First day of the last settled month.
        value: Its share.
        months_left: From it to the goal's month.
        needed: How much the share has to rise a month; zero where it is reached already.
        slope: How much it rises a month along the present trend.
        months: What the trend rests on, in months.
        ahead: One row per month, from the last settled one to the goal's: `month`, `needed` (the straight way to
            the target; null where it is reached already), `value` (of the trend), `lower`, `upper` (within which
            that month would lie with 95 %, if the trend went on). All between 0 and 1.
    """

    target: float
    last: date
    value: float
    months_left: int
    needed: float
    slope: float
    months: int
    ahead: pl.DataFrame

    @property
    def end(self) -> Mapping[str, Any]:
        """
        The goal's month: the last row of `ahead`.
        """
        return self.ahead.row(self.ahead.height - 1, named=True)


def path_to_goal(months: pl.DataFrame, *, target: float, by: date, as_of: date) -> GoalPath | None:
    """
    Draw the straight way to a goal, and the present trend: a weighted line through the last 12 settled months.

    A month is settled when it is over and nothing in it can still change. A line knows nothing of what is planned:
    it says what would come if everything went on as it did.

    Args:
        months: A rate's figures by month: `month`, `value`, `denominator`, `provisional`.
        target: The share to be reached.
        by: A day of the month in which it has to be.
        as_of: The last complete day.

    Returns:
        None of fewer than six settled months, and where the goal's month isn't after the last of them.
    """
    is_over = pl.col(MONTH).dt.month_end() <= as_of
    settled = (
        months.filter(is_over, ~pl.col("provisional"), pl.col("value").is_not_null(), pl.col("denominator") > 0)
        .sort(MONTH)
        .tail(MOST_MONTHS)
    )
    if settled.height < FEWEST_MONTHS:
        return None
    days, values = settled[MONTH].to_list(), settled["value"].to_list()
    weights = [float(weight) for weight in settled["denominator"]]
    last, goal = days[-1], month_start(by)
    left = _place(goal) - _place(last)
    line = fitted_line([_place(day) for day in days], values, weights)
    if left <= 0 or line is None:
        return None
    rise = max(target - values[-1], 0.0) / left
    weight = sum(weights) / len(weights)
    rows = []
    for step in range(left + 1):
        month = shift_months(last, step)
        trend = (line.at(_place(month)), *line.prediction(_place(month), weight))
        value, lower, upper = (min(max(each, 0.0), 1.0) for each in trend)
        needed = values[-1] + rise * step if rise else None
        rows.append({MONTH: month, "needed": needed, "value": value, "lower": lower, "upper": upper})
    schema = {MONTH: pl.Date, **dict.fromkeys(("needed", "value", "lower", "upper"), pl.Float64)}
    return GoalPath(
        target, last, values[-1], left, rise, line.slope, settled.height, pl.DataFrame(rows, schema=schema)
    )


def _place(day: date) -> int:
    return day.year * 12 + day.month
