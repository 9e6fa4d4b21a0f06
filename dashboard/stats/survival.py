"""
How long things take when some of them aren't finished yet: Kaplan-Meier, weighted and by group.
"""

from __future__ import annotations

from collections.abc import Sequence
from statistics import NormalDist

import polars as pl

# A survival of exactly one half may come out of the running product as a hair more than that.
ROUNDING = 1e-11


def kaplan_meier(
    cases: pl.LazyFrame,
    *,
    duration: str,
    event: str,
    weight: str = "cases",
    by: Sequence[str] = (),
    level: float = 0.95,
) -> pl.LazyFrame:
    """
    Estimate, per group, the share of cases not finished after each duration.

    A case without `event` was still going when last seen and counts as at risk up to and including its duration.
    Rows without a duration are left out.

    Args:
        cases: One row per `weight` cases.
        duration: Column of elapsed time, in any unit, zero included.
        event: Column of truths: finished (true) or last seen still going.
        weight: Column of how many cases a row stands for; null is one.
        by: Columns that make the groups; null is a group.
        level: Of the pointwise interval (Greenwood, on the log-log scale).

    Returns:
        The group columns, `time`, `at_risk`, `events`, `survival`, `lower`, `upper`, sorted by group and time.
        The interval is one point while survival is 1, and null where it is 0.
    """
    keys = list(by)
    counted = (
        cases.filter(pl.col(duration).is_not_null())
        .select(*keys, time=pl.col(duration), leaving=pl.col(weight).fill_null(1), _is_event=pl.col(event))
        # Told apart before they are grouped: within groups it would be for each group anew.
        .with_columns(events=pl.when("_is_event").then("leaving"))
        .group_by(*keys, "time")
        .agg(pl.col("events", "leaving").sum())
        .sort("time")
    )
    events, at_risk = pl.col("events"), pl.col("leaving").cum_sum(reverse=True)
    running = {
        "at_risk": at_risk,
        "survival": (1 - events / at_risk).cum_prod(),
        "spread": (events / (at_risk * (at_risk - events))).cum_sum().sqrt(),
    }
    if keys:
        # A group at a time: a window over long curves costs half as much again.
        apart = counted.group_by(keys).agg("time", "events", **running).sort(keys, nulls_last=True)
        curve = apart.explode("time", "events", *running)
    else:
        curve = counted.with_columns(**running)
    lower, upper = log_log(pl.col("survival"), pl.col("spread"), level)
    return curve.select(*keys, "time", "at_risk", "events", "survival", lower=lower, upper=upper)


def survival_quantiles(
    curve: pl.LazyFrame, *, by: Sequence[str] = (), q: Sequence[float] = (0.5, 0.9)
) -> pl.LazyFrame:
    """
    Read from each curve the first time by which a share `q` of the cases had finished.

    The median is the first time at which survival is 0.5 or less, the P90 the first at which it is 0.1 or less.

    Args:
        curve: As `kaplan_meier` returns it.
        by: The columns that made its groups.
        q: Shares between 0 and 1.

    Returns:
        One row per group and share: the group columns, `quantile`, `time`, `lower`, `upper`. Null: not reached.
        Without `by` there is always a row; with it, one per group that has a curve.
    """
    keys = list(by)
    reached = {}
    for place, share in enumerate(q):
        rest = 1 - share + ROUNDING
        reached[f"{place} time"] = pl.col("time").filter(pl.col("survival") <= rest).min()
        reached[f"{place} lower"] = pl.col("time").filter(pl.col("lower").fill_null(0.0) <= rest).min()
        reached[f"{place} upper"] = pl.col("time").filter(pl.col("upper") <= rest).min()
    # All of them in one look at the curves; then a row for each.
    wide = curve.group_by(keys).agg(**reached) if keys else curve.select(**reached)
    told = ("time", "lower", "upper")
    rows = [
        wide.select(*keys, pl.lit(share).alias("quantile"), **{name: pl.col(f"{place} {name}") for name in told})
        for place, share in enumerate(q)
    ]
    return pl.concat(rows).sort(*keys, "quantile", nulls_last=True)


def over(column: pl.Expr, keys: Sequence[str]) -> pl.Expr:
    """
    A running sum or product, per group where there are groups.
    """
    return column.over(keys) if keys else column


def log_log(survival: pl.Expr, spread: pl.Expr, level: float) -> tuple[pl.Expr, pl.Expr]:
    """
    The pointwise interval of a share, on the log-log scale.

    Args:
        survival: The share.
        spread: Its standard error, as a part of it.
        level: Of the interval.

    Returns:
        Lower and upper; one point where the share is 1, null where it is 0.
    """
    z = NormalDist().inv_cdf(0.5 + level / 2)
    exponent = (z * spread / -survival.log()).exp()
    inside = (survival > ROUNDING) & (survival < 1)
    at_one = pl.when(survival == 1).then(1.0)
    return (
        pl.when(inside).then(survival**exponent).otherwise(at_one),
        pl.when(inside).then(survival ** (1 / exponent)).otherwise(at_one),
    )
