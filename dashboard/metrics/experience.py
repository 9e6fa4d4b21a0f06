"""
How many of the cases that came as near to their due day passed it? What the last year's complaints tell open ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

# Complaints received in so many days make the experience: long enough for thin branches, short enough to forget
# how things were handled before last year.
EXPERIENCE_DAYS: Final = 365

# A finer stratum counts as much as the one above it once it holds so many cases as near to their due day.
PARENT_CASES: Final = 20


Levels = Sequence[tuple[str, ...]]


def is_waiting(as_of: pl.Expr) -> pl.Expr:
    """
    Whether a judged case is open, under the rule and due after the day at whose end one stands.
    """
    return pl.col("is_open") & pl.col("is_subject") & (pl.col("due_on") > as_of)


def breach_probabilities(
    complaints: pl.LazyFrame, past: pl.LazyFrame, *, as_of: date, levels: Levels
) -> pl.DataFrame:
    """
    Estimate for each complaint that waits how probable it is that its due day passes without a stop.

    A case has a place on an axis of whole days from its own due day, as it stands in the row: -3 three days before
    it, 0 on it. It is at risk on every day from its receipt up to and including the one on which it stopped, in
    any way, or on which one stands. The share of a stratum is the product, over the days behind the case's own up
    to 0, of the share at risk that didn't stop that day; a day on which nobody was at risk leaves it as it is.
    Where all have one limit this is Kaplan-Meier from receipt: the share open at the limit of those open now.

    People work towards the due day, and a due day that rolls is a working day: how near it is tells more than the
    age.

    The estimate is left-truncated: a case is at risk from its receipt only. One with a short limit comes in near
    its due day and could not have stopped farther from it; counted there, it would dilute the stops of those
    that were.

    Thin strata lean on the wider ones: the share of a stratum weighs as many as were at risk in it on the day
    after the case's own, n, and the probability of the stratum above it 20. Where n is 0 that one stands.

    Args:
        complaints: Judged rows; of those that wait, `complaint_id` and what the levels name.
        past: Judged rows, of which those that count, are under the rule and came in the last 365 days (the day
            itself and 364 before it) are the experience. Each weighs its `cases`.
        as_of: The day at whose end one stands. Stops after it count as not yet come.
        levels: The strata, from the widest to the finest, each a refinement of the one before; null is a value.

    Returns:
        As `told`.
    """
    then = pl.lit(as_of)
    return told(complaints, spans(past, then, levels), then, levels)


def told(
    complaints: pl.LazyFrame, past: pl.LazyFrame, as_of: pl.Expr, levels: Levels, over: Sequence[str] = ()
) -> pl.DataFrame:
    """
    Read from spans what `breach_probabilities` estimates, for one day or for several at once.

    Args:
        complaints: As for `breach_probabilities`.
        past: As `spans` gives them.
        as_of: The day at whose end one stands.
        levels: As for `breach_probabilities`.
        over: Columns that keep several days apart.

    Returns:
        One row per complaint that waits: `over`, `complaint_id`, `_probability` (Float64; null if n is 0 in the
        widest stratum) and `experience` (Int64; n in the finest).
    """
    finest = [*over, *levels[-1]]
    keys = [*finest, "_stands_at"]
    # Collected here: every level reads both, and a plan of all levels would repeat the judging each time.
    waiting, lasted = pl.collect_all(
        [complaints.filter(is_waiting(as_of)).select("complaint_id", *finest, _stands_at=_from_due(as_of)), past]
    )
    steps = _steps(lasted, finest)
    cells = waiting.select(keys).unique().with_columns(_probability=pl.lit(None, pl.Float64))
    for level in levels:
        cells = _sharpened(cells, steps, [*over, *level])
    found = waiting.join(cells, on=keys, nulls_equal=True)
    return found.select(*over, "complaint_id", "_probability", experience=pl.col("_seen").cast(pl.Int64))


def spans(past: pl.LazyFrame, as_of: pl.Expr, levels: Levels, over: Sequence[str] = ()) -> pl.LazyFrame:
    """
    From when to when the cases of the experience were at risk: few rows, each for many cases.

    Args:
        past: As for `breach_probabilities`.
        as_of: The day at whose end one stands.
        levels: As for `breach_probabilities`.
        over: Columns that keep several days apart.

    Returns:
        `over`, the columns of the finest level, `_first` and `_last` (whole days from the due day), `_stopped`
        (on that last day, or at risk so far) and `cases`.
    """
    has_stopped = (pl.col("stopped_on") <= as_of).fill_null(value=False)
    received = pl.col("received_on")
    is_recent = (received > as_of - pl.duration(days=EXPERIENCE_DAYS)) & (received <= as_of)
    # A rule whose clock hasn't started yet gives no due day, and so no place on the axis.
    return (
        past.filter(is_recent & pl.col("is_counted") & pl.col("is_subject") & pl.col("due_on").is_not_null())
        .group_by(
            *over,
            *levels[-1],
            _first=_from_due(received),
            _last=_from_due(pl.when(has_stopped).then("stopped_on").otherwise(as_of)),
            _stopped=has_stopped,
        )
        .agg(pl.col("cases").sum())
    )


def _from_due(day: pl.Expr) -> pl.Expr:
    """
    A day's place on the axis: whole days from the due day, negative before it.
    """
    return (day - pl.col("due_on")).dt.total_days()


def _steps(lasted: pl.DataFrame, finest: list[str]) -> pl.DataFrame:
    """
    The days on which the number at risk changes: few rows, each for many cases that come in, leave or stop then.
    """
    cases = pl.col("cases")
    coming = lasted.group_by(*finest, _day="_first").agg(_coming=cases.sum())
    # A product, for a filter within so many small groups takes twice as long.
    leaving = lasted.group_by(*finest, _day="_last").agg(
        _leaving=cases.sum(), _stopping=(cases * pl.col("_stopped").cast(pl.Int64)).sum()
    )
    return pl.concat([coming, leaving], how="diagonal")


def _sharpened(cells: pl.DataFrame, steps: pl.DataFrame, level: list[str]) -> pl.DataFrame:
    """
    Move each cell's probability towards what its stratum at one level has seen, and say from how many cases.
    """
    curve = _curve(steps, level)
    if level:
        # Numbered, because joining by the nearest day never matches null, and null is a stratum like any other.
        strata = curve.select(level).unique(maintain_order=True).with_row_index("_stratum")
        curve = curve.join(strata, on=level, nulls_equal=True)
        cells = cells.join(strata, on=level, how="left", nulls_equal=True)
    else:
        curve, cells = curve.with_columns(_stratum=0), cells.with_columns(_stratum=0)
    found = cells.sort("_stands_at").join_asof(
        curve.select("_stratum", "_day", "_coming", "_at_risk", "_share").sort("_day"),
        left_on="_stands_at",
        right_on="_day",
        by="_stratum",
        strategy="forward",
        allow_exact_matches=False,
        check_sortedness=False,
    )
    # Those that come in at the next step aren't there on the days before it; behind the last step nobody is.
    is_next_day = pl.col("_day") == pl.col("_stands_at") + 1
    there = pl.when(is_next_day).then("_at_risk").otherwise(pl.col("_at_risk") - pl.col("_coming")).fill_null(0)
    share, above = pl.col("_share"), pl.col("_probability")
    leaning = (there * share + PARENT_CASES * above) / (there + PARENT_CASES)
    return found.with_columns(
        _probability=pl.when(there > 0).then(pl.coalesce(leaning, share)).otherwise(above), _seen=there
    ).drop("_stratum", "_day", "_coming", "_at_risk", "_share")


def _curve(steps: pl.DataFrame, level: list[str]) -> pl.DataFrame:
    """
    Per stratum and step: how many are at risk, and what share passes that day and all others up to the due day.
    """
    summed = steps.group_by(*level, "_day").agg(pl.col("_coming", "_leaving", "_stopping").sum()).sort("_day")
    at_risk = (pl.col("_coming") - pl.col("_leaving")).cum_sum() + pl.col("_leaving")
    # What stops after its due day is late all the same.
    is_decided = (pl.col("_day") <= 0) & (pl.col("_at_risk") > 0)
    passing = pl.when(is_decided).then(1 - pl.col("_stopping") / pl.col("_at_risk")).otherwise(1.0)
    return summed.with_columns(_at_risk=_over(at_risk, level)).with_columns(
        _share=_over(passing.cum_prod(reverse=True), level)
    )


def _over(column: pl.Expr, keys: list[str]) -> pl.Expr:
    return column.over(keys) if keys else column
