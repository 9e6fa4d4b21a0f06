"""
Cases of judged rows, summed by day: small tables from which the figures of any period and month are taken.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from polars import selectors as cs

from dashboard.metrics.kpi import Kpi, Way
from dashboard.metrics.packing import grouped
from dashboard.periods import MONTH, Period
from dashboard.stats import kaplan_meier, newcombe, ratio_of_sums, survival_quantiles

# The column of a KPI's day in these tables; null for states.
DAY = "_day"
_AGE = ["days", "_is_done", "is_open"]
# What the interval of a ratio of sums is made of: squares and products of amount (y) and base (x), and the cases.
_MOMENTS = ("yy", "xy", "xx", "cases")
_LIMIT_DIGITS = 9
# Of a difference: those compared with.
_OTHERS = ("others_numerator", "others_denominator")


# KPIs with the same one are summed in one pass: the way of judging, the day, and for durations rows and end.
Pass = tuple[Way, str | None, tuple[str, str | None] | None]


def summed_with(kpi: Kpi) -> Pass:
    """
    With which others a KPI's cases are summed.
    """
    return kpi.judge, kpi.day, None if kpi.quantile is None else (kpi.among, kpi.hits)


def sums_by_day(
    kpis: Sequence[Kpi], rows: pl.LazyFrame, keys: Sequence[str], *, many: bool = False
) -> pl.DataFrame:
    """
    Sum the cases of KPIs that are counted by the same day.

    Args:
        kpis: Judged in the same way, by the same day, or all states.
        rows: Judged rows.
        keys: The groups, without the month.
        many: Whether there are so many that those alike are better counted first; what is faster, not what is so.

    Returns:
        One row per day and group: `_day`, the groups (as text), and for each KPI the columns
        `<id>.numerator`, `<id>.denominator`, `<id>.pending`; of sums of amounts those of `_MOMENTS`, too. A state
        has one row per group.
    """
    day = kpis[0].day
    parts = {f"{each.id}.{name}": part for each in kpis for name, part in _parts(each).items()}
    amounts = {name: part for each in kpis for name, part in _amounts_of(each).items()}
    counted = rows if day is None else rows.filter(pl.col(day).is_not_null())
    counted = counted.with_columns((pl.col("cases") * part).alias(name) for name, part in amounts.items())
    if many:
        counted = _counted_alike(kpis, counted, keys, list(amounts)).lazy()
    # What a row adds is worked out for all rows at once: within groups it would be for each group anew.
    each_row = counted.select(*keys, (pl.lit(None, pl.Date) if day is None else pl.col(day)).alias(DAY), **parts)
    if day is None and not keys:
        return each_row.select(pl.lit(None, pl.Date).alias(DAY), pl.col(*parts).sum()).collect()
    sums = each_row.group_by(*keys, DAY).agg(pl.col(*parts).sum())
    return sums.with_columns(pl.col(keys).cast(pl.String)).collect()


def _counted_alike(
    kpis: Sequence[Kpi], rows: pl.LazyFrame, keys: Sequence[str], amounts: Sequence[str]
) -> pl.DataFrame:
    """
    Rows of the same day and group for which the same truths hold, as one row: their cases, and sums of amounts.

    Millions of rows are looked at once, and dozens of sums taken of the few that are left.
    """
    day = kpis[0].day
    truths = dict.fromkeys(name for each in kpis for name in _truths_of(each))
    by = list(dict.fromkeys([*keys, *([day] if day else []), *truths]))
    return grouped(rows.select(*by, "cases", *amounts).collect(), by, ["cases", *amounts])


def _truths_of(kpi: Kpi) -> list[str]:
    return [name for name in (kpi.among, kpi.hits, kpi.against, kpi.pending) if name]


def _amounts_of(kpi: Kpi) -> dict[str, pl.Expr]:
    """
    The sums of amounts a KPI needs, and their squares and products, each named for what it is of.
    """
    if kpi.amount is None:
        return {}
    # Sums of money stay exact; its squares don't fit where it does, and need not be.
    amount = pl.col(kpi.amount)
    about = amount.cast(pl.Float64)
    found = {kpi.amount: amount, f"{kpi.amount}*{kpi.amount}": about**2}
    if kpi.base is None:
        # Counted only where there is an amount, as the cases among are.
        return found
    base = pl.col(kpi.base)
    against = base.cast(pl.Float64)
    found |= {kpi.base: base, f"{kpi.amount}*{kpi.base}": about * against, f"{kpi.base}*{kpi.base}": against**2}
    return found


def added(sums: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """
    Add up what `sums_by_day` gives by more groups to what it would give by these.

    Args:
        sums: Of one pass, by day and at least these groups.
        keys: The groups, without the month.
    """
    parts = cs.exclude(cs.by_dtype(pl.String), DAY).sum()
    return sums.group_by(*keys, DAY).agg(parts).collect()


def sums_by_age(kpis: Sequence[Kpi], rows: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """
    Sum the cases of durations by day and by how long they took, or have taken so far.

    Args:
        kpis: Of the same rows, the same day, the same end and the same span.
        rows: Judged rows with the column of their span and `is_open`.
        keys: The groups, without the month.

    Returns:
        One row per day, group, `days` (the span, in whatever unit), `_is_done` (ended) and `is_open`: those, and
        `cases`.
    """
    of = kpis[0]
    counted = rows.filter(pl.col(of.among) & pl.col(str(of.day)).is_not_null())
    named = counted.with_columns(
        pl.col(str(of.hits)).alias("_is_done"), pl.col(str(of.day)).alias(DAY), pl.col(of.span).alias("days")
    )
    return (
        named.group_by(*keys, DAY, *_AGE)
        .agg(pl.col("cases").sum())
        .with_columns(pl.col(keys).cast(pl.String))
        .collect()
    )


def in_period(sums: pl.DataFrame, period: Period, keys: Sequence[str]) -> pl.LazyFrame:
    """
    The days of a period, with the `month` where it is one of the groups; a state is in every period.
    """
    days = sums.lazy().filter(period.covers(DAY) | pl.col(DAY).is_null())
    return days.with_columns(pl.col(DAY).dt.month_start().alias(MONTH)) if MONTH in keys else days


def totals(kpis: Sequence[Kpi], sums: pl.DataFrame, period: Period, keys: Sequence[str]) -> pl.LazyFrame:
    """
    Sum the cases of several KPIs in a period, by group.

    Args:
        kpis: Of one pass.
        sums: As `sums_by_day` gives them.
        period: Applied to the KPIs' own day.
        keys: The groups; `month` is the month of the KPIs' own day.

    Returns:
        The groups, and for each KPI the columns that `sums_by_day` gives it, as Float64. Without groups, one row.
    """
    parts = [pl.col(f"{each.id}.{name}").sum().cast(pl.Float64) for each in kpis for name in _names(each)]
    days = in_period(sums, period, keys)
    return days.group_by(keys).agg(parts) if keys else days.select(parts)


def summed(kpi: Kpi, found: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    """
    Of the sums of several KPIs those of one.

    Args:
        kpi: Which.
        found: As `totals` gives them.
        keys: The groups.

    Returns:
        The groups, `numerator`, `denominator` and `pending` in cases (Float64). Of sums of amounts the numerator,
        and with a base the denominator, are those sums; `cases`, `lower` and `upper` stand beside.
    """
    # Series put side by side: what a query costs by itself is more than what there is to do here.
    own = {name: found[f"{kpi.id}.{name}"] for name in _names(kpi)}
    mine = pl.DataFrame({**{key: found[key] for key in keys}, **own})
    if kpi.against:
        return _difference(mine.lazy()).collect()
    if kpi.amount is None:
        return mine
    low, high = ratio_of_sums(*(pl.col(name) for name in ("numerator", "denominator", *_MOMENTS)))
    most = kpi.most if kpi.unit == "rate" else None
    # Squares are added in whatever order the rows come; what that may change is no part of a limit.
    low, high = (limit.round_sig_figs(_LIMIT_DIGITS) for limit in (low, high))
    limits = mine.lazy().with_columns(lower=low.clip(0.0), upper=high.clip(upper_bound=most))
    return limits.drop("yy", "xy", "xx").collect()


def _names(kpi: Kpi) -> tuple[str, ...]:
    names = ("numerator", "denominator", "pending", *(_MOMENTS if kpi.amount else ()))
    return names + (_OTHERS if kpi.against else ())


def _difference(found: pl.LazyFrame) -> pl.LazyFrame:
    """
    The share of those not compared with, less the share of the others, with its interval.
    """
    mine, others = (pl.col("numerator"), pl.col("denominator")), tuple(pl.col(name) for name in _OTHERS)
    difference, low, high = newcombe(*mine, *others)
    cases = pl.col("denominator") + pl.col("others_denominator")
    return found.with_columns(total=difference, lower=low, upper=high, cases=cases).drop(_OTHERS)


def timed(kpis: Sequence[Kpi], sums: pl.DataFrame, period: Period, keys: Sequence[str]) -> pl.LazyFrame:
    """
    Read durations off the survival curve of a period, by group.

    Args:
        kpis: Of the same rows and the same end.
        sums: As `sums_by_age` gives them.
        period: Applied to the KPIs' own day.
        keys: As for `summed`.

    Returns:
        One row per group and share done: the groups, `quantile`, `time`, `lower`, `upper`, `numerator` (done),
        `denominator`, and `youngest_open`, the fewest days an open case has waited.
    """
    days = in_period(sums, period, keys)
    cases = pl.col("cases")
    parts = {
        "numerator": cases.filter(pl.col("_is_done")).sum(),
        "denominator": cases.sum(),
        "youngest_open": pl.col("days").filter(pl.col("is_open")).min(),
    }
    curve = kaplan_meier(days, duration="days", event="_is_done", by=keys)
    shares = sorted({each.quantile for each in kpis if each.quantile is not None})
    quantiles = survival_quantiles(curve, by=keys, q=shares)
    if not keys:
        return quantiles.join(days.select(**parts), how="cross")
    return days.group_by(keys).agg(**parts).join(quantiles, on=list(keys), how="left", nulls_equal=True)


def expected(kpi: Kpi, rows: pl.LazyFrame, keys: Sequence[str]) -> pl.DataFrame:
    """
    Sum a KPI's chances, by group, with the interval the KPI gives.

    Args:
        kpi: A state of unit `expected`.
        rows: Judged rows.
        keys: The groups, without the month.

    Returns:
        The groups (as text), `total` (each chance times its cases), `denominator` in cases, `lower`, `upper`.

    Raises:
        ValueError: The KPI gives no interval.
    """
    if kpi.chance is None or kpi.interval is None:
        raise ValueError(f"{kpi.id} has no chances or no interval")
    chance, cases = pl.col(kpi.chance), pl.col("cases")
    parts = {"total": (chance * cases).sum(), "denominator": cases.sum(), "_chances": chance, "_cases": cases}
    at_stake = rows.filter(pl.col(kpi.among))
    if keys:
        found = at_stake.group_by(keys).agg(**parts).with_columns(pl.col(keys).cast(pl.String)).collect()
    else:
        listed = {name: part.implode() if name.startswith("_") else part for name, part in parts.items()}
        found = at_stake.select(**listed).collect()
    limits = [
        kpi.interval(chances, weights)
        for chances, weights in zip(found["_chances"].to_list(), found["_cases"].to_list(), strict=True)
    ]
    return found.drop("_chances", "_cases").with_columns(
        pl.Series("lower", [low for low, _ in limits], pl.Float64),
        pl.Series("upper", [high for _, high in limits], pl.Float64),
    )


def _parts(kpi: Kpi) -> dict[str, pl.Expr]:
    """
    What each row adds to a KPI's sums.
    """
    cases, among = pl.col("cases"), pl.col(kpi.among)
    hits = among & pl.col(kpi.hits) if kpi.hits else among
    pending = cases * pl.col(kpi.pending) if kpi.pending else pl.lit(0, pl.Int64)
    if kpi.against:
        is_other, hit = pl.col(kpi.against), pl.col(str(kpi.hits))
        return {
            "numerator": cases * (among & hit & ~is_other),
            "denominator": cases * (among & ~is_other),
            "others_numerator": cases * (among & hit & is_other),
            "others_denominator": cases * (among & is_other),
            "pending": pending,
        }
    if kpi.amount:
        y, x = kpi.amount, kpi.base
        # What is set against nothing but the cases is one each.
        sums = {"numerator": pl.col(y), "denominator": pl.col(x) if x else cases}
        sums |= {"yy": pl.col(f"{y}*{y}"), "xy": pl.col(f"{y}*{x}") if x else pl.col(y)}
        sums |= {"xx": pl.col(f"{x}*{x}") if x else cases}
        told = {name: pl.when(among).then(part) for name, part in sums.items()}
        return told | {"cases": cases * among, "pending": pending}
    return {"numerator": cases * hits, "denominator": cases * among, "pending": pending}
