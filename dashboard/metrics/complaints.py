"""
Which complaints are open, late, due soon, answered in time: the judgements every complaint figure is a sum over.

A figure is the cases for which one of these truths holds, or the share of them for which a second one does. So a
figure and the rows behind it can't disagree.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.deadlines import with_deadlines
from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_by, known_on
from dashboard.metrics.evenings import evenings_of, on_evenings
from dashboard.metrics.terms import Terms, end_of

COMPLAINTS: Final = FACTS["complaints"]

# Days since receipt; each band's last day. What is older falls into the last band.
AGE_BANDS: Final = (("0-7", 7), ("8-15", 15), ("16-30", 30), ("31-60", 60))
OLDEST_BAND: Final = "61+"
BAND: Final = pl.Enum([*(name for name, _ in AGE_BANDS), OLDEST_BAND])

# What `ageing` reads of judged rows.
AGEING_COLUMNS: Final = ("is_open", "is_overdue", "age_band")

# As the name of `complaints_due_7d` promises.
DUE_SOON_DAYS: Final = 7

# The truths of which stocks are sums.
STOCKS: Final = ("is_open", "is_overdue", "is_due_soon")

STOPS: Final = ("decided_at", "informed_at", "closed_at", "withdrawn_at")


def judged(complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every complaint as it was known at the end of the day asked for.

    The due day still counts as in time. Due means the due day is over; what isn't due yet, answered or not, is in
    no on-time cohort. Withdrawn undecided by its due day: in none either; withdrawn later: late. Merged and
    invalid complaints are nowhere.

    Args:
        complaints: Rows of the complaints fact.
        terms: The day, the zone, the calendar and the rule.

    Returns:
        The rows known by then with the columns of `with_deadlines`, and
        `is_open`, `is_overdue` (open, due by the end of the day), `is_due_soon` (open, due in the next 7 days),
        `is_due` (of the due cohort), `is_answered` (stopped, not by withdrawal), `is_answered_subject` (the same,
        where the rule applies), `days` (whole local days from receipt to the stop, or so far), `age_band` (those
        days in bands, an enumeration)
        and `cases` (null is one).
    """
    return _truths(with_due_days(complaints, terms), pl.lit(terms.as_of))


def started(complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge by the rule for starting an investigation: see `judged_by`.
    """
    return judged_by("complaint_start", complaints, terms)


def fast_tracked(complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge by the rule for the fast track: see `judged_by`.
    """
    return judged_by("complaint_fast_track", complaints, terms)


def judged_by(clock: str, complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every complaint by one of the house's clocks, as it was known at the end of the day asked for.

    Args:
        clock: By which of the rules in `terms.regimes`.
        complaints: Rows of the complaints fact.
        terms: The day, the zone, the calendar and the rules.

    Returns:
        The rows known by then with the columns of `with_deadlines`, `is_due` (of the due cohort: the rule applies
        and its limit has passed by the end of the day; without those withdrawn before) and `cases` (null is one).
    """
    timed = with_due_days(complaints, terms, clock=clock)
    return timed.with_columns(is_due=is_due(pl.lit(terms.as_of)), cases=pl.col("cases").fill_null(1))


def is_due(as_of: pl.Expr) -> pl.Expr:
    """
    Whether a case with the columns of `with_deadlines` is of the due cohort at the end of a day.
    """
    falls_due = pl.col("is_counted") & pl.col("is_subject") & (pl.col("due_on") <= as_of)
    return falls_due & ~pl.col("is_excluded_from_due_cohort")


def with_due_days(complaints: pl.LazyFrame, terms: Terms, *, clock: str = COMPLAINTS.name) -> pl.LazyFrame:
    """
    The complaints known at the end of the day asked for, with the columns of `with_deadlines`.

    Args:
        complaints: Rows of the complaints fact.
        terms: As for `judged`.
        clock: By which of the rules in `terms.regimes`.
    """
    known = known_on(complaints, COMPLAINTS, terms.as_of, terms.zone)
    return _timed(known, terms, clock)


def stock_by_month(
    complaints: pl.LazyFrame, terms: Terms, *, months: Sequence[date], by: Sequence[str] = ()
) -> pl.LazyFrame:
    """
    Count what was open, overdue and due soon at the end of each month, each as it was known then.

    The month of `as_of` is judged at the end of `as_of`, for later ones nothing is known.

    Args:
        complaints: Rows of the complaints fact.
        terms: As for `judged`.
        months: First days of months; those after `as_of` are left out.
        by: Columns of the fact that make groups.

    Returns:
        One row per month and group in which something was open: `month`, the groups, and the `STOCKS` in cases.
    """
    known = sorted({month.replace(day=1) for month in months if month <= terms.as_of})
    days = [min(day, terms.as_of) for day in pl.Series(known, dtype=pl.Date).dt.month_end()]
    evenings = evenings_of(days, terms).with_columns(month=pl.Series(known, dtype=pl.Date))
    # A complaint is open at every month end from its receipt up to the first thing that may have stopped it. Only
    # those few are looked at again, each with the knowledge of its own day.
    open_then = on_evenings(complaints, evenings, pl.min_horizontal(STOPS))
    return (
        judged_then(open_then, terms)
        .group_by("month", *by)
        .agg(pl.col("cases").filter(pl.col(stock)).sum().alias(stock) for stock in STOCKS)
    )


def may_be_open(terms: Terms) -> pl.Expr:
    """
    Whether a complaint of the record can be open at the end of the day asked for: true of all that are, and of few
    others.
    """
    if terms.regimes[COMPLAINTS.name].stop not in ("decided_and_informed", "decided"):
        return pl.lit(value=True)
    first_stop = pl.min_horizontal(STOPS)
    return first_stop.is_null() | (first_stop >= pl.lit(end_of(terms.as_of, terms.zone)))


def judged_then(complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every complaint as `judged` does, each as it was known at the end of a day of its own.

    Args:
        complaints: Rows of the complaints fact with `_day` and `_end`, as `on_evenings` gives them.
        terms: As for `judged`, but for the day.
    """
    known = known_by(complaints, COMPLAINTS, day=pl.col("_day"), end=pl.col("_end"))
    return _truths(_timed(known, terms, COMPLAINTS.name), pl.col("_day"))


def ageing(complaints: pl.LazyFrame, *, by: Sequence[str] = ()) -> pl.LazyFrame:
    """
    Count open complaints by the days since their receipt, and how many of them are overdue.

    Args:
        complaints: Rows that `judged` has judged.
        by: Columns of the fact that make groups.

    Returns:
        One row per group and band, every band present, youngest first: the groups, `band`, and in cases `late`
        and `not_late`.
    """
    open_now = complaints.filter("is_open")
    names = BAND.categories
    counts = open_now.group_by(*by, band="age_band").agg(
        late=pl.col("cases").filter(pl.col("is_overdue")).sum(),
        not_late=pl.col("cases").filter(~pl.col("is_overdue")).sum(),
    )
    order = pl.LazyFrame({"band": pl.Series(names, dtype=BAND), "_order": range(len(names))})
    cells = open_now.select(by).unique().join(order, how="cross") if by else order
    return (
        cells.join(counts, on=[*by, "band"], how="left", nulls_equal=True)
        .with_columns(pl.col("late", "not_late").fill_null(0))
        .sort(*by, "_order", nulls_last=True)
        .select(*by, pl.col("band").cast(pl.String), "late", "not_late")
    )


def _age_band(days: pl.Expr) -> pl.Expr:
    band = pl.lit(OLDEST_BAND, BAND)
    for name, last_day in reversed(AGE_BANDS):
        band = pl.when(days <= last_day).then(pl.lit(name, BAND)).otherwise(band)
    return band


def _timed(known: pl.LazyFrame, terms: Terms, clock: str) -> pl.LazyFrame:
    return with_deadlines(known, regime=terms.regimes[clock], zone=terms.zone, calendar=terms.calendar)


def _truths(complaints: pl.LazyFrame, as_of: pl.Expr) -> pl.LazyFrame:
    counted, due_on, stopped_on = pl.col("is_counted"), pl.col("due_on"), pl.col("stopped_on")
    is_open, is_subject = counted & pl.col("stop_at").is_null(), pl.col("is_subject")
    is_answered = counted & (pl.col("stop_kind") != "withdrawn").fill_null(value=False)
    soon = as_of + pl.duration(days=DUE_SOON_DAYS)
    days = (stopped_on.fill_null(as_of) - pl.col("received_on")).dt.total_days()
    return complaints.with_columns(
        is_open=is_open,
        is_overdue=is_open & is_subject & (due_on <= as_of),
        is_due_soon=is_open & is_subject & (due_on > as_of) & (due_on <= soon),
        is_due=is_due(as_of),
        is_answered=is_answered,
        is_answered_subject=is_answered & is_subject,
        days=days,
        age_band=_age_band(days),
        cases=pl.col("cases").fill_null(1),
    )
