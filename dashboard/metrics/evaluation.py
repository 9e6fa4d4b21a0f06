"""
From definitions to figures: many KPIs over one pass of the rows, and the rows behind any of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

import polars as pl

from dashboard.errors import Problem, SettingsError
from dashboard.facts import FACTS
from dashboard.metrics.figures import FIGURE, figured, summed
from dashboard.metrics.judged import Judged, chosen, way_of
from dashboard.metrics.kpis import GROUP_KEYS, Kpi
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period

Facts = Callable[[str], pl.LazyFrame]


def evaluate(
    kpi: Kpi,
    facts: Facts,
    terms: Terms,
    *,
    recorded: Mapping[str, frozenset[str]],
    period_from: date | None = None,
    period_before: date | None = None,
    by: Sequence[str] = (),
) -> pl.DataFrame:
    """
    Evaluate one KPI: see `evaluate_many`.
    """
    figures = evaluate_many(
        [kpi], facts, terms, recorded=recorded, period_from=period_from, period_before=period_before, by=by
    )
    return figures[kpi.id]


def evaluate_many(
    kpis: Sequence[Kpi],
    facts: Facts,
    terms: Terms,
    *,
    recorded: Mapping[str, frozenset[str]],
    period_from: date | None = None,
    period_before: date | None = None,
    by: Sequence[str] = (),
) -> dict[str, pl.DataFrame]:
    """
    Evaluate KPIs over one pass of the rows.

    Each KPI applies the period to its own day (`date_basis`). States are taken at the end of `as_of` whatever the
    period, but by month at the end of each month, each as it was known then. By month, every month from the first
    to the last of the period is there; without a period, from the first that has cases to the month of `as_of`.
    Other groups are those of all counted rows, so that a group without cases in the period says so.

    Args:
        kpis: Which.
        facts: Gives the rows of a fact, already narrowed to what may be seen and what is filtered for.
        terms: The day, the zone, the calendar and the rules.
        recorded: By fact, the columns its source records.
        period_from: First day of the period; null: from the beginning.
        period_before: The day after its last; null: no end.
        by: Columns that make groups, `month` among them.

    Returns:
        By KPI id: the group columns, `value` (null: nothing over nothing, not reached, not yet, or not recorded),
        `numerator`, `denominator` (null for counts), `cases` (what it rests on), `lower` and `upper` (95 %, null
        for counts), `provisional` (it can still change), `not_recorded` (then a single row, its groups null).

    Raises:
        SettingsError: A column the fact can't be split by.
    """
    keys = [key for key in dict.fromkeys(by) if key != MONTH]
    _check_keys(kpis, by)
    judged = {}
    for fact in dict.fromkeys(each.fact for each in kpis):
        alike = [each for each in kpis if each.fact == fact and not each.missing(recorded[fact], terms)]
        rows = facts(fact)
        judged[fact] = Judged.of(fact, rows, terms, recorded[fact], kpis=alike, keys=keys)
    return figures_of(kpis, judged, period_from=period_from, period_before=period_before, by=by)


def figures_of(
    kpis: Sequence[Kpi],
    judged: Mapping[str, Judged],
    *,
    period_from: date | None = None,
    period_before: date | None = None,
    by: Sequence[str] = (),
) -> dict[str, pl.DataFrame]:
    """
    Evaluate KPIs over rows that are judged already: see `evaluate_many`.

    Args:
        kpis: Which.
        judged: By fact, its judged rows, chosen for what is filtered for.
        period_from: First day of the period; null: from the beginning.
        period_before: The day after its last; null: no end.
        by: Columns that make groups, `month` among them.
    """
    period, keys = Period(period_from, period_before), list(dict.fromkeys(by))
    _check_keys(kpis, keys)
    told = [each for each in kpis if _can_be_told(each, keys, judged[each.fact])]
    stocks = _stocks(told, judged, keys, period)
    sums = [
        _stock_of(each, stocks[each.fact], keys)
        if _is_stock_by_month(each, keys)
        else summed(each, judged[each.fact].by_way[way_of(each)], period, keys)
        for each in told
    ]
    groups = _groups(told, judged, keys)
    collected = pl.collect_all([*sums, *groups.values()])
    shown = dict(zip(groups, collected[len(sums) :], strict=True))
    figures = {
        each.id: figured(
            each,
            its_sums,
            shown[each.fact, way_of(each)],
            period=period,
            keys=keys,
            as_of=judged[each.fact].terms.as_of,
        )
        for each, its_sums in zip(told, collected, strict=False)
    }
    return {each.id: figures.get(each.id, _not_recorded(each, keys)) for each in kpis}


def rows_of(
    kpi: Kpi,
    facts: Facts,
    terms: Terms,
    *,
    period_from: date | None = None,
    period_before: date | None = None,
    group: Mapping[str, Any] | None = None,
    part: Literal["denominator", "numerator", "misses"] = "denominator",
) -> pl.LazyFrame:
    """
    Give the judged rows behind a figure; their `cases` sum to it.

    Args:
        kpi: Which.
        facts: As for `evaluate_many`, with the same filters.
        terms: As for `evaluate_many`; for a state at the end of an earlier month, that day.
        period_from: As for `evaluate_many`.
        period_before: As for `evaluate_many`.
        group: The group's values by column, `month` (its first day) among them; null is a value.
        part: All rows it is about, its hits, or the others among them.
    """
    rows = kpi.judge(facts(kpi.fact), terms).filter(kpi.among)
    if kpi.day is not None:
        rows = rows.filter(Period(period_from, period_before).covers(kpi.day))
    for key, value in (group or {}).items():
        if key != MONTH:
            rows = rows.filter(pl.col(key).eq_missing(pl.lit(value)))
        elif kpi.day is not None:
            rows = rows.filter(pl.col(kpi.day).dt.truncate("1mo") == value)
    if part == "denominator" or kpi.hits is None:
        return rows
    return rows.filter(pl.col(kpi.hits) if part == "numerator" else ~pl.col(kpi.hits))


def _check_keys(kpis: Sequence[Kpi], keys: Sequence[str]) -> None:
    problems = []
    for fact in dict.fromkeys(each.fact for each in kpis):
        known = (MONTH, *GROUP_KEYS[fact])
        for key in keys:
            if key not in known:
                near = get_close_matches(key, known, n=1, cutoff=0.6)
                hint = f'did you mean "{near[0]}"?' if near else f"write one of {', '.join(known)}"
                problems.append(Problem("--by", f'{fact} can\'t be split by "{key}"', hint))
    if problems:
        raise SettingsError(problems)


def _can_be_told(kpi: Kpi, keys: Sequence[str], judged: Judged) -> bool:
    is_split = all(key == MONTH or key in judged.recorded for key in keys)
    return is_split and not kpi.missing(judged.recorded, judged.terms)


def _not_recorded(kpi: Kpi, keys: Sequence[str]) -> pl.DataFrame:
    schema = FACTS[kpi.fact].schema
    types = {key: pl.Date() if key == MONTH else schema[key] for key in keys} | FIGURE
    row = dict.fromkeys(types) | {"cases": 0, "provisional": False, "not_recorded": True}
    return pl.DataFrame([row], schema=types)


def _is_stock_by_month(kpi: Kpi, keys: Sequence[str]) -> bool:
    return kpi.day is None and MONTH in keys


def _groups(
    kpis: Sequence[Kpi], judged: Mapping[str, Judged], keys: Sequence[str]
) -> dict[tuple[str, str], pl.LazyFrame]:
    """
    The groups that any counted row belongs to, by fact and way of judging.
    """
    columns = [key for key in keys if key != MONTH]
    return {
        (each.fact, way_of(each)): judged[each.fact]
        .by_way[way_of(each)]
        .filter("is_counted")
        .select(columns)
        .unique()
        for each in kpis
    }


def _stocks(
    kpis: Sequence[Kpi], judged: Mapping[str, Judged], keys: Sequence[str], period: Period
) -> dict[str, pl.LazyFrame]:
    """
    The states at each month's end, by fact, once for all KPIs that ask for them.
    """
    plans: dict[str, pl.LazyFrame] = {}
    for each in kpis:
        if each.stock_by_month is None or each.fact in plans or not _is_stock_by_month(each, keys):
            continue
        of_fact = judged[each.fact]
        as_of = of_fact.terms.as_of
        months = period.months(earliest=period.first or _first_day(of_fact) or as_of, latest=as_of)
        plans[each.fact] = of_fact.stock_by_month(each, months, [key for key in keys if key != MONTH])
    # Collected once: three KPIs that each held the plan would each have it computed.
    return {fact: found.lazy() for fact, found in zip(plans, pl.collect_all(plans.values()), strict=True)}


def _stock_of(kpi: Kpi, stocks: pl.LazyFrame, keys: Sequence[str]) -> pl.LazyFrame:
    return stocks.select(*keys, numerator=kpi.among, denominator=kpi.among)


def _first_day(judged: Judged) -> date | None:
    dated = pl.col(str(FACTS[judged.fact].dated)).min()
    rows = chosen(judged.rows, judged.values)
    first = rows.select(dated.dt.convert_time_zone(judged.terms.zone).dt.date()).collect().item()
    return first if isinstance(first, date) else None
