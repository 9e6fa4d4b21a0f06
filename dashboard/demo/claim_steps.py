"""
What else is recorded of a claim: papers, messages, who looked at it, what was reversed and what audits found.

Drawn from a stream of its own and last of all: the clocks are those of claim_course.py, whatever is planted here.
"""

from __future__ import annotations

import numpy as np

from dashboard.demo.claims import HOSPITAL_KINDS, REFUSED, Claims
from dashboard.demo.columns import DAY_SECONDS, NEVER, Array, Draws, between, skewed, waits
from dashboard.demo.plan import Plan

MESSAGE_EVERY_SECONDS = 5 * DAY_SECONDS
MOST_MESSAGES = 40
# Open claims nobody has written about for weeks, whatever was owed.
SILENT_SHARE = 0.22
INSTANT_DAYS = 3
# How often a refusal is reversed later on, and of payments how often an audit finds another amount due.
REVERSED_BY_RULES, REVERSED_BY_HAND = 0.16, 0.06
WRONG_BY_RULES, WRONG_BY_HAND = 0.13, 0.06
AUDITED_BY_RULES, AUDITED_BY_HAND = 0.035, 0.025


def add_steps(plan: Plan, made: Claims) -> None:
    """
    Draw the steps of claims whose course is known up to the end of `as_of`, and forget what comes later.
    """
    draws = plan.draws("claim steps", made.chunk.number)
    _look(plan, made, draws)
    _count_papers(plan, made, draws)
    _write(plan, made, draws)
    _reverse(plan, made, draws)
    _audit(plan, made, draws)
    swift = made.paid - made.incident <= waits(float(INSTANT_DAYS))
    made.instantly = made.automatic & swift & made.is_instant_eligible


def _look(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    A person's first look: at what rules didn't decide, and at the few they decided after it.
    """
    size = made.size
    by_hand = made.first_proofs + waits(skewed(draws, 0.2, 0.7, size))
    still = np.isnat(made.decided) | (by_hand < made.decided)
    by_hand = np.where(still & ~(by_hand >= made.closed), by_hand, NEVER)
    helping = between(made.complete, made.decided, draws.random(size))
    made.looked = np.where(made.helped, helping, np.where(made.automatic, NEVER, plan.happened(by_hand)))


def _count_papers(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    How many papers came with a claim, and how many of them were fetched electronically.
    """
    progress = plan.progress(made.reported)
    of_hospitals = np.isin(made.kind, HOSPITAL_KINDS)
    since = of_hospitals & (made.reported >= np.datetime64(plan.retrieval_from, "s"))
    more = np.where(of_hospitals, np.where(since, 0.8, 1.9), 1.6 - 0.4 * progress)
    share = np.where(of_hospitals, np.where(since, 0.62, 0.12), 0.2 + 0.15 * progress)
    made.submitted = np.where(np.isnat(made.first_proofs), 0, 1 + draws.poisson(more))
    made.fetched = draws.binomial(made.submitted, share)


def _write(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    Messages on progress: one with the report and one every five days are owed, most are sent.
    """
    size = made.size
    is_open = np.isnat(made.closed)
    now = np.where(is_open, plan.cut - np.timedelta64(1, "s"), made.closed)
    elapsed = (now - made.reported).astype(np.int64)
    made.owed = 1 + (elapsed // MESSAGE_EVERY_SECONDS).clip(0, MOST_MESSAGES - 1)
    spacing = np.maximum(MESSAGE_EVERY_SECONDS, elapsed // made.owed)
    kept = 0.62 + 0.3 * plan.progress(made.reported)
    # The slot of the last one: some of the latest were left out, of silent claims all for weeks.
    last = made.owed - draws.geometric(kept)
    silent = is_open & (draws.random(size) < SILENT_SHARE)
    quiet = (draws.uniform(15, 120, size) * DAY_SECONDS).astype(np.int64)
    last = np.where(silent, np.minimum(last, (elapsed - quiet) // spacing), last)
    said = last >= 0
    made.sent = np.where(said, 1 + draws.binomial(last.clip(0), kept), 0)
    # A second copy now and then is no second message.
    made.sent += said & (draws.random(size) < 0.02)
    late = (draws.uniform(0.01, 0.5, size) * DAY_SECONDS).astype(np.int64)
    after = np.minimum(last.clip(0) * spacing + late, elapsed)
    made.last_sent = np.where(said, made.reported + after.astype("timedelta64[s]"), NEVER)


def _reverse(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    Refusals reversed after a protest, those by rules more often; and disputes about what wasn't disclosed.
    """
    size = made.size
    refused = (made.decision == REFUSED) & ~np.isnat(made.decided)
    share = np.where(made.automatic, REVERSED_BY_RULES, REVERSED_BY_HAND)
    at = made.decided + waits(draws.uniform(8, 110, size))
    made.overturned = plan.happened(np.where(refused & (draws.random(size) < share), at, NEVER))
    personal = np.isin(made.line, (0, 1))
    waiting = personal & ~made.automatic & (_days_undecided(plan, made) > 30)
    made.disputed = (personal & refused & (draws.random(size) < 0.3)) | (waiting & (draws.random(size) < 0.08))


def _days_undecided(plan: Plan, made: Claims) -> Array:
    """
    Whole days from report to decision, or so far.
    """
    decided = np.where(np.isnat(made.decided), plan.cut, made.decided)
    return np.asarray((decided - made.reported).astype(np.int64) // DAY_SECONDS)


def _audit(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    A sample of what was paid is looked at again, and what was due is found; rules pay too much more often.
    """
    size = made.size
    share = np.where(made.automatic, AUDITED_BY_RULES, AUDITED_BY_HAND)
    later = np.where(np.isnat(made.paid) | (draws.random(size) >= share), NEVER, made.closed)
    later = plan.happened(later + waits(draws.uniform(10, 60, size)))
    made.audited = np.where(np.isnat(made.audited), later, made.audited)
    before = made.automatic & ~np.isnat(made.audited) & ~(made.audited >= made.paid)
    made.is_audit_logged = before & (draws.random(size) < 0.7)
    wrong = draws.random(size) < np.where(made.automatic, WRONG_BY_RULES, WRONG_BY_HAND)
    too_much = draws.random(size) < 0.8
    found = np.where(too_much, draws.uniform(0.55, 0.95, size), draws.uniform(1.02, 1.15, size))
    agreed = np.where(np.isnan(made.amount_paid), made.amount, made.amount_paid)
    made.amount_due = (agreed * np.where(wrong, found, 1.0)).round(2)
