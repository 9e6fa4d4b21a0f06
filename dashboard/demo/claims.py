"""
Claims: reported, documented, decided by rules or by people, paid, audited.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.columns import NEVER, Array, Draws, keys, pick, skewed, waits
from dashboard.demo.customers import Chunk
from dashboard.demo.lives import Lives
from dashboard.demo.people import Organisation
from dashboard.demo.plan import AUTOMATION_FIRST, AUTOMATION_LAST, CLAIMS, CUSTOMERS, Plan, midnight_seconds
from dashboard.demo.policies import Policies

# Life, health, accident, motor, property: how often their contracts lead to claims, and how much is claimed.
FREQUENCY = np.array([0.07, 1.0, 0.4, 1.15, 0.2])
AMOUNT = np.array([120_000, 2_600, 3_800, 4_200, 6_500])
PAID, PART_PAID, REFUSED, WITHDRAWN, CANCELLED = range(5)
# Share of claims that could be decided by rules; the share that is grows to the plan's figures.
ELIGIBLE = 0.9


@dataclass(frozen=True)
class Claims:
    """
    A chunk's claims, by report, and what the books need to know of them.
    """

    chunk: Chunk
    policy: Array
    team: Array
    handler: Array
    kind: Array
    incident: Array
    reported: Array
    registered: Array
    first_proofs: Array
    asked: Array
    complete: Array
    decided: Array
    agreed: Array
    paid: Array
    closed: Array
    decision: Array
    amount: Array
    eligible: Array
    automatic: Array
    released: Array

    def ids(self, index: Array) -> pl.Series:
        """
        Claim numbers of these positions, null for -1.
        """
        return keys("CL", self.chunk.numbered(index, 6))


def claims_of(plan: Plan, organisation: Organisation, policies: Policies, lives: Lives) -> Claims:
    """
    Draw a chunk's claims: on contracts in force at the incident, reported within the three years.
    """
    draws = plan.draws("claims", policies.chunk.number)
    wanted = round(CLAIMS * policies.chunk.size / CUSTOMERS)
    reported, incident, policy = _incidents(plan, policies, lives, draws, wanted)
    size = len(policy)
    line = policies.line[policy]
    health_kind = np.where(policies.product[policy] == 5, 1, 0)
    kind = np.select([line == 0, line == 1, line == 2, line == 3], [np.full(size, 2), health_kind, 3, 4], 5)
    amount = skewed(draws, AMOUNT[line], 0.9, size).round(2)
    progress = plan.progress(reported)
    eligible = draws.random(size) < ELIGIBLE
    share = AUTOMATION_FIRST + (AUTOMATION_LAST - AUTOMATION_FIRST) * progress
    automatic = eligible & (draws.random(size) < share / ELIGIBLE)
    registered = reported + waits(skewed(draws, 0.15, 1.2, size).clip(0.001, 12))
    first = registered + waits(np.where(automatic, 0.002, skewed(draws, 1.2, 1.0, size).clip(0.01, 60)))
    lacking = ~automatic & (draws.random(size) < 0.34)
    asked = np.where(lacking, plan.calendar.answered(draws, first, draws.gamma(1.5, 1.0, size)), NEVER)
    complete = np.where(lacking, asked + waits(skewed(draws, 6.0, 0.8, size)), first)
    by_hand = skewed(draws, (3.6 - 1.5 * progress) * np.where(np.isin(kind, (1, 2)), 2.6, 1.0), 0.85, size)
    decided = np.where(
        automatic,
        complete + waits(skewed(draws, 0.02, 1.0, size)),
        plan.calendar.answered(draws, complete, by_hand),
    )
    decision = pick(draws, (79, 8, 6.5, 4, 2.5), size)
    # Hardly anybody withdraws what rules decide within minutes.
    decision = np.where(automatic & (decision >= WITHDRAWN), PAID, decision)
    paying = decision <= PART_PAID
    agreed = np.where(paying, decided + waits(np.where(automatic, 0.01, draws.gamma(1.2, 1.1, size))), NEVER)
    paid = np.where(
        automatic,
        agreed + waits(skewed(draws, 0.05, 1.1, size)),
        plan.calendar.answered(draws, agreed, draws.gamma(1.4, 1.6, size)),
    )
    # Some stay open whatever happens: disputes, missing papers.
    stuck = ~automatic & (draws.random(size) < 0.012)
    decided = plan.happened(np.where(stuck, NEVER, decided))
    agreed, paid = (plan.happened(np.where(np.isnat(decided), NEVER, each)) for each in (agreed, paid))
    ends = np.where(paying, paid, decided)
    closed = plan.happened(ends + waits(draws.gamma(1.0, 0.8, size)))
    team = policies.team[policy]
    return Claims(
        chunk=policies.chunk,
        policy=policy,
        team=team,
        handler=organisation.handlers(team, draws),
        kind=kind,
        incident=incident,
        reported=reported,
        registered=plan.happened(registered),
        first_proofs=plan.happened(first),
        asked=plan.happened(asked),
        complete=plan.happened(complete),
        decided=decided,
        agreed=agreed,
        paid=paid,
        closed=closed,
        decision=decision,
        amount=amount,
        eligible=eligible,
        automatic=automatic,
        # After an automatic decision some payments are still released by hand: not straight through.
        released=automatic & (draws.random(size) < 0.06),
    )


def _incidents(
    plan: Plan, policies: Policies, lives: Lives, draws: Draws, wanted: int
) -> tuple[Array, Array, Array]:
    # Drawn too many at first, then those on contracts that weren't in force are dropped.
    size = wanted * 4
    reported = plan.arrivals(draws, size, growth=0.02, lead_days=60)
    policy = pick(draws, FREQUENCY[policies.line].tolist(), size)
    delay = skewed(draws, np.where(policies.line[policy] == 3, 0.3, 4.0), 1.2, size).clip(0.01, 300)
    incident = reported - waits(delay)
    begins = midnight_seconds(policies.effective_on[policy])
    in_force = (incident >= begins) & ~(incident >= midnight_seconds(lives.ended_on[policy]))
    valid = np.flatnonzero(in_force)
    chosen = np.sort(draws.choice(valid, min(wanted, len(valid)), replace=False))
    return reported[chosen], incident[chosen], policy[chosen]
