"""
From a page's selection to figures, computed once per version, scope, day and rule, and then remembered.

Rows are judged once for all filters, because neither a due day nor a stop depends on what is selected; a filter
then only chooses among judged rows. What is remembered is keyed by everything that decides it, the scope included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard.access import Viewer
from dashboard.deadlines import Rules
from dashboard.facts import FACTS
from dashboard.metrics import Judged, Terms, ageing, complaints, figures_of, kpi, rows_of
from dashboard.metrics.as_of import known_on
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.settings import Settings

Values = tuple[tuple[str, tuple[str, ...]], ...]
Part = Literal["denominator", "numerator", "misses"]


@dataclass(frozen=True)
class Figures:
    """
    The figures one viewer may see, of one version, as of one day, under the rules in force.
    """

    reader: Reader
    viewer: Viewer
    settings: Settings
    rules: Rules
    as_of: date

    @property
    def key(self) -> tuple[str, ...]:
        """
        Everything that decides a figure besides what is selected.
        """
        return (
            self.reader.version_id,
            self.viewer.scope,
            self.as_of.isoformat(),
            self.rules.digest,
            self.settings.business.timezone,
            str(self.settings.business.as_of),
        )

    @property
    def terms(self) -> Terms:
        """
        The terms metrics are given.
        """
        return Terms(self.as_of, self.settings.business.timezone, self.rules.calendar, self.rules.chosen)

    def on(self, day: date) -> Figures:
        """
        The same, as of another day.
        """
        return replace(self, as_of=day)

    def of(
        self, ids: Sequence[str], period: Period, values: Values = (), by: Sequence[str] = ()
    ) -> dict[str, pl.DataFrame]:
        """
        Figures by KPI id, as `evaluate_many` gives them.
        """
        return _figures(self, tuple(ids), period.first, period.before, values, tuple(by))

    def one(self, name: str, period: Period, values: Values = ()) -> dict[str, Any]:
        """
        A single figure as a mapping of its columns.
        """
        return self.of([name], period, values)[name].row(0, named=True)

    def ageing(self, values: Values = ()) -> pl.DataFrame:
        """
        Open complaints by days since receipt: `band`, `late`, `not_late`.
        """
        return _ageing(self, values)

    def rows(
        self,
        name: str,
        period: Period,
        values: Values = (),
        group: Mapping[str, Any] | None = None,
        part: Part = "denominator",
    ) -> pl.DataFrame:
        """
        Exactly the rows behind a figure, with their due day and stop, those that matter most first.
        """
        found = rows_of(
            kpi(name),
            self.reader.rows,
            self.terms,
            values=values,
            period_from=period.first,
            period_before=period.before,
            group=group,
            part=part,
        )
        return found.collect()

    def can_tell(self, name: str) -> bool:
        """
        Whether the source records what a KPI needs.
        """
        each = kpi(name)
        return not each.missing(self.recorded(each.fact), self.terms)

    def known(self, fact: str) -> pl.LazyFrame:
        """
        The rows of a fact as they are known at this moment.

        On screens pinned to a day that is what was known at its end. The working list stands in the day after it,
        of which nothing has happened yet, whatever the data hold.
        """
        rows, pinned = self.reader.rows(fact), self.settings.business.as_of
        if pinned is None:
            return rows
        return known_on(rows, FACTS[fact], pinned, self.settings.business.timezone)

    def recorded(self, fact: str) -> frozenset[str]:
        """
        The columns of a fact that its source records.
        """
        return self.reader.recorded(fact)


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_resource(max_entries=24, show_spinner=False, hash_funcs={Figures: _key})
def _judged(figures: Figures, fact: str) -> Judged:
    return Judged.of(fact, figures.reader.rows, figures.terms, figures.recorded)


# What a filter chooses is asked for by every panel of a page, each with another period or split.
@st.cache_resource(max_entries=16, show_spinner=False, hash_funcs={Figures: _key})
def _chosen(figures: Figures, fact: str, values: Values) -> Judged:
    return _judged(figures, fact).chosen(values)


@st.cache_data(max_entries=4_000, show_spinner=False, hash_funcs={Figures: _key})
def _figures(
    figures: Figures,
    ids: tuple[str, ...],
    first: date | None,
    before: date | None,
    values: Values,
    by: tuple[str, ...],
) -> dict[str, pl.DataFrame]:
    facts = dict.fromkeys(kpi(name).fact for name in ids)
    judged = {fact: _chosen(figures, fact, values) for fact in facts}
    return figures_of([kpi(name) for name in ids], judged, period_from=first, period_before=before, by=by)


@st.cache_data(max_entries=1_000, show_spinner=False, hash_funcs={Figures: _key})
def _ageing(figures: Figures, values: Values) -> pl.DataFrame:
    return ageing(_chosen(figures, "complaints", values).rows(complaints.judged).lazy()).collect()
