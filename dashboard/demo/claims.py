"""
Claims: what is reported, of which contract, through which door, for how much.

Told in the order in which they are reported. How they go on is drawn in claim_course.py and claim_steps.py; tables
are made of them in claim_rows.py, the books in claim_books.py, and neither draws anything that a claim figure
depends on.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
import polars as pl

from dashboard.demo.columns import NEVER, Array, Draws, keys, pick, skewed, waits
from dashboard.demo.customers import Chunk
from dashboard.demo.lives import Lives
from dashboard.demo.people import Organisation
from dashboard.demo.plan import CLAIMS, CUSTOMERS, Plan, midnight_seconds
from dashboard.demo.policies import Policies

# Life, health, accident, motor, property: how often their contracts lead to claims.
FREQUENCY = np.array([0.07, 1.0, 0.4, 1.15, 0.2])
KINDS = ("医疗", "重疾", "身故", "意外", "车损", "财产损失")
MEDICAL, CRITICAL_ILLNESS, DEATH, ACCIDENT, MOTOR, PROPERTY = range(6)
# How much is claimed, by kind.
AMOUNT = np.array([2_600, 45_000, 120_000, 3_800, 4_200, 6_500])
# Of these the papers come from hospitals.
HOSPITAL_KINDS = (MEDICAL, CRITICAL_ILLNESS, ACCIDENT)
# The last is a code nobody has mapped.
ENTRIES = ("APP", "微信", "电话", "柜面", "代理人", "传真")
ENTRY_SHARES = (42, 22, 18, 8, 9.9, 0.1)
DECISIONS = ("赔付", "部分赔付", "拒赔", "撤案", "注销")
PAID, PART_PAID, REFUSED, WITHDRAWN, CANCELLED = range(5)
UNDECIDED = -1
# The largest amount of each band but the last.
BANDS = np.array([1_000, 5_000, 20_000, 100_000])
FALLOUTS = ("材料不全", "责任不清", "超金额", "风险评分", "数据不符", "系统异常", "质检抽样")
MISSING_DOCUMENTS = 0
INSTANT_LIMIT = 3_000
PER_CUSTOMER = 6


@dataclass
class Claims:
    """
    A chunk's claims by report. Positions, counts, truths and instants; -1 and NaT where there is nothing.

    `automatic` was decided by rules, `helped` only after a person had looked, `released` paid out by a person, and
    of `unrecorded` ones nobody can tell. `looked` is a person's first look. `is_audit_logged` says that an audit
    before the payment is among the claim's events, too, and not in the auditors' own file only. `is_negative`
    marks rows whose record is damaged on purpose: an amount below nothing.
    """

    chunk: Chunk
    policy: Array
    line: Array
    team: Array
    agent: Array
    handler: Array
    kind: Array
    entry: Array
    incident: Array
    reported: Array
    amount: Array
    eligible: Array
    automatic: Array
    helped: Array
    released: Array
    unrecorded: Array
    fallout: Array
    registered: Array
    first_proofs: Array
    asked: Array
    rounds: Array
    complete: Array
    looked: Array
    decided: Array
    decision: Array
    agreed: Array
    first_paid: Array
    paid: Array
    amount_paid: Array
    told: Array
    closed: Array
    overturned: Array
    disputed: Array
    audited: Array
    amount_due: Array
    is_audit_logged: Array
    submitted: Array
    fetched: Array
    owed: Array
    sent: Array
    last_sent: Array
    instantly: Array
    is_negative: Array

    @property
    def size(self) -> int:
        """
        How many.
        """
        return len(self.reported)

    @property
    def band(self) -> Array:
        """
        The band of each amount, as a position: up to 1,000, 5,000, 20,000, 100,000 yuan, and more.
        """
        return np.searchsorted(BANDS, self.amount)

    @property
    def is_instant_eligible(self) -> Array:
        """
        Small medical bills that rules may decide: promised to be paid at once.
        """
        small: Array = (self.kind == MEDICAL) & (self.amount <= INSTANT_LIMIT) & self.eligible
        return small

    def ids(self, index: Array) -> pl.Series:
        """
        Claim numbers of these positions, null for -1.
        """
        return keys("CL", self.chunk.numbered(index, PER_CUSTOMER))


def reported(plan: Plan, organisation: Organisation, policies: Policies, lives: Lives, draws: Draws) -> Claims:
    """
    Draw what comes in: on contracts in force at the incident, within the three years. The rest is still empty.
    """
    wanted = round(CLAIMS * policies.chunk.size / CUSTOMERS)
    at, incident, policy = _incidents(plan, policies, lives, draws, wanted)
    size = len(policy)
    line = policies.line[policy]
    health_kind = np.where(policies.product[policy] == 5, CRITICAL_ILLNESS, MEDICAL)
    kind = np.where(line == 1, health_kind, np.array([DEATH, MEDICAL, ACCIDENT, MOTOR, PROPERTY])[line])
    team = policies.team[policy]
    # A slip of the keyboard now and then: one claim in twenty thousand, at least one in each chunk.
    slips = draws.choice(size, 1 + size // 20_000, replace=False)
    drawn = {
        "policy": policy,
        "line": line,
        "team": team,
        "agent": policies.seller[policy],
        "handler": organisation.handlers(team, draws),
        "kind": kind,
        "entry": pick(draws, ENTRY_SHARES, size),
        "incident": incident,
        "reported": at,
        "amount": skewed(draws, AMOUNT[kind], 0.9, size).round(2),
        "is_negative": np.isin(np.arange(size), slips),
    }
    empty = {each.name: np.full(size, NEVER) for each in fields(Claims)}
    return Claims(**(empty | drawn | {"chunk": policies.chunk}))


def _incidents(
    plan: Plan, policies: Policies, lives: Lives, draws: Draws, wanted: int
) -> tuple[Array, Array, Array]:
    # Drawn too many at first, then those on contracts that weren't in force are dropped.
    size = wanted * 4
    at = plan.arrivals(draws, size, growth=0.02, lead_days=60)
    policy = pick(draws, FREQUENCY[policies.line].tolist(), size)
    delay = skewed(draws, np.where(policies.line[policy] == 3, 0.3, 4.0), 1.2, size).clip(0.01, 300)
    incident = at - waits(delay)
    begins = midnight_seconds(policies.effective_on[policy])
    in_force = (incident >= begins) & ~(incident >= midnight_seconds(lives.ended_on[policy]))
    valid = np.flatnonzero(in_force)
    chosen = np.sort(draws.choice(valid, min(wanted, len(valid)), replace=False))
    return at[chosen], incident[chosen], policy[chosen]
