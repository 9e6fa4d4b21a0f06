"""
Complaints: what is complained of, by whom, and where.

Told in the order in which they come in. How they go on is drawn in complaint_course.py and complaint_steps.py;
tables are made of them in complaint_rows.py, the books in complaint_books.py, and neither draws anything that a
complaint figure depends on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.claims import Claims
from dashboard.demo.columns import NEVER, Array, Draws, keys, pick, waits
from dashboard.demo.customers import Chunk
from dashboard.demo.people import Organisation
from dashboard.demo.plan import COMPLAINTS, CUSTOMERS, SURGE_FACTOR, Plan
from dashboard.demo.policies import Policies

ENTRIES = ("APP", "微信", "网站", "电话", "柜面", "信函", "社交媒体", "监管转办", "传真")
ENTRY_SHARES = (24, 17, 8, 27, 8, 3.5, 7.5, 2.5, 0.15)
SOCIAL_MEDIA, REGULATOR = 6, 7
ORIGINS = ("直接", "监管转办", "媒体")
DIRECT, FROM_REGULATOR, FROM_MEDIA = range(3)
HANDOVERS = ("销售-核保", "核保-理赔", "销售-理赔")
GRADES = ("简易", "一般", "复杂", "重大")
SIMPLE, ORDINARY, COMPLEX, MAJOR = range(4)
CATEGORIES = ("销售", "理赔", "服务", "退保", "续期")
CLAIM_CATEGORY = 1
# cause, category, weight
CAUSES = (
    ("夸大收益", 0, 9),
    ("条款解释不清", 0, 10),
    ("代签名", 0, 3),
    ("理赔太慢", 1, 17),
    ("拒赔争议", 1, 12),
    ("免赔额误解", 1, 5),
    ("材料要求过多", 1, 8),
    ("电话难接通", 2, 7),
    ("服务态度", 2, 8),
    ("退保损失", 3, 9),
    ("退保拖延", 3, 5),
    ("扣费争议", 4, 7),
)
SURGING_CAUSE = 5
OUTCOMES = ("成立", "部分成立", "不成立", "和解", "撤诉", "并案", "不予受理")
UPHELD, PARTLY, REJECTED, SETTLED, WITHDRAWN, MERGED, INVALID = range(7)
AUTHORITIES = ("分公司", "总公司", "上级机构")
BRANCH_AUTHORITY = 0
NO_GRADE = -1
# What is wrong with the few rows that no figure may count.
SPOILED = ("no_key", "before", "impossible_year", "negative")
NO_KEY, BEFORE, IMPOSSIBLE_YEAR, NEGATIVE = range(4)
PER_CUSTOMER = 4
# Even a tiny insurer has enough of them for every kind to occur.
FEWEST = 400


@dataclass
class Complaints:
    """
    A chunk's complaints in order of receipt. Positions and instants; -1 and NaT where there is nothing.

    `is_coded` is false where nobody entered the cause. `review` and `escalated` ask for an outside look, `judged`
    is when that was concluded and `overturned` what was. `spoiled` is a position in `SPOILED` for the rows whose
    record is damaged on purpose.
    """

    chunk: Chunk
    received: Array
    customer: Array
    policy: Array
    claim: Array
    team: Array
    handler: Array
    agent: Array
    entry: Array
    cause: Array
    first_grade: Array
    regraded: Array
    new_grade: Array
    extension_days: Array
    extension_approved: Array
    extension_authority: Array
    extension_told: Array
    paused_days: Array
    paused_at: Array
    pause_told: Array
    decided: Array
    informed: Array
    closed: Array
    withdrawn: Array
    outcome: Array
    merged_into: Array
    reopened_of: Array
    mediation_offered: Array
    mediation_accepted: Array
    mediation_ended: Array
    mediation_settled: Array
    is_coded: Array
    origin: Array
    handover: Array
    acknowledged: Array
    began: Array
    solved_at_once: Array
    record_kept: Array
    review: Array
    escalated: Array
    judged: Array
    overturned: Array
    spoiled: Array

    @property
    def size(self) -> int:
        """
        How many.
        """
        return len(self.received)

    @property
    def category(self) -> Array:
        """
        The category each cause belongs to.
        """
        return np.array([category for _, category, _ in CAUSES])[self.cause]

    @property
    def case_numbers(self) -> Array:
        """
        The running number of each case, apart from every other chunk's.
        """
        return self.chunk.numbered(np.arange(self.size), PER_CUSTOMER)

    def ids(self, index: Array) -> pl.Series:
        """
        Complaint numbers of these positions, null for -1 and for the cases whose number was lost.
        """
        lost = (index >= 0) & (self.spoiled[np.maximum(index, 0)] == NO_KEY)
        return keys("TS", self.chunk.numbered(np.where(lost, -1, index), PER_CUSTOMER))


def received(
    plan: Plan, organisation: Organisation, policies: Policies, claims: Claims, draws: Draws
) -> Complaints:
    """
    Draw what comes in: who complains of what, where, and how it is graded at first. The rest is still empty.
    """
    size = max(round(COMPLAINTS * policies.chunk.size / CUSTOMERS), FEWEST)
    # Growing as the contracts do.
    at = plan.arrivals(draws, size, growth=0.15, lead_days=60, surge=True)
    usual = pick(draws, [weight for _, _, weight in CAUSES], size)
    boosted = [w * (SURGE_FACTOR if n == SURGING_CAUSE else 1) for n, (_, _, w) in enumerate(CAUSES)]
    days = at.astype("datetime64[D]")
    surging = (days >= np.datetime64(plan.surge_from)) & (days < np.datetime64(plan.surge_fixed_on))
    cause = np.where(surging, pick(draws, boosted, size), usual)
    about_claims = np.array([category for _, category, _ in CAUSES])[cause] == CLAIM_CATEGORY
    # The claim complained of was reported lately; the contract was issued before.
    recent = np.searchsorted(claims.reported, at - waits(2.0)) - 1 - draws.geometric(0.002, size)
    claim = np.where(about_claims & (recent >= 0), recent, -1)
    by_issue = np.argsort(policies.issued_at)
    issued_before = np.searchsorted(policies.issued_at[by_issue], at)
    any_policy = by_issue[(draws.random(size) * issued_before).astype(int)]
    policy = np.where(claim >= 0, claims.policy[claim], any_policy)
    known = draws.random(size) < 0.95
    customer, team = policies.owner[policy], policies.team[policy]
    sales = np.isin(np.array([category for _, category, _ in CAUSES])[cause], (0, 3))
    entry = pick(draws, ENTRY_SHARES, size)
    grade = pick(draws, (42, 38, 15, 5), size)
    grade = np.where(about_claims & (draws.random(size) < 0.08), MAJOR, grade)
    grade = np.where(draws.random(size) < 0.01, NO_GRADE, grade)
    never, none = np.full(size, NEVER), np.full(size, -1)
    return Complaints(
        chunk=policies.chunk,
        received=at,
        customer=customer,
        policy=np.where(known | (claim >= 0), policy, -1),
        claim=claim,
        team=team,
        handler=np.where(draws.random(size) < 0.98, organisation.handlers(team, draws), -1),
        agent=np.where(sales, policies.seller[policy], -1),
        entry=entry,
        cause=cause,
        first_grade=grade,
        regraded=never.copy(),
        new_grade=none.copy(),
        extension_days=none.copy(),
        extension_approved=never.copy(),
        extension_authority=none.copy(),
        extension_told=never.copy(),
        paused_days=none.copy(),
        paused_at=never.copy(),
        pause_told=np.zeros(size, bool),
        decided=never.copy(),
        informed=never.copy(),
        closed=never.copy(),
        withdrawn=never.copy(),
        outcome=none.copy(),
        merged_into=none.copy(),
        reopened_of=none.copy(),
        mediation_offered=never.copy(),
        mediation_accepted=never.copy(),
        mediation_ended=never.copy(),
        mediation_settled=np.zeros(size, bool),
        is_coded=np.ones(size, bool),
        origin=np.full(size, DIRECT),
        handover=none.copy(),
        acknowledged=never.copy(),
        began=never.copy(),
        solved_at_once=np.zeros(size, bool),
        record_kept=never.copy(),
        review=never.copy(),
        escalated=never.copy(),
        judged=never.copy(),
        overturned=np.zeros(size, bool),
        spoiled=none.copy(),
    )
