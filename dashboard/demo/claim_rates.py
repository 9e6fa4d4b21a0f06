"""
The claim figures of the books: which claims each is about on a day, and what it looks for among them.

Each takes the claims as they were known at the end of the day, and the day. What it is about comes with the days
by whose months it is grouped.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from dashboard.demo.claim_case import DAY, YES, ClaimCases, days_of
from dashboard.demo.columns import Array
from dashboard.demo.sums import Entry

REVERSED_DAYS = 90


def _in_time(due: Array, done: Array, day: date, left: Array | None = None) -> Entry:
    """
    Due by the day; done by then. Who left undecided in time is in no rate, who left later is late.
    """
    about = due <= np.datetime64(day)
    if left is not None:
        about &= ~(days_of(left) <= due)
    return Entry(about, days_of(done) <= due, due)


def review(then: ClaimCases, day: date) -> Entry:
    """
    Complete files: decided within three days.
    """
    return _in_time(then.review_due, then.determined, day, then.left)


def determination(then: ClaimCases, day: date) -> Entry:
    """
    Decided within thirty days, those spent waiting for documents left aside.
    """
    return _in_time(then.determination_due, then.determined, day, then.left)


def payment(then: ClaimCases, day: date) -> Entry:
    """
    Paid within ten days of the agreement; nobody is left aside.
    """
    return _in_time(then.payment_due, then.paid, day)


def notice(then: ClaimCases, day: date) -> Entry:
    """
    Refused: told within three days.
    """
    return _in_time(then.notice_due, then.told, day)


def acceptance(then: ClaimCases, _: date) -> Entry:
    """
    Decided by the insurer: to be paid.
    """
    return Entry(then.is_adjudicated, then.is_accepted, days_of(then.decided))


def documents(then: ClaimCases, _: date) -> Entry:
    """
    Documents handed in for a claim that was decided.
    """
    return Entry(then.is_adjudicated, then.submitted, days_of(then.decided))


def documents_fetched(then: ClaimCases, _: date) -> Entry:
    """
    Of those documents: fetched electronically.
    """
    return Entry(then.is_adjudicated, then.fetched, days_of(then.decided), then.submitted)


def progress(then: ClaimCases, _: date) -> Entry:
    """
    Of the messages owed: sent. More than was owed makes up for nothing elsewhere.
    """
    everybody = np.ones(len(then.reported), bool)
    return Entry(everybody, np.minimum(then.sent, then.due), days_of(then.reported), then.due)


def auto_adjudication(then: ClaimCases, _: date) -> Entry:
    """
    Decided by the insurer: by rules, before anybody had looked.
    """
    untouched = (then.automatic == YES) & (then.touches_before <= 0)
    return Entry(then.is_adjudicated & (then.automatic >= 0), untouched, days_of(then.decided))


def straight_through(then: ClaimCases, _: date) -> Entry:
    """
    Paid or refused: by rules, nobody having touched it from report to payment, an audit before it included.
    """
    finished = then.is_adjudicated & (then.is_paid | ~then.is_accepted)
    untouched = (then.automatic == YES) & (then.touches <= 0) & ~(then.audited < then.paid)
    return Entry(finished & (then.automatic >= 0), untouched, days_of(then.decided))


def eligible_straight_through(then: ClaimCases, day: date) -> Entry:
    """
    The same of those that rules may decide.
    """
    every = straight_through(then, day)
    return every._replace(about=every.about & then.eligible)


def instant_pay(then: ClaimCases, _: date) -> Entry:
    """
    Promised to be paid at once, and paid or refused by now: paid at once.
    """
    finished = then.is_adjudicated & (then.is_paid | ~then.is_accepted)
    return Entry(finished & then.instant_eligible, then.instantly & then.is_paid, days_of(then.decided))


def auto_overturn(then: ClaimCases, day: date) -> Entry:
    """
    Refused by rules ninety days ago or earlier: reversed within those days.
    """
    return reversal(then, day, then.automatic == YES)


def reversal(then: ClaimCases, day: date, among: Array) -> Entry:
    """
    Some refusals of ninety days ago or earlier: reversed within those days.
    """
    last = days_of(then.decided) + REVERSED_DAYS * DAY
    refused = then.is_adjudicated & ~then.is_accepted & among
    return Entry(refused & (last <= np.datetime64(day)), days_of(then.overturned) <= last, days_of(then.decided))


RATES: dict[str, Callable[[ClaimCases, date], Entry]] = {
    "claim_review_3d_rate": review,
    "claim_determination_on_time_rate": determination,
    "claim_payment_on_time_rate": payment,
    "refusal_notice_on_time_rate": notice,
    "claim_acceptance_rate": acceptance,
    "documents_per_claim": documents,
    "documents_fetched_rate": documents_fetched,
    "progress_update_rate": progress,
    "auto_adjudication_rate": auto_adjudication,
    "straight_through_rate": straight_through,
    "eligible_straight_through_rate": eligible_straight_through,
    "instant_pay_rate": instant_pay,
    "auto_overturn_rate": auto_overturn,
}


def reported(then: ClaimCases, _: date) -> Entry:
    """
    All that came in.
    """
    everybody = np.ones(len(then.reported), bool)
    return Entry(everybody, everybody, days_of(then.reported))


def still_open(then: ClaimCases, _: date) -> Entry:
    """
    Those that haven't ended.
    """
    return Entry(then.is_open, then.is_open, days_of(then.reported))


def overdue(then: ClaimCases, day: date) -> Entry:
    """
    Open, and late with the decision, with the payment of what was agreed, or with telling of the refusal.
    """
    today = np.datetime64(day)
    late = np.isnat(then.determined) & (then.determination_due <= today)
    late |= ~then.is_paid & (then.payment_due <= today)
    late |= np.isnat(then.told) & (then.notice_due <= today)
    return Entry(then.is_open & late, then.is_open, days_of(then.reported))


COUNTS: dict[str, Callable[[ClaimCases, date], Entry]] = {
    "claims_reported": reported,
    "claims_open": still_open,
    "claims_overdue": overdue,
}
