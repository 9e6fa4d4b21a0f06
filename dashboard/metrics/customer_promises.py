"""
What is one customer owed, by when, and what of it is late?
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Final

import polars as pl

from dashboard.facts import INSTANT
from dashboard.metrics.claim_worklist import LAW, open_claims, running_clocks
from dashboard.metrics.complaints import judged
from dashboard.metrics.terms import Terms, end_of
from dashboard.metrics.urgency import LADDER, counted_down

# What is owed where no claim's clock says it.
ANSWER, REMINDER = "answer", "reminder"
# In days: later, a reminder gives the customer little time.
LAST_WEEK: Final = 7

_SCHEMA: Final = {
    "kind": pl.String(),
    "number": pl.String(),
    "promise": pl.String(),
    "rule": pl.String(),
    "is_law": pl.Boolean(),
    "due_on": pl.Date(),
    "due_at": INSTANT,
    "days_left": pl.Int64(),
    "hours_left": pl.Float64(),
    "is_overdue": pl.Boolean(),
    "ladder": pl.Int64(),
}


def open_promises(
    complaints: pl.DataFrame,
    claims: pl.DataFrame,
    contracts: pl.DataFrame,
    terms: Terms,
    *,
    now: datetime,
    claims_recorded: Collection[str],
    renewals_recorded: Collection[str],
) -> pl.DataFrame:
    """
    List every deadline that runs for a customer: the answer to a complaint, each clock of a claim, a reminder.

    A reminder is owed for an unpaid contract that falls due and of which the customer wasn't told; by the due day
    itself it is too late.

    Args:
        complaints: Rows of one customer.
        claims: Likewise.
        contracts: As `forecasting.ahead` lists what falls due and isn't paid.
        terms: Today, the zone, the calendar and the rules.
        now: The instant, on that day.
        claims_recorded: The columns the source of claims records: see `running_clocks`.
        renewals_recorded: Likewise of renewals; without `reminded_at` no reminder is held against anybody.

    Returns:
        What is late first, the law's limits before the house's, then what is due first: `kind` (`complaints`,
        `claims`, `renewals`), `number`, `promise` (`answer`, a clock of a claim, or `reminder`), `rule` (its id;
        null of reminders), `is_law`, `due_on` (null while documents are awaited), `due_at`, `days_left`,
        `hours_left`, `is_overdue`, `ladder` (see `counted_down`).
    """
    rule = terms.regimes["complaints"]
    asked = {"today": terms.as_of, "now": now, "zone": terms.zone}
    answers = judged(complaints.lazy(), terms).filter("is_open", "is_subject").collect()
    told = counted_down(answers, **asked).with_columns(  # type: ignore[arg-type]
        kind=pl.lit("complaints"),
        number="complaint_id",
        promise=pl.lit(ANSWER),
        rule=pl.lit(rule.id),
        is_law=pl.lit(rule.kind == LAW),
    )
    clocks = running_clocks(open_claims(claims.lazy(), terms), terms, recorded=claims_recorded)
    running = counted_down(clocks, **asked, in_hours="in_hours").with_columns(  # type: ignore[arg-type]
        kind=pl.lit("claims"), number="claim_id", promise="clock"
    )
    parts = [_of(told), _of(running)]
    if "reminded_at" in renewals_recorded:
        parts.append(_reminders(contracts, terms, now))
    order = (~pl.col("is_overdue"), ~pl.col("is_law"), "due_at")
    return pl.concat(parts).sort(*order, "number", "promise", nulls_last=True)


def _of(listed: pl.LazyFrame) -> pl.DataFrame:
    return listed.select(pl.col(name).cast(dtype) for name, dtype in _SCHEMA.items()).collect()


def _reminders(contracts: pl.DataFrame, terms: Terms, now: datetime) -> pl.DataFrame:
    owed = contracts.filter(pl.col("reminded_on").is_null())
    ends = [end_of(day, terms.zone) for day in owed["due_on"]]
    hours = [(end - now).total_seconds() / 3600 for end in ends]
    rows = owed.with_columns(
        kind=pl.lit("renewals"),
        number="policy_id",
        promise=pl.lit(REMINDER),
        rule=pl.lit(None, pl.String()),
        is_law=pl.lit(value=False),
        due_at=pl.Series(ends, dtype=INSTANT),
        hours_left=pl.Series(hours, dtype=pl.Float64),
        is_overdue=pl.lit(value=False),
        # The week before is the last in which a reminder gives time.
        ladder=pl.when(pl.col("days_left") <= LAST_WEEK).then(LADDER[0]).otherwise(0),
    )
    return _of(rows.lazy())
