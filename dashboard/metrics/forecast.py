"""
Which open complaints will be late? How long others took says what an open one of that age has before it.

A forecast made on a day rests on what was known at its end, so that it can be set beside what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.metrics.complaints import judged, may_be_open
from dashboard.metrics.terms import Terms, end_of
from dashboard.stats import kaplan_meier, poisson_binomial_interval

# Complaints received in so many days make the experience: long enough for thin branches, short enough to forget
# how things were handled before last year.
EXPERIENCE_DAYS: Final = 365

# Instants so far back hold all of it, whatever the zone.
RECENT: Final = timedelta(days=EXPERIENCE_DAYS + 1)

# A finer stratum counts as much as the one above it once it holds so many cases as old as the one judged.
PARENT_CASES: Final = 20

Levels = Sequence[tuple[str, ...]]

# Each stratum lies within the one before it.
LEVELS: Final[Levels] = (
    (),
    ("grade",),
    ("grade", "category"),
    ("grade", "category", "branch_id"),
)


# What forecasting reads of judged rows.
READ: Final = (
    *("complaint_id", "grade", "category", "branch_id", "cases"),
    *("received_on", "stopped_on", "due_on", "is_counted", "is_open", "is_subject", "is_due_soon"),
)

AT_STAKE: Final = pl.col("is_due_soon") & pl.col("breach_probability").is_not_null()


def with_breach_probability(complaints: pl.LazyFrame, *, as_of: date, levels: Levels = LEVELS) -> pl.LazyFrame:
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
        The rows, in any order, with `breach_probability` (1 if the due day is over; null unless the case is open
        and the rule is about it, and where no case as old was ever seen in the widest stratum) and `experience`
        (cases older than this one in the finest stratum, all received in the last 365 days; null where no
        probability was estimated from them).
    """
    then = pl.lit(as_of)
    known = told(complaints, durations(complaints, then, levels), then, levels)
    return with_told(complaints, known, then)


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
    then = pl.lit(terms.as_of)
    open_ones, recent = (judged(rows, terms) for rows in that_matter(complaints, terms, terms.as_of))
    known = told(open_ones, durations(recent, then), then)
    return with_told(judged(complaints, terms), known, then).with_columns(is_at_stake=AT_STAKE)


def open_with_probability(complaints: pl.LazyFrame, terms: Terms, *, day: date) -> pl.LazyFrame:
    """
    Give the open complaints as `judged` does, with the probability of `with_breach_probability` as of a day.

    What has ended is judged no further than it is needed as experience.

    Args:
        complaints: Rows of the complaints fact.
        terms: As for `judged`.
        day: At whose end one stands, `as_of` of the terms or a day before it.
    """
    then = pl.lit(day)
    open_ones, recent = (judged(rows, terms) for rows in that_matter(complaints, terms, day))
    known = told(open_ones, durations(recent, then), then)
    return with_told(open_ones.filter("is_open"), known, then)


def that_matter(complaints: pl.LazyFrame, terms: Terms, day: date) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """
    The complaints that may be open on the terms' day, and those that may be experience as of another: few of all,
    and of the second little is judged.

    Args:
        complaints: Rows of the complaints fact.
        terms: On which they will be judged.
        day: As of which durations will be asked for.
    """
    is_recent = pl.col("received_at") >= pl.lit(end_of(day, terms.zone)) - RECENT
    return complaints.filter(may_be_open(terms)), complaints.filter(is_recent)


def durations(
    past: pl.LazyFrame, as_of: pl.Expr, levels: Levels = LEVELS, over: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    How long the cases of the experience took, or have taken so far: few rows, each for many cases.

    Args:
        past: Judged complaints, those received in the last `EXPERIENCE_DAYS` among them.
        as_of: The day at whose end one stands. Stops after it count as not yet come.
        levels: As for `with_breach_probability`.
        over: Columns that keep several forecasts apart.

    Returns:
        `over`, the columns of the finest level, `_days`, `_stopped` (or open so far) and `cases`.
    """
    has_stopped = (pl.col("stopped_on") <= as_of).fill_null(value=False)
    last_seen = pl.when(has_stopped).then("stopped_on").otherwise(as_of)
    received = pl.col("received_on")
    is_experience = (received > as_of - pl.duration(days=EXPERIENCE_DAYS)) & (received <= as_of)
    return (
        past.filter(pl.col("is_counted") & is_experience)
        .group_by(*over, *levels[-1], _days=(last_seen - received).dt.total_days(), _stopped=has_stopped)
        .agg(pl.col("cases").sum())
    )


def told(
    open_ones: pl.LazyFrame,
    past: pl.LazyFrame,
    as_of: pl.Expr,
    levels: Levels = LEVELS,
    over: Sequence[str] = (),
) -> pl.DataFrame:
    """
    The probability of each complaint that waits, by what is past.

    Args:
        open_ones: Judged complaints.
        past: As `durations` gives them.
        as_of: The day at whose end one stands.
        levels: As for `with_breach_probability`.
        over: Columns that keep several forecasts apart.

    Returns:
        One row per complaint that is open, subject to the rule and not yet due: `over`, `complaint_id`,
        `_probability`, `experience`.
    """
    keys = [*over, *levels[-1], "_age", "_term"]
    # Collected here: every level reads both twice, and a plan of all levels would repeat the judging each time.
    waiting, lasted = pl.collect_all(
        [
            open_ones.filter(_is_waiting(as_of)).select(
                "complaint_id",
                *over,
                *levels[-1],
                _age=(as_of - pl.col("received_on")).dt.total_days(),
                _term=(pl.col("due_on") - pl.col("received_on")).dt.total_days(),
            ),
            past,
        ]
    )
    cells = waiting.select(keys).unique().with_columns(_probability=pl.lit(None, pl.Float64))
    for level in levels:
        cells = _sharpened(cells, lasted, [*over, *level])
    found = waiting.join(cells, on=keys, nulls_equal=True)
    return found.select(*over, "complaint_id", "_probability", experience=pl.col("_seen").cast(pl.Int64))


def with_told(
    complaints: pl.LazyFrame, known: pl.DataFrame, as_of: pl.Expr, over: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    Add `breach_probability` and `experience` to judged complaints, from what `told` gives.
    """
    certain = pl.when(pl.col("is_open") & pl.col("is_subject")).then(pl.lit(1.0))
    return (
        complaints.join(known.lazy(), on=[*over, "complaint_id"], how="left")
        .with_columns(breach_probability=pl.when(_is_waiting(as_of)).then("_probability").otherwise(certain))
        .drop("_probability")
    )


def _is_waiting(as_of: pl.Expr) -> pl.Expr:
    return pl.col("is_open") & pl.col("is_subject") & (pl.col("due_on") > as_of)


def _sharpened(cells: pl.DataFrame, lasted: pl.DataFrame, level: list[str]) -> pl.DataFrame:
    """
    Move each cell's probability towards what its stratum at one level has seen, and say from how many cases.
    """
    curve = kaplan_meier(lasted.lazy(), duration="_days", event="_stopped", by=level).collect()
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
