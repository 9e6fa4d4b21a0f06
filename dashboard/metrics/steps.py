"""
How far cases come, step by step, and how many of them may still come further.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl


def step_shares(steps: Sequence[str], cases: Sequence[int], pending: Sequence[int]) -> pl.DataFrame:
    """
    Give each step's share of the step before it.

    Args:
        steps: In order; each is one of the cases of the step before it.
        cases: That reached each step.
        pending: Of the step before, those of which it isn't known yet whether they reach this one.

    Returns:
        One row per step, in order: `step`, `cases`, `pending`, `share` (of the step before, without the pending
        ones; null for the first step and of none).
    """
    counted = pl.DataFrame(
        {"step": steps, "cases": cases, "pending": pending},
        schema={"step": pl.String, "cases": pl.Int64, "pending": pl.Int64},
    )
    answered = pl.col("cases").shift(1) - pl.col("pending")
    return counted.with_columns(share=pl.when(answered > 0).then(pl.col("cases") / answered))
