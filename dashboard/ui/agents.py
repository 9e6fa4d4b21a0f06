"""
The questions asked about agents and teams that no registered figure answers, remembered under all that decides them.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics import chosen
from dashboard.metrics.agents import agent_figures
from dashboard.periods import Period
from dashboard.stats import funnel
from dashboard.ui.agent_measures import PER, Measure
from dashboard.ui.figures import Figures, Values
from dashboard.ui.page import Look
from dashboard.ui.people import agents_of
from dashboard.ui.names import agent_labels
from dashboard.ui.remembering import remembered


def facts_of(figures: Figures, values: Values) -> Callable[[str], pl.LazyFrame]:
    """
    Give the rows of a fact with one of the values in each column that the fact has.
    """

    def rows(fact: str) -> pl.LazyFrame:
        known = tuple(pair for pair in values if pair[0] in FACTS[fact].by_name)
        return chosen(figures.reader.rows(fact), known)

    return rows


@remembered
def counts_of(figures: Figures, values: Values, period: Period, by: str) -> pl.DataFrame:
    """
    The counts of every unit: see `metrics.agents`.
    """
    return agent_figures(facts_of(figures, values), figures.terms, by=by, period=period)


def units_of(look: Look, by: str, measure: Measure) -> pl.DataFrame:
    """
    Units compared in one measure, by name: the columns that `funnel_plot` reads, and `centre`.

    The filters of branch and team leave nobody out; they say whose units are the reader's own.
    """
    wide = tuple(pair for pair in look.selection.values if pair[0] not in ("branch_id", "team_id"))
    counts = counts_of(look.figures, wide, look.period, by)
    if measure.unit == "rate":
        judged = funnel(counts, numerator=measure.hits, denominator=measure.base, allow_spread=True).with_columns(
            value=pl.when(pl.col(measure.base) > 0).then(pl.col(measure.hits) / pl.col(measure.base)),
            expected=pl.lit(None, pl.Float64),
            centre="overall",
        )
    else:
        c = counts[measure.hits].sum() / counts[measure.base].sum() * PER
        judged = counts.with_columns(
            centre=pl.lit(c),
            expected=pl.lit(None, pl.Float64),
            value=pl.when(pl.col(measure.base) > 0).then(pl.col(measure.hits) / pl.col(measure.base) * PER),
        )
        sd = (c * PER / pl.col(measure.base)).sqrt()
        judged = judged.with_columns(
            lower_998=(c - 3.09 * sd).clip(0),
            upper_998=c + 3.09 * sd,
            lower_95=(c - 1.96 * sd).clip(0),
            upper_95=c + 1.96 * sd,
        )
        judged = judged.with_columns(
            signal=pl.when(pl.col("value") > pl.col("upper_998"))
            .then(pl.lit("high"))
            .when(pl.col("value") < pl.col("lower_998"))
            .then(pl.lit("low"))
        )
    few = pl.col(measure.base) < look.ctx.settings.display.minimum_cases
    labels = (
        agent_labels(look.ctx.reader)
        if by == "agent_id"
        else {unit: look.names.of(by, unit) for unit in counts["unit"]}
    )
    own = own_units(look, by)
    return judged.with_columns(
        label=pl.col("unit").replace_strict(labels, default=pl.col("unit"), return_dtype=pl.String),
        observed=pl.col(measure.hits),
        size=pl.col(measure.base),
        verdict=pl.when(few).then(pl.lit("too_few")).otherwise(pl.col("signal").fill_null("usual")),
        is_own=pl.col("unit").is_in(sorted(own)),
    ).sort("label", "unit")


def own_units(look: Look, by: str) -> set[str]:
    """
    The units that the filters of branch and team select; where these leave nobody out, none stands out.
    """
    picked = dict(look.selection.values)
    if by == "agent_id":
        return set(agents_of(look)) if {"branch_id", "team_id"} & picked.keys() else set()
    if by == "team_id" and "team_id" not in picked and "branch_id" in picked:
        return {agent.team_id for agent in agents_of(look).values()}
    return set(picked.get(by, ()))
