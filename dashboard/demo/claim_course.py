"""
How claims go on: screened by rules, documented, decided, paid or refused, closed.
"""

from __future__ import annotations

import numpy as np

from dashboard.demo.claim_steps import add_steps
from dashboard.demo.claims import (
    CANCELLED,
    HOSPITAL_KINDS,
    MISSING_DOCUMENTS,
    PAID,
    PART_PAID,
    REFUSED,
    UNDECIDED,
    WITHDRAWN,
    Claims,
    reported,
)
from dashboard.demo.columns import NEVER, Array, Draws, between, pick, skewed, waits
from dashboard.demo.lives import Lives
from dashboard.demo.people import Organisation
from dashboard.demo.plan import AUTOMATION_FIRST, AUTOMATION_LAST, TEAMS_PER_BRANCH, Plan
from dashboard.demo.policies import Policies

# Medical, critical illness, death, accident, motor, property: the share that rules may decide at all, less of the
# large ones; and how much likelier than others they decide each kind, and each band of amounts, as odds.
ELIGIBLE = np.array([0.95, 0.7, 0.55, 0.88, 0.93, 0.8])
ELIGIBLE_BAND = np.array([1.0, 1.0, 0.95, 0.85, 0.6])
ODDS = np.array([1.4, 0.3, 0.25, 0.8, 1.5, 0.7])
ODDS_BAND = np.array([1.4, 1.2, 0.7, 0.3, 0.1])
# Why claims fall out of the rules, by line (life, health, accident, motor, property), in the order of FALLOUTS.
FALLOUT_MIX = np.array(
    [
        (26, 26, 28, 8, 5, 3, 4),
        (46, 14, 10, 6, 13, 5, 6),
        (36, 22, 8, 12, 12, 4, 6),
        (16, 17, 14, 25, 17, 5, 6),
        (22, 28, 18, 11, 10, 5, 6),
    ],
    dtype=float,
)
# What is left of missing papers once hospitals send them electronically.
MISSING_LEFT = 0.35
DECIDED_BY_RULES = (86, 7.5, 6.5)
DECIDED_BY_HAND = (76, 8.5, 7, 6, 2.5)
SPLIT_FROM = 20_000


def claims_of(plan: Plan, organisation: Organisation, policies: Policies, lives: Lives) -> Claims:
    """
    Draw a chunk's claims with everything that happens to them up to the end of `as_of`.
    """
    draws = plan.draws("claims", policies.chunk.number)
    made = reported(plan, organisation, policies, lives, draws)
    _screen(plan, made, draws)
    _document(plan, made, draws)
    _decide(plan, made, draws)
    _pay(plan, made, draws)
    _close(plan, made, draws)
    _forget_the_future(plan, made)
    add_steps(plan, made)
    return made


def _screen(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    Which claims rules may decide, which of them they do, and why the others fall out.
    """
    size, band = made.size, made.band
    made.eligible = draws.random(size) < ELIGIBLE[made.kind] * ELIGIBLE_BAND[band]
    odds = made.eligible * ODDS[made.kind] * ODDS_BAND[band]
    # The mix of claims changes over the years; what is planted is the share of those of each time.
    early, late = odds[: size // 5], odds[-size // 5 :]
    first, last = _factor(early, AUTOMATION_FIRST), _factor(late, AUTOMATION_LAST)
    odds = odds * first * (last / first) ** plan.progress(made.reported)
    made.automatic = draws.random(size) < odds / (1 + odds)
    # Now and then a person looks before the rules decide.
    made.helped = made.automatic & (draws.random(size) < 0.025)
    mix = FALLOUT_MIX[made.line]
    mix[_is_retrieved(plan, made), MISSING_DOCUMENTS] *= MISSING_LEFT
    edges = np.cumsum(mix, axis=1) / mix.sum(axis=1, keepdims=True)
    reason = (draws.random(size)[:, None] >= edges).sum(axis=1).clip(0, mix.shape[1] - 1)
    made.fallout = np.where(made.eligible & ~made.automatic, reason, -1)


def _factor(odds: Array, share: float) -> float:
    """
    By how much to multiply odds, so that this share of all claims is decided by rules.
    """
    low, high = 1e-3, 1e3
    for _ in range(30):
        middle = (low * high) ** 0.5
        too_few = (middle * odds / (1 + middle * odds)).mean() < share
        low, high = (middle, high) if too_few else (low, middle)
    return low


def _is_retrieved(plan: Plan, made: Claims) -> Array:
    """
    Whether its papers were fetched from a hospital, which began on a planted day.
    """
    since: Array = made.reported >= np.datetime64(plan.retrieval_from, "s")
    return since & np.isin(made.kind, HOSPITAL_KINDS)


def _document(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    Papers come, or are asked for, sometimes twice, and sometimes never come.
    """
    size = made.size
    made.registered = made.reported + waits(skewed(draws, 0.15, 1.2, size).clip(0.001, 12))
    by_hand = skewed(draws, 1.2, 1.0, size).clip(0.01, 60)
    made.first_proofs = made.registered + waits(np.where(made.automatic, 0.002, by_hand))
    usual = np.where(_is_retrieved(plan, made), 0.16, 0.3)
    lacks = draws.random(size) < np.where(made.fallout == MISSING_DOCUMENTS, 0.85, usual)
    lacks &= ~made.automatic
    asked = plan.calendar.answered(draws, made.first_proofs, draws.gamma(1.5, 1.0, size))
    made.asked = np.where(lacks, asked, NEVER)
    made.rounds = np.where(lacks, 1 + (draws.random(size) < 0.16), 0)
    sent = made.asked + waits(skewed(draws, 6.0, 0.8, size) * np.where(made.rounds == 2, 1.8, 1.0))
    sent = np.where(lacks & (draws.random(size) < 0.035), NEVER, sent)
    made.complete = np.where(lacks, sent, made.first_proofs)


def _decide(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    Within the hour by rules; by hand within days, critical illness and death later, some only after months.
    """
    size, automatic = made.size, made.automatic
    hard = np.where(np.isin(made.kind, (1, 2)), 2.6, 1.0)
    wait = skewed(draws, (3.6 - 1.5 * plan.progress(made.reported)) * hard, 0.85, size)
    wait = np.where(draws.random(size) < 0.035, draws.uniform(35, 420, size), wait)
    by_rules = made.complete + waits(skewed(draws, 0.02, 1.0, size))
    made.decided = np.where(automatic, by_rules, plan.calendar.answered(draws, made.complete, wait))
    by_hand = pick(draws, DECIDED_BY_HAND, size)
    # Hardly ever somebody forgets to enter what was decided.
    by_hand = np.where(draws.random(size) < 0.001, UNDECIDED, by_hand)
    made.decision = np.where(automatic, pick(draws, DECIDED_BY_RULES, size), by_hand)
    made.unrecorded = ~automatic & (draws.random(size) < 0.004)


def _pay(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    Agreed and paid; large ones in two parts, or part of it in advance; in one branch late.
    """
    size, automatic = made.size, made.automatic
    paying = (made.decision == PAID) | (made.decision == PART_PAID)
    agreed = made.decided + waits(np.where(automatic, 0.01, draws.gamma(1.2, 1.1, size)))
    made.agreed = np.where(paying, agreed, NEVER)
    slow = made.team // TEAMS_PER_BRANCH == plan.slow_branch
    wait = draws.gamma(1.4, 1.6, size) * np.where(slow, 2.8, 1.0)
    wait = np.where(draws.random(size) < 0.004, draws.uniform(12, 90, size), wait)
    wait = np.where(automatic & ~(slow & (draws.random(size) < 0.5)), 0.0, wait)
    at_once = made.agreed + waits(skewed(draws, 0.05, 1.1, size))
    # A sample of what rules decided is looked at before it is paid.
    sampled = automatic & paying & (draws.random(size) < 0.012)
    wait = np.where(sampled, wait + draws.gamma(2.0, 0.7, size), wait)
    made.paid = np.where(wait == 0, at_once, plan.calendar.answered(draws, made.agreed, wait))
    looked_at = between(made.agreed, made.paid, draws.uniform(0.2, 0.8, size))
    made.audited = np.where(sampled, looked_at, NEVER)
    made.released = automatic & (draws.random(size) < 0.06)
    share = np.where(made.decision == PART_PAID, draws.uniform(0.3, 0.8, size), 1.0)
    made.amount_paid = np.where(paying, made.amount * share, np.nan).round(2)
    large = paying & ~automatic & (made.amount_paid > SPLIT_FROM)
    middle = between(made.agreed, made.paid, 0.5)
    made.first_paid = np.where(large & (draws.random(size) < 0.3), middle, made.paid)
    # What is beyond doubt has to be paid sixty days after the proofs, decided or not.
    ahead = made.first_proofs + waits(draws.uniform(25, 75, size))
    made.first_paid = np.where(large & (ahead < made.decided), ahead, made.first_paid)


def _close(plan: Plan, made: Claims, draws: Draws) -> None:
    """
    The refused are told, a few never are; the file is closed, of some without papers it is closed undecided.
    """
    size = made.size
    refused = made.decision == REFUSED
    told = plan.calendar.answered(draws, made.decided, draws.gamma(1.3, 0.7, size))
    told = np.where(made.automatic, made.decided + waits(skewed(draws, 0.05, 1.5, size)), told)
    forgotten = refused & (draws.random(size) < 0.012)
    made.told = np.where(refused & ~forgotten, told, NEVER)
    ends = np.where((made.decision == PAID) | (made.decision == PART_PAID), made.paid, made.decided)
    ends = np.where(refused, np.where(forgotten, made.decided + waits(draws.uniform(5, 900, size)), told), ends)
    made.closed = ends + waits(draws.gamma(1.0, 0.8, size))
    given_up = np.isnat(made.complete) & (draws.random(size) < 0.85)
    made.closed = np.where(given_up, made.asked + waits(draws.uniform(60, 240, size)), made.closed)
    made.decision = np.where(
        np.isnat(made.complete), np.where(draws.random(size) < 0.5, CANCELLED, UNDECIDED), made.decision
    )
    # Some who withdrew did so long before anybody would have decided.
    early = (made.decision == WITHDRAWN) & (draws.random(size) < 0.4)
    at = between(made.first_proofs, made.decided, draws.random(size))
    early &= at > np.fmax(made.complete, made.first_proofs)
    made.decided = np.where(early, at, made.decided)
    made.closed = np.where(early, at + waits(draws.gamma(1.0, 0.4, size)), made.closed)


def _forget_the_future(plan: Plan, made: Claims) -> None:
    instants = "registered first_proofs asked complete decided agreed first_paid paid told closed audited"
    for name in instants.split():
        setattr(made, name, plan.happened(getattr(made, name)))
    made.rounds = np.where(np.isnat(made.asked), 0, made.rounds)
    made.fallout = np.where(np.isnat(made.first_proofs), -1, made.fallout)
    ended = ~np.isnat(made.decided) | ~np.isnat(made.closed)
    made.decision = np.where(ended, made.decision, UNDECIDED)
    made.amount_paid = np.where(np.isnat(made.first_paid), np.nan, made.amount_paid)
    made.released = made.released & ~np.isnat(made.paid)
    made.unrecorded = made.unrecorded & ~np.isnat(made.decided)
