"""
The registry's entries on how many claims there are, how long they take, and what claimants have to do for it.
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.metrics import claims
from dashboard.metrics.claim_month_ends import stock_by_month
from dashboard.metrics.kpi import Kpi

GUIDE: Final = "Practice guide on insurance sales and customer service"
RULE: Final = "The rules for claims in force, see the rules on the method page"
MCAS: Final = "NAIC market conduct annual statement: from the report to the final payment"
RATIO: Final = "Regulator's service index (理赔获赔率): paid of decided, without claims withdrawn or cancelled"

# Without either of a pair nothing would say that a paid, or a refused, claim is over.
ENDED: Final = (frozenset({"closed_at", "paid_at"}), frozenset({"closed_at", "refusal_told_at"}))
DECIDED: Final = (frozenset({"decided_at"}), frozenset({"decision"}))

_claim = partial(Kpi, fact="claims", judge=claims.judged)
_on_time = partial(_claim, parts=("In time", "Late"), date_basis="due", unit="rate", direction="up", source=RULE)

CLAIM_VOLUMES: Final = (
    _claim(
        id="claims_reported",
        title="Claims reported",
        question="How many claims were reported to us?",
        numerator="Claims reported in the period, whatever became of them",
        denominator=None,
        among="is_counted",
        date_basis="reported",
        day="reported_on",
        unit="count",
        direction="none",
        source=GUIDE,
    ),
    _claim(
        id="claims_open",
        title="Open claims",
        question="How many claimants still wait for the end?",
        numerator="Claims reported and, at the end of the day, neither paid in full nor closed, nor told that "
        "they are refused, nor withdrawn or cancelled",
        denominator=None,
        among="is_open",
        date_basis="as_of",
        day=None,
        stock_by_month=stock_by_month,
        unit="count",
        direction="down",
        needs=ENDED,
        source=GUIDE,
    ),
    _claim(
        id="claims_overdue",
        title="Overdue claims",
        question="How many open claims are past a limit of the law?",
        numerator="Open claims that were not determined, or after the agreement not paid, or after the refusal "
        "not told, by the end of the day on which that was due; each once",
        denominator=None,
        among="is_overdue",
        date_basis="as_of",
        day=None,
        stock_by_month=stock_by_month,
        unit="count",
        direction="down",
        needs=(*ENDED, frozenset({"decided_at"})),
        source=RULE,
        clock="claim_determination",
        is_breach=True,
    ),
)

CYCLE: Final = tuple(
    _claim(
        id=name,
        title=title,
        question=question,
        numerator=f"Days (whole hours over 24) from the report to the final payment by which {share} of the "
        "claims were paid, read off the survival curve (Kaplan-Meier)",
        denominator="Claims reported in the period that are paid or may still be; refused, withdrawn, cancelled "
        "and unpaid closed ones are not, open ones count for as long as they have waited",
        among="is_payable",
        hits="is_paid",
        parts=("Paid", "Still waiting"),
        quantile=quantile,
        date_basis="reported",
        day="reported_on",
        unit="days",
        direction="down",
        needs=(frozenset({"paid_at"}),),
        source=MCAS,
    )
    for name, title, question, share, quantile in (
        (
            "claim_cycle_days_median",
            "Days to payment, median",
            "After how many days is half of the claims paid?",
            "half",
            0.5,
        ),
        (
            "claim_cycle_days_p90",
            "Days to payment, 9 in 10",
            "After how many days are nine of ten claims paid?",
            "nine tenths",
            0.9,
        ),
    )
)

CLAIM_CLOCK_RATES: Final = (
    _on_time(
        id="claim_review_3d_rate",
        title="Reviewed within 3 days",
        question="Of the claims with all documents, how many were decided within the house's limit?",
        numerator="Claims decided on or before the last day of the limit that begins with the last document",
        denominator="Claims whose limit is over, the undecided ones included; without those withdrawn, cancelled "
        "or closed undecided by then",
        among="is_review_due",
        hits="is_review_in_time",
        day="review_due_on",
        needs=(frozenset({"documents_completed_at"}), frozenset({"decided_at"})),
        clock="claim_review",
    ),
    _on_time(
        id="claim_determination_on_time_rate",
        title="Determined on time",
        question="Of the claims to be determined, how many were by the day the law sets?",
        numerator="Claims decided on or before their due day: thirty days from request and first proofs, without "
        "the days between the one notice of missing documents and the last of them",
        denominator="Claims whose due day is over, the undecided ones included; without those withdrawn, "
        "cancelled or closed undecided by then",
        among="is_determination_due",
        hits="is_determination_in_time",
        day="determination_due_on",
        needs=(frozenset({"decided_at"}),),
        clock="claim_determination",
    ),
    _on_time(
        id="claim_payment_on_time_rate",
        title="Paid on time after agreement",
        question="Of the payments agreed, how many were made in full by the day the law sets?",
        numerator="Claims paid in full on or before the tenth day after the agreement",
        denominator="Claims with an agreement whose due day is over, the unpaid ones included",
        among="is_payment_due",
        hits="is_payment_in_time",
        day="payment_due_on",
        needs=(frozenset({"agreed_at"}), frozenset({"paid_at"})),
        clock="claim_payment",
    ),
    _on_time(
        id="refusal_notice_on_time_rate",
        title="Refusals told on time",
        question="Of the refusals, how many were told by the day the law sets?",
        numerator="Refused claims whose claimant was told on or before the third day after the decision",
        denominator="Refused claims whose due day is over, the untold ones included",
        among="is_notice_due",
        hits="is_notice_in_time",
        day="notice_due_on",
        needs=(*DECIDED, frozenset({"refusal_told_at"})),
        clock="claim_refusal",
    ),
)

OUTCOMES: Final = (
    _claim(
        id="claim_acceptance_rate",
        title="Claims accepted",
        question="Of the claims decided, how many were paid in full or in part?",
        numerator="Claims decided to be paid or partly paid",
        denominator="Claims decided in the period: paid, partly paid or refused; without those withdrawn or "
        "cancelled",
        among="is_adjudicated",
        hits="is_accepted",
        parts=("Accepted", "Refused"),
        date_basis="decided",
        day="decided_on",
        unit="rate",
        direction="none",
        needs=DECIDED,
        source=RATIO,
    ),
    _claim(
        id="documents_per_claim",
        title="Documents per claim",
        question="How many documents did a claim take?",
        numerator="Documents of the claims decided in the period, whoever brought them",
        denominator="Claims decided in the period (paid, partly paid or refused) whose documents are counted",
        among="is_documented",
        amount="documents_submitted",
        date_basis="decided",
        day="decided_on",
        unit="mean",
        direction="down",
        needs=(*DECIDED, frozenset({"documents_submitted"})),
        source=GUIDE,
    ),
    _claim(
        id="documents_fetched_rate",
        title="Documents fetched electronically",
        question="Of the documents of decided claims, how many did we fetch ourselves?",
        numerator="Documents fetched electronically",
        denominator="Documents of the claims decided in the period (paid, partly paid or refused)",
        among="is_fetching_known",
        amount="documents_fetched",
        base="documents_submitted",
        date_basis="decided",
        day="decided_on",
        unit="rate",
        direction="up",
        needs=(*DECIDED, frozenset({"documents_submitted"}), frozenset({"documents_fetched"})),
        source=GUIDE,
    ),
    _claim(
        id="progress_update_rate",
        title="Progress messages sent",
        question="Of the messages on progress that were due, how many were sent?",
        numerator="Messages sent, at most those due, of the claims reported in the period",
        denominator="Messages that were due",
        among="is_progress_known",
        amount="progress_kept",
        base="progress_due",
        date_basis="reported",
        day="reported_on",
        unit="rate",
        direction="up",
        needs=(frozenset({"progress_due"}), frozenset({"progress_sent"})),
        source=GUIDE,
    ),
)
