"""
Judged rows counted by few columns before anything is chosen among them.

Whoever chooses one branch pays for all branches, and the next one chosen costs next to nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

import polars as pl

from dashboard.metrics.kpi import Kpi, StockByMonth
from dashboard.metrics.packing import alike
from dashboard.metrics.sums import Pass, summed_with, sums_by_day
from dashboard.periods import MONTH, Period

# Groups so fine, or so many at once, that counts by them would be as many as rows.
FINE: Final = frozenset({"agent_id"})
_MOST_AT_ONCE: Final = 3
# So many tables of rows alike are kept; a page asks for some twenty, each period and split for its own.
_MOST_ALIKE: Final = 400

# By what rows alike are told apart: their columns, the day, the period, the groups, whether by month.
_Alike = tuple[tuple[str, ...], str, tuple[date | None, date | None], frozenset[str], bool]


def are_coarse(columns: Collection[str]) -> bool:
    """
    Whether counts by these columns are far fewer than rows.
    """
    return len(columns) <= _MOST_AT_ONCE and FINE.isdisjoint(columns)


@dataclass(frozen=True)
class Counted:
    """
    What was counted of judged rows, all of them; computed when it is first asked for.

    Attributes:
        rows: Judged in one way.
    """

    rows: pl.DataFrame
    _groups: dict[frozenset[str], pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _sums: dict[tuple[Pass, frozenset[str]], pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)
    _alike: dict[_Alike, pl.DataFrame] = field(default_factory=dict, repr=False, compare=False)

    def groups(self, columns: frozenset[str]) -> pl.DataFrame:
        """
        The combinations of these columns that occur in counted rows.
        """
        if columns not in self._groups:
            counted = self.rows.lazy().filter("is_counted")
            self._groups[columns] = counted.select(sorted(columns)).unique().collect()
        return self._groups[columns]

    def sums(self, kpis: Sequence[Kpi], columns: frozenset[str]) -> pl.DataFrame:
        """
        The sums of KPIs that are counted by the same day, by day and these columns: see `sums_by_day`.
        """
        by = summed_with(kpis[0]), columns
        if by not in self._sums:
            self._sums[by] = sums_by_day(kpis, self.rows.lazy(), sorted(columns), many=True)
        return self._sums[by]

    def alike(
        self, sets: Sequence[Sequence[str]], columns: frozenset[str], *, day: str, period: Period, monthly: bool
    ) -> list[pl.DataFrame]:
        """
        The cases of a period that are alike in the columns of each set, and in these: see `packing.alike`.
        """
        asked: list[_Alike] = [
            (tuple(each), day, (period.first, period.before), columns, monthly) for each in sets
        ]
        found = {each: self._alike[each] for each in asked if each in self._alike}
        missing = [each for each in dict.fromkeys(asked) if each not in found]
        if missing:
            read = [[name for name in names if name not in columns] for names, *_ in missing]
            rows, by = self.rows.lazy(), sorted(columns)
            found |= zip(missing, alike(rows, read, day=day, period=period, by=by, monthly=monthly), strict=True)
            self._alike.update({each: found[each] for each in missing})
            for oldest in list(self._alike)[:-_MOST_ALIKE]:
                self._alike.pop(oldest, None)
        return [found[each] for each in asked]


# Counts the states at the ends of months by these groups, given as categories.
_Count = Callable[[StockByMonth, Sequence[date], Sequence[str]], pl.DataFrame]


@dataclass(frozen=True)
class MonthEnds:
    """
    The states at the ends of months, as dear as the judging: counted once by all groups, many
    of which are asked for by few.
    """

    _by_month: dict[tuple[StockByMonth, date, tuple[str, ...]], pl.DataFrame] = field(
        default_factory=dict, repr=False, compare=False
    )
    _sums: dict[tuple[StockByMonth, tuple[date, ...], frozenset[str]], pl.DataFrame] = field(
        default_factory=dict, repr=False, compare=False
    )

    def sums(
        self,
        stock: StockByMonth,
        months: Sequence[date],
        columns: frozenset[str],
        *,
        keys: Sequence[str],
        count: _Count,
    ) -> pl.DataFrame:
        """
        The states of all rows at the end of each month, by some of their groups.

        Args:
            stock: What counts them.
            months: First days of months.
            columns: The groups.
            keys: All groups that can be asked for; fine ones are counted by only where they are.
            count: Counts by groups.

        Returns:
            One row per month and group in which there was anything: `month`, `columns`, a column per state.
        """
        asked = tuple(dict.fromkeys(months))
        if (stock, asked, columns) not in self._sums:
            by = tuple(key for key in keys if key not in FINE or key in columns)
            missing = [month for month in asked if (stock, month, by) not in self._by_month]
            if missing or not asked:
                found = count(stock, missing, by)
                each = {(stock, month, by): found.filter(pl.col(MONTH) == month) for month in missing}
                self._by_month.update(each)
            every = pl.concat([self._by_month[stock, month, by] for month in asked] or [found]).lazy()
            sums = every.group_by(MONTH, *sorted(columns)).agg(pl.exclude(MONTH, *by).sum())
            self._sums[stock, asked, columns] = sums.collect()
        return self._sums[stock, asked, columns]
