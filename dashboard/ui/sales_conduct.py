"""
The questions about sales conduct that no figure answers, remembered under everything that decides them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import polars as pl

from dashboard.company import Company
from dashboard.metrics import after_sale, sales_conduct
from dashboard.metrics.after_sale import AFTER_SALE_READ
from dashboard.metrics.agent_cases import Measure, replaced
from dashboard.metrics.agents import By
from dashboard.metrics.application_shares import shares
from dashboard.metrics.conduct_flags import flags_by_kind
from dashboard.metrics.funnel_curve import funnel_curve
from dashboard.metrics.kpi import Way
from dashboard.metrics.packing import Likeness, Within
from dashboard.metrics.sale_records import RECORDINGS, RECORDS_READ, steps_recorded
from dashboard.metrics.suitability import KINDS_READ, breaches_by_kind
from dashboard.metrics.unit_funnel import cases_of, unit_counts, unit_funnel
from dashboard.periods import Period
from dashboard.ui.agents import Comparison, own_units
from dashboard.ui.figures import Figures, Values
from dashboard.ui.names import agent_labels
from dashboard.ui.page import Look
from dashboard.ui.remembering import remembered, shared

REPLACED = "replacement_rate"
_OF_UNITS = frozenset({"branch_id", "team_id"})


@remembered
def breaches_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Unsuitable sales by kind: see `metrics.suitability`.
    """
    return breaches_by_kind(_applications(figures, values, KINDS_READ, period), period=period)


@remembered
def recordings_of(figures: Figures, values: Values, period: Period, name: str, by: str) -> pl.DataFrame:
    """
    The share of sales recorded, or of recordings passed, by a column: see `metrics.application_shares`.
    """
    share = RECORDINGS[name]
    rows = _applications(figures, values, (share.among, share.hits), period, [by])
    return shares(rows, share, period=period, by=by)


@remembered
def steps_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Which steps left a record: see `metrics.sale_records`.
    """
    return steps_recorded(_applications(figures, values, RECORDS_READ, period), period=period)


@remembered
def flags_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Flags by kind: see `metrics.conduct_flags`.
    """
    return flags_by_kind(figures.judged("applications", values).rows(sales_conduct.judged), period=period)


@remembered
def after_sale_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Replacements and early surrenders: see `metrics.after_sale`.
    """
    rows = _alike(figures, "policies", values, after_sale.judged, AFTER_SALE_READ, "issued_on", period)
    return after_sale.after_sale(rows, period=period)


def replaced_by(look: Look, by: By) -> Comparison:
    """
    Hold the units that may be seen against the whole company in how many of their contracts replace others.

    The filters of branch and team leave nobody out; they say whose units are the reader's own.
    """
    figures, period = look.figures, look.period
    kinds = tuple(pair for pair in look.selection.values if pair[0] not in _OF_UNITS)
    units, curve, centre = _replaced(figures, kinds, period, by)
    labels = (
        agent_labels(look.ctx.reader)
        if by == "agent_id"
        else {unit: look.names.of(by, unit) for unit in units["unit"]}
    )
    named = units.with_columns(
        label=pl.Series([labels.get(unit, unit) for unit in units["unit"]], dtype=pl.String),
        is_own=pl.col("unit").is_in(sorted(own_units(look, by))),
        place=pl.col("size").cast(pl.Float64),
        expected=pl.lit(None, pl.Float64),
    )
    return Comparison(named.sort("label", "unit"), curve, centre)


@shared()
def _replacing(figures: Figures, period: Period) -> tuple[Measure, Company, pl.DataFrame]:
    """
    The measure of replacements, the whole company in it, and the units that may be seen, whatever is chosen.
    """
    needs = {"policies": frozenset({"customer_id", "ended_on", "end_reason"})}
    count = partial(replaced, linked=figures.reader.linked("policies"))
    measure = Measure(REPLACED, count, "rate", "down", needs)
    cases = cases_of(measure, figures.terms, period)
    return measure, figures.reader.company(cases), unit_counts(figures.reader.rows, cases)


@remembered
def _replaced(
    figures: Figures, values: Values, period: Period, by: By
) -> tuple[pl.DataFrame, pl.DataFrame, float | None]:
    """
    The units, the curve of the limits and what the company comes to: see `metrics.unit_funnel`.
    """
    measure, company, counts = _replacing(figures, period)
    reference = company.reference(strata=(), unit=by, is_share=True, values=values)
    units = unit_funnel(
        counts,
        measure,
        cells=reference.cells,
        spread=reference.spread,
        by=by,
        values=values,
        strata=(),
        fewest=figures.settings.display.minimum_cases,
    )
    furthest = float(units["size"].max() or 0) if units.height else 0.0  # type: ignore[arg-type]
    curve = funnel_curve(reference.cells, measure, spread=reference.spread, furthest=furthest, is_adjusted=False)
    centre = units["overall"].first() if units.height else None
    return units, curve, centre  # type: ignore[return-value]


def _applications(
    figures: Figures, values: Values, read: Sequence[str], period: Period, by: Sequence[str] = ()
) -> pl.LazyFrame:
    return _alike(figures, "applications", values, sales_conduct.judged, read, "started_on", period, by)


def _alike(
    figures: Figures,
    fact: str,
    values: Values,
    way: Way,
    read: Sequence[str],
    day: str,
    period: Period,
    by: Sequence[str] = (),
) -> pl.LazyFrame:
    """
    The rows of a fact judged in one way, those alike as one where there are many: see `Judged.alike`.
    """
    columns = tuple(name for name in read if name != day)
    likeness = Likeness(columns, within=Within(day, period))
    (rows,) = figures.judged(fact, values).alike(way, [likeness], by=by)
    return rows
