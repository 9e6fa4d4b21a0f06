"""
How long until we decide? The share of complaints not yet answered, day by day, ready to be drawn.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.periods import Period
from dashboard.stats import kaplan_meier

# With fewer still waiting, a curve shows single cases.
FEWEST_AT_RISK: Final = 5


@dataclass(frozen=True, slots=True)
class Curves:
    """
    Survival curves of the largest groups.

    Attributes:
        points: One row per group and day on which something changes, the largest group first, from day 0 up to the
            last day with 5 at risk: the group's column (if there are groups; null: not coded), `days`, `survival`
            (share not yet answered at the end of that day since receipt), `lower`, `upper` (95 %, pointwise),
            `at_risk`.
        shown: The groups drawn, largest first.
        left_out: The groups not drawn: too many, or with fewer than 5 cases.
    """

    points: pl.DataFrame
    shown: tuple[str | None, ...]
    left_out: tuple[str | None, ...]


def curves(rows: pl.LazyFrame, *, period: Period, by: str | None = None, most: int = 6) -> Curves:
    """
    Estimate the curves of the complaints received in a period (Kaplan-Meier).

    An answer ends the waiting; what is open, or was withdrawn, counts up to its last day and then leaves.

    Args:
        rows: Judged complaints.
        period: Of receipt.
        by: A column that makes groups, such as `category`, `branch_id` or `grade`; null: one curve of all.
        most: Draw so many groups at most.
    """
    keys = [] if by is None else [by]
    # The waits are few hundred days at most: they are counted first, and the curves made of the counts.
    waits = (
        rows.filter("is_counted", period.covers("received_on"))
        .group_by(*keys, "days", "is_answered")
        .agg(pl.col("cases").sum())
        .collect()
    )
    sizes = waits.group_by(keys or pl.lit(1).alias("_all")).agg(pl.col("cases").sum())
    ranked = sizes.sort("cases", *keys, descending=[True, *[False] * len(keys)], nulls_last=True)
    enough = ranked.filter(pl.col("cases") >= FEWEST_AT_RISK).head(most).with_row_index("_rank")
    curve = kaplan_meier(waits.lazy(), duration="days", event="is_answered", by=keys).collect()
    points = curve.rename({"time": "days"}).filter(pl.col("at_risk") >= FEWEST_AT_RISK)
    if by is None:
        return Curves(_from_day_0(points.with_columns(_rank=pl.lit(0, pl.UInt32)), keys), (), ())
    placed = points.join(enough.select(by, "_rank"), on=by, nulls_equal=True)
    shown = tuple(enough[by].to_list())
    left_out = tuple(group for group in ranked[by].to_list() if group not in shown)
    return Curves(_from_day_0(placed, keys), shown, left_out)


def _from_day_0(points: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    """
    Add to each curve that begins later its first day, on which all were waiting.
    """
    columns = [*keys, "days", "survival", "lower", "upper", "at_risk"]
    first = points.sort("days").group_by("_rank", *keys).first().filter(pl.col("days") > 0)
    zero = first.with_columns(days=pl.lit(0, points.schema["days"]), survival=1.0, lower=1.0, upper=1.0)
    everything = pl.concat([zero.select("_rank", *columns), points.select("_rank", *columns)])
    return everything.sort("_rank", "days").select(columns)
