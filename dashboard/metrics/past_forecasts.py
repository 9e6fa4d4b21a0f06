"""
What was forecast on past days, with only what was known then: the same whenever it is asked for.

Of most complaints everything had happened by then; they are judged once for all the days. Only the others are
judged anew, each with the knowledge of its day.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.deadlines import with_deadlines
from dashboard.metrics.as_of import last_instant
from dashboard.metrics.complaints import COMPLAINTS, STOPS, judged_then
from dashboard.metrics.evenings import evenings_of, on_evenings
from dashboard.metrics.experience import Levels, spans, told
from dashboard.metrics.forecast import AT_STAKE, LEVELS, READ, RECENT, with_told
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, month_start, shift_months

_THEN: Final = pl.col("day")
_OVER: Final = ("day",)
_EXPECTED: Final[dict[str, pl.DataType]] = {"is_at_stake": pl.Int64(), "breach_probability": pl.Float64()}


def forecasts_on(
    days: Sequence[date],
    complaints: pl.LazyFrame,
    terms: Terms,
    *,
    also: Sequence[str] = (),
    levels: Levels = LEVELS,
) -> pl.DataFrame:
    """
    Forecast on the evenings of past days.

    Args:
        days: Those days, at least one, and none after `as_of`.
        complaints: Rows of the complaints fact.
        terms: As for `forecast`, but for the day.
        also: Columns wanted besides.
        levels: As for `with_breach_probability`.

    Returns:
        One row per day and complaint open at its end: `day`, what forecasting reads, `also`, the columns of the
        levels and those of `with_breach_probability`.
    """
    columns = list(dict.fromkeys([*READ, *also, *(key for level in levels for key in level)]))
    evenings = evenings_of(days, terms)
    ongoing = _ongoing(complaints, evenings, terms, columns).collect().lazy()
    settled = _settled(complaints, evenings, terms, levels).collect().lazy()
    past = [
        spans(settled.filter(pl.col("_last") < end).with_columns(day=pl.lit(day)), _THEN, levels, _OVER)
        for day, end in evenings.iter_rows()
    ]
    past.append(spans(ongoing.filter("_is_unsettled"), _THEN, levels, _OVER))
    waiting = ongoing.filter("is_open").drop("_is_unsettled")
    known = told(waiting, pl.concat(pl.collect_all(past)).lazy(), _THEN, levels, _OVER)
    return with_told(waiting, known, _THEN, _OVER).collect()


def expected_by_month(
    complaints: pl.LazyFrame, terms: Terms, *, months: Sequence[date], by: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    Sum what was expected to be late in the 7 days after the end of each month, as it was known then.

    Args:
        complaints: Rows of the complaints fact.
        terms: As for `forecast`; the month of `as_of` is taken at its end.
        months: First days of months; those after `as_of` are left out.
        by: Columns of the fact that make groups.

    Returns:
        One row per month and group with cases at stake: `month`, the groups, `is_at_stake` (in cases) and
        `breach_probability` (each times its cases).
    """
    ends = {min(_last_day_of(month), terms.as_of): month for month in months if month <= terms.as_of}
    keys: dict[str, pl.DataType] = {MONTH: pl.Date(), **{key: COMPLAINTS.schema[key] for key in by}}
    if not ends:
        return pl.LazyFrame(schema=keys | _EXPECTED)
    at_stake = forecasts_on(list(ends), complaints, terms, also=by).lazy().filter(AT_STAKE)
    month = pl.col("day").replace_strict(ends, return_dtype=pl.Date).alias(MONTH)
    return at_stake.group_by(month, *by).agg(
        pl.col("cases").sum().alias("is_at_stake"),
        (pl.col("breach_probability") * pl.col("cases")).sum().alias("breach_probability"),
    )


def _ongoing(
    complaints: pl.LazyFrame, evenings: pl.DataFrame, terms: Terms, columns: Sequence[str]
) -> pl.LazyFrame:
    """
    For each evening, the complaints that were open, and the recent ones of which something was still to come.
    """
    first_stop, received = pl.min_horizontal(STOPS), pl.col("received_at")
    unsettled_until = pl.min_horizontal("_last", received + RECENT)
    until = pl.when(first_stop.is_not_null()).then(pl.max_horizontal(first_stop, unsettled_until))
    then = on_evenings(complaints.with_columns(_last=last_instant(COMPLAINTS)), evenings, until)
    is_unsettled = pl.col("_last") >= pl.col("_end")
    judged = judged_then(then, terms).select(*columns, day="_day", _is_unsettled=is_unsettled)
    return judged.filter(pl.col("is_open") | pl.col("_is_unsettled"))


def _settled(complaints: pl.LazyFrame, evenings: pl.DataFrame, terms: Terms, levels: Levels) -> pl.LazyFrame:
    """
    The complaints that were recent on any evening, as they are once all has happened, with the last of it.
    """
    last = last_instant(COMPLAINTS)
    first_end = pl.lit(evenings["_end"].first())
    recent = complaints.filter(pl.col("received_at") >= first_end - RECENT).with_columns(_last=last)
    regime = terms.regimes[COMPLAINTS.name]
    timed = with_deadlines(recent, regime=regime, zone=terms.zone, calendar=terms.calendar)
    cases = pl.col("cases").fill_null(1)
    return timed.select(
        *levels[-1], "received_on", "stopped_on", "due_on", "is_counted", "is_subject", "_last", cases
    )


def _last_day_of(month: date) -> date:
    return shift_months(month_start(month), 1) - timedelta(days=1)
