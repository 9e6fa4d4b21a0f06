"""
How do two kinds of cases compare where they are alike: the same mix, stratum by stratum?
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import polars as pl


@dataclass(frozen=True, slots=True)
class Contrast:
    """
    Two arms over the strata that have both, each stratum counted by the first arm's cases.

    Attributes:
        mean: The first arm's mean; null where no stratum has both.
        other: The other arm's, had it the first arm's mix.
        difference: The first less the other.
        lower: Of its interval (normal approximation, variances pooled over strata); null with one case on a side.
        upper: Likewise.
        cases: Of the first arm, in strata that have both.
        cases_other: Of the other arm there.
        unmatched: Of the first arm, left out because its stratum has no other case.
    """

    mean: float | None
    other: float | None
    difference: float | None
    lower: float | None
    upper: float | None
    cases: int
    cases_other: int
    unmatched: int


def contrast(values: pl.DataFrame, *, arm: str, strata: Sequence[str], level: float = 0.95) -> Contrast:
    """
    Compare the mean of two arms by direct standardisation to the first arm's mix.

    Args:
        values: `cases` and `value` per row: rows that are alike may stand together. Null values are left out.
        arm: Column of truths: true is the first arm.
        strata: Columns within which cases are alike; null is a stratum.
        level: Coverage of the interval.
    """
    cases, value = pl.col("cases"), pl.col("value").cast(pl.Float64)
    mean = (cases * value).sum() / cases.sum()
    arms = (
        values.filter(pl.col("value").is_not_null())
        .group_by(*strata, arm)
        .agg(n=cases.sum(), mean=mean, deviations=(cases * (value - mean) ** 2).sum())
    )
    return contrast_of_arms(arms, arm=arm, strata=strata, level=level)


def contrast_of_arms(arms: pl.DataFrame, *, arm: str, strata: Sequence[str], level: float = 0.95) -> Contrast:
    """
    Like `contrast`, of arms that have been summed already.

    Args:
        arms: One row per stratum and arm: `n` (cases), `mean` and `deviations` (the sum of squared distances from
            it).
        arm: Column of truths: true is the first arm.
        strata: The columns that make strata.
        level: Coverage of the interval.
    """
    first, others = (arms.filter(pl.col(arm) == side) for side in (True, False))
    both = first.join(others, on=list(strata), nulls_equal=True, suffix="_other")
    n, n_other = int(both["n"].sum()), int(both["n_other"].sum())
    unmatched = int(first["n"].sum()) - n
    if n == 0:
        return Contrast(None, None, None, None, None, 0, 0, unmatched)
    weight = both["n"] / n
    mean, other = float((weight * both["mean"]).sum()), float((weight * both["mean_other"]).sum())
    variances = [
        _pooled(both[f"deviations{side}"], both[f"n{side}"]) * float((weight**2 / both[f"n{side}"]).sum())
        for side in ("", "_other")
    ]
    reach = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(sum(variances))
    difference = mean - other
    if math.isnan(reach):
        return Contrast(mean, other, difference, None, None, n, n_other, unmatched)
    return Contrast(mean, other, difference, difference - reach, difference + reach, n, n_other, unmatched)


def _pooled(deviations: pl.Series, sizes: pl.Series) -> float:
    freedom = int((sizes - 1).sum())
    return max(0.0, float(deviations.sum())) / freedom if freedom > 0 else math.nan
