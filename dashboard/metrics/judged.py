"""
Rows of a fact, judged once, from which any number of figures can be taken.

Judging is the dear part of a figure and doesn't depend on what is selected: a due day is the same whichever branch
is looked at. So rows are judged first and chosen from afterwards.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

import polars as pl

from dashboard.metrics.kpis import GROUP_KEYS, KPIS, Kpi, StockByMonth
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH

Values = Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Judged:
    """
    A fact's rows as they are recorded, and as they are judged on given terms.

    Attributes:
        fact: Its name.
        rows: As recorded, for the states of earlier days; all of them, whatever is chosen.
        by_way: As judged, by each way of judging that the fact's KPIs know; those chosen.
        terms: On which they were judged.
        recorded: The columns the source records.
        keys: The groups they can be split by.
        values: What was chosen.
    """

    fact: str
    rows: pl.LazyFrame
    by_way: dict[str, pl.LazyFrame]
    terms: Terms
    recorded: frozenset[str]
    keys: tuple[str, ...]
    values: Values = ()
    # Shared by all choices from the same rows: the states at a month's end are as dear as the judging.
    _month_ends: dict[date, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        fact: str,
        rows: pl.LazyFrame,
        terms: Terms,
        recorded: frozenset[str],
        *,
        kpis: Sequence[Kpi] | None = None,
        keys: Sequence[str] | None = None,
    ) -> Judged:
        """
        Judge a fact's rows in one pass and keep in memory what figures read of the result.

        Args:
            fact: Its name.
            rows: Rows already narrowed to what may be seen.
            terms: The day, the zone, the calendar and the rules.
            recorded: The columns the source records.
            kpis: Those that will be asked for; null: all of the fact.
            keys: The groups that will be asked for; null: all the fact can be split by.
        """
        asked = [each for each in KPIS.values() if each.fact == fact] if kpis is None else kpis
        groups = GROUP_KEYS[fact] if keys is None else keys
        alike = {way: [each for each in asked if way_of(each) == way] for way in map(way_of, asked)}
        plans = [each[0].judge(rows, terms).select(used_columns(each, groups)) for each in alike.values()]
        judged = zip(alike, pl.collect_all(plans), strict=True)
        return cls(fact, rows, {way: found.lazy() for way, found in judged}, terms, recorded, tuple(groups))

    def chosen(self, values: Values) -> Judged:
        """
        Only the rows with one of the values in each column named; no columns, all rows.
        """
        by_way = {way: chosen(rows, values) for way, rows in self.by_way.items()}
        return replace(self, by_way=by_way, values=(*self.values, *values))

    def stock_by_month(self, kpi: Kpi, months: Sequence[date], by: Sequence[str]) -> pl.LazyFrame:
        """
        Sum the states that a KPI is one of at the end of each month, of the rows chosen.

        Args:
            kpi: Any one of those that share these states.
            months: First days of months.
            by: Columns among `keys` that make groups.

        Returns:
            One row per month and group in which there was anything: `month`, the groups, a column per state.
        """
        asked = list(dict.fromkeys(months))
        missing = [month for month in asked if month not in self._month_ends]
        if missing or not asked:
            plan = cast("StockByMonth", kpi.stock_by_month)(self.rows, self.terms, months=missing, by=self.keys)
            found = plan.collect()
            self._month_ends.update({month: found.filter(pl.col(MONTH) == month) for month in missing})
        counted = pl.concat([self._month_ends[month] for month in asked] or [found])
        return chosen(counted.lazy(), self.values).group_by(MONTH, *by).agg(pl.exclude(MONTH, *self.keys).sum())


def chosen(rows: pl.LazyFrame, values: Values) -> pl.LazyFrame:
    """
    Only the rows with one of the values in each column named; no columns, all rows.
    """
    if not values:
        return rows
    return rows.filter(pl.all_horizontal(pl.col(column).is_in(list(allowed)) for column, allowed in values))


def way_of(kpi: Kpi) -> str:
    """
    The name of a KPI's way of judging.
    """
    return kpi.judge.__qualname__


def used_columns(kpis: Sequence[Kpi], keys: Sequence[str]) -> list[str]:
    """
    The columns of judged rows that these KPIs and groups read.
    """
    used = {"cases", "is_counted", *keys}
    if any(each.fact == "complaints" for each in kpis):
        used |= {"is_open", "is_overdue", "age_band"}
    for each in kpis:
        used |= {name for name in (each.among, each.hits, each.day) if name}
        used |= {"days", "is_open", "is_overdue"} if each.quantile is not None else set()
    return sorted(used)
