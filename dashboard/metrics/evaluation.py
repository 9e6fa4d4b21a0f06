"""
From definitions to figures: many KPIs over one pass of the rows, and the rows behind any of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from difflib import get_close_matches
from typing import Any, Literal

import polars as pl

from dashboard.errors import Problem, SettingsError
from dashboard.metrics.exposure import covered
from dashboard.metrics.figures import made_figures, not_recorded
from dashboard.metrics.judged import Facts, Judged
from dashboard.metrics.judging import Values, also_read, chosen, judged_rows
from dashboard.metrics.kpi import Kpi
from dashboard.metrics.kpis import GROUP_KEYS
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period


def evaluate(
    kpi: Kpi,
    facts: Facts,
    terms: Terms,
    *,
    recorded: Mapping[str, frozenset[str]],
    values: Values = (),
    period_from: date | None = None,
    period_before: date | None = None,
    by: Sequence[str] = (),
) -> pl.DataFrame:
    """
    Evaluate one KPI: see `evaluate_many`.
    """
    how: dict[str, Any] = {"values": values, "period_from": period_from, "period_before": period_before, "by": by}
    return evaluate_many([kpi], facts, terms, recorded=recorded, **how)[kpi.id]


def evaluate_many(
    kpis: Sequence[Kpi],
    facts: Facts,
    terms: Terms,
    *,
    recorded: Mapping[str, frozenset[str]],
    values: Values = (),
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

    A ratio is measured over the days of which its exposure is known: cases of other days are not in it. Split or
    chosen by what the exposure is recorded by, each group is measured against its own; by what only cases have,
    against the whole; by anything else it isn't recorded.

    Args:
        kpis: Which.
        facts: Gives the rows of a fact, already narrowed to what may be seen.
        terms: The day, the zone, the calendar and the rules.
        recorded: By fact, the columns its source records; of a fact that isn't there, none.
        values: Only the rows with one of the values in each column named.
        period_from: First day of the period; null: from the beginning.
        period_before: The day after its last; null: no end.
        by: Columns that make groups, `month` among them.

    Returns:
        By KPI id: the group columns, `value` (null: nothing over nothing, not reached, not yet, or not recorded),
        `numerator` (null for expectations), `denominator` (of rates and durations), `exposure` (of ratios),
        `cases` (what it rests on), `lower` and `upper` (95 %, null for counts, and for expectations by month),
        `provisional` (it can still change), `not_recorded` (then a single row, its groups null).

    Raises:
        SettingsError: A column the fact can't be split by.
    """
    keys = [key for key in dict.fromkeys([*by, *(column for column, _ in values)]) if key != MONTH]
    _check_keys(kpis, by)
    judged = {}
    for fact in dict.fromkeys(each.fact for each in kpis):
        rows = Judged.of(fact, facts, terms, lambda name: recorded.get(name, frozenset()), kpis=kpis, keys=keys)
        judged[fact] = rows.chosen(values)
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
    figures = made_figures(told, judged, period, keys)
    return {each.id: figures[each.id] if each.id in figures else not_recorded(each, keys) for each in kpis}


def rows_of(
    kpi: Kpi,
    facts: Facts,
    terms: Terms,
    *,
    values: Values = (),
    period_from: date | None = None,
    period_before: date | None = None,
    group: Mapping[str, Any] | None = None,
    part: Literal["denominator", "numerator", "misses"] = "denominator",
    linked: Facts | None = None,
) -> pl.LazyFrame:
    """
    Give the judged rows behind a figure; their `cases` sum to it: of a ratio to the numerator, of an expectation
    to its `cases`.

    Rows are judged before they are chosen: what reopened a complaint may lie outside the choice.

    Args:
        kpi: Which.
        facts: As for `evaluate_many`.
        terms: As for `evaluate_many`; for a state at the end of an earlier month, that day.
        values: As for `evaluate_many`.
        period_from: As for `evaluate_many`.
        period_before: As for `evaluate_many`.
        group: The group's values by column, `month` (its first day) among them; null is a value.
        part: All rows it is about, its hits, or the others among them.
        linked: Gives the rows of further facts where the KPI reads them of all units; null: as `facts` does.
    """
    exposures = {name: covered(facts(name), terms) for name in also_read([kpi])}
    further = linked if kpi.is_linked and linked is not None else facts
    also = [further(name) for name in kpi.also]
    rows = chosen(judged_rows(kpi.judge, facts(kpi.fact), terms, exposures, also=also), values).filter(kpi.among)
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
    recorded = judged.recorded(kpi.fact)
    groups = [key for key in keys if key != MONTH]
    if not {column for column, _ in judged.values} <= set(GROUP_KEYS[kpi.fact]):
        # Chosen by what this fact doesn't know, nothing of it could be chosen rightly.
        return False
    if not kpi.can_be_told(judged.recorded, judged.terms) or not all(key in recorded for key in groups):
        return False
    if kpi.exposure is None:
        return True
    # Who sees no exposure at all, as somebody bound to a team does, isn't told that it is nothing.
    columns = [*groups, *(column for column, _ in judged.values)]
    of_exposure = judged.recorded(kpi.exposure.fact)
    return kpi.exposure.can_be_told(columns, of_exposure) and judged.sees(kpi.exposure.fact)
