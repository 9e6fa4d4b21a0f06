"""
Which open complaints will be late? What became of others as near to their due day says what one has before it.

A forecast made on a day rests on what was known at its end, so that it can be set beside what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.metrics.complaints import COMPLAINTS, STOPS, judged
from dashboard.metrics.experience import EXPERIENCE_DAYS, breach_probabilities, is_waiting
from dashboard.metrics.terms import Terms, end_of
from dashboard.periods import MONTH, month_start, shift_months
from dashboard.stats import poisson_binomial_interval

# Each stratum lies within the one before it.
LEVELS: Final[tuple[tuple[str, ...], ...]] = (
    (),
    ("grade",),
    ("grade", "category"),
    ("grade", "category", "branch_id"),
)

# What forecasting reads of judged rows.
_READ: Final = (
    *("complaint_id", "grade", "category", "branch_id", "cases"),
    *("received_on", "stopped_on", "due_on", "is_counted", "is_open", "is_subject", "is_due_soon"),
)

_AT_STAKE: Final = pl.col("is_due_soon") & pl.col("breach_probability").is_not_null()
_EXPECTED: Final[dict[str, pl.DataType]] = {"is_at_stake": pl.Int64(), "breach_probability": pl.Float64()}


def with_breach_probability(
    complaints: pl.LazyFrame, *, as_of: date, levels: Sequence[tuple[str, ...]] = LEVELS
) -> pl.LazyFrame:
    """
    Add to each open complaint the probability that its due day passes without an answer.

    Of the cases that came as near to their own due day as it is now, the share that passed it: Kaplan-Meier on the
    days to the due day, see `breach_probabilities`. A case ends by being stopped in any way, by withdrawal too.

    Args:
        complaints: Rows that `judged` has judged; all that may be seen, for they are also the experience.
        as_of: The day at whose end one stands. Stops after it count as not yet come.
        levels: The strata, from the widest to the finest, each a refinement of the one before.

    Returns:
        The rows, in any order, with `breach_probability` (1 if the due day is over; null unless the case is open
        and the rule is about it, and where nobody was ever seen at risk as near to the due day) and `experience`
        (cases at risk on the next day in the finest stratum; null where no probability was estimated from them).
    """
    return _joined(complaints, breach_probabilities(complaints, complaints, as_of=as_of, levels=levels), as_of)


def expected_breaches(rows: pl.DataFrame) -> tuple[float | None, int | None, int | None]:
    """
    How many of these complaints will be late, and between which numbers that lies with 95 % probability.

    Cases are taken as independent: what strikes many at once, such as a holiday, makes the interval too narrow.

    Args:
        rows: `breach_probability` and `cases`; rows without a probability are left out.

    Returns:
        The sum of the probabilities, and the interval of that many unlike chances (Poisson-binomial). No rows,
        none expected; rows of which none has a probability: three nulls.
    """
    known = rows.select("breach_probability", "cases").drop_nulls("breach_probability")
    if known.is_empty() and not rows.is_empty():
        return None, None, None
    probabilities, cases = known["breach_probability"], known["cases"]
    lower, upper = poisson_binomial_interval(probabilities.to_numpy(), cases.to_list())
    return float((probabilities * cases).sum()), lower, upper


def forecast(complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every complaint as `judged` does, with the probability that it will be late.

    A way of judging by itself, because it is dearer than the others.

    Args:
        complaints: Rows of the complaints fact.
        terms: The day, the zone, the calendar and the rule.

    Returns:
        The rows of `judged` with the columns of `with_breach_probability`, and `is_at_stake` (due in the next 7
        days, and its probability is known).
    """
    waiting, recent = (judged(rows, terms) for rows in _that_matter(complaints, terms))
    told = breach_probabilities(waiting, recent, as_of=terms.as_of, levels=LEVELS)
    return _joined(judged(complaints, terms), told, terms.as_of).with_columns(is_at_stake=_AT_STAKE)


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
    ends = {month: min(_last_day_of(month), terms.as_of) for month in months if month <= terms.as_of}
    counted = [
        forecast_on(day, complaints, terms, by)
        .lazy()
        .filter(_AT_STAKE)
        .group_by(pl.lit(month).alias(MONTH), *by)
        .agg(
            pl.col("cases").sum().alias("is_at_stake"),
            (pl.col("breach_probability") * pl.col("cases")).sum().alias("breach_probability"),
        )
        for month, day in ends.items()
    ]
    keys: dict[str, pl.DataType] = {MONTH: pl.Date(), **{key: COMPLAINTS.schema[key] for key in by}}
    return pl.concat([pl.LazyFrame(schema=keys | _EXPECTED), *counted])


def forecast_on(
    day: date,
    complaints: pl.LazyFrame,
    terms: Terms,
    also: Sequence[str] = (),
    levels: Sequence[tuple[str, ...]] = LEVELS,
) -> pl.DataFrame:
    """
    Give the forecast of a day with only what was known at its end: the same whenever it is asked for.

    Args:
        day: That day.
        complaints: Rows of the complaints fact.
        terms: As for `forecast`, but for the day.
        also: Columns wanted besides.
        levels: As for `with_breach_probability`.

    Returns:
        The complaints open then: what forecasting reads, `also`, and the columns of `with_breach_probability`.
    """
    then = replace(terms, as_of=day)
    waiting, recent = (judged(rows, then) for rows in _that_matter(complaints, then))
    columns = dict.fromkeys([*_READ, *also, *(key for level in levels for key in level)])
    known = waiting.select(list(columns)).filter("is_open").collect().lazy()
    return _joined(known, breach_probabilities(known, recent, as_of=day, levels=levels), day).collect()


def _that_matter(complaints: pl.LazyFrame, terms: Terms) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """
    The complaints that may be open at the end of the day, and those that may be experience then: few of all, and
    of the second little is judged.
    """
    end = pl.lit(end_of(terms.as_of, terms.zone))
    first_stop = pl.min_horizontal(STOPS)
    # A day more than the experience, whatever the zone.
    is_recent = pl.col("received_at") >= end - timedelta(days=EXPERIENCE_DAYS + 1)
    return complaints.filter(first_stop.is_null() | (first_stop >= end)), complaints.filter(is_recent)


def _joined(complaints: pl.LazyFrame, told: pl.DataFrame, as_of: date) -> pl.LazyFrame:
    certain = pl.when(pl.col("is_open") & pl.col("is_subject")).then(pl.lit(1.0))
    return (
        complaints.join(told.lazy(), on="complaint_id", how="left")
        .with_columns(breach_probability=pl.when(is_waiting(as_of)).then("_probability").otherwise(certain))
        .drop("_probability")
    )


def _last_day_of(month: date) -> date:
    return shift_months(month_start(month), 1) - timedelta(days=1)
