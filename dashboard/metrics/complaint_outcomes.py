"""
What came of complaints: solved at once, reopened, taken further, overturned, mediated, and kept on record.

Each truth is told only once it has been watched for as long as its name promises; until then it is pending.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.complaints import with_due_days
from dashboard.metrics.terms import Terms

# Complained of again within so many days of receipt, it wasn't solved in the first contact.
REPEAT_DAYS: Final = 7
# Complained of again within so many days of the answer, the answer didn't hold.
REOPENED_DAYS: Final = 90
# As long as the complainant may ask for a review.
ESCALATED_DAYS: Final = 30


def judged(complaints: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge what came of every complaint, as it was known at the end of the day asked for.

    A window of so many days includes its last day, and is over when that day is.

    Args:
        complaints: Rows of the complaints fact; the complaints that reopen or repeat another among them.
        terms: As for `complaints.judged`; the windows don't depend on the rule.

    Returns:
        The rows known by then with the columns of `with_deadlines`, `cases` (null is one), the local days
        `review_decided_on`, `mediation_offered_on` and `mediation_ended_on`, and the truths

        `is_first_contact`: raised for the first time, 7 days ago or earlier, not withdrawn, and open or known to
        have been solved in the first contact or not; `is_first_contact_pending`: the same, but younger;
        `is_solved_at_once`: solved in the first contact, and by the 7th day neither reopened nor repeated by one
        that was merged into it.

        `is_settled_down`: answered 90 days ago or earlier; `is_settling_down`: answered later than that;
        `is_reopened`: a counted complaint reopened it by the 90th day after the answer.

        `is_escalation_over`: answered 30 days ago or earlier; `is_escalation_pending`: answered later than that;
        `is_escalated`: a review was requested or it was taken outside by the 30th day after the answer.

        `is_reviewed`: an outside review was decided and its result is known; `is_overturned`: in favour of the
        complainant.

        `is_offer_answered`: mediation was offered and accepted, or the complaint stopped; `is_offer_pending`:
        offered, and neither; `is_offer_accepted`.

        `is_mediated`: mediation has ended; `is_settled`: with a settlement; `is_settlement`: counted and settled;
        `is_settlement_recorded`: a record of it is kept.
    """
    timed = with_due_days(complaints, terms)
    counted, received_on, stopped_on = pl.col("is_counted"), pl.col("received_on"), pl.col("stopped_on")
    withdrawn = (pl.col("stop_kind") == "withdrawn").fill_null(value=False)
    answered = counted & stopped_on.is_not_null() & ~withdrawn
    at_once = pl.col("first_contact_resolved")
    offered, accepted, ended = (
        _local_day(f"mediation_{step}_at", terms) for step in ("offered", "accepted", "ended")
    )
    taken_further_on = pl.min_horizontal(
        _local_day("review_requested_at", terms), _local_day("escalated_at", terms)
    )
    first = (
        counted & pl.col("reopened_of_id").is_null() & ~withdrawn & (stopped_on.is_null() | at_once.is_not_null())
    )
    was_offered, is_answer_known = (
        counted & offered.is_not_null(),
        accepted.is_not_null() | stopped_on.is_not_null(),
    )
    settled = pl.col("mediation_settled").fill_null(value=False)
    followed = _followed(timed)
    return followed.with_columns(
        cases=pl.col("cases").fill_null(1),
        review_decided_on=_local_day("review_decided_at", terms),
        mediation_offered_on=offered,
        mediation_ended_on=ended,
        is_first_contact=first & _is_over(received_on, REPEAT_DAYS, terms),
        is_first_contact_pending=first & ~_is_over(received_on, REPEAT_DAYS, terms),
        is_solved_at_once=at_once.fill_null(value=False)
        & ~_within(pl.col("_repeated_on"), received_on, REPEAT_DAYS),
        is_settled_down=answered & _is_over(stopped_on, REOPENED_DAYS, terms),
        is_settling_down=answered & ~_is_over(stopped_on, REOPENED_DAYS, terms),
        is_reopened=_within(pl.col("_reopened_on"), stopped_on, REOPENED_DAYS),
        is_escalation_over=answered & _is_over(stopped_on, ESCALATED_DAYS, terms),
        is_escalation_pending=answered & ~_is_over(stopped_on, ESCALATED_DAYS, terms),
        is_escalated=_within(taken_further_on, stopped_on, ESCALATED_DAYS),
        is_reviewed=counted & pl.col("overturned").is_not_null(),
        is_overturned=pl.col("overturned").fill_null(value=False),
        is_offer_answered=was_offered & is_answer_known,
        is_offer_pending=was_offered & ~is_answer_known,
        is_offer_accepted=accepted.is_not_null(),
        is_mediated=counted & ended.is_not_null(),
        is_settled=settled,
        is_settlement=counted & settled,
        is_settlement_recorded=pl.col("settlement_record_at").is_not_null(),
    ).drop("_repeated_on", "_reopened_on")


def _followed(timed: pl.LazyFrame) -> pl.LazyFrame:
    """
    The same rows with the first day on which another complaint repeated or reopened each, and null where none did.
    """
    another = pl.col("_of").ne_missing(pl.col("complaint_id"))
    reopening = timed.filter(pl.col("reopened_of_id").is_not_null()).select(
        "complaint_id", "received_on", "is_counted", _of="reopened_of_id"
    )
    merged = timed.filter(pl.col("merged_into_id").is_not_null()).select(
        "complaint_id", "received_on", pl.lit(value=False).alias("is_counted"), _of="merged_into_id"
    )
    first_day = pl.col("received_on")
    followers = (
        pl.concat([reopening, merged])
        .filter(another)
        .group_by("_of")
        .agg(_repeated_on=first_day.min(), _reopened_on=first_day.filter(pl.col("is_counted")).min())
    )
    return timed.join(followers, left_on="complaint_id", right_on="_of", how="left", maintain_order="left")


def _local_day(instant: str, terms: Terms) -> pl.Expr:
    return pl.col(instant).dt.convert_time_zone(terms.zone).dt.date()


def _is_over(day: pl.Expr, days: int, terms: Terms) -> pl.Expr:
    return (day + pl.duration(days=days) <= terms.as_of).fill_null(value=False)


def _within(event_on: pl.Expr, day: pl.Expr, days: int) -> pl.Expr:
    return (event_on <= day + pl.duration(days=days)).fill_null(value=False)
