"""
What moved a figure: how much of its change since the period before came from each branch or product line?

A share changes because groups change, and because there are more or fewer cases of some groups; both are told
apart exactly. A median of times isn't a sum of anything: there it is asked what it would be had one group taken as
long as before.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import polars as pl

from dashboard.metrics.judged import Judged
from dashboard.metrics.kpi import Kpi
from dashboard.metrics.sums import in_period, summed, totals
from dashboard.periods import Period
from dashboard.stats import difference_limits, kaplan_meier, survival_quantiles

# A group is named as what moved a figure if at least so much of the change came from it ...
LEAST_PART: Final = 0.25
# ... and so many times as much as its part of the cases: where all move alike, none is to be named for its size.
OVER_ITS_SIZE: Final = 1.5


class Why(StrEnum):
    """
    What can be said of a change.
    """

    NOT_COMPARED = "not_compared"
    TOO_FEW = "too_few"
    CHANCE = "chance"
    SPREAD = "spread"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Moved:
    """
    What moved a figure.

    Attributes:
        why: What can be said; the rest is null unless it is `group`.
        by: The column of the group that moved it most.
        group: Its value there.
        change: Of the whole figure, now less before, in its own unit.
        row: The group's row of `contributions`.
    """

    why: Why
    by: str | None = None
    group: str | None = None
    change: float | None = None
    row: Mapping[str, Any] | None = None

    @property
    def is_mix(self) -> bool:
        """
        Whether the group moved the figure by its part of the cases rather than by its own figure.
        """
        return self.row is not None and _is_mix(self.row)


def contributions(kpi: Kpi, judged: Judged, *, now: Period, before: Period, by: str) -> pl.DataFrame:
    """
    Divide the change of a rate or a median among the groups of a column.

    A group's part w of the denominator and its rate r make the whole, R = sum of w * r. Of R(now) - R(before) a
    group has the rate effect (its rate's change, at its mean part) and the mix effect (its part's change, times
    how far its mean rate lies from the mean of both wholes). Both sum to the change exactly, and neither period is
    preferred (the symmetric form of Kitagawa's decomposition, 1955). A group that is there in one period only
    moves the figure by its part alone.

    Of a median a group has what the median would change by, had its cases of now taken as long as those of before:
    its durations, the open ones included, are replaced by those of before, weighted to as many cases as it has
    now, and the median is read off the survival curve again. These do not sum to the change. There is no mix
    effect, and of a group that has no cases before, or where a median isn't reached, nothing can be told.

    Args:
        kpi: A rate or a duration that is counted by a day; of both the source records what is needed.
        judged: The judged rows of its fact, chosen.
        now: Applied to the KPI's own day.
        before: Likewise.
        by: A column the fact can be split by, and that its source records.

    Returns:
        One row per group of either period (null is one), the largest contribution first, whatever its sign, nulls
        last: the group (text), `value` and `value_before` (of rates; null without cases), `part` and `part_before`
        (of the denominator), `cases` and `cases_before` (the denominator: cases, or money), `rate_effect`,
        `mix_effect` (of rates), `contribution` (both together) and `otherwise` (the whole figure without it).

    Raises:
        ValueError: The KPI is neither a rate nor a duration.
    """
    if kpi.quantile is None and kpi.unit != "rate":
        raise ValueError(f"{kpi.id} is neither a rate nor a duration")
    if kpi.quantile is None:
        sums = judged.sums([kpi], [by])
        rate, rate_before = (
            summed(kpi, totals([kpi], sums, period, [by]).collect(), [by]) for period in (now, before)
        )
        return _of_rate(rate, rate_before, by)
    spent, spent_before = (
        in_period(judged.ages(kpi, period, [by]), period, [by]).collect() for period in (now, before)
    )
    return _of_quantile(spent, spent_before, kpi.quantile, by)


def moved(
    now: Mapping[str, Any],
    before: Mapping[str, Any] | None,
    by_column: Mapping[str, pl.DataFrame],
    *,
    min_n: int,
) -> Moved:
    """
    Say what moved a figure, or why nothing can be said.

    Args:
        now: One row of `evaluate`: a rate or a duration with its interval.
        before: The same of the period before; null: nothing is compared.
        by_column: By column, what `contributions` gives; a column with a single group explains nothing.
        min_n: Fewest cases, of the whole and of a group, in either period.

    Returns:
        `not_compared` (a figure is missing), `too_few`, `chance` (the 95 % interval of the change includes none at
        all), `group` (one group made at least `LEAST_PART` of the change and, by its own figure, `OVER_ITS_SIZE`
        times its part of the cases; of several, of all columns, the one that made most), else `spread`.
    """
    if before is None or now["value"] is None or before["value"] is None:
        return Moved(Why.NOT_COMPARED)
    if min(now["cases"], before["cases"]) < min_n:
        return Moved(Why.TOO_FEW)
    change = now["value"] - before["value"]
    lower, upper = difference_limits(
        (now["value"], now["lower"], now["upper"]), (before["value"], before["lower"], before["upper"])
    )
    if lower <= 0 <= upper:
        return Moved(Why.CHANCE)
    told = [
        (row["contribution"] / change, by, row)
        for by, rows in by_column.items()
        if rows.height > 1
        for row in rows.iter_rows(named=True)
        if row[by] is not None and _stands_out(row, change, min_n)
    ]
    if not told:
        return Moved(Why.SPREAD, change=change)
    _, by, row = max(told, key=lambda each: each[0])
    return Moved(Why.GROUP, by, row[by], change, row)


def _stands_out(row: Mapping[str, Any], change: float, min_n: int) -> bool:
    # A group that is new, or gone, moved the figure by that; one of few cases may have done so by chance.
    if row["contribution"] is None or any(0 < count < min_n for count in (row["cases"], row["cases_before"])):
        return False
    size = 0.0 if _is_mix(row) else (row["part"] + row["part_before"]) / 2
    return bool(row["contribution"] / change >= max(LEAST_PART, OVER_ITS_SIZE * size))


def _is_mix(row: Mapping[str, Any]) -> bool:
    return bool(abs(row["mix_effect"] or 0.0) > abs(row["rate_effect"] or 0.0))


def _of_rate(now: pl.DataFrame, before: pl.DataFrame, by: str) -> pl.DataFrame:
    sides = now.join(before, on=by, how="full", nulls_equal=True, coalesce=True, suffix="_before")
    hits, all_, hits_before, all_before = (
        pl.col(name).fill_null(0).cast(pl.Float64)
        for name in ("numerator", "denominator", "numerator_before", "denominator_before")
    )
    parts = sides.select(
        by,
        cases=all_,
        cases_before=all_before,
        value=_over(hits, all_),
        value_before=_over(hits_before, all_before),
        part=_over(all_, all_.sum()),
        part_before=_over(all_before, all_before.sum()),
        whole=_over(hits.sum(), all_.sum()),
        whole_before=_over(hits_before.sum(), all_before.sum()),
    ).filter((pl.col("cases") > 0) | (pl.col("cases_before") > 0))
    # One that is new, or gone, is taken to have had the rate it has when it is there: all it does is mix.
    rate, rate_before = pl.coalesce("value", "value_before"), pl.coalesce("value_before", "value")
    level = (pl.col("whole") + pl.col("whole_before")) / 2
    effects = parts.with_columns(
        rate_effect=(pl.col("part") + pl.col("part_before")) / 2 * (rate - rate_before),
        mix_effect=(pl.col("part") - pl.col("part_before")) * ((rate + rate_before) / 2 - level),
    ).with_columns(contribution=pl.col("rate_effect") + pl.col("mix_effect"))
    return _sorted(effects.with_columns(otherwise=pl.col("whole") - pl.col("contribution")), by)


def _of_quantile(now: pl.DataFrame, before: pl.DataFrame, share: float, by: str) -> pl.DataFrame:
    """
    Durations by group: `days`, `_is_done`, `cases`.
    """
    alike = [by, "days", "_is_done"]
    now, before = (
        side.group_by(alike).agg(pl.col("cases").sum()).with_columns(pl.col("cases").cast(pl.Float64))
        for side in (now, before)
    )
    totals, totals_before = (side.group_by(by).agg(pl.col("cases").sum()) for side in (now, before))
    groups = (
        totals.join(totals_before, on=by, how="full", nulls_equal=True, coalesce=True, suffix="_before")
        .with_columns(pl.col("cases", "cases_before").fill_null(0.0))
        .with_row_index("_variant")
    )
    mine = groups.select("_variant", pl.col(by).alias("_mine"))
    others = mine.join(now, how="cross").filter(~pl.col("_mine").eq_missing(pl.col(by)))
    scaled = before.join(groups.rename({"cases": "_now"}), on=by, nulls_equal=True).with_columns(
        cases=pl.col("cases") * pl.col("_now") / pl.col("cases_before")
    )
    columns = ["_variant", "days", "_is_done", "cases"]
    variants = pl.concat([others.select(columns), scaled.filter(pl.col("cases") > 0).select(columns)])
    replaced = _quantile(variants, share, by=["_variant"])
    whole = _quantile(now, share).item(0, "time")
    told = groups.join(replaced.select("_variant", "time"), on="_variant", how="left").with_columns(
        otherwise=pl.when(pl.col("cases_before") > 0).then("time"),
        part=_over(pl.col("cases"), pl.col("cases").sum()),
        part_before=_over(pl.col("cases_before"), pl.col("cases_before").sum()),
        value=pl.lit(None, pl.Float64),
        value_before=pl.lit(None, pl.Float64),
        mix_effect=pl.lit(None, pl.Float64),
    )
    effect = pl.lit(whole, pl.Float64) - pl.col("otherwise")
    return _sorted(told.with_columns(rate_effect=effect, contribution=effect), by)


def _over(part: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole > 0).then(part / whole)


def _quantile(durations: pl.DataFrame, share: float, by: list[str] | None = None) -> pl.DataFrame:
    curve = kaplan_meier(durations.lazy(), duration="days", event="_is_done", by=by or [])
    return survival_quantiles(curve, by=by or [], q=[share]).collect()


def _sorted(rows: pl.DataFrame, by: str) -> pl.DataFrame:
    names = [
        *("value", "value_before", "part", "part_before", "cases", "cases_before"),
        *("rate_effect", "mix_effect", "contribution", "otherwise"),
    ]
    found = rows.select(by, *(pl.col(name).cast(pl.Float64) for name in names))
    return found.sort(pl.col("contribution").abs(), by, descending=[True, False], nulls_last=True)
