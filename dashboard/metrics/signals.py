"""
Whether a KPI has really moved from month to month, and for better or worse.
"""

from __future__ import annotations

import polars as pl

from dashboard.metrics.kpis import Kpi
from dashboard.stats import ProcessLimits, xmr


def signals(
    kpi: Kpi, months: pl.DataFrame, *, baseline: int | None = None
) -> tuple[pl.DataFrame, ProcessLimits | None]:
    """
    Judge a KPI's months against what its process does by itself.

    Provisional months neither move the limits nor signal anything: what can still change proves nothing.

    Args:
        kpi: Its direction says what is better.
        months: Its figures by month, of one group, oldest first.
        baseline: Fix the limits by the first so many months; null: by all.

    Returns:
        The months with `signal` (`outside`, `run`, `trend`, `two_of_three` or null) and `better` (null where there
        is no signal or no direction), and the limits, null if no two settled months are neighbours.
    """
    settled = months.with_columns(_settled=pl.when(~pl.col("provisional")).then("value"))
    marked, limits = xmr(settled, value="_settled", baseline=baseline)
    good_side = {"up": "high", "down": "low"}.get(kpi.direction)
    better = pl.col("side") == pl.lit(good_side, pl.String)
    return months.with_columns(marked["signal"], marked.select(better=better)["better"]), limits
