"""
Indirect standardisation: what a mix of cases makes expected, and what can't be compared.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.stats import standardised

CELLS = pl.DataFrame({"kind": ["easy", "hard", None], "observed": [90, 10, 5], "base": [100, 100, 10]})


def test_a_unit_with_hard_cases_is_expected_less_of():
    """
    Ten easy cases make nine expected, ten hard ones one.
    """
    counts = pl.DataFrame(
        {"unit": ["a", "a", "b"], "kind": ["easy", "hard", "hard"], "observed": [9, 3, 1], "base": [10, 20, 10]}
    )
    found = standardised(counts, CELLS, unit="unit", strata=["kind"], is_share=True)

    assert found["expected"].to_list() == pytest.approx([9 + 2, 1])
    assert found["variance"].to_list() == pytest.approx([10 * 0.09 + 20 * 0.09, 0.9])
    assert found["observed"].to_list() == [12, 1]


def test_a_count_varies_as_much_as_is_expected():
    """
    Not a share: the variance of a Poisson count is its mean.
    """
    counts = pl.DataFrame({"unit": ["a"], "kind": ["easy"], "observed": [9], "base": [10]})
    found = standardised(counts, CELLS, unit="unit", strata=["kind"], is_share=False)

    assert found["variance"].to_list() == found["expected"].to_list() == pytest.approx([9.0])


def test_the_unknown_kind_is_a_kind_and_an_unheard_one_is_left_out():
    """
    Null is compared with null; what all together never had is counted apart.
    """
    counts = pl.DataFrame(
        {"unit": ["a", "a"], "kind": [None, "new"], "observed": [1, 7], "base": [2, 8]},
        schema_overrides={"kind": pl.String},
    )
    row = standardised(counts, CELLS, unit="unit", strata=["kind"], is_share=True).row(0, named=True)

    assert (row["observed"], row["base"], row["expected"]) == (1, 2, 1.0)
    assert (row["unmatched"], row["unmatched_base"]) == (7, 8)


def test_without_kinds_all_cases_are_alike():
    """
    One rate for all: what the units come to together.
    """
    counts = pl.DataFrame({"unit": ["a", "b"], "observed": [1, 9], "base": [10, 10]})
    cells = pl.DataFrame({"observed": [10], "base": [20]})
    found = standardised(counts, cells, unit="unit", strata=[], is_share=True)

    assert found["expected"].to_list() == [5.0, 5.0]
