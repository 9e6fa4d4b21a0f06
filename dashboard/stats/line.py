"""
Where a straight line through weighted points leads, and how far off it may be.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.stats.beta import beta_point

# Through two points a line fits whatever they are.
_LEAST = 3


@dataclass(frozen=True, slots=True)
class Line:
    """
    A straight line fitted by weighted least squares.

    Attributes:
        slope: Rise per unit of the places.
        centre: Weighted mean of the places.
        level: Value at the centre.
        residual: Variance of a point of weight one around the line.
        weight: Sum of the weights.
        spread: Weighted sum of squared distances of the places from the centre.
        freedom: Points beyond the two that a line needs.
    """

    slope: float
    centre: float
    level: float
    residual: float
    weight: float
    spread: float
    freedom: int

    def at(self, place: float) -> float:
        """
        The value of the line at a place.
        """
        return self.level + self.slope * (place - self.centre)

    def prediction(self, place: float, weight: float, *, level: float = 0.95) -> tuple[float, float]:
        """
        Give the interval in which a further point would lie if things went on along the line.

        Args:
            place: Of that point.
            weight: Its weight.
            level: Coverage, by Student's t.
        """
        away = (place - self.centre) ** 2 / self.spread
        reach = student_point(0.5 + level / 2, self.freedom) * math.sqrt(
            self.residual * (1 / weight + 1 / self.weight + away)
        )
        return self.at(place) - reach, self.at(place) + reach


def fitted_line(places: Sequence[float], values: Sequence[float], weights: Sequence[float]) -> Line | None:
    """
    Fit a straight line by weighted least squares.

    Args:
        places: Where the points lie.
        values: How high.
        weights: What each counts, such as the cases of a rate; above zero.

    Returns:
        None of fewer than three points, or where all lie at one place.

    Raises:
        ValueError: The lengths differ.
    """
    points = list(zip(places, values, weights, strict=True))
    weight = sum(weights)
    if len(points) < _LEAST:
        return None
    centre = sum(w * x for x, _, w in points) / weight
    level = sum(w * y for _, y, w in points) / weight
    spread = sum(w * (x - centre) ** 2 for x, _, w in points)
    if spread <= 0:
        return None
    slope = sum(w * (x - centre) * (y - level) for x, y, w in points) / spread
    left = sum(w * (y - level - slope * (x - centre)) ** 2 for x, y, w in points)
    freedom = len(points) - 2
    return Line(slope, centre, level, left / freedom, weight, spread, freedom)


def student_point(below: float, freedom: int) -> float:
    """
    Find the point below which Student's t lies with a probability of a half or more.

    By its tie to the beta distribution: freedom / (freedom + t²) is beta with shapes freedom / 2 and 1/2.

    Args:
        below: Probability, from 0.5 up to, but not including, 1.
        freedom: Degrees of freedom, one or more.
    """
    tail = 2 * (1 - below)
    if tail >= 1:
        return 0.0
    point = beta_point(tail, freedom / 2, 0.5)
    return math.sqrt(freedom * (1 - point) / point)
