"""
How does an agent go from month to month, beside the others of the team?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics import agent_activity
from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.judged import Facts, Recorded
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period

# Of fewer than so many agents a band would be nearly the agents themselves.
FEWEST_FOR_BAND: Final = 5
_LOW, _HIGH = 0.1, 0.9
# What a month tells of an agent besides what they sold: of these measures what is observed, and among how many.
_COUNTED: Final = {
    "complaints_per_1000_sold": ("complaints",),
    "renewal_rate": ("renewals_renewed", "renewals_due"),
    "training_on_time_rate": ("trainings_on_time", "trainings_due"),
}
COUNTS: Final = ("policies", "premium", *(name for names in _COUNTED.values() for name in names))


def agent_trend(facts: Facts, terms: Terms, *, recorded: Recorded, period: Period) -> pl.DataFrame:
    """
    Count by agent and month, with the band in which most of the team's agents lie.

    The band is the exact 10th and 90th percentile of the numbers of all the team's agents who had a contract in
    that month, the agent's own among them: the smallest number that a tenth, and nine tenths, of them don't
    exceed. A month in which an agent had nothing counts as nought.

    Args:
        facts: Gives the rows of a fact, narrowed to what may be seen: who sees one agent alone sees no band.
        terms: The day, the zone and the rules.
        recorded: Gives the columns of a fact that its source records.
        period: Months whose first day lies in it.

    Returns:
        One row per agent, month and count, sorted by them: `team_id`, `agent_id`, `month`, `count` (of `COUNTS`),
        `value` (Float64, in cases or premium; null if not recorded), `lower` and `upper` (null where the team had
        fewer than five agents that month), `agents` (how many), `provisional` (the month isn't over).
    """
    months = agent_activity.judged(facts("agents"), terms, facts("policies")).filter(period.covers(MONTH))
    has_sales = bool(recorded("policies"))
    weight = pl.col("cases").cast(pl.Int64)
    table = months.select(
        "team_id",
        "agent_id",
        MONTH,
        "is_running",
        **{
            name: (pl.col(name) * weight).cast(pl.Float64) if has_sales else pl.lit(None, pl.Float64)
            for name in ("policies", "premium")
        },
    )
    for measure, names in _COUNTED.items():
        each = MEASURES[measure]
        if not each.can_be_told(recorded):
            table = table.with_columns(pl.lit(None, pl.Float64).alias(name) for name in names)
            continue
        counted = (
            each.cases(facts, terms)
            .filter(period.covers("on"))
            .group_by("agent_id", pl.col("on").dt.month_start().alias(MONTH))
            .agg(
                pl.col(column).sum().alias(name) for name, column in zip(names, ("observed", "base"), strict=False)
            )
        )
        table = table.join(counted, on=["agent_id", MONTH], how="left").with_columns(
            pl.col(name).fill_null(0).cast(pl.Float64) for name in names
        )
    long = table.unpivot(
        on=list(COUNTS),
        index=["team_id", "agent_id", MONTH, "is_running"],
        variable_name="count",
        value_name="value",
    )
    peers = ["team_id", MONTH, "count"]
    found = long.with_columns(agents=pl.len().over(peers).cast(pl.Int64))
    enough = pl.col("agents") >= FEWEST_FOR_BAND
    return (
        found.with_columns(
            lower=pl.when(enough).then(_percentile(_LOW).over(peers)),
            upper=pl.when(enough).then(_percentile(_HIGH).over(peers)),
        )
        .select(
            "team_id", "agent_id", MONTH, "count", "value", "lower", "upper", "agents", provisional="is_running"
        )
        .sort("agent_id", MONTH, "count")
        .collect()
    )


def _percentile(share: float) -> pl.Expr:
    """
    The smallest value that at least this share of the values don't exceed.
    """
    # A rank reached exactly in mathematics mustn't be missed by rounding.
    rank = (share * pl.len() - 1e-9).ceil().clip(1).cast(pl.Int64)
    return pl.col("value").sort().gather(rank - 1).first()
