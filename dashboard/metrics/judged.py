"""
Rows of a fact, judged once, from which any number of figures can be taken.

Judging is the dear part of a figure and doesn't depend on what is selected: a due day is the same whichever branch
is looked at. So rows are judged first and chosen from afterwards; and what is chosen is summed by day once, from
which every period and every month of it follows.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final, cast

import polars as pl

from dashboard.metrics import complaints
from dashboard.metrics.counted import Counted, MonthEnds, are_coarse
from dashboard.metrics.exposure import covered, exposure_in
from dashboard.metrics.judging import Values, also_read, chosen, is_chosen, judged_rows, used_columns
from dashboard.metrics.kpi import Kpi, StockByMonth, Way
from dashboard.metrics.kpis import GROUP_KEYS, KPIS
from dashboard.metrics.packing import Likeness, Within
from dashboard.metrics.sums import Pass, added, summed_with, sums_by_age, sums_by_day
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period

Facts = Callable[[str], pl.LazyFrame]
Recorded = Callable[[str], frozenset[str]]

# From so many rows on, sums by day and group are far fewer than rows.
MANY_ROWS: Final = 500_000
_MASK: Final = "_is_chosen"
# Texts of few values, besides groups: kept as categories, which are compared and packed as numbers are.
_CODED: Final = frozenset({"fallout_reason"})

# What else than figures is read of rows judged in a way, unless more is asked for.
READ_BESIDES: Final[Mapping[Way, Sequence[str]]] = {complaints.judged: complaints.AGEING_COLUMNS}
# Which durations: what is summed, the period, the groups, whether by month.
Ages = tuple[Pass, tuple[date | None, date | None], tuple[str, ...], bool]


@dataclass
class _Kept:
    """
    What all choices from the same rows share, computed when it is first asked for.
    """

    judged: dict[Way, pl.DataFrame] = field(default_factory=dict)
    counted: dict[Way, Counted] = field(default_factory=dict)
    exposures: dict[str, pl.DataFrame] = field(default_factory=dict)
    seen: dict[str, bool] = field(default_factory=dict)
    month_ends: MonthEnds = field(default_factory=MonthEnds)


@dataclass
class _Chosen:
    """
    What one choice needs for more than one figure.
    """

    rows: dict[Way, pl.DataFrame] = field(default_factory=dict)
    masks: dict[Way, pl.Series] = field(default_factory=dict)
    sums: dict[tuple[Pass, tuple[str, ...], tuple[str, ...]], pl.DataFrame] = field(default_factory=dict)
    ages: dict[Ages, pl.DataFrame] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """
    A fact's rows as they are judged on given terms; those chosen.

    Attributes:
        fact: Its name.
        facts: Gives the rows of a fact, narrowed to what may be seen.
        terms: On which they are judged.
        recorded: Gives the columns of a fact that its source records.
        kpis: Those that can be asked for.
        keys: The groups they can be split by.
        values: What was chosen.
        many: From so many judged rows on, choices are made among their sums by day and group.
        linked: Gives the rows of further facts where a KPI reads them of all units; null: as `facts` does.
        besides: By way of judging, the columns kept that no figure reads.
    """

    fact: str
    facts: Facts
    terms: Terms
    recorded: Recorded
    kpis: tuple[Kpi, ...]
    keys: tuple[str, ...]
    besides: Mapping[Way, Sequence[str]] = field(default_factory=lambda: READ_BESIDES, compare=False)
    values: tuple[tuple[str, Sequence[str]], ...] = ()
    many: int = MANY_ROWS
    linked: Facts | None = None
    _kept: _Kept = field(default_factory=_Kept, repr=False, compare=False)
    _chosen: _Chosen = field(default_factory=_Chosen, repr=False, compare=False)

    @classmethod
    def of(
        cls,
        fact: str,
        facts: Facts,
        terms: Terms,
        recorded: Recorded,
        *,
        kpis: Iterable[Kpi] | None = None,
        keys: Sequence[str] | None = None,
        besides: Mapping[Way, Sequence[str]] = READ_BESIDES,
        many: int = MANY_ROWS,
        linked: Facts | None = None,
    ) -> Judged:
        """
        Rows that are judged in each way when a figure first needs it, and kept in memory then.

        Args:
            fact: Its name.
            facts: Gives the rows of it, and of other facts its KPIs need, narrowed to what may be seen.
            terms: The day, the zone, the calendar and the rules.
            recorded: Gives the columns of a fact that its source records.
            kpis: Those that will be asked for; null: all of the fact.
            keys: The groups that will be asked for or chosen by; null: all the fact can be split by.
            besides: By way of judging, the columns that will be read and that no figure reads.
            many: From so many judged rows on, choices are made among their sums; what is faster, not what is so.
            linked: Gives the rows of further facts where a KPI reads them of all units; null: as `facts` does.
        """
        asked = [each for each in (KPIS.values() if kpis is None else kpis) if each.fact == fact]
        groups = tuple(GROUP_KEYS[fact] if keys is None else keys)
        return cls(fact, facts, terms, recorded, tuple(asked), groups, besides, many=many, linked=linked)

    def chosen(self, values: Values) -> Judged:
        """
        Only the rows with one of the values in each column named, one of `keys`; no columns, all rows.
        """
        return replace(self, values=(*self.values, *values), _chosen=_Chosen()) if values else self

    def judge(self, ways: Iterable[Way]) -> None:
        """
        Judge in several ways at once; what they share is done once.
        """
        missing = [way for way in dict.fromkeys(ways) if way not in self._kept.judged]
        if missing:
            plans = [self._plan(way) for way in missing]
            self._kept.judged.update(zip(missing, pl.collect_all(plans), strict=True))

    def rows(self, way: Way) -> pl.LazyFrame:
        """
        The rows chosen, as judged in one way: the columns that figures read, groups as categories.

        Few rows are copied once for all who read them. Of many, which are chosen is worked out once, and only what
        is read of them is ever copied.
        """
        self.judge([way])
        kept = self._kept.judged[way]
        if not self.values:
            return kept.lazy()
        if not self._are_many(way):
            if way not in self._chosen.rows:
                self._chosen.rows[way] = chosen(kept.lazy(), self.values).collect()
            return self._chosen.rows[way].lazy()
        if way not in self._chosen.masks:
            self._chosen.masks[way] = kept.lazy().select(is_chosen(self.values).alias(_MASK)).collect()[_MASK]
        if self._chosen.masks[way].all(ignore_nulls=False):
            # Every branch chosen by name is no choice.
            return kept.lazy()
        return kept.with_columns(self._chosen.masks[way]).lazy().filter(_MASK).drop(_MASK)

    def alike(self, way: Way, likenesses: Sequence[Likeness], *, by: Sequence[str] = ()) -> list[pl.LazyFrame]:
        """
        The rows chosen, for whoever sums them by few columns: many of them, alike to the question, as one.

        As with figures, whoever chooses one branch has all branches counted, and the next one chosen finds them.
        Few rows are given as they are, as are those by groups as fine as they, or of which few are alike.

        Args:
            way: How they are judged.
            likenesses: What each question reads; a period must be asked for again of the answer.
            by: Further columns that make groups, the same in each answer.

        Returns:
            For each question the rows with its columns and `by`: sums over them are the same either way.
        """
        columns = self._columns(by)
        counted: Sequence[pl.DataFrame | None] = [None] * len(likenesses)
        if self.is_counted_first(way, columns):
            counted = self._counted(way).alike(likenesses, columns)
        found = [self.rows(way) if few is None else chosen(few.lazy(), self.values) for few in counted]
        return [
            rows.select(*dict.fromkeys((*each.columns, *by))) for each, rows in zip(likenesses, found, strict=True)
        ]

    def exposure_rows(self, fact: str) -> pl.DataFrame:
        """
        The rows of an exposure's fact for the months that are covered, of all groups.
        """
        if fact not in self._kept.exposures:
            self._kept.exposures[fact] = covered(self.facts(fact), self.terms)
        return self._kept.exposures[fact]

    def sees(self, fact: str) -> bool:
        """
        Whether there is any row of a fact to be seen: to somebody bound to a team, a fact without teams is empty.
        """
        if fact not in self._kept.seen:
            self._kept.seen[fact] = bool(self.facts(fact).head(1).collect().height)
        return self._kept.seen[fact]

    def exposure(self, kpi: Kpi, period: Period, keys: Sequence[str]) -> pl.LazyFrame:
        """
        What a ratio is measured against, chosen as the cases are as far as it is recorded so: see `exposure_in`.
        """
        against = kpi.exposure
        if against is None:
            raise ValueError(f"{kpi.id} is measured against nothing")
        own = [(column, allowed) for column, allowed in self.values if column in against.split_by]
        return exposure_in(chosen(self.exposure_rows(against.fact).lazy(), own), against, period, keys)

    def ages(self, kpi: Kpi, period: Period, keys: Sequence[str]) -> pl.DataFrame:
        """
        The cases of a duration in a period by how long they took, by group.

        Args:
            kpi: Which.
            period: Of its day.
            keys: The groups, `month` among them.

        Returns:
            As `sums_by_age` gives them, for this period and its months.
        """
        groups, monthly = tuple(key for key in keys if key != MONTH), MONTH in keys
        # Of few rows all periods are summed at once.
        asked = period if self.is_counted_first(kpi.judge, self._columns(groups)) else Period()
        known = summed_with(kpi), (asked.first, asked.before), groups, monthly
        if known not in self._chosen.ages:
            read = [str(name) for name in (kpi.among, kpi.hits, kpi.span, "is_open")]
            likeness = Likeness(tuple(read), within=Within(str(kpi.day), asked, monthly))
            (rows,) = self.alike(kpi.judge, [likeness], by=groups)
            self._chosen.ages[known] = sums_by_age([kpi], rows, groups)
        return self._chosen.ages[known]

    def sums(self, kpis: Sequence[Kpi], keys: Sequence[str]) -> pl.DataFrame:
        """
        The cases of KPIs that aren't durations, by day and group; most often of others of the same pass, too.

        Args:
            kpis: Of one pass.
            keys: The groups, without the month.

        Returns:
            As `sums_by_day` gives them.
        """
        alike_by, way = summed_with(kpis[0]), kpis[0].judge
        together = [each for each in self.kpis if summed_with(each) == alike_by]
        if keys and not self._are_many(way):
            # Few rows by many groups are soon looked at again, and most KPIs nobody asks for by these groups.
            together = [each for each in together if each in kpis]
        asked = alike_by, tuple(keys), tuple(each.id for each in together)
        if asked not in self._chosen.sums:
            columns = self._columns(keys)
            if self.values and self.is_counted_first(way, columns):
                sums = self._counted(way).sums(together, columns)
                found = added(chosen(sums.lazy(), self.values), keys)
            else:
                found = sums_by_day(together, self.rows(way), keys, many=self._are_many(way))
            self._chosen.sums[asked] = found
        return self._chosen.sums[asked]

    def groups(self, way: Way, keys: Sequence[str]) -> pl.DataFrame:
        """
        The groups that any counted row among those chosen belongs to, as text.
        """
        columns = self._columns(keys)
        if self.is_counted_first(way, columns):
            found = chosen(self._counted(way).groups(columns).lazy(), self.values)
        else:
            found = self.rows(way).filter("is_counted")
        return found.select(pl.col(keys).cast(pl.String)).unique().collect()

    def is_counted_first(self, way: Way, columns: Collection[str]) -> bool:
        """
        Whether rows are so many, and these columns so coarse, that choices are made among counts by them.
        """
        return self._are_many(way) and are_coarse(columns)

    def _counted(self, way: Way) -> Counted:
        self.judge([way])
        if way not in self._kept.counted:
            self._kept.counted[way] = Counted(self._kept.judged[way])
        return self._kept.counted[way]

    def _columns(self, groups: Sequence[str]) -> frozenset[str]:
        return frozenset({*groups, *(column for column, _ in self.values)})

    def _are_many(self, way: Way) -> bool:
        self.judge([way])
        return self._kept.judged[way].height >= self.many

    def stock_by_month(self, stock: StockByMonth, months: Sequence[date], by: Sequence[str]) -> pl.DataFrame:
        """
        Sum states at the end of each month, of the rows chosen.

        Args:
            stock: Counts them.
            months: First days of months.
            by: Columns among `keys` that make groups.

        Returns:
            One row per month and group in which there was anything: `month`, the groups, a column per state.
        """
        columns = self._columns(by)
        found = self._kept.month_ends.sums(stock, months, columns, keys=self.keys, count=self._states)
        return (
            chosen(found.lazy(), self.values).group_by(MONTH, *by).agg(pl.exclude(MONTH, *columns).sum()).collect()
        )

    def _states(self, stock: StockByMonth, months: Sequence[date], keys: Sequence[str]) -> pl.DataFrame:
        also = next((each.also for each in self.kpis if each.stock_by_month is stock), ())
        rows = [self.facts(name) for name in also]
        states = stock(self.facts(self.fact), self.terms, *rows, months=months, by=keys).collect()
        return states.with_columns(pl.col(keys).cast(pl.Categorical))

    def _plan(self, way: Way) -> pl.LazyFrame:
        alike = [each for each in self.kpis if each.judge is way]
        rows = self.facts(self.fact)
        exposures = {name: self.exposure_rows(name) for name in also_read(alike)}
        further = self.linked if alike[0].is_linked and self.linked is not None else self.facts
        judged = judged_rows(way, rows, self.terms, exposures, also=[further(name) for name in alike[0].also])
        used = used_columns(alike, self.keys) | set(self.besides.get(way, ()))
        coded = sorted(used & {*self.keys, *_CODED})
        return judged.select(sorted(used)).with_columns(pl.col(coded).cast(pl.Categorical))


def first_day(judged: Judged, dated: str) -> date | None:
    """
    The local day of the earliest of the rows chosen, by an instant of theirs; null if there are none.
    """
    rows = chosen(judged.facts(judged.fact), judged.values)
    first = rows.select(pl.col(dated).min().dt.convert_time_zone(judged.terms.zone).dt.date()).collect().item()
    return cast("date | None", first)
