"""
From a page's selection to figures, computed once per version, scope, day and rule, and then remembered.

Rows are judged once for all filters, because neither a due day nor a stop depends on what is selected; a filter
then only chooses among judged rows. What is remembered is keyed by everything that decides it, the scope included.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Any, Literal

import polars as pl
import streamlit as st

from dashboard.access import Viewer
from dashboard.deadlines import Rules
from dashboard.facts import FACTS
from dashboard.metrics import (
    Judged,
    Terms,
    after_sale,
    ageing,
    application_journey,
    claims,
    complaints,
    contacts,
    dormancy,
    figures_of,
    kpi,
    persistency,
    renewals,
    rows_of,
    sales_conduct,
    tiers,
    trainings,
)
from dashboard.metrics.after_sale import AFTER_SALE_READ
from dashboard.metrics.as_of import known_on
from dashboard.metrics.kpi import Way
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.settings import Settings
from dashboard.snapshot import Version
from dashboard.ui.anticipating import noted
from dashboard.ui.forgetting import held
from dashboard.ui.reading import (
    APPLICATIONS_READ,
    CLAIMS_READ,
    COMPLAINTS_READ,
    CONDUCT_READ,
    CONTACTS_READ,
    CUSTOMERS_READ,
    PREMIUMS_READ,
    RENEWALS_READ,
    TIERS_READ,
    TRAININGS_READ,
)

Values = tuple[tuple[str, tuple[str, ...]], ...]
Part = Literal["denominator", "numerator", "misses"]


@dataclass(frozen=True, eq=False)
class Figures:
    """
    The figures one viewer may see, of one version, as of one day, under the rules in force.

    Attributes:
        reader: The version, narrowed to the viewer.
        viewer: Who looks.
        settings: What the operator decided.
        rules: The rules in force.
        as_of: The day whose end counts.
        with_questions: Off for a day of which only figures are asked: far fewer columns are kept in memory then.
    """

    reader: Reader
    viewer: Viewer
    settings: Settings
    rules: Rules
    as_of: date
    with_questions: bool = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Figures) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)

    @property
    def version(self) -> Version:
        """
        Of which version they are.
        """
        return self.reader.version

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
            "questions" if self.with_questions else "figures",
        )

    @property
    def terms(self) -> Terms:
        """
        The terms metrics are given.
        """
        return Terms(self.as_of, self.settings.business.timezone, self.rules.calendar, self.rules.chosen)

    def on(self, day: date) -> Figures:
        """
        The figures, without the questions, as of another day.
        """
        return replace(self, as_of=day, with_questions=False)

    def of(
        self, ids: Sequence[str], period: Period, values: Values = (), by: Sequence[str] = ()
    ) -> dict[str, pl.DataFrame]:
        """
        Figures by KPI id, as `evaluate_many` gives them.
        """
        return _figures(self, tuple(ids), period, values, tuple(by))

    def one(self, name: str, period: Period, values: Values = ()) -> dict[str, Any]:
        """
        A single figure as a mapping of its columns.
        """
        return self.of([name], period, values)[name].row(0, named=True)

    def judged(self, fact: str, values: Values = ()) -> Judged:
        """
        The rows of a fact, judged once, with one of the values in each column.
        """
        return _chosen(self, fact, values) if values else _judged(self, fact)

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
            linked=self.reader.linked,
        )
        return found.collect()

    def can_tell(self, name: str) -> bool:
        """
        Whether the source records what a KPI needs.
        """
        return kpi(name).can_be_told(self.recorded, self.terms)

    def known(self, fact: str) -> pl.LazyFrame:
        """
        The rows of a fact as they are known at this moment.

        On screens pinned to a day that is what was known at its end. The working list stands in the day after it,
        of which nothing has happened yet, whatever the data hold.
        """
        return self.as_known(fact, self.reader.rows(fact))

    def as_known(self, fact: str, rows: pl.LazyFrame) -> pl.LazyFrame:
        """
        Some rows of a fact, as `known` gives all of them.
        """
        pinned = self.settings.business.as_of
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


def _span(period: Period) -> tuple[date | None, date | None]:
    return period.first, period.before


@held(24, {Figures: _key})
def _judged(figures: Figures, fact: str) -> Judged:
    read = (*complaints.AGEING_COLUMNS, *(COMPLAINTS_READ if figures.with_questions else ()))
    besides: dict[Way, tuple[str, ...]] = {complaints.judged: read}
    if figures.with_questions:
        besides[claims.judged] = CLAIMS_READ
        besides |= {renewals.judged: RENEWALS_READ, persistency.judged: PREMIUMS_READ}
        besides |= {dormancy.judged: CUSTOMERS_READ, application_journey.judged: APPLICATIONS_READ}
        besides |= {trainings.judged: TRAININGS_READ, contacts.judged: CONTACTS_READ, tiers.judged: TIERS_READ}
        besides |= {sales_conduct.judged: CONDUCT_READ, after_sale.judged: AFTER_SALE_READ}
    return Judged.of(
        fact,
        figures.reader.rows,
        figures.terms,
        figures.recorded,
        besides=besides,
        linked=figures.reader.linked,
    )


# What a filter chooses is asked for by every panel of a page, each with another period or split.
@held(16, {Figures: _key})
def _chosen(figures: Figures, fact: str, values: Values) -> Judged:
    return _judged(figures, fact).chosen(values)


@noted
def _figures(
    figures: Figures, ids: tuple[str, ...], period: Period, values: Values, by: tuple[str, ...]
) -> dict[str, pl.DataFrame]:
    known = _known(figures, period, values, by)
    with known.lock:
        missing = [kpi(name) for name in dict.fromkeys(ids) if name not in known.figures]
        if missing:
            judged = {fact: figures.judged(fact, values) for fact in {each.fact for each in missing}}
            span = {"period_from": period.first, "period_before": period.before}
            known.figures.update(figures_of(missing, judged, **span, by=by))
    return {name: known.figures[name] for name in ids}


@dataclass(frozen=True)
class _Known:
    """
    Figures by KPI id, filled as panels ask: what one has asked for the next one has, and waits for meanwhile.
    """

    figures: dict[str, pl.DataFrame] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


@st.cache_resource(max_entries=4_000, show_spinner=False, hash_funcs={Figures: _key, Period: _span})
def _known(figures: Figures, period: Period, values: Values, by: tuple[str, ...]) -> _Known:  # noqa: ARG001 - what is told apart
    return _Known()


@st.cache_data(max_entries=1_000, show_spinner=False, hash_funcs={Figures: _key})
def _ageing(figures: Figures, values: Values) -> pl.DataFrame:
    return ageing(figures.judged("complaints", values).rows(complaints.judged)).collect()
