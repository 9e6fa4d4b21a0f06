"""
Whether the rows behind a figure sum to it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl

from dashboard.metrics import Kpi, Terms, evaluate, rows_of
from tests.metrics.asking import ALL_RECORDED

DAY = timedelta(days=1)


def reconcile(kpi: Kpi, facts: Any, on: Terms, *, by: Sequence[str], **chosen: Any) -> int:
    """
    Hold every cell of a figure against its rows: all of them, the hits and the others.

    A state at a month's end is held against the rows as they were known on that day.

    Args:
        kpi: Which.
        facts: As for `evaluate`.
        on: As for `evaluate`.
        by: The groups, `month` among them or not.
        chosen: The period and the values.

    Returns:
        How many cases all cells together hold.
    """
    found = evaluate(kpi, facts, on, recorded=ALL_RECORDED, by=by, **chosen)
    for cell in found.iter_rows(named=True):
        group = {key: cell[key] for key in by}
        day = on.as_of
        if kpi.day is None and "month" in by:
            day = min(on.as_of, (cell["month"] + 31 * DAY).replace(day=1) - DAY)
        then = Terms(as_of=day, zone=on.zone, calendar=on.calendar, regimes=on.regimes)
        cases, above, below = _sums_of_rows(kpi, facts, then, group, chosen)
        assert (cell["cases"] or 0) == cases, (kpi.id, group)
        assert cell["numerator"] == (None if kpi.unit == "expected" else above), (kpi.id, group)
        assert cell["denominator"] in (None, below), (kpi.id, group)
    return int(found["cases"].sum())


def _sums_of_rows(
    kpi: Kpi, facts: Any, on: Terms, group: Mapping[str, Any], chosen: Mapping[str, Any]
) -> tuple[int, int, int]:
    """
    The cases among, and what of the rows stands above and below the line.
    """
    columns = ["cases", *(name for name in (kpi.amount, kpi.base) if name)]
    parts = [
        rows_of(kpi, facts, on, group=group, part=part, **chosen).select(columns)
        for part in ("denominator", "numerator", "misses")
    ]
    among, *both = pl.collect_all(parts)
    cases, hits, misses = (rows["cases"].sum() for rows in (among, *both))
    if kpi.hits:
        assert cases == hits + misses
    if kpi.amount is None:
        return cases, hits, cases
    weighed = among.select(
        above=pl.col(kpi.amount) * pl.col("cases"), below=(pl.col(kpi.base) if kpi.base else 1) * pl.col("cases")
    )
    return cases, weighed["above"].sum(), weighed["below"].sum()
