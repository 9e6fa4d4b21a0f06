"""
Quantiles of rows that each stand for several cases.
"""

from __future__ import annotations

import polars as pl


def weighted_quantile(value: pl.Expr, weight: pl.Expr, share: float) -> pl.Expr:
    """
    Give the smallest value up to which at least a share of the weight lies.

    Args:
        value: What is ranked; nulls are left out.
        weight: How many cases each stands for, zero or more.
        share: Between 0 and 1; a half is the (lower) median.

    Returns:
        An aggregation; null where there are no values.
    """
    known = value.is_not_null()
    ranked, weights = value.filter(known), weight.filter(known)
    below = weights.sort_by(ranked).cum_sum()
    # A share reached exactly in mathematics mustn't be missed by rounding.
    return ranked.sort().filter(below >= share * weights.sum() - 1e-9).first()
