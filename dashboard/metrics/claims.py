"""
Which claims are open, late, decided in time, paid, and decided by rules: what every claim figure is a sum over.

A figure is the cases for which one of these truths holds, or the share of them for which a second one does. So a
figure and the rows behind it can't disagree.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.amounts import amount_band
from dashboard.metrics.as_of import known_on
from dashboard.metrics.claim_clocks import PAID_OUT, has_walked_away, with_clock
from dashboard.metrics.claim_endings import with_ending
from dashboard.metrics.claim_legs import with_legs
from dashboard.metrics.terms import Terms, end_of

CLAIMS: Final = FACTS["claims"]

# The clocks that figures are about: the key under [rules], and how their columns begin.
CLOCKS: Final = (
    ("claim_determination", "determination"),
    ("claim_payment", "payment"),
    ("claim_refusal", "notice"),
    ("claim_review", "review"),
)
# Those whose end is law: past one of these, a claim is overdue.
BINDING: Final = CLOCKS[:3]

# A reversal is looked for within so many days of the automatic refusal.
OVERTURNED_DAYS: Final = 90

# The truths of which stocks are sums.
STOCKS: Final = ("is_open", "is_overdue")


def judged(claims: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every claim as it was known at the end of the day asked for.

    Args:
        claims: Rows of the claims fact.
        terms: The day, the zone, the calendar and the rules.

    Returns:
        The rows known by then with the columns of `with_clock` for each of `CLOCKS`, `cases` (null is one),
        `amount_band` (of the amount claimed), the local days `reported_on`, `decided_on`, `paid_on`, `ended_on`,
        and

        `decision_hours` (whole ones from the last document to the decision) and `payment_hours` (from the report
        to the final payment), null where either instant is unknown or the end comes first;

        `is_counted` (all), `is_decided`, `is_touched` (null: not recorded), `is_open` (nothing has ended it: see
        `ended_at`), `is_overdue` (open, and a clock that is law is over), `is_adjudicated` (decided on the merits:
        paid, partly paid or refused), `is_accepted` (paid or partly paid), `is_refused`;

        `is_payable` (paid, or may still be: the cohort of the cycle; a refused one ended with that, whatever a
        reversal brought later), `is_paid` (in full), `days` (whole hours from the report to the final payment, or
        so far, in days; null where it is not payable);

        `is_documented` (adjudicated, its documents counted), `is_fetching_known` (the electronically fetched too),
        `is_progress_known`, `progress_kept` (messages sent, at most those due);

        `is_automation_known` (adjudicated, and known whether by rules), `is_automatic` (by rules and, as far as is
        recorded, untouched before), `is_finished` (adjudicated, and refused or finally paid; whether by rules is
        known), `is_finishing` (to be paid still), `is_straight_through` (by rules and, as far as is recorded,
        untouched altogether, not audited before payment), `is_eligible_finished`, `is_eligible_finishing`,
        `is_instant_finished`, `is_instant_finishing` (the same among those that rules, or instant payment, are
        meant for), `is_instant_paid`, `is_auto_refusal_followed` (refused by rules 90 days ago or earlier),
        `is_auto_refusal_pending` (later than that), `is_auto_overturned` (reversed by the 90th day);

        and for `legs` and `claim_endings` to read, the columns of `with_legs` and `with_ending`.
    """
    known = known_on(claims, CLAIMS, terms.as_of, terms.zone)
    timed = known
    for key, prefix in CLOCKS:
        timed = with_clock(timed, terms, key, prefix)
    end = pl.lit(end_of(terms.as_of, terms.zone)).cast(CLAIMS.schema["reported_at"])
    truths = timed.with_columns(_truths(terms))
    return (
        with_ending(with_legs(truths, terms), terms, ended_at())
        .with_columns(_automation(terms))
        .with_columns(
            is_overdue=pl.col("is_open") & pl.any_horizontal(f"is_{prefix}_overdue" for _, prefix in BINDING),
            days=pl.when("is_payable").then(elapsed_days(pl.col("reported_at"), pl.col("paid_at").fill_null(end))),
        )
    )


def ended_at() -> pl.Expr:
    """
    When nothing was left to be done: the first of closing, final payment, the telling of a refusal, and the
    decision where the claim was withdrawn or cancelled. Null while it is open.
    """
    walked_away = pl.when(has_walked_away()).then("decided_at")
    return pl.min_horizontal("closed_at", "paid_at", "refusal_told_at", walked_away)


def elapsed_days(start: pl.Expr, end: pl.Expr) -> pl.Expr:
    """
    The time from one instant to another in days: whole hours, divided by 24.
    """
    return (end - start).dt.total_hours() / 24


def _truths(terms: Terms) -> list[pl.Expr]:
    decision = pl.col("decision")
    is_decided = pl.col("decided_at").is_not_null()
    accepted = decision.is_in(PAID_OUT).fill_null(value=False)
    refused = (decision == "refused").fill_null(value=False)
    adjudicated = is_decided & (accepted | refused)
    paid = pl.col("paid_at").is_not_null()
    documented = adjudicated & pl.col("documents_submitted").is_not_null()
    told = {
        "cases": pl.col("cases").fill_null(1),
        "amount_band": amount_band(pl.col("amount_claimed")),
        "reported_on": _local_day(pl.col("reported_at"), terms),
        "decided_on": _local_day(pl.col("decided_at"), terms),
        "paid_on": _local_day(pl.col("paid_at"), terms),
        "ended_on": _local_day(ended_at(), terms),
        "is_counted": pl.lit(value=True),
        "decision_hours": _whole_hours("documents_completed_at", "decided_at"),
        "payment_hours": _whole_hours("reported_at", "paid_at"),
        "is_decided": is_decided,
        "is_touched": pl.col("touches_total") > 0,
        "is_open": ended_at().is_null(),
        "is_adjudicated": adjudicated,
        "is_accepted": accepted,
        "is_refused": refused,
        "is_payable": ~(refused | has_walked_away()) & (paid | pl.col("closed_at").is_null()),
        "is_paid": paid,
        "is_documented": documented,
        "is_fetching_known": documented & pl.col("documents_fetched").is_not_null(),
        "is_progress_known": pl.col("progress_due").is_not_null() & pl.col("progress_sent").is_not_null(),
        "progress_kept": pl.min_horizontal("progress_sent", "progress_due"),
    }
    return [truth.alias(name) for name, truth in told.items()]


def _automation(terms: Terms) -> list[pl.Expr]:
    by_rules = pl.col("auto_decided").fill_null(value=False)
    is_known = pl.col("is_adjudicated") & pl.col("auto_decided").is_not_null()
    automatic = by_rules & (pl.col("touches_before_decision").fill_null(0) == 0)
    audited_before = (pl.col("audited_at") < pl.col("paid_at")).fill_null(value=False)
    finished = pl.col("is_adjudicated") & (pl.col("is_paid") | pl.col("is_refused"))
    finishing = pl.col("is_adjudicated") & ~finished & pl.col("closed_at").is_null()
    eligible = pl.col("auto_eligible").fill_null(value=False)
    instant = pl.col("instant_eligible").fill_null(value=False)
    refused_by_rules = by_rules & pl.col("is_refused") & pl.col("decided_on").is_not_null()
    watched_to = pl.col("decided_on") + pl.duration(days=OVERTURNED_DAYS)
    watched = (watched_to <= terms.as_of).fill_null(value=False)
    reversed_on = _local_day(pl.col("overturned_at"), terms)
    told = {
        "is_automation_known": is_known,
        "is_automatic": automatic,
        "is_finished": finished & is_known,
        "is_finishing": finishing & is_known,
        "is_straight_through": by_rules & (pl.col("touches_total").fill_null(0) == 0) & ~audited_before,
        "is_eligible_finished": finished & is_known & eligible,
        "is_eligible_finishing": finishing & is_known & eligible,
        "is_instant_finished": finished & instant,
        "is_instant_finishing": finishing & instant,
        "is_instant_paid": pl.col("instant_paid").fill_null(value=False),
        "is_auto_refusal_followed": refused_by_rules & watched,
        "is_auto_refusal_pending": refused_by_rules & ~watched,
        "is_auto_overturned": (reversed_on <= watched_to).fill_null(value=False),
    }
    return [truth.alias(name) for name, truth in told.items()]


def _whole_hours(start: str, end: str) -> pl.Expr:
    hours = (pl.col(end) - pl.col(start)).dt.total_hours().cast(pl.Int32)
    return pl.when(pl.col(end) >= pl.col(start)).then(hours)


def _local_day(instant: pl.Expr, terms: Terms) -> pl.Expr:
    return instant.dt.convert_time_zone(terms.zone).dt.date()
