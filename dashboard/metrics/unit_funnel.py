"""
Which agents, teams or branches differ from the company by more than their size and their mix of cases explain?

Units are held against the whole company's rates, not against those a viewer happens to see: the reader's `company`
gives these as sums by kind of case, in which nobody is named. Nobody is ranked; too few cases are not
judged at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import polars as pl

from dashboard.metrics.agent_cases import STRATA, UNITS, Measure, with_tenure
from dashboard.metrics.agents import By
from dashboard.metrics.judged import Facts
from dashboard.metrics.judging import Values, chosen
from dashboard.metrics.terms import Terms
from dashboard.periods import Period
from dashboard.stats import ratio_funnel, standardised

_LIMITS: Final = ("lower_998", "lower_95", "upper_95", "upper_998")


def cases_of(measure: Measure, terms: Terms, period: Period) -> Callable[[Facts], pl.LazyFrame]:
    """
    Give what makes a measure's cases of a period, for `Reader.company` and for `unit_counts` alike.

    Args:
        measure: Which.
        terms: The day, the zone and the rules.
        period: Applied to each case's own day.
    """

    def cases(facts: Facts) -> pl.LazyFrame:
        return with_tenure(measure.cases(facts, terms).filter(period.covers("on")), facts)

    return cases


def unit_counts(facts: Facts, cases: Callable[[Facts], pl.LazyFrame]) -> pl.DataFrame:
    """
    Add up cases by unit and kind, from which any choice of kinds is held against the company.

    Args:
        facts: Gives the rows of a fact, narrowed to what may be seen: whose units are told.
        cases: As `cases_of` gives it, the same that the company was counted by.

    Returns:
        One row per combination: `UNITS` and `STRATA` as categories, `observed` and `base` (Int64).
    """
    keys = [*UNITS, *STRATA]
    coded = cases(facts).with_columns(pl.col(keys).cast(pl.Categorical))
    return coded.group_by(keys).agg(pl.col("observed").sum(), pl.col("base").sum()).collect()


def unit_funnel(
    counts: pl.DataFrame,
    measure: Measure,
    *,
    cells: pl.DataFrame,
    spread: float,
    by: By,
    values: Values = (),
    strata: Sequence[str] = STRATA,
    fewest: int = 20,
) -> pl.DataFrame:
    """
    Hold each unit against what the company's rates make of its cases.

    Adjusted, with strata, a unit's value is what was observed over what its mix makes expected, and 1 is what the
    company comes to: `overall`. Without strata it is the rate, or the count per so many, and `overall` the
    company's. Limits are exact and hold 95 % and 99.8 % of what chance makes of a unit like any other; only the
    outer ones are a signal.

    Args:
        counts: As `unit_counts` gives them.
        measure: Which.
        cells: The company's sums by these strata, as `Company.reference` gives them, chosen likewise.
        spread: The variance between units beyond chance, likewise; 0: limits of chance alone.
        by: Which units.
        values: Only the cases with one of the values in each of these columns: of kinds of cases, not of units.
        strata: Columns within which cases are alike; none: all are.
        fewest: With fewer cases of the base a unit isn't judged.

    Returns:
        One row per unit with cases, sorted by key: `unit`, `value` (Float64; null where nothing is expected),
        `observed`, `size` (of the base; both Int64), `expected` (Float64), all over kinds of cases of which the
        company's rate is told, `unmatched` and `unmatched_observed` (Int64, base and observed of the others; a
        complaint that names no policy is of no kind), `overall`, `lower_998`, `lower_95`, `upper_95`, `upper_998`,
        and `verdict`: `high`, `low`, `usual` or `too_few`. Cases that name no unit are in none.
    """
    sums = (pl.col("observed").sum(), pl.col("base").sum())
    among = chosen(counts.lazy(), values).filter(pl.col(by).is_not_null()).group_by(by, *strata).agg(sums)
    named = among.with_columns(pl.col(by, *strata).cast(pl.String)).collect()
    is_share = measure.kind == "rate"
    units = standardised(named, cells, unit=by, strata=strata, is_share=is_share)
    judged = ratio_funnel(units, is_share=is_share, spread=spread)
    scale, overall = _scale(cells, measure, strata)
    signal = pl.when(pl.col("signal").is_null()).then(pl.lit("usual")).otherwise(pl.col("signal"))
    has_few = (pl.col("base") < fewest) | pl.col("ratio").is_null()
    return judged.select(
        pl.col(by).alias("unit"),
        value=pl.col("ratio") * scale,
        observed=pl.col("observed").cast(pl.Int64),
        size=pl.col("base").cast(pl.Int64),
        expected=pl.col("expected").cast(pl.Float64),
        unmatched=pl.col("unmatched_base").cast(pl.Int64),
        unmatched_observed=pl.col("unmatched").cast(pl.Int64),
        overall=pl.lit(overall, pl.Float64),
        **{name: pl.col(name) * scale for name in _LIMITS},
        verdict=pl.when(has_few).then(pl.lit("too_few")).otherwise(signal),
    )


def _scale(cells: pl.DataFrame, measure: Measure, strata: Sequence[str]) -> tuple[float, float | None]:
    """
    What a ratio of one is on the scale of values, and what the company comes to there; null: nothing is told.
    """
    base = int(cells["base"].sum())
    if not base:
        return 1.0, None
    if strata:
        return 1.0, 1.0
    overall = int(cells["observed"].sum()) / base * measure.per
    return overall, overall
