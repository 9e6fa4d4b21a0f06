"""
How good were the forecasts? Those of past days, made with only what was known then, beside what came of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.deadlines import with_deadlines
from dashboard.facts import INSTANT
from dashboard.metrics.as_of import known_by
from dashboard.metrics.complaints import COMPLAINTS
from dashboard.metrics.experience import Levels
from dashboard.metrics.forecast import LEVELS, expected_breaches
from dashboard.metrics.past_forecasts import forecasts_on
from dashboard.metrics.terms import Terms, end_of

_FORECAST: Final = {
    "day": pl.Date(),
    "complaint_id": pl.String(),
    "due_on": pl.Date(),
    "cases": pl.Int64(),
    "breach_probability": pl.Float64(),
    "experience": pl.Int64(),
}
_BACKTEST: Final = {
    "day": pl.Date(),
    "at_stake": pl.Int64(),
    "expected": pl.Float64(),
    "lower": pl.Int64(),
    "upper": pl.Int64(),
    "late": pl.Int64(),
    "moved": pl.Int64(),
}


def backtest(complaints: pl.LazyFrame, terms: Terms, *, days: Sequence[date]) -> pl.DataFrame:
    """
    Set the forecasts of past days beside what came of them: see `backtest_cases` and `backtest_days`.
    """
    return backtest_days(backtest_cases(complaints, terms, days=days), days=days)


def backtest_cases(
    complaints: pl.LazyFrame, terms: Terms, *, days: Sequence[date], levels: Levels = LEVELS
) -> pl.DataFrame:
    """
    Forecast on past days, with only what was known at their ends, and look up what came of each case.

    A case was late if it was open at the end of its due day. One whose due day had been moved on by then, by an
    extension that counts, a pause or a new grade, wasn't; the forecast doesn't foresee such moves.

    Args:
        complaints: Rows of the complaints fact.
        terms: The rule; `as_of` is the last day of which the outcome is known.
        days: On whose evenings to forecast, none after `as_of`.
        levels: As for `with_breach_probability`.

    Returns:
        One row per day and case due in the 7 days after it: `day`, `complaint_id`, `due_on` (as known then),
        `cases`, `breach_probability`, `experience`, `was_open` (at the end of that due day; null if that day isn't
        over), `was_late` (and still due then).

    Raises:
        ValueError: A day after `as_of`.
    """
    if any(day > terms.as_of for day in days):
        raise ValueError(f"what came after {terms.as_of} isn't known: {max(days)}")
    if not days:
        return pl.DataFrame(schema=_FORECAST | {"was_open": pl.Boolean(), "was_late": pl.Boolean()})
    made = forecasts_on(days, complaints, terms, levels=levels)
    forecasts = made.filter("is_due_soon").select(list(_FORECAST))
    evenings = forecasts.select("complaint_id", "due_on").unique().filter(pl.col("due_on") <= terms.as_of)
    outcomes = _outcomes(complaints, terms, evenings).collect()
    return forecasts.join(outcomes, on=["complaint_id", "due_on"], how="left").sort(
        "day", "due_on", "complaint_id"
    )


def backtest_days(cases: pl.DataFrame, *, days: Sequence[date]) -> pl.DataFrame:
    """
    Sum the cases of `backtest_cases` by the day of the forecast.

    Args:
        cases: As `backtest_cases` returns them.
        days: The days forecast on; those without a case at stake have a row too.

    Returns:
        One row per day, oldest first: `day`, `at_stake` (cases due in the 7 days after it), `expected`, `lower`
        and `upper` (of them late, 95 %), `late` (how many were), `moved` (open at the end of their due day, which
        had been moved by then); the last two null while one of these days isn't over.
    """
    rows = []
    for day in sorted(set(days)):
        of_day = cases.filter(pl.col("day") == day)
        expected, lower, upper = expected_breaches(of_day)
        is_over = not of_day["was_late"].has_nulls()
        late, still_open = (int(of_day.filter(name)["cases"].sum()) for name in ("was_late", "was_open"))
        rows.append(
            {
                "day": day,
                "at_stake": int(of_day["cases"].sum()),
                "expected": expected,
                "lower": lower,
                "upper": upper,
                "late": late if is_over else None,
                "moved": still_open - late if is_over else None,
            }
        )
    return pl.DataFrame(rows, schema=_BACKTEST)


def _outcomes(complaints: pl.LazyFrame, terms: Terms, evenings: pl.DataFrame) -> pl.LazyFrame:
    """
    Whether cases were open, and late, at the end of a day, as it was known then.

    Args:
        complaints: Rows of the complaints fact.
        terms: The rule.
        evenings: `complaint_id` and `due_on`, the day at whose end to look.
    """
    ends = {day: end_of(day, terms.zone) for day in evenings["due_on"].unique()}
    looked_at = evenings.lazy().select(
        "complaint_id",
        _evening="due_on",
        _end=pl.col("due_on").replace_strict(ends, return_dtype=INSTANT),
    )
    known = known_by(
        complaints.join(looked_at, on="complaint_id"), COMPLAINTS, day=pl.col("_evening"), end=pl.col("_end")
    )
    then = with_deadlines(known, regime=terms.regimes[COMPLAINTS.name], zone=terms.zone, calendar=terms.calendar)
    was_open = pl.col("is_counted") & pl.col("stop_at").is_null()
    return then.select(
        "complaint_id",
        due_on="_evening",
        was_open=was_open,
        was_late=was_open & pl.col("is_subject") & (pl.col("due_on") <= pl.col("_evening")),
    )
