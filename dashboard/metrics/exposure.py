"""
What complaints are measured against: policies in force and premium, recorded by month, counted by day.

Of a period those days are covered that lie in months of which the ledger is closed: they had ended and have a row.
Cases and exposure are counted over the same days, so that a month whose ledger is still open distorts neither.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period

DAYS_PER_YEAR = 365


@dataclass(frozen=True, slots=True)
class Exposure:
    """
    Something that is there day by day and recorded by month.

    Attributes:
        fact: Whose rows record it: `month` (a first day) and the columns below.
        column: The amount of a month.
        per_day: From the amount, how much of it one day of the month is.
        split_by: The columns by which it is recorded: each group has its own.
        shared_by: Columns of cases alone: each group's cases are measured against the whole.
    """

    fact: str
    column: str
    per_day: Callable[[pl.Expr], pl.Expr]
    split_by: tuple[str, ...]
    shared_by: tuple[str, ...]

    def can_be_told(self, columns: Sequence[str], recorded: frozenset[str]) -> bool:
        """
        Whether there is an exposure for rows chosen or split by these columns of theirs.

        Args:
            columns: Besides the month.
            recorded: The columns of the exposure's fact that its source records.
        """
        known = (*(column for column in self.split_by if column in recorded), *self.shared_by)
        return self.column in recorded and all(column in known for column in columns)

    def groups(self, keys: Sequence[str]) -> tuple[str, ...]:
        """
        Those of the keys, `month` among them, by which it is split.
        """
        return tuple(key for key in keys if key == MONTH or key in self.split_by)


def policy_years(policies: pl.Expr) -> pl.Expr:
    """
    The policy-years of a day of a month, from the policies in force: one day of each is 1 / 365 of a year.
    """
    return policies.cast(pl.Float64) / DAYS_PER_YEAR


def premium(written: pl.Expr) -> pl.Expr:
    """
    The premium of a day of a month, from the premium written in it, spread evenly.
    """
    return written.cast(pl.Float64) / pl.col(MONTH).dt.month_end().dt.day()


def covered(exposure: pl.LazyFrame, terms: Terms) -> pl.DataFrame:
    """
    The rows of months that had ended by the end of the day asked for.

    Args:
        exposure: Rows of the exposure fact.
        terms: The day.
    """
    ended = pl.col(MONTH).dt.month_end() <= terms.as_of
    return exposure.filter(ended).with_columns(pl.col(MONTH).dt.month_start()).collect()


def with_exposure(judged: pl.LazyFrame, months: Sequence[date]) -> pl.LazyFrame:
    """
    Tell which judged rows fall on covered days.

    Args:
        judged: With `is_counted` and `received_on`.
        months: The first days of the covered months.

    Returns:
        The same rows with `is_exposed` (counted, and received on a covered day) and `is_exposure_awaited`
        (counted, and received after the last of them: the ledger of that month isn't closed).
    """
    known = pl.Series(sorted(set(months)), dtype=pl.Date)
    month = pl.col("received_on").dt.truncate("1mo")
    latest = known.max() if len(known) else None
    return judged.with_columns(
        is_exposed=pl.col("is_counted") & month.is_in(known.to_list()),
        is_exposure_awaited=(pl.col("is_counted") & (month > latest)) if latest else pl.lit(value=False),
    )


def exposure_in(rows: pl.LazyFrame, exposure: Exposure, period: Period, keys: Sequence[str]) -> pl.LazyFrame:
    """
    Sum an exposure over the covered days of a period.

    Args:
        rows: Covered rows of its fact, chosen as the cases are.
        exposure: Which.
        period: Days outside it don't count.
        keys: The groups, `month` among them; those it isn't split by are passed over.

    Returns:
        One row per group with covered days: those of `keys` that split it, and `exposure`.
    """
    own = exposure.groups(keys)
    month = pl.col(MONTH)
    after = month.dt.offset_by("1mo")
    first = month if period.first is None else pl.max_horizontal(month, pl.lit(period.first))
    before = after if period.before is None else pl.min_horizontal(after, pl.lit(period.before))
    days = (before - first).dt.total_days()
    counted = rows.with_columns(exposure=exposure.per_day(pl.col(exposure.column)) * days).filter(days > 0)
    total = pl.col("exposure").sum()
    found = counted.group_by(own).agg(total) if own else counted.select(total)
    return found.filter(pl.col("exposure") > 0)
