"""
How long until we decide, or pay? The share of cases still waiting, day by day, ready to be drawn.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.periods import Period
from dashboard.stats import kaplan_meier

# With fewer still waiting, a curve shows single cases.
FEWEST_AT_RISK: Final = 5


@dataclass(frozen=True, slots=True)
class Waiting:
    """
    What is waited for: columns of judged rows, beside `days` and `cases`.

    Attributes:
        among: Truth: whose waiting it is.
        day: On which it began; a period is of this day.
        done: Truth: it has ended as hoped. What hasn't counts up to its last day and then leaves.
    """

    among: str
    day: str
    done: str


ANSWER: Final = Waiting("is_counted", "received_on", "is_answered")
PAYMENT: Final = Waiting("is_payable", "reported_on", "is_paid")


@dataclass(frozen=True, slots=True)
class Curves:
    """
    Survival curves of the largest groups.

    Attributes:
        points: One row per group and day on which something changes, the largest group first, from day 0 up to the
            last day with 5 at risk: the group's column (if there are groups; null: not coded), `days` (whole,
            begun ones counted), `survival` (share still waiting at the end of that day), `lower`, `upper` (95 %,
            pointwise), `at_risk`.
        shown: The groups drawn, largest first.
        left_out: The groups not drawn: too many, or with fewer than 5 cases.
    """

    points: pl.DataFrame
    shown: tuple[str | None, ...]
    left_out: tuple[str | None, ...]


def curves(
    rows: pl.LazyFrame, *, period: Period, by: str | None = None, most: int = 6, waiting: Waiting = ANSWER
) -> Curves:
    """
    Estimate the curves of the cases that came in a period (Kaplan-Meier).

    An answer ends the waiting of a complaint; what is open, or was withdrawn, counts up to its last day and then
    leaves. The final payment ends that of a claim; claims that won't be paid are in no curve.

    Args:
        rows: Judged rows.
        period: Of the day on which the waiting began.
        by: A column that makes groups, such as `category`, `branch_id` or `grade`; null: one curve of all.
        most: Draw so many groups at most.
        waiting: What is waited for.
    """
    keys = [] if by is None else [by]
    # The waits are few thousand days or hours at most: they are counted first, and the curves made of the counts.
    waits = (
        rows.filter(waiting.among, period.covers(waiting.day))
        .group_by(*keys, "days", waiting.done)
        .agg(pl.col("cases").sum())
        .with_columns(pl.col(pl.Categorical).cast(pl.String))
        .collect()
    )
    sizes = waits.group_by(keys or pl.lit(1).alias("_all")).agg(pl.col("cases").sum())
    ranked = sizes.sort("cases", *keys, descending=[True, *[False] * len(keys)], nulls_last=True)
    enough = ranked.filter(pl.col("cases") >= FEWEST_AT_RISK).head(most).with_row_index("_rank")
    curve = kaplan_meier(waits.lazy(), duration="days", event=waiting.done, by=keys).collect()
    points = by_day(curve.filter(pl.col("at_risk") >= FEWEST_AT_RISK), pl.col("time"), keys)
    if by is None:
        return Curves(_from_day_0(points.with_columns(_rank=pl.lit(0, pl.UInt32)), keys), (), ())
    placed = points.join(enough.select(by, "_rank"), on=by, nulls_equal=True)
    shown = tuple(enough[by].to_list())
    left_out = tuple(group for group in ranked[by].to_list() if group not in shown)
    return Curves(_from_day_0(placed, keys), shown, left_out)


def by_day(curve: pl.DataFrame, days: pl.Expr, keys: Sequence[str]) -> pl.DataFrame:
    """
    Thin a curve to one point a day: how it stands when the day is over.

    Args:
        curve: Points by group and time.
        days: Their time in days, whole or not.
        keys: The columns of the groups.

    Returns:
        The last point of each day on which there is one, `days` (whole, a begun one counted) in place of `time`.
    """
    placed = curve.with_columns(days=days.ceil().cast(pl.Int64)).drop("time")
    return placed.unique([*keys, "days"], keep="last", maintain_order=True)


def _from_day_0(points: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """
    Add to each curve that begins later its first day, on which all were waiting.
    """
    columns = [*keys, "days", "survival", "lower", "upper", "at_risk"]
    first = points.sort("days").group_by("_rank", *keys).first().filter(pl.col("days") > 0)
    zero = first.with_columns(days=pl.lit(0, points.schema["days"]), survival=1.0, lower=1.0, upper=1.0)
    everything = pl.concat([zero.select("_rank", *columns), points.select("_rank", *columns)])
    return everything.sort("_rank", "days").select(columns)
