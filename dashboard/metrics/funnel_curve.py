"""
Between which limits do units of average mix lie, by their size? What a funnel is drawn with.
"""

from __future__ import annotations

import math
from typing import Final

import numpy as np
import polars as pl

from dashboard.metrics.agent_cases import Measure
from dashboard.stats import ratio_funnel

# As many sizes as make a smooth line; exact limits have steps, which many more would only show.
_SIZES: Final = 60
LIMITS: Final = ("lower_998", "lower_95", "upper_95", "upper_998")


def funnel_curve(
    cells: pl.DataFrame, measure: Measure, *, spread: float, furthest: float, is_adjusted: bool
) -> pl.DataFrame:
    """
    Give the limits of units whose cases are mixed like those of all together.

    A unit of another mix is judged by limits of its own, which lie close by; without an adjustment all units of
    one size have the same.

    Args:
        cells: The sums of all, by kind of case: `observed` and `base`.
        measure: What is compared.
        spread: The variance between units beyond chance.
        furthest: The place up to which limits are wanted.
        is_adjusted: Whether values are what was observed over what is expected; else what `measure` tells.

    Returns:
        One row per place, ascending: `place` (Float64: what is expected if adjusted, else the size) and `LIMITS`
        (Float64). None where nothing is known of all.
    """
    base, observed = int(cells["base"].sum()), int(cells["observed"].sum())
    rate = observed / base if base else 0.0
    largest = math.ceil(furthest / rate if is_adjusted and rate else furthest)
    sizes = sorted({round(size) for size in np.geomspace(1, max(largest, 1), _SIZES)}) if base and observed else []
    is_share = measure.kind == "rate"
    of_average = pl.DataFrame(
        {
            "size": sizes,
            "observed": [size * rate for size in sizes],
            "base": sizes,
            "expected": [size * rate for size in sizes],
            "variance": [size * rate * (1 - rate if is_share else 1) for size in sizes],
            "chances": [[rate] for _ in sizes],
            "times": [[size] for size in sizes],
        },
        schema={
            "size": pl.Int64,
            "observed": pl.Float64,
            "base": pl.Int64,
            "expected": pl.Float64,
            "variance": pl.Float64,
            "chances": pl.List(pl.Float64),
            "times": pl.List(pl.Int64),
        },
    )
    scale = 1.0 if is_adjusted else rate * measure.per
    limits = ratio_funnel(of_average, is_share=is_share, spread=spread)
    place = pl.col("expected") if is_adjusted else pl.col("size").cast(pl.Float64)
    return limits.select(place.alias("place"), *(pl.col(name) * scale for name in LIMITS))
