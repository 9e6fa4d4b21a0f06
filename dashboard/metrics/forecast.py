"""
Which open complaints will be late? What became of others as near to their due day says what one has before it.

A forecast made on a day rests on what was known at its end, so that it can be set beside what came of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.metrics.complaints import judged, may_be_open
from dashboard.metrics.experience import EXPERIENCE_DAYS, Levels, breach_probabilities, is_waiting
from dashboard.metrics.terms import Terms, end_of
from dashboard.stats import poisson_binomial_interval

# Instants so far back hold all of it, whatever the zone.
RECENT: Final = timedelta(days=EXPERIENCE_DAYS + 1)

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
    known = breach_probabilities(complaints, complaints, as_of=as_of, levels=levels)
    return with_told(complaints, known, pl.lit(as_of))


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
    open_ones, recent = (judged(rows, terms) for rows in that_matter(complaints, terms, terms.as_of))
    known = breach_probabilities(open_ones, recent, as_of=terms.as_of, levels=LEVELS)
    return with_told(judged(complaints, terms), known, pl.lit(terms.as_of)).with_columns(is_at_stake=AT_STAKE)


def open_with_probability(complaints: pl.LazyFrame, terms: Terms, *, day: date) -> pl.LazyFrame:
    """
    Give the open complaints as `judged` does, with the probability of `with_breach_probability` as of a day.

    What has ended is judged no further than it is needed as experience.

    Args:
        complaints: Rows of the complaints fact.
        terms: As for `judged`.
        day: At whose end one stands, `as_of` of the terms or a day before it.
    """
    open_ones, recent = (judged(rows, terms) for rows in that_matter(complaints, terms, day))
    known = breach_probabilities(open_ones, recent, as_of=day, levels=LEVELS)
    return with_told(open_ones.filter("is_open"), known, pl.lit(day))


def that_matter(complaints: pl.LazyFrame, terms: Terms, day: date) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """
    The complaints that may be open on the terms' day, and those that may be experience as of another: few of all,
    and of the second little is judged.

    Args:
        complaints: Rows of the complaints fact.
        terms: On which they will be judged.
        day: As of which they will be looked at.
    """
    is_recent = pl.col("received_at") >= pl.lit(end_of(day, terms.zone)) - RECENT
    return complaints.filter(may_be_open(terms)), complaints.filter(is_recent)


def with_told(
    complaints: pl.LazyFrame, known: pl.DataFrame, as_of: pl.Expr, over: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    Add `breach_probability` and `experience` to judged complaints, from what `told` gives.
    """
    certain = pl.when(pl.col("is_open") & pl.col("is_subject")).then(pl.lit(1.0))
    return (
        complaints.join(known.lazy(), on=[*over, "complaint_id"], how="left")
        .with_columns(breach_probability=pl.when(is_waiting(as_of)).then("_probability").otherwise(certain))
        .drop("_probability")
    )
