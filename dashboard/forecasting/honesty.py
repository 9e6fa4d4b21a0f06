"""
Is the forecast any good? Judged on contracts it couldn't have known, against what anybody could have said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.stats import auc, calibration, lift, paired_bootstrap

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

BINS: Final = 20
RISKIEST: Final = 0.1
# A cell of the table with fewer cases says no more than the overall rate.
FEWEST_IN_CELL: Final = 50
TENURES: Final = 5


@dataclass(frozen=True, slots=True)
class Gain:
    """
    How much less the forecast errs than a simpler one: difference of Brier scores, below zero is better.
    """

    brier: float
    difference: float
    lower: float
    upper: float

    @property
    def is_sure(self) -> bool:
        """
        Whether it is better by more than chance.
        """
        return self.upper < 0


@dataclass(frozen=True, slots=True)
class Honesty:
    """
    How good a forecast proved on the cases it was tested on.

    Attributes:
        cases: How many contracts.
        share: Which share of them was renewed.
        brier: Mean squared distance between probability and outcome.
        auc: Chance that one who stayed had the higher probability than one who left.
        lift: How many times as often as on average those tenth left that were given the lowest probabilities.
        against_rate: Against always saying the rate of the contracts learned from.
        against_table: Against the rate by product line and years with us.
        bins: As `stats.calibration` gives them, one mapping per bin.
    """

    cases: int
    share: float
    brier: float
    auc: float | None
    lift: float | None
    against_rate: Gain
    against_table: Gain
    bins: tuple[Mapping[str, Any], ...]

    def as_json(self) -> dict[str, Any]:
        """
        Plain numbers under the attributes' names.
        """
        return asdict(self) | {"bins": [dict(each) for each in self.bins]}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Honesty:
        """
        What `as_json` wrote.
        """
        gains = {name: Gain(**said[name]) for name in ("against_rate", "against_table")}
        return cls(**{**said, **gains, "bins": tuple(said["bins"])})


def proven(tested: pl.DataFrame, learned: pl.DataFrame) -> Honesty:
    """
    Judge probabilities by what happened.

    Args:
        tested: `probability`, `is_renewed`, `cases`, `product_line`, `tenure_years`, `unit` (whose contract it is:
            contracts of one customer aren't independent of each other).
        learned: The contracts learned from: `is_renewed`, `cases`, `product_line`, `tenure_years`.
    """
    said = tested["probability"].to_numpy()
    happened, cases = tested["is_renewed"].to_numpy(), tested["cases"].cast(pl.Float64).to_numpy()
    rate = float(_share(learned))
    table = _by_table(tested, learned, rate)
    bins = calibration(tested, probability="probability", happened="is_renewed", bins=BINS)
    return Honesty(
        cases=int(cases.sum()),
        share=float(_share(tested)),
        brier=_brier(said, happened, cases),
        auc=auc(said, happened, cases),
        lift=lift(-said, ~happened, cases, share=RISKIEST),
        against_rate=_gain(tested, np.full(len(said), rate)),
        against_table=_gain(tested, table),
        bins=tuple(bins.iter_rows(named=True)),
    )


def _share(rows: pl.DataFrame) -> float:
    return float(rows.filter("is_renewed")["cases"].sum()) / float(rows["cases"].sum())


def _brier(said: Floats, happened: Truths, cases: Floats) -> float:
    return float((cases * (said - happened) ** 2).sum() / cases.sum())


def _gain(tested: pl.DataFrame, simpler: Floats) -> Gain:
    happened, cases = tested["is_renewed"].to_numpy(), tested["cases"].cast(pl.Float64).to_numpy()
    better = cases * ((tested["probability"].to_numpy() - happened) ** 2 - (simpler - happened) ** 2)
    units = (
        tested.select("unit", "cases", better=pl.Series(better))
        .group_by("unit", maintain_order=True)
        .agg(pl.col("cases", "better").sum())
    )
    difference, lower, upper = paired_bootstrap(
        units["better"].to_numpy(), units["cases"].cast(pl.Float64).to_numpy()
    )
    return Gain(_brier(simpler, happened, cases), difference, lower, upper)


def _by_table(tested: pl.DataFrame, learned: pl.DataFrame, rate: float) -> Floats:
    tenure = pl.col("tenure_years").floor().clip(0, TENURES).alias("_years")
    known = (
        learned.group_by("product_line", tenure)
        .agg(_all=pl.col("cases").sum(), _kept=pl.col("cases").filter("is_renewed").sum())
        .filter(pl.col("_all") >= FEWEST_IN_CELL)
        .select("product_line", "_years", _said=pl.col("_kept") / pl.col("_all"))
    )
    found = tested.select("product_line", tenure).join(
        known, on=["product_line", "_years"], how="left", nulls_equal=True, maintain_order="left"
    )
    said: Floats = found["_said"].fill_null(rate).to_numpy()
    return said
