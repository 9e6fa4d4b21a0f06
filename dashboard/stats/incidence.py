"""
How things end that can end in several ways, when some of them haven't ended yet: Aalen-Johansen, weighted and by
group.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from dashboard.stats.survival import ROUNDING, log_log, over


def cumulative_incidence(
    cases: pl.LazyFrame,
    *,
    duration: str,
    ending: str,
    endings: Sequence[str],
    weight: str = "cases",
    by: Sequence[str] = (),
    level: float = 0.95,
) -> pl.LazyFrame:
    """
    Estimate, per group, the share of cases that had ended in each way by each duration.

    The shares of all ways and that of what hasn't ended make one whole. To treat the other ways as if the case had
    only been lost sight of (one minus Kaplan-Meier) would say too much of each.

    The variance is the delta method's (Dinse and Larson 1986, Marubini and Valsecchi 1995); the interval is
    pointwise, on the log-log scale.

    Args:
        cases: One row per `weight` cases.
        duration: Column of elapsed time, in any unit, zero included; rows without one are left out.
        ending: Column of how a case ended; null: last seen not ended, at risk up to and including its duration.
        endings: The ways to tell of, in the order wanted. Any other value is a way of ending too, without a curve.
        weight: Column of how many cases a row stands for; null is one.
        by: Columns that make the groups; null is a group.
        level: Of the interval.

    Returns:
        The group columns, `ending` (String), `time`, `at_risk`, `events` (that ended in this way then), `survival`
        (not ended in any way after then), `incidence`, `lower`, `upper`: a row per group, way and duration, sorted
        by group, order of `endings` and time. Lower and upper are null where the incidence is 0 or 1.
    """
    keys = list(by)
    of = pl.col(weight)
    counted = (
        cases.filter(pl.col(duration).is_not_null())
        .with_columns(of.fill_null(1))
        .group_by(*keys, time=pl.col(duration), _ending=pl.col(ending))
        .agg(_cases=of.sum())
        .with_columns(pl.col("_ending").cast(pl.String))
        .group_by(*keys, "time")
        .agg(
            leaving=pl.col("_cases").sum(),
            _ended=pl.col("_cases").filter(pl.col("_ending").is_not_null()).sum(),
            **{
                _count(place): pl.col("_cases").filter(pl.col("_ending") == way).sum()
                for place, way in enumerate(endings)
            },
        )
        .sort(*keys, "time", nulls_last=True)
        .with_columns(at_risk=over(pl.col("leaving").cum_sum(reverse=True), keys))
        # Behind the last one with any weight there is nobody left to say anything of.
        .filter(pl.col("at_risk") > 0)
    )
    at_risk, ended = pl.col("at_risk"), pl.col("_ended")
    whole = counted.with_columns(survival=over((1 - ended / at_risk).cum_prod(), keys)).with_columns(
        # What hadn't ended just before; and Greenwood's term, which is without bounds where nothing is left after.
        _before=over(pl.col("survival").shift(1, fill_value=1.0), keys),
        _greenwood=pl.when(at_risk > ended).then(ended / (at_risk * (at_risk - ended))).otherwise(0.0),
    )
    curves = [
        _curve(whole, pl.col(_count(place)), keys, level).select(
            *keys,
            pl.lit(way, pl.String).alias("ending"),
            "time",
            "at_risk",
            pl.col(_count(place)).alias("events"),
            "survival",
            "incidence",
            "lower",
            "upper",
            _place=pl.lit(place),
        )
        for place, way in enumerate(endings)
    ]
    return pl.concat(curves).sort(*keys, "_place", "time", nulls_last=True).drop("_place")


def _count(place: int) -> str:
    # By number: a way may be called like a column.
    return f"_ended_{place}"


def _curve(whole: pl.LazyFrame, events: pl.Expr, keys: list[str], level: float) -> pl.LazyFrame:
    """
    Add one way's `incidence`, `lower` and `upper`.

    The variance at t is a sum over the steps s up to t, of which the incidence at t is a part; multiplied out, its
    sums run along with time, so that all variances of a curve cost one pass.
    """
    # As fractions: the third power of ten million is more than a whole number can hold.
    at_risk, events = pl.col("at_risk").cast(pl.Float64), events.cast(pl.Float64)
    before, greenwood = pl.col("_before"), pl.col("_greenwood")
    incidence, step = pl.col("incidence"), before * events / at_risk
    # The variance of the step itself, and its covariance with all that had ended before.
    own = before**2 * (at_risk - events) * events / at_risk**3
    shared = before * events / at_risk**2
    sums = {
        "_square": greenwood,
        "_cross": incidence * greenwood,
        "_level": incidence**2 * greenwood,
        "_own": own,
        "_shared": shared,
        "_shared_level": incidence * shared,
    }
    spread = (
        incidence**2 * pl.col("_square")
        - 2 * incidence * pl.col("_cross")
        + pl.col("_level")
        + pl.col("_own")
        - 2 * incidence * pl.col("_shared")
        + 2 * pl.col("_shared_level")
    )
    summed = whole.with_columns(incidence=over(step.cum_sum(), keys)).with_columns(
        over(term.cum_sum(), keys).alias(name) for name, term in sums.items()
    )
    lower, upper = log_log(incidence, spread.clip(lower_bound=0).sqrt() / incidence, level)
    is_open = incidence.is_between(ROUNDING, 1 - ROUNDING)
    return summed.with_columns(lower=pl.when(is_open).then(lower), upper=pl.when(is_open).then(upper))
