"""
What would each unit come to, had its own cases gone as such cases go everywhere? Indirect standardisation.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

# With nothing to be alike in, all cases are of one stratum.
_WHOLE = "_whole"


def standardised(
    counts: pl.DataFrame, cells: pl.DataFrame, *, unit: str, strata: Sequence[str], is_share: bool
) -> pl.DataFrame:
    """
    Set what was observed of each unit against what its mix of cases makes expected.

    Args:
        counts: One row per unit and stratum: `unit`, the strata, `observed` and `base`. Null is a stratum.
        cells: One row per stratum that may be compared with: the strata, `observed` and `base` of all.
        unit: The column that names units; null is one.
        strata: Columns within which cases are alike; none: all are.
        is_share: Whether each case of the base is observed once or not at all; else there can be any number.

    Returns:
        One row per unit, sorted by it: `unit`, `observed`, `base` and `expected` over the strata that can be
        compared, `variance` (of what chance alone makes of the expected), `unmatched` (observed elsewhere),
        `unmatched_base`, and `chances` and `times`: by stratum, the share, and how many cases have it. Without a
        stratum to compare with, `observed`, `base` and `expected` are 0.
    """
    by = list(strata) or [_WHOLE]
    if not strata:
        whole = pl.lit(value=True).alias(_WHOLE)
        counts, cells = counts.with_columns(whole), cells.with_columns(whole)
    rates = cells.filter(pl.col("base") > 0).select(*by, _rate=pl.col("observed") / pl.col("base"))
    base, rate = pl.col("base"), pl.col("_rate")
    is_known = rate.is_not_null()
    each = counts.join(rates, on=by, how="left", nulls_equal=True).sort(unit, *by)
    expected = base * rate
    return (
        each.group_by(unit, maintain_order=True)
        .agg(
            observed=pl.col("observed").filter(is_known).sum(),
            base=base.filter(is_known).sum(),
            expected=expected.sum(),
            variance=(expected * (1 - rate) if is_share else expected).sum(),
            unmatched=pl.col("observed").filter(~is_known).sum(),
            unmatched_base=base.filter(~is_known).sum(),
            chances=rate.filter(is_known),
            times=base.filter(is_known),
        )
        .sort(unit, nulls_last=True)
    )
