"""
The questions about agents and teams that no registered figure answers, remembered under all that decides them.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard.company import STRATA, Company, Reference
from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.agent_sums import AgentSums, agent_sums
from dashboard.metrics.agent_trend import agent_trend
from dashboard.metrics.agents import By, agent_figures
from dashboard.metrics.funnel_curve import funnel_curve
from dashboard.metrics.unit_funnel import cases_of, unit_counts, unit_funnel
from dashboard.periods import Period
from dashboard.ui.figures import Figures, Values
from dashboard.ui.names import agent_labels
from dashboard.ui.page import Look
from dashboard.ui.people import agents_of
from dashboard.ui.remembering import remembered, shared

# By these, filters choose units; by any other column, kinds of cases.
_OF_UNITS = frozenset({"branch_id", "team_id"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """
    Units held against the whole company in one measure.

    Attributes:
        units: By name: the columns that `funnel_plot` reads.
        curve: The limits of average mix: see `metrics.funnel_curve`.
        centre: What the company comes to on the scale of the values; null where that isn't told.
    """

    units: pl.DataFrame
    curve: pl.DataFrame
    centre: float | None


@shared()
def _sums_of(figures: Figures, period: Period) -> AgentSums:
    """
    The cases of a period by unit and kind, for whatever is chosen among them.
    """
    return agent_sums(figures.reader.rows, figures.terms, recorded=figures.recorded, period=period)


@remembered
def counts_of(figures: Figures, values: Values, period: Period, by: By) -> pl.DataFrame:
    """
    The counts and rates of every unit: see `metrics.agents`.
    """
    return agent_figures(_sums_of(figures, period), by=by, values=values)


@remembered
def trend_of(figures: Figures, period: Period) -> pl.DataFrame:
    """
    The counts of every agent by month, with the band of the team: see `metrics.agent_trend`.
    """
    return agent_trend(figures.reader.rows, figures.terms, recorded=figures.recorded, period=period)


@shared(most=24)
def _company_of(figures: Figures, period: Period, name: str) -> Company:
    """
    The whole company in a measure, whatever is chosen of it.
    """
    return figures.reader.company(cases_of(MEASURES[name], figures.terms, period))


@shared(most=24)
def _own_of(figures: Figures, period: Period, name: str) -> pl.DataFrame:
    """
    The units that may be seen, in a measure, whatever is chosen: see `metrics.unit_counts`.
    """
    return unit_counts(figures.reader.rows, cases_of(MEASURES[name], figures.terms, period))


@remembered
def reference_of(
    figures: Figures, values: Values, period: Period, by: By, name: str, *, is_adjusted: bool
) -> Reference:
    """
    What the whole company comes to in a measure: see `Company.reference`.
    """
    return _company_of(figures, period, name).reference(
        strata=STRATA if is_adjusted else (),
        unit=by,
        is_share=MEASURES[name].kind == "rate",
        values=values,
    )


@remembered
def funnel_of(
    figures: Figures, values: Values, period: Period, by: By, name: str, *, is_adjusted: bool
) -> pl.DataFrame:
    """
    Every unit held against the company: see `metrics.unit_funnel`.
    """
    reference = reference_of(figures, values, period, by, name, is_adjusted=is_adjusted)
    return unit_funnel(
        _own_of(figures, period, name),
        MEASURES[name],
        cells=reference.cells,
        spread=reference.spread,
        by=by,
        values=values,
        strata=STRATA if is_adjusted else (),
        fewest=figures.settings.display.minimum_cases,
    )


def can_tell(figures: Figures, name: str) -> bool:
    """
    Whether the source records what a measure needs.
    """
    return MEASURES[name].can_be_told(figures.recorded)


def compared(look: Look, by: By, name: str, *, is_adjusted: bool) -> Comparison:
    """
    Hold all units that may be seen against the company in one measure.

    The filters of branch and team leave nobody out; they say whose units are the reader's own.
    """
    figures, period = look.figures, look.period
    kinds = tuple(pair for pair in look.selection.values if pair[0] not in _OF_UNITS)
    reference = reference_of(figures, kinds, period, by, name, is_adjusted=is_adjusted)
    units = funnel_of(figures, kinds, period, by, name, is_adjusted=is_adjusted)
    labels = (
        agent_labels(look.ctx.reader)
        if by == "agent_id"
        else {unit: look.names.of(by, unit) for unit in units["unit"]}
    )
    own = own_units(look, by)
    named = units.with_columns(
        label=pl.Series([labels.get(unit, unit) for unit in units["unit"]], dtype=pl.String),
        is_own=pl.col("unit").is_in(sorted(own)),
        # Limits depend on what is expected; where all units are alike but for their size, on that.
        place=pl.col("expected") if is_adjusted else pl.col("size").cast(pl.Float64),
        # Without an adjustment it says no more than the company's rate does.
        expected=pl.col("expected") if is_adjusted else pl.lit(None, pl.Float64),
    ).sort("label", "unit")
    furthest = named["place"].max()
    curve = funnel_curve(
        reference.cells,
        MEASURES[name],
        spread=reference.spread,
        furthest=furthest if isinstance(furthest, float) else 0.0,
        is_adjusted=is_adjusted,
    )
    return Comparison(named, curve, named["overall"].first() if named.height else None)  # type: ignore[arg-type]


def company_of(figures: Figures, period: Period, name: str) -> float | None:
    """
    What the whole company comes to in a measure, as the measure is told; null where that isn't told.
    """
    cells = reference_of(figures, (), period, "agent_id", name, is_adjusted=False).cells
    base = int(cells["base"].sum())
    return int(cells["observed"].sum()) / base * MEASURES[name].per if base else None


def own_units(look: Look, by: By) -> set[str]:
    """
    The units that the filters of branch and team select; where these leave nobody out, none stands out.
    """
    picked = dict(look.selection.values)
    if by == "agent_id":
        return set(agents_of(look)) if _OF_UNITS & picked.keys() else set()
    if by == "team_id" and "team_id" not in picked and "branch_id" in picked:
        return {agent.team_id for agent in agents_of(look).values()}
    return set(picked.get(by, ()))
