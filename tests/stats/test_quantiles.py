"""
Weighted quantiles against writing every case out.
"""

from __future__ import annotations

import math

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.stats import weighted_quantile


def quantile(values, weights, share):
    rows = pl.DataFrame({"v": values, "w": weights}, schema={"v": pl.Float64, "w": pl.Int64})
    return rows.select(weighted_quantile(pl.col("v"), pl.col("w"), share)).item()


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 30)), st.integers(1, 4)), max_size=12),
    st.sampled_from([0.25, 0.5, 0.9]),
)
def test_every_case_written_out(rows, share):
    """
    A row for three cases is three rows for one; nulls are passed over.
    """
    cases = sorted(value for value, weight in rows if value is not None for _ in range(weight))
    expected = cases[max(math.ceil(share * len(cases) - 1e-9), 1) - 1] if cases else None

    assert expected == quantile([value for value, _ in rows], [weight for _, weight in rows], share)


@pytest.mark.parametrize(("weights", "median"), [([1, 1], 1.0), ([1, 2], 5.0), ([2, 1], 1.0)])
def test_the_lower_of_two_middles(weights, median):
    """
    Exactly half up to the first is enough.
    """
    assert median == quantile([1.0, 5.0], weights, 0.5)
