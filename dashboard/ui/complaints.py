"""
Complaints judged once, with the columns that the pages about them read, and the questions asked of them.

Figures come from the registry (`ui/figures.py`). What is no figure, a Pareto, a curve, a list, is asked here, and
remembered under everything that decides it, the viewer's scope included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Final, ParamSpec, TypeVar

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

# Of the record, what lists, curves and causes read; judging adds its own columns.
COLUMNS: Final = (
    *("complaint_id", "customer_id", "policy_id", "claim_id", "cases"),
    *("branch_id", "team_id", "agent_id", "handler_id", "product_line", "channel"),
    *("source", "category", "cause", "handover_cause", "grade", "initial_grade", "outcome"),
    *("received_at", "acknowledged_at", "investigation_started_at", "regraded_at", "regulator_received_at"),
    *("decided_at", "informed_at", "closed_at", "withdrawn_at", "merged_into_id", "reopened_of_id"),
    *("extension_days", "extension_approved_at", "extension_approver", "extension_told_at"),
    *("paused_days", "pause_told", "redress_amount"),
    *("mediation_offered_at", "mediation_accepted_at", "mediation_ended_at", "mediator", "mediation_settled"),
    *("settlement_record_at", "review_requested_at", "escalated_at", "review_decided_at", "overturned"),
)
# The ledger knows branches and product lines; what else complaints are chosen by doesn't divide it.
LEDGER: Final = ("branch_id", "product_line")
# Nor can it be told whose part of it a team's or an agent's is.
BELOW_LEDGER: Final = ("team_id", "agent_id")

Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


def _span(period: Period) -> tuple[date | None, date | None]:
    return period.first, period.before


def _remembered(question: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    keyed: dict[str | type[Any], Callable[[Any], Any]] = {Figures: _key, Period: _span}
    return st.cache_data(max_entries=600, show_spinner=False, hash_funcs=keyed)(question)


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Figures: _key})
def _judged(figures: Figures) -> pl.DataFrame:
    rows = complaints.judged(figures.known("complaints"), figures.terms)
    judged = [name for name in rows.collect_schema().names() if name not in complaints.COMPLAINTS.by_name]
    return rows.select(*COLUMNS, *judged).collect()


@st.cache_resource(max_entries=48, show_spinner=False, hash_funcs={Figures: _key})
def _chosen(figures: Figures, values: Values) -> pl.DataFrame:
    return chosen(_judged(figures).lazy(), values).collect()


def complaints_of(figures: Figures, values: Values = ()) -> pl.LazyFrame:
    """
    Give the complaints a viewer may see, judged as of the figures' day, with one of the values in each column.
    """
    return (_chosen(figures, values) if values else _judged(figures)).lazy()


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
    ledger = chosen(figures.reader.rows("exposure"), divided)
    return None if ledger.head(1).collect().is_empty() else ledger


@_remembered
def curves_of(figures: Figures, values: Values, period: Period, by: str | None) -> Curves:
    """
    How long until complaints are answered: see `metrics.survival_curves`.
    """
    return curves(complaints_of(figures, values), period=period, by=by)


@_remembered
def pareto_of(figures: Figures, values: Values, period: Period) -> Pareto:
    """
    The causes by size: see `metrics.causes`.
    """
    return pareto(complaints_of(figures, values), period=period)


@_remembered
def matrix_of(figures: Figures, values: Values, period: Period, columns_by: str) -> pl.DataFrame:
    """
    Causes by another column: see `metrics.causes`.
    """
    return matrix(complaints_of(figures, values), period=period, rows_by="cause", columns_by=columns_by)


@_remembered
def handovers_of(figures: Figures, values: Values, period: Period) -> Handovers:
    """
    What arose between departments: see `metrics.causes`.
    """
    return handovers(complaints_of(figures, values), period=period)


@_remembered
def rising_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    Which causes rise: see `metrics.signals`.
    """
    return rising(complaints_of(figures, values), ledger_of(figures, values), as_of=figures.as_of)


@_remembered
def surges_of(figures: Figures, values: Values, by: tuple[str, ...]) -> Surges:
    """
    Where complaints come in surges: see `metrics.signals`.
    """
    return surges(complaints_of(figures, values), as_of=figures.as_of, by=by)


@_remembered
def before_after_of(figures: Figures, values: Values, cause: str | None, day: date) -> BeforeAfter:
    """
    A cause before and after a dated event: see `metrics.before_after`.
    """
    ledger = ledger_of(figures, values)
    return before_after(complaints_of(figures, values), ledger, cause=cause, day=day, as_of=figures.as_of)


@_remembered
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


@_remembered
def complainants_of(figures: Figures, values: Values) -> RepeatComplainants | None:
    """
    Who complains again: see `metrics.complainants`.
    """
    return repeat_complainants(complaints_of(figures, values), as_of=figures.as_of)


@_remembered
def funnel_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    How far mediation comes: see `metrics.mediation`.
    """
    return mediation_funnel(complaints_of(figures, values), period=period)


@_remembered
def mediators_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    The mediators side by side: see `metrics.mediation`.
    """
    return mediators(complaints_of(figures, values), figures.terms, period=period)


@_remembered
def unrecorded_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    Settlements without a retained record: see `metrics.mediation`.
    """
    return settlements_without_record(complaints_of(figures, values), figures.terms, period=period)


@_remembered
def effect_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    What settling by mediation changes: see `metrics.mediation_effect`.
    """
    return mediation_effect(complaints_of(figures, values), figures.terms, period=period)


@_remembered
def outcomes_of(figures: Figures, values: Values, period: Period) -> OutcomeMix:
    """
    How complaints end: see `metrics.outcomes`.
    """
    return outcome_mix(complaints_of(figures, values), period=period)


@_remembered
def regulator_of(figures: Figures, values: Values) -> pl.DataFrame | None:
    """
    What reaches the regulator, by quarter and sector: see `metrics.regulator`; None without a ledger.
    """
    ledger = ledger_of(figures, values)
    if ledger is None:
        return None
    return regulator_rates(complaints_of(figures, values), ledger, as_of=figures.as_of)
