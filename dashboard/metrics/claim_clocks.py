"""
Which clocks run on a claim, for which claims, and what each of them says.

A clock is a rule in force (`Terms.regimes`) and the claims it is about. The rules themselves, their limits, starts
and stops are data of `dashboard/deadlines`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.deadlines import with_deadlines
from dashboard.deadlines.clock import FLAGS
from dashboard.facts import FACTS
from dashboard.metrics.terms import Terms

# Up to which amount claimed a claim is small, by its type: 保监消保〔2015〕201号, motor damage, individual
# medical.
SMALL_UP_TO: Final[Mapping[str, float]] = {"motor": 5_000.0, "medical": 3_000.0}

# Decisions that are none on the merits: the claimant gave up, or the registration was taken back.
WALKED_AWAY: Final = ("withdrawn", "cancelled")
PAID_OUT: Final = ("paid", "part_paid")

# What stops a clock for a while.
PAUSE: Final = ("documents_requested_at", "documents_completed_at")

# What `with_deadlines` adds to claims and nothing here reads any longer.
_OF_THE_CLOCK: Final = (
    *("received_on", "is_subject", "start_at", "start_on", "stop_at", "stopped_on", "stop_kind", "limit_days"),
    *("due_strict_on", "due_legal_on", "due_on", "due_at", "is_in_time", "is_counted"),
    *("is_excluded_from_due_cohort", *FLAGS),
)


def has_walked_away() -> pl.Expr:
    """
    Whether a claim was withdrawn or its registration cancelled.
    """
    return pl.col("decision").is_in(WALKED_AWAY).fill_null(value=False)


def is_small() -> pl.Expr:
    """
    Whether so little is claimed that the guideline on small claims is meant; an amount below zero is none.
    """
    limits = [
        (pl.col("claim_type") == claim_type) & pl.col("amount_claimed").is_between(0, most)
        for claim_type, most in SMALL_UP_TO.items()
    ]
    return pl.any_horizontal(limits).fill_null(value=False)


def left_at() -> pl.Expr:
    """
    When a claim left undecided: withdrawn, cancelled, or closed without the record of a decision; else null.
    """
    closed_undecided = pl.when(pl.col("decided_at").is_null()).then("closed_at")
    return pl.when(has_walked_away()).then(pl.coalesce("decided_at", "closed_at")).otherwise(closed_undecided)


@dataclass(frozen=True, slots=True)
class ClaimClock:
    """
    One clock of a claim.

    Attributes:
        key: The rule's key under `[rules]`, and in `Terms.regimes`.
        subject: Which claims it is about.
        can_be_left: Whether it ends, neither kept nor broken, when the claim leaves undecided.
        is_over: When it has nothing left to ask for, besides its stop.
    """

    key: str
    subject: pl.Expr
    can_be_left: bool
    is_over: pl.Expr


_NEVER = pl.lit(value=False)
_CLOSED = pl.col("closed_at").is_not_null()
_PAYABLE = ~has_walked_away() & (pl.col("decision") != "refused").fill_null(value=True)

CLAIM_CLOCKS: Final[Mapping[str, ClaimClock]] = {
    each.key: each
    for each in (
        ClaimClock("claim_determination", pl.lit(value=True), can_be_left=True, is_over=_CLOSED),
        ClaimClock("claim_payment", pl.lit(value=True), can_be_left=False, is_over=_CLOSED),
        ClaimClock(
            "claim_refusal",
            (pl.col("decision") == "refused").fill_null(value=False),
            can_be_left=False,
            is_over=_CLOSED,
        ),
        ClaimClock("claim_part_payment", _PAYABLE, can_be_left=True, is_over=_CLOSED),
        ClaimClock("claim_review", pl.lit(value=True), can_be_left=True, is_over=_CLOSED),
        ClaimClock("claim_small", is_small() & _PAYABLE, can_be_left=True, is_over=_CLOSED),
        ClaimClock("claim_contact", pl.lit(value=True), can_be_left=True, is_over=_CLOSED),
        ClaimClock(
            "claim_instant",
            pl.col("instant_eligible").fill_null(value=False),
            can_be_left=True,
            is_over=_CLOSED,
        ),
    )
}


def read_by(terms: Terms, key: str) -> frozenset[str]:
    """
    The columns of claims that `with_clock` reads for one clock.
    """
    clock, rule = CLAIM_CLOCKS[key], terms.regimes[key]
    of_rule = {name for each in rule.versions for name in (*each.start_columns, *each.stop_columns)}
    of_clock = {name for each in (clock.subject, clock.is_over, left_at()) for name in each.meta.root_names()}
    return frozenset({*of_rule, *of_clock, *PAUSE})


def earliest_due_on(terms: Terms, key: str) -> pl.Expr:
    """
    The day before which a claim can't be due under one clock, whatever else becomes known of it; null: never.

    The clock can't start before the first of the instants that start it, no pause or roll makes a limit shorter,
    so many working days are at least as many days, and no day has more than 25 hours.
    """
    versions = [each for each in terms.regimes[key].versions if each.start_columns]
    if not versions:
        return pl.lit(None, pl.Date)
    days = {"h": 1 / 25, "w": 7, "m": 28}
    shortest = min(int(limit.n * days.get(limit.unit, 1)) for each in versions for limit in each.limits)
    started_at = pl.min_horizontal(name for each in versions for name in each.start_columns)
    return started_at.dt.convert_time_zone(terms.zone).dt.date() + pl.duration(days=shortest)


def with_clock(
    claims: pl.LazyFrame, terms: Terms, key: str, prefix: str, as_of: pl.Expr | None = None
) -> pl.LazyFrame:
    """
    Add what one clock says of each claim.

    Due means the due day is over. Who left undecided by the due day is in no cohort; who left later is late. A
    withdrawn or cancelled claim isn't decided, whatever instant the decision carries.

    Args:
        claims: Rows of the claims fact as they were known.
        terms: The zone, the calendar and the rules; the day, unless `as_of` is given.
        key: Which of `CLAIM_CLOCKS`.
        prefix: How the columns begin.
        as_of: The day that is looked back from, where it differs from row to row.

    Returns:
        The same rows, and `<prefix>_start_on` (null: not begun), `<prefix>_due_on`, `<prefix>_due_at` and
        `<prefix>_done_at` (null while it isn't; leaving is no doing), all null where the clock isn't about the
        claim or its stop lies before its start; `is_<prefix>_due` (of the due cohort), `is_<prefix>_in_time`,
        `is_<prefix>_running` (begun, neither done nor over), `is_<prefix>_overdue` (running, its due day over).
    """
    clock = CLAIM_CLOCKS[key]
    day = pl.lit(terms.as_of) if as_of is None else as_of
    before = claims.collect_schema().names()
    timed = with_deadlines(claims, regime=terms.regimes[key], zone=terms.zone, calendar=terms.calendar)
    left = left_at() if clock.can_be_left else pl.lit(None, FACTS["claims"].schema["closed_at"])
    left_on = left.dt.convert_time_zone(terms.zone).dt.date()
    due_on, done_at = pl.col("due_on"), pl.col("stop_at")
    # Decided because it was withdrawn: the clock was left, not kept.
    has_left = left.is_not_null() & (done_at.is_null() | (done_at >= left)) if clock.can_be_left else _NEVER
    in_scope = clock.subject & pl.col("start_at").is_not_null() & pl.col("is_counted")
    left_in_time = (has_left & (left_on <= due_on)).fill_null(value=False)
    running = in_scope & done_at.is_null() & ~has_left & ~clock.is_over
    is_late_by_now = (due_on <= day).fill_null(value=False)
    told = {
        f"{prefix}_start_on": pl.when(in_scope).then("start_on"),
        f"{prefix}_due_on": pl.when(in_scope).then(due_on),
        f"{prefix}_due_at": pl.when(in_scope).then("due_at"),
        f"{prefix}_done_at": pl.when(in_scope & ~has_left).then(done_at),
        f"is_{prefix}_due": in_scope & is_late_by_now & ~left_in_time,
        f"is_{prefix}_in_time": in_scope & pl.col("is_in_time") & ~has_left,
        f"is_{prefix}_running": running,
        f"is_{prefix}_overdue": running & is_late_by_now,
    }
    return timed.with_columns(**told).drop(name for name in _OF_THE_CLOCK if name not in before)
