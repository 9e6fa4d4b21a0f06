"""
Which open complaints will be late? How long others took says what an open one of that age has before it.

A forecast made on a day rests on what was known at its end, so that it can be set beside what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.deadlines import with_deadlines
from dashboard.facts import INSTANT
from dashboard.metrics.as_of import known_by
from dashboard.metrics.complaints import COMPLAINTS, judged
from dashboard.metrics.terms import Terms, end_of
from dashboard.stats import kaplan_meier, poisson_binomial_interval

# Complaints received in so many days make the experience: long enough for thin branches, short enough to forget
# how things were handled before last year.
EXPERIENCE_DAYS: Final = 365

# A finer stratum counts as much as the one above it once it holds so many cases as old as the one judged.
PARENT_CASES: Final = 20

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
    *("received_on", "stopped_on", "due_on", "is_counted", "is_open", "is_due_soon"),
)

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


def with_breach_probability(
    complaints: pl.LazyFrame, *, as_of: date, levels: Sequence[tuple[str, ...]] = LEVELS
) -> pl.LazyFrame:
    """
    Add to each open complaint the probability that its due day passes without an answer.

    Of the cases that were still open at its age, the share that was also open after as many days as it has in
    all: S(u) / S(a) of a Kaplan-Meier curve, with the age a and the due day u in days from receipt. A case ends by
    being stopped in any way, by withdrawal too. Thin strata lean on the wider ones: the share of a stratum with
    n cases older than a weighs n, the probability of the stratum above it 20.

    Args:
        complaints: Rows that `judged` has judged; all that may be seen, for they are also the experience.
        as_of: The day at whose end one stands. Stops after it count as not yet come.
        levels: The strata, from the widest to the finest, each a refinement of the one before.

    Returns:
        The rows, in any order, with `breach_probability` (1 if the due day is over; null unless open, and where no
        case as old was ever seen in the widest stratum) and `experience` (cases older than this one in the finest
        stratum, all received in the last 365 days; null where no probability was estimated from them).
    """
    told = _told(complaints, as_of, levels)
    return (
        complaints.join(told.lazy(), on="complaint_id", how="left")
        .with_columns(
            breach_probability=pl.when(_is_waiting(as_of)).then("_probability").when("is_open").then(pl.lit(1.0))
        )
        .drop("_probability")
    )


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


def backtest(complaints: pl.LazyFrame, terms: Terms, *, days: Sequence[date]) -> pl.DataFrame:
    """
    Set the forecasts of past days beside what came of them: see `backtest_cases` and `backtest_days`.
    """
    return backtest_days(backtest_cases(complaints, terms, days=days), days=days)


def backtest_cases(
    complaints: pl.LazyFrame, terms: Terms, *, days: Sequence[date], levels: Sequence[tuple[str, ...]] = LEVELS
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
    made = [_forecast(complaints, terms, day, levels) for day in sorted(set(days))]
    forecasts = pl.concat([pl.DataFrame(schema=_FORECAST), *made])
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


def _forecast(
    complaints: pl.LazyFrame, terms: Terms, day: date, levels: Sequence[tuple[str, ...]]
) -> pl.DataFrame:
    """
    The cases due in the 7 days after a day, with their probabilities, as known at its end.
    """
    known = judged(complaints, replace(terms, as_of=day)).select(_READ).collect()
    told = with_breach_probability(known.lazy(), as_of=day, levels=levels).filter("is_due_soon")
    return told.select(pl.lit(day).alias("day"), *list(_FORECAST)[1:]).collect()


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
        was_late=was_open & (pl.col("due_on") <= pl.col("_evening")),
    )


def _is_waiting(as_of: date) -> pl.Expr:
    return pl.col("is_open") & (pl.col("due_on") > as_of)


def _told(complaints: pl.LazyFrame, as_of: date, levels: Sequence[tuple[str, ...]]) -> pl.DataFrame:
    """
    The probability of each complaint that waits: `complaint_id`, `_probability`, `experience`.
    """
    finest = list(levels[-1])
    keys = [*finest, "_age", "_term"]
    # Collected here: every level reads both twice, and a plan of all levels would repeat the judging each time.
    waiting, durations = pl.collect_all(
        [
            complaints.filter(_is_waiting(as_of)).select(
                "complaint_id",
                *finest,
                _age=(pl.lit(as_of) - pl.col("received_on")).dt.total_days(),
                _term=(pl.col("due_on") - pl.col("received_on")).dt.total_days(),
            ),
            _durations(complaints, as_of, finest),
        ]
    )
    cells = waiting.select(keys).unique().with_columns(_probability=pl.lit(None, pl.Float64))
    for level in levels:
        cells = _sharpened(cells, durations, list(level))
    told = waiting.join(cells, on=keys, nulls_equal=True)
    return told.select("complaint_id", "_probability", experience=pl.col("_seen").cast(pl.Int64))


def _durations(complaints: pl.LazyFrame, as_of: date, finest: list[str]) -> pl.LazyFrame:
    """
    How long the cases of the experience took, or have taken so far: few rows, each for many cases.
    """
    has_stopped = (pl.col("stopped_on") <= as_of).fill_null(value=False)
    last_seen = pl.when(has_stopped).then("stopped_on").otherwise(pl.lit(as_of))
    received = pl.col("received_on")
    return (
        complaints.filter(
            pl.col("is_counted") & (received > as_of - timedelta(days=EXPERIENCE_DAYS)) & (received <= as_of)
        )
        .group_by(*finest, _days=(last_seen - received).dt.total_days(), _stopped=has_stopped)
        .agg(pl.col("cases").sum())
    )


def _sharpened(cells: pl.DataFrame, durations: pl.DataFrame, level: list[str]) -> pl.DataFrame:
    """
    Move each cell's probability towards what its stratum at one level has seen, and say from how many cases.
    """
    curve = kaplan_meier(durations.lazy(), duration="_days", event="_stopped", by=level).collect()
    if level:
        # Numbered, because joining by the nearest day never matches null, and null is a stratum like any other.
        strata = curve.select(level).unique(maintain_order=True).with_row_index("_stratum")
        curve = curve.join(strata, on=level, nulls_equal=True)
        cells = cells.join(strata, on=level, how="left", nulls_equal=True)
    else:
        curve, cells = curve.with_columns(_stratum=0), cells.with_columns(_stratum=0)
    steps = curve.select("_stratum", "time", "survival", "at_risk").sort("time")
    cells = _at(cells, steps.rename({"survival": "_at_age"}).drop("at_risk"), "_age")
    cells = _at(cells, steps.rename({"survival": "_at_term"}).drop("at_risk"), "_term")
    # Those at risk at the next step are the ones that lasted longer than the age.
    cells = _at(cells, steps.select("_stratum", "time", _older="at_risk"), "_age", behind=True)
    older, above = pl.col("_older").fill_null(0), pl.col("_probability")
    share = pl.col("_at_term").fill_null(1.0) / pl.col("_at_age").fill_null(1.0)
    leaning = (older * share + PARENT_CASES * above) / (older + PARENT_CASES)
    return cells.with_columns(
        _probability=pl.when(older > 0).then(pl.coalesce(leaning, share)).otherwise(above), _seen=older
    ).drop("_stratum", "_at_age", "_at_term", "_older")


def _at(cells: pl.DataFrame, steps: pl.DataFrame, day: str, *, behind: bool = False) -> pl.DataFrame:
    """
    Read a step function of the cell's stratum at a day; with `behind`, at its next step after that day.
    """
    return (
        cells.sort(day)
        .join_asof(
            steps,
            left_on=day,
            right_on="time",
            by="_stratum",
            strategy="forward" if behind else "backward",
            allow_exact_matches=not behind,
            check_sortedness=False,
        )
        .drop("time")
    )
