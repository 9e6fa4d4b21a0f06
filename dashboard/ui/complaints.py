"""
The questions asked of judged complaints that no figure answers.

Figures come from the registry (`ui/figures.py`). What is no figure, a Pareto, a curve, a list, is asked here of
the same judged rows, and remembered under everything that decides it, the viewer's scope included.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.metrics import chosen, complaints
from dashboard.metrics.before_after import BeforeAfter, before_after
from dashboard.metrics.causes import Handovers, Pareto, cause_rates, handovers, matrix, pareto
from dashboard.metrics.complainants import RepeatComplainants, repeat_complainants
from dashboard.metrics.mediation import mediation_funnel, mediators, settlements_without_record
from dashboard.metrics.mediation_effect import mediation_effect
from dashboard.metrics.outcomes import OutcomeMix, outcome_mix
from dashboard.metrics.regulator import regulator_rates
from dashboard.metrics.signals import Surges, rising, surges
from dashboard.metrics.survival_curves import Curves, curves
from dashboard.periods import Period
from dashboard.ui.figures import Figures, Values
from dashboard.ui.remembering import by_key, remembered

# The ledger knows branches and product lines; what else complaints are chosen by doesn't divide it.
LEDGER: Final = ("branch_id", "product_line")
# Nor can it be told whose part of it a team's or an agent's is.
BELOW_LEDGER: Final = ("team_id", "agent_id")


# A row per month, branch and line: little, and asked for by four panels of a page.
@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Figures: by_key})
def _ledger(figures: Figures) -> pl.DataFrame:
    return figures.reader.rows("exposure").collect()


def complaints_of(figures: Figures, values: Values = ()) -> pl.LazyFrame:
    """
    Give the complaints a viewer may see, judged as of the figures' day, with one of the values in each column: of
    the record and of the judgement, `reading.COMPLAINTS_READ`.
    """
    # Judged and chosen once, for the figures and for these questions; figures group by categories, these by text.
    rows = figures.judged("complaints", values).rows(complaints.judged)
    return rows.with_columns(pl.col(pl.Categorical).cast(pl.String))


def ledger_of(figures: Figures, values: Values = ()) -> pl.LazyFrame | None:
    """
    Give the exposure that the chosen complaints can be measured against; None where it isn't recorded, or not for
    units as small as those chosen.
    """
    if any(column in BELOW_LEDGER for column, _ in values):
        return None
    recorded = figures.recorded("exposure")
    divided = tuple((column, allowed) for column, allowed in values if column in LEDGER)
    needed = {"policies_in_force", *(column for column, _ in divided)}
    if not needed <= recorded:
        return None
    found = chosen(_ledger(figures).lazy(), divided).collect()
    return None if found.is_empty() else found.lazy()


@remembered
def curves_of(figures: Figures, values: Values, period: Period, by: str | None) -> Curves:
    """
    How long until complaints are answered: see `metrics.survival_curves`.
    """
    return curves(complaints_of(figures, values), period=period, by=by)


@remembered
def pareto_of(figures: Figures, values: Values, period: Period) -> Pareto:
    """
    The causes by size: see `metrics.causes`.
    """
    return pareto(complaints_of(figures, values), period=period)


@remembered
def matrix_of(figures: Figures, values: Values, period: Period, columns_by: str) -> pl.DataFrame:
    """
    Causes by another column: see `metrics.causes`.
    """
    return matrix(complaints_of(figures, values), period=period, rows_by="cause", columns_by=columns_by)


@remembered
def handovers_of(figures: Figures, values: Values, period: Period) -> Handovers:
    """
    What arose between departments: see `metrics.causes`.
    """
    return handovers(complaints_of(figures, values), period=period)


@remembered
def rising_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    Which causes rise: see `metrics.signals`.
    """
    return rising(complaints_of(figures, values), ledger_of(figures, values), as_of=figures.as_of)


@remembered
def surges_of(figures: Figures, values: Values, by: tuple[str, ...]) -> Surges:
    """
    Where complaints come in surges: see `metrics.signals`.
    """
    return surges(complaints_of(figures, values), as_of=figures.as_of, by=by)


@remembered
def before_after_of(figures: Figures, values: Values, cause: str | None, day: date) -> BeforeAfter:
    """
    A cause before and after a dated event: see `metrics.before_after`.
    """
    ledger = ledger_of(figures, values)
    return before_after(complaints_of(figures, values), ledger, cause=cause, day=day, as_of=figures.as_of)


@remembered
def cause_months_of(
    figures: Figures, values: Values, cause: str | None, months: Sequence[date]
) -> pl.DataFrame | None:
    """
    One cause (None: all) by month, per 10,000 policies: `month`, `cases`, `per_10k`; None without a ledger.
    """
    ledger = ledger_of(figures, values)
    if ledger is None:
        return None
    rows = complaints_of(figures, values)
    one = rows if cause is None else rows.filter(pl.col("cause") == cause)
    rates = cause_rates(one.with_columns(cause=pl.lit("")), ledger, months=months, as_of=figures.as_of)
    return rates.select("month", "cases", "per_10k")


@remembered
def complainants_of(figures: Figures, values: Values) -> RepeatComplainants | None:
    """
    Who complains again: see `metrics.complainants`.
    """
    return repeat_complainants(complaints_of(figures, values), as_of=figures.as_of)


@remembered
def funnel_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How far mediation comes: see `metrics.mediation`.
    """
    return mediation_funnel(complaints_of(figures, values), period=period)


@remembered
def mediators_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    The mediators side by side: see `metrics.mediation`.
    """
    return mediators(complaints_of(figures, values), figures.terms, period=period)


@remembered
def unrecorded_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Settlements without a retained record: see `metrics.mediation`.
    """
    return settlements_without_record(complaints_of(figures, values), figures.terms, period=period)


@remembered
def effect_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    What settling by mediation changes: see `metrics.mediation_effect`.
    """
    return mediation_effect(complaints_of(figures, values), figures.terms, period=period)


@remembered
def outcomes_of(figures: Figures, values: Values, period: Period) -> OutcomeMix:
    """
    How complaints end: see `metrics.outcomes`.
    """
    return outcome_mix(complaints_of(figures, values), period=period)


@remembered
def regulator_of(figures: Figures, values: Values) -> pl.DataFrame | None:
    """
    What reaches the regulator, by quarter and sector: see `metrics.regulator`; None without a ledger.
    """
    ledger = ledger_of(figures, values)
    if ledger is None:
        return None
    return regulator_rates(complaints_of(figures, values), ledger, as_of=figures.as_of)
