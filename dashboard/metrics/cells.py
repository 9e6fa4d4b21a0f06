"""
Which months and groups a table of figures shows, so that one without cases says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl

from dashboard.metrics.judged import Judged
from dashboard.metrics.kpi import Kpi, Way
from dashboard.periods import MONTH, Period

# Which KPI a row is of: its place among those asked for.
PLACE: Final = "_place"


def cells_of(
    kpis: Sequence[Kpi], judged: Judged, sums: pl.DataFrame, period: Period, keys: Sequence[str]
) -> pl.DataFrame | None:
    """
    Every month and group of each KPI.

    The groups are those any counted row belongs to, as its KPI judges.

    Args:
        kpis: Of one fact.
        judged: Its judged rows, chosen.
        sums: With `_place` and the month, what there is: without a first day of the period, each KPI's months
            begin there.
        period: Whose months are shown.
        keys: The groups, `month` among them.

    Returns:
        `_place` and the groups; null where there are no groups at all.
    """
    if not keys:
        return None
    groups = [key for key in keys if key != MONTH]
    cells = pl.DataFrame({PLACE: pl.Series(range(len(kpis)), dtype=pl.Int32)})
    if MONTH in keys:
        cells = cells.join(_months(kpis, judged, sums, period), on=PLACE)
    if not groups:
        return cells
    ways = list(dict.fromkeys(each.judge for each in kpis))
    counted = [judged.groups(way, groups) for way in ways]
    by_way: Mapping[Way, int] = {way: number for number, way in enumerate(ways)}
    shown = pl.concat(found.with_columns(_way=pl.lit(number)) for number, found in enumerate(counted))
    way = pl.Series("_way", [by_way[kpis[place].judge] for place in cells[PLACE]], dtype=pl.Int32)
    return cells.with_columns(way).join(shown, on="_way").drop("_way")


def _months(kpis: Sequence[Kpi], judged: Judged, sums: pl.DataFrame, period: Period) -> pl.DataFrame:
    """
    The months of the period for each KPI; without a first day, from the first in which it has anything.
    """
    as_of = judged.terms.as_of
    if period.first is not None:
        months = period.months(earliest=period.first, latest=as_of)
        listed = [months] * len(kpis)
    else:
        is_state = pl.col(PLACE).is_in([place for place, each in enumerate(kpis) if each.day is None])
        some = sums.filter(is_state | (pl.col("denominator") > 0)).group_by(PLACE).agg(pl.col(MONTH).min())
        first = dict(some.iter_rows())
        listed = [
            period.months(earliest=first[place], latest=as_of) if place in first else []
            for place in range(len(kpis))
        ]
    places = [place for place, months in enumerate(listed) for _ in months]
    return pl.DataFrame(
        {
            PLACE: pl.Series(places, dtype=pl.Int32),
            MONTH: pl.Series([month for months in listed for month in months], dtype=pl.Date),
        }
    )
