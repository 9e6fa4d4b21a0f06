"""
How rows of a fact are judged, which of them are chosen, and which of their columns figures read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

from dashboard.metrics.exposure import with_exposure
from dashboard.metrics.kpi import Kpi, Way
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH

Values = Sequence[tuple[str, Sequence[str]]]


def judged_rows(
    way: Way,
    rows: pl.LazyFrame,
    terms: Terms,
    exposures: Mapping[str, pl.DataFrame],
    *,
    also: Sequence[pl.LazyFrame] = (),
) -> pl.LazyFrame:
    """
    Judge rows in one way, and tell which of them fall on days of which the exposure is known, where one is given.

    Rows of further facts are handed to the judge where it goes by them.
    """
    judged = way(rows, terms, *also)
    for covered_rows in exposures.values():
        judged = with_exposure(judged, covered_rows[MONTH].unique().to_list())
    return judged


def also_read(kpis: Iterable[Kpi]) -> list[str]:
    """
    The facts that KPIs read besides their own.
    """
    return list(dict.fromkeys(each.exposure.fact for each in kpis if each.exposure is not None))


def chosen(rows: pl.LazyFrame, values: Values) -> pl.LazyFrame:
    """
    Only the rows with one of the values in each column named; no columns, all rows.
    """
    return rows.filter(is_chosen(values)) if values else rows


def is_chosen(values: Values) -> pl.Expr:
    """
    Whether a row has one of the values in each column named.
    """
    return pl.all_horizontal(pl.col(column).is_in(list(allowed)) for column, allowed in values)


def used_columns(kpis: Iterable[Kpi], keys: Sequence[str]) -> set[str]:
    """
    The columns of judged rows that these KPIs and groups read.
    """
    used = {"cases", "is_counted", *keys}
    for each in kpis:
        used |= {name for name in _columns_of(each) if name}
        used |= {each.span, "is_open"} if each.quantile is not None else set()
    return used


def _columns_of(kpi: Kpi) -> tuple[str | None, ...]:
    return (kpi.among, kpi.hits, kpi.against, kpi.pending, kpi.amount, kpi.base, kpi.chance, kpi.day)
