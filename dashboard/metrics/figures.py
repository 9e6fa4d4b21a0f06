"""
The figures that sums make: what they rest on, how sure they are, whether they may change.

All KPIs of a fact are figured together, in one table with a row per KPI, month and group.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.cells import PLACE, cells_of
from dashboard.metrics.judged import Judged, first_day
from dashboard.metrics.kpi import SPANS, Kpi, StockByMonth
from dashboard.metrics.sums import Pass, expected, summed, summed_with, timed, totals
from dashboard.periods import MONTH, Period
from dashboard.stats import poisson_interval, wilson

# The columns of a figure, after those of its group.
FIGURE: Final = {
    "value": pl.Float64(),
    "numerator": pl.Int64(),
    "denominator": pl.Int64(),
    "exposure": pl.Float64(),
    "cases": pl.Int64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "provisional": pl.Boolean(),
    "not_recorded": pl.Boolean(),
}

# Every table of sums in one form, whatever the unit; what a unit doesn't have is null.
_SUMS: Final = {
    # Sums of premiums have cents until the figure is made.
    "numerator": pl.Float64(),
    "denominator": pl.Float64(),
    "pending": pl.Int64(),
    "cases": pl.Int64(),
    "youngest_open": pl.Float64(),
    "time": pl.Float64(),
    "total": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "exposure": pl.Float64(),
}


def made_figures(
    kpis: Sequence[Kpi], judged: Mapping[str, Judged], period: Period, keys: Sequence[str]
) -> dict[str, pl.DataFrame]:
    """
    Figure KPIs of any facts.

    Args:
        kpis: All of which can be told.
        judged: By fact its judged rows, chosen; all as of the same day.
        period: Applied to each KPI's own day.
        keys: Columns that make groups, `month` among them; each once.

    Returns:
        By KPI id: the group columns and those of `FIGURE`, a row for every month and every group, sorted by them.
    """
    if not kpis:
        return {}
    ordered: list[Kpi] = []
    rows = []
    for fact in dict.fromkeys(each.fact for each in kpis):
        own = [each for each in kpis if each.fact == fact]
        place = pl.col(PLACE) + pl.lit(len(ordered), pl.Int32)
        rows.append(_rows_of_fact(own, judged[fact], period, keys).with_columns(place))
        ordered += own
    # What takes sums to figures is the same for all facts, and as dear for one row as for hundreds.
    figures = _figured(ordered, pl.concat(rows), judged[ordered[0].fact].terms.as_of, period, keys)
    found = figures.partition_by(PLACE, as_dict=True, include_key=False)
    nothing = figures.clear().drop(PLACE)
    return {each.id: found.get((place,), nothing) for place, each in enumerate(ordered)}


def not_recorded(kpi: Kpi, keys: Sequence[str]) -> pl.DataFrame:
    """
    The figure of a KPI that can't be told: a single row that says so.
    """
    schema = FACTS[kpi.fact].schema
    types = {key: pl.Date() if key == MONTH else schema[key] for key in keys} | FIGURE
    row = dict.fromkeys(types) | {"cases": 0, "provisional": False, "not_recorded": True}
    return pl.DataFrame([row], schema=types)


def _rows_of_fact(kpis: Sequence[Kpi], judged: Judged, period: Period, keys: Sequence[str]) -> pl.DataFrame:
    """
    What the figures of one fact are made of: `_place`, the groups and the columns of `_SUMS`, a row for every
    month and every group.
    """
    # The states at a month's end are judged by themselves.
    judged.judge(each.judge for each in kpis if each.stock_by_month is None or MONTH not in keys)
    sums = _sums(kpis, judged, period, keys)
    cells = cells_of(kpis, judged, sums, period, keys)
    rows = sums if cells is None else cells.join(sums, on=[PLACE, *keys], how="left", nulls_equal=True)
    return _with_exposure(rows, kpis, judged, period, keys).select(PLACE, *keys, *_SUMS)


def _sums(kpis: Sequence[Kpi], judged: Judged, period: Period, keys: Sequence[str]) -> pl.DataFrame:
    """
    The sums of all KPIs under each other: `_place`, the groups and the columns of `_SUMS`.
    """
    groups = [key for key in keys if key != MONTH]
    # Whose sums stand in one table, or whose times are read off one curve.
    counts: dict[Pass, list[int]] = {}
    durations: dict[Pass, list[int]] = {}
    found = _stocks(kpis, judged, period, keys)
    for place, each in enumerate(kpis):
        if each.unit == "expected" and place not in found:
            found[place] = expected(each, judged.rows(each.judge), groups)
        elif place not in found:
            together = counts if each.quantile is None else durations
            together.setdefault(summed_with(each), []).append(place)
    plans = [
        totals(alike, judged.sums(alike, groups), period, keys)
        for alike in ([kpis[place] for place in places] for places in counts.values())
    ]
    curves = [
        timed([kpis[place] for place in places], judged.ages(kpis[places[0]], period, keys), period, keys)
        for places in durations.values()
    ]
    collected = pl.collect_all([*plans, *curves])
    for places, table in zip(counts.values(), collected[: len(plans)], strict=True):
        found |= {place: summed(kpis[place], table, keys) for place in places}
    for places, curve in zip(durations.values(), collected[len(plans) :], strict=True):
        found |= {place: curve.filter(pl.col("quantile").eq_missing(kpis[place].quantile)) for place in places}
    return pl.concat([_in_form(place, sums, keys) for place, sums in found.items()])


def _in_form(place: int, sums: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """
    The sums of one KPI with its `_place` and all columns of `_SUMS`, null where it hasn't any.
    """
    there, height = set(sums.columns), sums.height
    own = {
        name: sums[name].cast(dtype) if name in there else _repeated(None, dtype, height)
        for name, dtype in _SUMS.items()
    }
    return pl.DataFrame({PLACE: _repeated(place, pl.Int32(), height), **{key: sums[key] for key in keys}, **own})


def _repeated(value: int | None, dtype: pl.DataType, times: int) -> pl.Series:
    # A query, which `pl.repeat` is, would cost twenty times as much.
    return pl.Series([value], dtype=dtype).new_from_index(0, times)


def _stocks(kpis: Sequence[Kpi], judged: Judged, period: Period, keys: Sequence[str]) -> dict[int, pl.DataFrame]:
    """
    The states at each month's end, counted once for all KPIs that ask for the same ones.
    """
    if MONTH not in keys:
        return {}
    as_of, groups = judged.terms.as_of, [key for key in keys if key != MONTH]
    counted: dict[StockByMonth, pl.DataFrame] = {}
    found = {}
    for place, each in enumerate(kpis):
        if each.stock_by_month is None:
            continue
        if each.stock_by_month not in counted:
            # Of a fact without a date nobody knows when it began: without a period, the month under way.
            dated = FACTS[judged.fact].dated
            first = period.first or (first_day(judged, dated) if dated else None) or as_of
            months = period.months(earliest=first, latest=as_of)
            states = judged.stock_by_month(each.stock_by_month, months, groups)
            counted[each.stock_by_month] = states.with_columns(pl.col(groups).cast(pl.String))
        parts = {"numerator": each.hits or each.among, "denominator": each.among}
        parts |= {"total": each.chance} if each.chance else {}
        found[place] = counted[each.stock_by_month].select(*keys, **parts)
    return found


def _with_exposure(
    rows: pl.DataFrame, kpis: Sequence[Kpi], judged: Judged, period: Period, keys: Sequence[str]
) -> pl.DataFrame:
    """
    The same rows with what ratios are measured against; null where nothing of it is covered.
    """
    exposures: dict[tuple[str, ...], list[pl.LazyFrame]] = {}
    for place, each in enumerate(kpis):
        if each.exposure is not None:
            against = judged.exposure(each, period, keys).with_columns(pl.lit(place).alias(PLACE))
            exposures.setdefault(each.exposure.groups(keys), []).append(against)
    for own, alike in exposures.items():
        found = pl.concat(pl.collect_all(alike)).rename({"exposure": "_its"})
        joined = rows.join(found, on=[PLACE, *own], how="left", nulls_equal=True)
        rows = joined.with_columns(pl.coalesce("exposure", "_its").alias("exposure")).drop("_its")
    return rows


def _figured(
    kpis: Sequence[Kpi], sums: pl.DataFrame, as_of: date, period: Period, keys: Sequence[str]
) -> pl.DataFrame:
    kinds = _kinds(tuple((each.unit, each.per, each.day is None) for each in kpis))
    # In one go: each step by itself costs more than what there is to compute.
    known, parts = _figure_parts(as_of, period, by_month=MONTH in keys)
    rows = sums.lazy().join(kinds.lazy(), on=PLACE).with_columns(known)
    figures = rows.select(PLACE, *keys, **parts)
    if any(each.per is not None for each in kpis):
        figures = _with_poisson(figures.collect()).lazy()
    typed = figures.select(PLACE, *keys, *(pl.col(name).cast(FIGURE[name]) for name in FIGURE))
    return typed.sort(PLACE, *keys, nulls_last=True).collect()


@lru_cache(maxsize=128)
def _figure_parts(as_of: date, period: Period, *, by_month: bool) -> tuple[pl.Expr, dict[str, pl.Expr]]:
    """
    What is known at all, and the columns of a figure: the same for every choice, and dear to write down.
    """
    first, last = _bounds(period, by_month=by_month)
    is_known = first.fill_null(as_of) <= as_of
    # Of what lies behind the day nothing is known: no value.
    known = pl.when(is_known).then(pl.col("numerator", "denominator").fill_null(0))
    unit, numerator, denominator = pl.col("_unit"), pl.col("numerator"), pl.col("denominator")
    low, high = wilson(numerator, denominator)
    is_rate, is_days, is_ratio = unit.is_in(["rate", "mean"]), unit.is_in(SPANS), unit == "ratio"
    is_counted = is_rate & pl.col("cases").is_null()
    ratio = pl.when(is_known & (pl.col("exposure") > 0)).then(numerator / pl.col("exposure") * pl.col("_per"))
    total = pl.when(is_known).then(pl.col("total").fill_null(0.0))
    value = (
        pl.when(unit == "count").then(numerator.cast(pl.Float64))
        .when(is_rate & (denominator > 0)).then(numerator / denominator)
        .when(is_days).then("time")
        .when(is_ratio).then(ratio)
        .when(unit == "expected").then(total)
        .when(unit == "difference").then(pl.when(is_known).then("total"))
    )  # fmt: skip
    youngest = pl.col("youngest_open")
    can_change = (
        (last > as_of).fill_null(value=False)
        | (pl.col("pending") > 0).fill_null(value=False)
        # One that has waited less can still move it; while any waits, one not reached can still be.
        | (is_days & (youngest < value.fill_null(youngest + 1))).fill_null(value=False)
    )
    return known, {
        "value": value,
        "numerator": pl.when(unit != "expected").then(numerator.round().cast(pl.Int64)),
        "denominator": pl.when(is_rate | is_days | (unit == "difference")).then(
            denominator.round().cast(pl.Int64)
        ),
        "exposure": pl.when(is_ratio).then("exposure"),
        "cases": pl.coalesce("cases", denominator, 0),
        "lower": pl.when(is_counted).then(low).otherwise("lower"),
        "upper": pl.when(is_counted).then(high).otherwise("upper"),
        "provisional": can_change,
        "not_recorded": pl.lit(value=False),
        "_per": pl.when(value.is_not_null()).then("_per"),
    }


def _with_poisson(figures: pl.DataFrame) -> pl.DataFrame:
    """
    The intervals of ratios: that of the count, over what it is measured against.
    """
    counts = figures.filter(pl.col("_per").is_not_null())["numerator"].unique().to_list()
    if not counts:
        return figures
    limits = [poisson_interval(count) for count in counts]
    of_count = pl.DataFrame(
        {
            "numerator": pl.Series(counts, dtype=pl.Int64),
            "_low": pl.Series([low for low, _ in limits], dtype=pl.Float64),
            "_high": pl.Series([high for _, high in limits], dtype=pl.Float64),
        }
    )
    scale, is_ratio = pl.col("_per") / pl.col("exposure"), pl.col("_per").is_not_null()
    return figures.join(of_count, on="numerator", how="left").with_columns(
        lower=pl.when(is_ratio).then(pl.col("_low") * scale).otherwise("lower"),
        upper=pl.when(is_ratio).then(pl.col("_high") * scale).otherwise("upper"),
    )


@lru_cache(maxsize=256)
def _kinds(kinds: tuple[tuple[str, float | None, bool], ...]) -> pl.DataFrame:
    """
    By `_place` the unit, what a ratio is said per, and whether it is a state: asked for again by every choice.
    """
    units, per, are_states = zip(*kinds, strict=True)
    return pl.DataFrame(
        {
            PLACE: pl.Series(range(len(kinds)), dtype=pl.Int32),
            "_unit": units,
            "_per": pl.Series(per, dtype=pl.Float64),
            "_is_state": are_states,
        }
    )


def _bounds(period: Period, *, by_month: bool) -> tuple[pl.Expr, pl.Expr]:
    """
    First and last day that a row's figure is about; null: without that end. A state is about its own day alone.
    """
    of_flow = pl.when(~pl.col("_is_state"))
    first = of_flow.then(pl.lit(period.first, pl.Date))
    last = of_flow.then(pl.lit(period.last, pl.Date))
    if not by_month:
        return first, last
    # The extremes pass over nulls, which is what a missing end means.
    return pl.max_horizontal(MONTH, first), pl.min_horizontal(pl.col(MONTH).dt.month_end(), last)
