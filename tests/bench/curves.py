"""
How long curves over all claims take.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl

from dashboard.stats import cumulative_incidence, kaplan_meier
from tests.bench.measure import Line, median_ms
from tests.bench.workshop import Workshop

TEN_MILLION: Final = 10_000_000
WAYS: Final = ("paid", "refused", "walked_away")
GROUPED: Final = "the bare group_by of durations and endings"


def curves(_workshop: Workshop) -> Iterator[Line]:
    """
    Kaplan-Meier and Aalen-Johansen with their bands over ten million claims, in six groups.
    """
    claims = _claims(TEN_MILLION).lazy()
    counted = claims.group_by("product_line", "hours", "ending").agg(pl.col("cases").sum())
    least = median_ms([counted.collect] * 3)
    done = claims.with_columns(is_paid=pl.col("ending") == "paid")
    survival = kaplan_meier(done, duration="hours", event="is_paid", by=["product_line"])
    incidence = cumulative_incidence(claims, duration="hours", ending="ending", endings=WAYS, by=["product_line"])
    for name, curve in (("Kaplan-Meier", survival), ("Aalen-Johansen, three ways", incidence)):
        took = median_ms([curve.collect] * 3)
        yield Line(f"{TEN_MILLION:,} claims, six groups: {name}", "ms", None, took, least, GROUPED)


def _claims(size: int) -> pl.DataFrame:
    draws = np.random.default_rng(4)
    ways = pl.Series([*WAYS, None]).gather(draws.choice(4, size, p=[0.85, 0.07, 0.05, 0.03]))
    return pl.DataFrame(
        {
            "product_line": pl.Series(list("abcdef")).gather(draws.integers(0, 6, size)).cast(pl.Categorical),
            "hours": draws.gamma(2, 150, size).astype(np.int32),
            "ending": ways.cast(pl.Categorical),
            "cases": np.ones(size, dtype=np.int64),
        }
    )
