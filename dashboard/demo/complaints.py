"""
Complaints: what is complained of, by whom, and how long it took: the planted truths themselves.

Told in the order in which they come in. Tables are made of them in complaint_rows.py, the books in
complaint_books.py; neither draws anything that a figure depends on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from dashboard.demo.claims import Claims
from dashboard.demo.columns import NEVER, Array, Draws, pick, skewed, waits
from dashboard.demo.customers import Chunk
from dashboard.demo.people import Organisation
from dashboard.demo.plan import COMPLAINTS, CUSTOMERS, Plan
from dashboard.demo.policies import Policies

ENTRIES = ("APP", "微信", "网站", "电话", "柜面", "信函", "社交媒体", "监管转办", "传真")
REGULATOR, UNKNOWN_ENTRY = 7, 8
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
# Median days to a decision and their spread, by first grade.
MEDIAN_DAYS = np.array([3.2, 6.4, 13.0, 15.0])
SPREAD = np.array([0.62, 0.52, 0.46, 0.5])
LIMIT_DAYS = np.array([15, 15, 30, 30])
NO_GRADE = -1
# What is wrong with the few rows that no figure may count.
SPOILED = ("no_key", "before", "impossible_year", "negative")
NO_KEY, BEFORE, IMPOSSIBLE_YEAR, NEGATIVE = range(4)
SPOILED_SHARE = 0.0005


@dataclass
class Complaints:
    """
    A chunk's complaints in order of receipt. Positions and instants; -1 and NaT where there is nothing.

    `spoiled` is a position in `SPOILED` for the rows whose record is damaged on purpose.
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


def complaints_of(plan: Plan, organisation: Organisation, policies: Policies, claims: Claims) -> Complaints:
    """
    Draw a chunk's complaints with everything that starts, stops or moves their clocks.
    """
    draws = plan.draws("complaints", policies.chunk.number)
    made = _received(plan, organisation, policies, claims, draws)
    wait = _wait_days(plan, made, draws)
    _regrade(made, wait, draws)
    _pause(plan, made, wait, draws)
    _extend(plan, made, wait, draws)
    made.decided = plan.calendar.answered(draws, made.received, wait)
    _mediate(plan, made, draws)
    told = plan.calendar.answered(draws, made.decided, draws.gamma(0.5, 0.7, made.size))
    at_once = draws.random(made.size) < 0.55
    made.informed = np.where(at_once, made.decided, told)
    made.informed = np.where(draws.random(made.size) < 0.012, NEVER, made.informed)
    made.closed = np.fmax(made.decided, made.informed) + waits(draws.gamma(1.0, 1.2, made.size))
    only_closed = draws.random(made.size) < 0.008
    made.decided[only_closed] = made.informed[only_closed] = NEVER
    made.outcome = np.where(made.outcome < 0, pick(draws, (27, 29, 30, 14), made.size), made.outcome)
    _withdraw(made, wait, draws)
    _merge_and_reopen(made, draws)
    _forget_the_future(plan, made)
    _spoil(made, draws)
    return made


def _received(
    plan: Plan, organisation: Organisation, policies: Policies, claims: Claims, draws: Draws
) -> Complaints:
    size = max(round(COMPLAINTS * policies.chunk.size / CUSTOMERS), 20)
    received = plan.arrivals(draws, size, growth=0.07, lead_days=60, surge=True)
    usual = pick(draws, [weight for _, _, weight in CAUSES], size)
    boosted = [w * (plan.surge_factor if n == SURGING_CAUSE else 1) for n, (_, _, w) in enumerate(CAUSES)]
    days = received.astype("datetime64[D]")
    surging = (days >= np.datetime64(plan.surge_from)) & (days < np.datetime64(plan.surge_fixed_on))
    cause = np.where(surging, pick(draws, boosted, size), usual)
    about_claims = np.array([category for _, category, _ in CAUSES])[cause] == CLAIM_CATEGORY
    # The claim complained of was reported lately; the contract was issued before.
    recent = np.searchsorted(claims.reported, received - waits(2.0)) - 1 - draws.geometric(0.002, size)
    claim = np.where(about_claims & (recent >= 0), recent, -1)
    by_issue = np.argsort(policies.issued_at)
    issued_before = np.searchsorted(policies.issued_at[by_issue], received)
    any_policy = by_issue[(draws.random(size) * issued_before).astype(int)]
    policy = np.where(claim >= 0, claims.policy[claim], any_policy)
    known = draws.random(size) < 0.95
    customer, team = policies.owner[policy], policies.team[policy]
    sales = np.isin(np.array([category for _, category, _ in CAUSES])[cause], (0, 3))
    entry = pick(draws, (24, 17, 8, 27, 8, 3.5, 2.5, 7.5, 0.15), size)
    grade = pick(draws, (42, 38, 15, 5), size)
    grade = np.where(about_claims & (draws.random(size) < 0.08), MAJOR, grade)
    grade = np.where(draws.random(size) < 0.01, NO_GRADE, grade)
    never, none = np.full(size, NEVER), np.full(size, -1)
    return Complaints(
        chunk=policies.chunk,
        received=received,
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
        spoiled=none.copy(),
    )


def _wait_days(plan: Plan, made: Complaints, draws: Draws) -> Array:
    """
    Days until the decision: better over the years, worse in the surge and much worse in the weak team.
    """
    grade = np.where(made.first_grade < 0, ORDINARY, made.first_grade)
    progress = plan.progress(made.received)
    busy = (made.cause == SURGING_CAUSE) & (made.received >= np.datetime64(plan.surge_from, "s"))
    pace = (1.2 - 0.26 * progress) * np.where(busy, 1.1, 1.0)
    wait = skewed(draws, MEDIAN_DAYS[grade] * pace, SPREAD[grade], made.size)
    weak = made.team == plan.weak_team
    wait = np.where(weak, wait * plan.weak_team_slowness, wait)
    # Deadlines are seen coming: half of what would be late is decided in the last days.
    limit = LIMIT_DAYS[grade]
    hurried = (wait > limit - 0.5) & (draws.random(made.size) < np.where(weak, 0.05, 0.18))
    wait = np.where(hurried, limit - draws.uniform(0.6, 4.0, made.size), wait)
    stuck = draws.random(made.size) < 0.008
    return np.where(stuck, draws.uniform(60, 700, made.size), wait)


def _regrade(made: Complaints, wait: Array, draws: Draws) -> None:
    chosen = np.isin(made.first_grade, (SIMPLE, ORDINARY)) & (draws.random(made.size) < 0.05)
    after = np.where(draws.random(made.size) < 0.85, draws.uniform(1.5, 13, made.size), draws.uniform(13, 24, made.size))
    wait[chosen] = np.maximum(wait[chosen], after[chosen] + draws.gamma(2.0, 3.0, chosen.sum()) + 0.5)
    made.regraded = np.where(chosen, made.received + waits(after), NEVER)
    made.new_grade = np.where(chosen, np.where(draws.random(made.size) < 0.8, COMPLEX, MAJOR), -1)


def _pause(plan: Plan, made: Complaints, wait: Array, draws: Draws) -> None:
    # Cases sent to an expert; never together with a new grade or an extension.
    chosen = (made.first_grade >= 0) & (made.new_grade < 0) & (draws.random(made.size) < 0.03)
    days = draws.integers(3, 21, made.size)
    made.paused_days = np.where(chosen, days, -1)
    made.paused_at = np.where(chosen, made.received + waits(draws.uniform(1, 4, made.size)), NEVER)
    made.pause_told = chosen & (draws.random(made.size) < 0.85)
    wait[chosen] = np.maximum(wait[chosen], 4.5) + days[chosen]


def _extend(plan: Plan, made: Complaints, wait: Array, draws: Draws) -> None:
    size = made.size
    promptly = np.isnat(made.regraded) | (made.regraded - made.received <= waits(13.0))
    current = np.where(made.new_grade >= 0, made.new_grade, made.first_grade)
    wanted = np.isin(current, (COMPLEX, MAJOR)) & promptly & (made.paused_days < 0) & (wait > 24)
    chosen = wanted & (draws.random(size) < 0.6)
    after = np.where(draws.random(size) < 0.86, draws.uniform(20, 28.5, size), draws.uniform(31, 42, size))
    after = np.maximum(after, (made.regraded - made.received).astype(np.int64) / 86_400 + 0.5)
    after = np.where(np.isnat(made.regraded), np.maximum(after, 20), after)
    approved = plan.calendar.answered(draws, made.received, after)
    told = approved + waits(draws.gamma(1.0, 0.5, size))
    made.extension_days = np.where(chosen, np.array([10, 15, 20, 30])[pick(draws, (2, 3, 2, 3), size)], -1)
    made.extension_approved = np.where(chosen, approved, NEVER)
    made.extension_authority = np.where(chosen, pick(draws, (8, 34, 58), size), -1)
    made.extension_told = np.where(chosen & (draws.random(size) < 0.88), told, NEVER)
    wait[chosen] = np.maximum(wait[chosen], after[chosen] + 3.0) + draws.gamma(1.2, 3.0, chosen.sum())


def _mediate(plan: Plan, made: Complaints, draws: Draws) -> None:
    """
    Mediation ends most disputes it is accepted for: with a settlement, sooner than a decision would have come.
    """
    size = made.size
    hard = (made.category == CLAIM_CATEGORY) | np.isin(made.first_grade, (COMPLEX, MAJOR))
    offered = plan.calendar.answered(draws, made.received, draws.uniform(1.5, 9, size))
    chosen = hard & (draws.random(size) < 0.2) & (made.decided - offered > waits(5.0))
    accepted = plan.calendar.answered(draws, offered, draws.gamma(1.5, 0.7, size))
    chosen_and_accepted = chosen & (draws.random(size) < 0.64)
    ended = plan.calendar.answered(draws, accepted, draws.gamma(2.0, 2.0, size))
    ended = np.where(chosen_and_accepted, np.minimum(ended, np.maximum(made.decided, accepted + waits(0.1))), NEVER)
    settled = chosen_and_accepted & (draws.random(size) < 0.74)
    made.mediation_offered = np.where(chosen, offered, NEVER)
    made.mediation_accepted = np.where(chosen_and_accepted, accepted, NEVER)
    made.mediation_ended = ended
    made.mediation_settled = settled
    extended = ~np.isnat(made.extension_approved)
    sooner = settled & ~extended & np.isnat(made.regraded)
    made.decided = np.where(sooner, np.minimum(made.decided, ended + waits(0.08)), made.decided)
    made.decided = np.where(np.isnat(ended), made.decided, np.maximum(made.decided, ended + waits(0.02)))
    made.outcome = np.where(settled, SETTLED, -1)


def _withdraw(made: Complaints, wait: Array, draws: Draws) -> None:
    """
    Some take their complaint back before it is decided, a few only after it was due.
    """
    size = made.size
    at = made.received + waits(skewed(draws, np.where(wait > 16, 9.0, 3.0), 0.9, size))
    open_then = (at < made.decided) & np.isnat(made.mediation_offered)
    chosen = open_then & (draws.random(size) < np.where(wait > 16, 0.16, 0.06))
    made.withdrawn = np.where(chosen, at, NEVER)
    made.decided[chosen] = made.informed[chosen] = NEVER
    made.closed = np.where(chosen, at + waits(draws.gamma(1.0, 0.4, size)), made.closed)
    made.outcome = np.where(chosen, WITHDRAWN, made.outcome)
    later = chosen & (made.regraded >= at)
    made.regraded[later] = NEVER
    made.new_grade[later] = -1
    later = chosen & ~(made.extension_told < at)
    made.extension_told[later] = NEVER
    later = chosen & ~(made.extension_approved < at)
    made.extension_approved[later] = NEVER
    made.extension_days[later] = made.extension_authority[later] = -1


def _merge_and_reopen(made: Complaints, draws: Draws) -> None:
    """
    The same complaint again is merged into the first; a closed one comes back under a new number.
    """
    size = made.size
    plain = np.isnat(made.withdrawn) & np.isnat(made.mediation_offered) & np.isnat(made.regraded)
    plain &= (made.extension_days < 0) & (made.paused_days < 0)
    roll = draws.random(size)
    invalid = plain & (roll < 0.02)
    merged = plain & (roll >= 0.02) & (roll < 0.045)
    first = np.arange(size) - 1 - draws.integers(0, 3, size)
    merged &= first >= 0
    merged &= ~(merged | invalid)[np.maximum(first, 0)]
    short = made.received + waits(np.where(invalid, draws.uniform(0.2, 6, size), draws.uniform(0.05, 3, size)))
    gone = invalid | merged
    made.decided[gone] = made.informed[gone] = NEVER
    made.closed = np.where(gone, short, made.closed)
    made.outcome = np.select([invalid, merged], [INVALID, MERGED], made.outcome)
    made.merged_into = np.where(merged, first, -1)
    # Back after some weeks: about an earlier case that was closed by then.
    earlier = np.arange(size) - draws.integers(1, max(2, size // 12), size)
    back = plain & ~gone & (draws.random(size) < 0.035) & (earlier >= 0)
    back &= made.closed[np.maximum(earlier, 0)] < made.received
    made.reopened_of = np.where(back, earlier, -1)
    for again, before in ((merged, first), (back, earlier)):
        for name in ("customer", "policy", "claim", "team", "handler", "cause", "agent"):
            values = getattr(made, name)
            values[again] = values[before[again]]


def _forget_the_future(plan: Plan, made: Complaints) -> None:
    instants = "regraded extension_approved extension_told paused_at decided informed closed withdrawn"
    for name in [*instants.split(), "mediation_offered", "mediation_accepted", "mediation_ended"]:
        setattr(made, name, plan.happened(getattr(made, name)))
    made.new_grade = np.where(np.isnat(made.regraded), -1, made.new_grade)
    for name in ("extension_days", "extension_authority"):
        setattr(made, name, np.where(np.isnat(made.extension_approved), -1, getattr(made, name)))
    made.paused_days = np.where(np.isnat(made.paused_at), -1, made.paused_days)
    made.pause_told = made.pause_told & ~np.isnat(made.paused_at)
    made.mediation_settled = made.mediation_settled & ~np.isnat(made.mediation_ended)
    known = ~(np.isnat(made.decided) & np.isnat(made.withdrawn) & np.isnat(made.closed))
    made.outcome = np.where(known, made.outcome, -1)
    made.merged_into = np.where(made.outcome == MERGED, made.merged_into, -1)


def _spoil(made: Complaints, draws: Draws) -> None:
    referred_to = np.zeros(made.size, bool)
    for index in (made.merged_into, made.reopened_of):
        referred_to[index[index >= 0]] = True
    plain = ~np.isnat(made.decided) & ~referred_to & (made.reopened_of < 0) & np.isnat(made.mediation_offered)
    each = max(1, round(made.size * SPOILED_SHARE))
    chosen = draws.choice(np.flatnonzero(plain), each * len(SPOILED), replace=False)
    made.spoiled[chosen] = np.repeat(np.arange(len(SPOILED)), each)
