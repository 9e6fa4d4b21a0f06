"""
Which open claims must somebody take up today, by which limit, and how far have they come?

Several clocks run on a claim at once. A claim is one line of the list, under the clock that presses most; the
others stand beside it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final

import polars as pl

from dashboard.deadlines import Regime, with_deadlines
from dashboard.facts import FACTS, INSTANT
from dashboard.metrics.as_of import known_on
from dashboard.metrics.claim_clocks import CLAIM_CLOCKS, PAUSE, ClaimClock
from dashboard.metrics.claims import ended_at
from dashboard.metrics.terms import Terms, end_of
from dashboard.metrics.urgency import BANDS, counted_down

CLAIMS: Final = FACTS["claims"]

# How far an open claim has come, the first step first.
STAGES: Final = (
    *("reported", "registered", "waiting_for_documents", "being_decided"),
    *("to_be_agreed", "to_be_told", "to_be_paid"),
)

# Whose limit a clock is: the law's, or a promise of the house and its trade.
LAW: Final = "law"

# Of a running clock: whose it is, by which rule, and what `counted_down` reads.
_RUNNING: Final = {
    "claim_id": pl.String(),
    "clock": pl.String(),
    "rule": pl.String(),
    "is_law": pl.Boolean(),
    "in_hours": pl.Boolean(),
    "start_at": INSTANT,
    "start_on": pl.Date(),
    "due_strict_on": pl.Date(),
    "due_on": pl.Date(),
    "due_at": INSTANT,
}


def open_claims(claims: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Give the claims that are open at the end of a day, as they were known then.

    Args:
        claims: Rows of the claims fact; those that ended earlier are dropped before anything is worked out.
        terms: The day and where it ends.

    Returns:
        The open rows with `cases` (null is one), `stage` (one of `STAGES`), `reported_on` (the local day) and
        `days_open` (local days from it to the day asked for).
    """
    end = end_of(terms.as_of, terms.zone)
    may_be_open = ended_at().is_null() | (ended_at() >= pl.lit(end).cast(INSTANT))
    known = known_on(claims.filter(may_be_open), CLAIMS, terms.as_of, terms.zone)
    reported_on = pl.col("reported_at").dt.convert_time_zone(terms.zone).dt.date()
    return known.filter(ended_at().is_null()).with_columns(
        cases=pl.col("cases").fill_null(1),
        stage=_stage(),
        reported_on=reported_on,
        days_open=(pl.lit(terms.as_of) - reported_on).dt.total_days(),
    )


def running_clocks(open_rows: pl.LazyFrame, terms: Terms, *, recorded: Collection[str]) -> pl.DataFrame:
    """
    List every clock that runs on each of the open claims.

    A clock runs from its start until what it asks for is done. While documents are awaited, the determination has
    no due day: it runs, and nothing can be overdue.

    Args:
        open_rows: As `open_claims` gives them.
        terms: The zone, the calendar and the rules.
        recorded: The columns the source records. A clock whose start, stop or claims can't be told from them isn't
            held against anybody.

    Returns:
        A row per claim and clock: `claim_id`, `clock` (a key of `CLAIM_CLOCKS`), `rule` (its id), `is_law`,
        `in_hours`, `start_at`, `start_on`, `due_strict_on`, `due_on` (null while documents are awaited), `due_at`.
    """
    told = [clock for clock in CLAIM_CLOCKS.values() if can_be_told(clock, terms.regimes[clock.key], recorded)]
    found = pl.collect_all([_running(open_rows, clock, terms) for clock in told])
    return pl.concat([pl.DataFrame(schema=_RUNNING), *found])


def can_be_told(clock: ClaimClock, rule: Regime, recorded: Collection[str]) -> bool:
    """
    Whether a source that records these columns says when a clock starts, when it stops and whom it is about.
    """
    needed = {*rule.stop_columns, *clock.subject.meta.root_names()}
    return bool(rule.stop_columns) and needed <= set(recorded) and not set(recorded).isdisjoint(rule.start_columns)


def claim_worklist(
    open_rows: pl.DataFrame,
    clocks: pl.DataFrame,
    *,
    today: date,
    now: datetime,
    zone: str,
    law_only: bool = False,
) -> pl.DataFrame:
    """
    List the open claims as somebody should take them up at this moment.

    The clock that presses most is the one in the narrowest of `BANDS`; in the same band a limit of the law before
    a promise of the house, then what is due first. The list has the same order, and those last of which nothing is
    due.

    Args:
        open_rows: As `open_claims` gives them, all or some.
        clocks: As `running_clocks` gives them; those of other claims are passed over.
        today: The local day.
        now: The instant, on that day.
        zone: Where days are counted.
        law_only: Whether only limits of the law count.

    Returns:
        The same rows, one per claim, with the columns of `clocks` and of `counted_down` for its most pressing
        clock (null where none runs; `is_overdue` and `is_law` false then, `ladder` 0), `clocks` (the keys of all
        that run, the most pressing first) and `clocks_due` (their due days in the same order).
    """
    counted = clocks.filter("is_law") if law_only else clocks
    ranks = {band: rank for rank, band in enumerate(BANDS)}
    order = (
        pl.col("band").replace_strict(ranks, default=len(ranks), return_dtype=pl.Int64),
        pl.col("is_law").not_(),
        pl.col("due_at"),
    )
    timed = counted_down(
        counted.join(open_rows.select("claim_id"), on="claim_id", how="semi"),
        today=today,
        now=now,
        zone=zone,
        in_hours="in_hours",
    ).sort(*order, "clock", nulls_last=True)
    each = pl.exclude("claim_id")
    pressing = timed.group_by("claim_id").agg(each.first(), clocks=pl.col("clock"), clocks_due=pl.col("due_on"))
    return (
        open_rows.lazy()
        .join(pressing, on="claim_id", how="left")
        .with_columns(pl.col("is_overdue", "is_law").fill_null(value=False), pl.col("ladder").fill_null(0))
        .sort(*order, "claim_id", nulls_last=True)
        .collect()
    )


def _running(open_rows: pl.LazyFrame, clock: ClaimClock, terms: Terms) -> pl.LazyFrame:
    rule = terms.regimes[clock.key]
    # Most of the fact's columns are of no use to a clock.
    read = dict.fromkeys(["claim_id", *rule.start_columns, *rule.stop_columns, *PAUSE])
    about = open_rows.filter(clock.subject & ~clock.is_over).select(list(read))
    timed = with_deadlines(about, regime=rule, zone=terms.zone, calendar=terms.calendar)
    return timed.filter(pl.col("start_at").is_not_null() & pl.col("stop_at").is_null()).select(
        "claim_id",
        pl.lit(clock.key).alias("clock"),
        pl.lit(rule.id).alias("rule"),
        pl.lit(rule.kind == LAW).alias("is_law"),
        pl.lit(rule.in_hours).alias("in_hours"),
        *("start_at", "start_on", "due_strict_on", "due_on", "due_at"),
    )


def _stage() -> pl.Expr:
    """
    What an open claim waits for, judged by the furthest step that is recorded.
    """
    known = {name: pl.col(name).is_not_null() for name in CLAIMS.schema if name.endswith("_at")}
    reached = {
        "to_be_told": known["decided_at"] & (pl.col("decision") == "refused"),
        "to_be_paid": known["agreed_at"] | known["first_paid_at"],
        "to_be_agreed": known["decided_at"],
        "waiting_for_documents": known["documents_requested_at"] & ~known["documents_completed_at"],
        "being_decided": known["documents_first_at"] | known["documents_completed_at"],
        "registered": known["registered_at"],
    }
    stages = [pl.when(has_come).then(pl.lit(stage)) for stage, has_come in reached.items()]
    return pl.coalesce(*stages, pl.lit(STAGES[0]))
