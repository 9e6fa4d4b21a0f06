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
from dashboard.metrics.packing import Likeness, alike, grouped
from dashboard.metrics.sums import Pass, summed_with, sums_by_day
from dashboard.periods import MONTH

# Groups so fine, or so many at once, that counts by them would be as many as rows.
FINE: Final = frozenset({"agent_id"})
_MOST_AT_ONCE: Final = 3
# Rows counted as one are worth keeping where they are so many times fewer.
_FEWER: Final = 8
# So many rows alike are kept, of all questions together: some hundreds of megabytes.
_MOST_ALIKE: Final = 8_000_000


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
    _alike: dict[tuple[Likeness, frozenset[str]], pl.DataFrame | None] = field(
        default_factory=dict, repr=False, compare=False
    )

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

    def alike(self, likenesses: Sequence[Likeness], columns: frozenset[str]) -> list[pl.DataFrame | None]:
        """
        The rows alike to questions and in these columns, as one: see `packing.alike`.

        Returns:
            For each question its rows; None where a question of all days finds hardly fewer than there are.
        """
        missing = [each for each in dict.fromkeys(likenesses) if (each, columns) not in self._alike]
        finer = {each: self._finer(each, columns) for each in missing}
        counted = {
            each: grouped(few, _keys(each, columns), each.sums) for each, few in finer.items() if few is not None
        }
        from_rows = [each for each in missing if each not in counted]
        counted |= zip(from_rows, alike(self.rows.lazy(), from_rows, sorted(columns)), strict=True)
        kept = {each: few if self._is_worth_it(each, few) else None for each, few in counted.items()}
        found = [kept[each] if each in kept else self._alike[each, columns] for each in likenesses]
        self._alike.update({(each, columns): few for each, few in kept.items()})
        self._forget()
        return found

    def _finer(self, likeness: Likeness, columns: frozenset[str]) -> pl.DataFrame | None:
        """
        What was counted by these columns and more: adding that up is far less than counting anew.
        """
        for (each, by), few in list(self._alike.items()):
            if each == likeness and by > columns and few is not None:
                return few
        return None

    def _is_worth_it(self, likeness: Likeness, few: pl.DataFrame) -> bool:
        return likeness.within is not None or few.height * _FEWER <= self.rows.height

    def _forget(self) -> None:
        """
        Let go of those asked for first, dictionaries keep their order, until not too many rows are kept.
        """
        heights = {asked: 0 if few is None else few.height for asked, few in list(self._alike.items())}
        kept = sum(heights.values())
        for asked, height in list(heights.items())[:-1]:
            if kept <= _MOST_ALIKE:
                return
            self._alike.pop(asked, None)
            kept -= height


def _keys(likeness: Likeness, columns: frozenset[str]) -> list[str]:
    told = [name for name in likeness.columns if name not in likeness.sums]
    return list(dict.fromkeys((*told, *sorted(columns))))


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
