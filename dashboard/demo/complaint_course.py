"""
How complaints go on: decided, extended, mediated, withdrawn, merged; what starts, stops and moves their clocks.
"""

from __future__ import annotations

import numpy as np

from dashboard.demo.claims import Claims
from dashboard.demo.columns import NEVER, Array, Draws, pick, skewed, waits
from dashboard.demo.complaint_steps import add_steps
from dashboard.demo.complaints import (
    CLAIM_CATEGORY,
    COMPLEX,
    INVALID,
    MAJOR,
    MERGED,
    ORDINARY,
    SETTLED,
    SIMPLE,
    SPOILED,
    SURGING_CAUSE,
    WITHDRAWN,
    Complaints,
    received,
)
from dashboard.demo.people import Organisation
from dashboard.demo.plan import WEAK_TEAM_SLOWNESS, Plan
from dashboard.demo.policies import Policies

# Median days to a decision and their spread, by first grade.
MEDIAN_DAYS = np.array([3.8, 9.2, 17.5, 18.5])
SPREAD = np.array([0.62, 0.5, 0.42, 0.45])
LIMIT_DAYS = np.array([15, 15, 30, 30])
# Of what would be late, the share decided in the last days before the limit instead; the weak team hardly hurries.
HURRIED_SHARE, HURRIED_SHARE_WEAK = 0.85, 0.05
# From this part of the limit on, the share of the rest that is left for the last days, by first grade; and those
# days, as parts of the limit.
UNHURRIED_FROM = 0.6
POSTPONED_SHARE = np.array([0.95, 0.95, 0.15, 0.15])
LAST_DAYS = (0.04, 0.16)
# The share of simple ones solved at first contact, at the start of the three years and at their end.
FIRST_CONTACT_FIRST, FIRST_CONTACT_LAST = 0.5, 0.75
# The share of rows damaged in each way.
SPOILED_SHARE = 0.0005


def complaints_of(plan: Plan, organisation: Organisation, policies: Policies, claims: Claims) -> Complaints:
    """
    Draw a chunk's complaints with everything that starts, stops or moves their clocks.
    """
    draws = plan.draws("complaints", policies.chunk.number)
    made = received(plan, organisation, policies, claims, draws)
    wait = _wait_days(plan, made, draws)
    _regrade(made, wait, draws)
    _pause(made, wait, draws)
    _extend(plan, made, wait, draws)
    made.decided = plan.calendar.answered(draws, made.received, wait)
    _mediate(plan, made, draws)
    told = plan.calendar.answered(draws, made.decided, draws.gamma(0.5, 0.7, made.size))
    at_once = made.solved_at_once | (draws.random(made.size) < 0.55)
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
    add_steps(plan, made)
    return made


def _wait_days(plan: Plan, made: Complaints, draws: Draws) -> Array:
    """
    Days until the decision: better over the years, worse in the surge and much worse in the weak team.
    """
    grade = np.where(made.first_grade < 0, ORDINARY, made.first_grade)
    progress = plan.progress(made.received)
    busy = (made.cause == SURGING_CAUSE) & (made.received >= np.datetime64(plan.surge_from, "s"))
    pace = (1.12 - 0.1 * progress) * np.where(busy, 1.1, 1.0)
    wait = skewed(draws, MEDIAN_DAYS[grade] * pace, SPREAD[grade], made.size)
    weak = made.team == plan.weak_team
    wait = np.where(weak, wait * WEAK_TEAM_SLOWNESS, wait)
    # Deadlines draw work towards them: what would be late is hurried, what isn't urgent is left for the last days.
    limit = LIMIT_DAYS[grade]
    share = np.select(
        [wait > limit - 0.5, wait > UNHURRIED_FROM * limit],
        [np.where(weak, HURRIED_SHARE_WEAK, HURRIED_SHARE), POSTPONED_SHARE[grade]],
        0.0,
    )
    moved = draws.random(made.size) < share
    wait = np.where(moved, limit * (1 - draws.uniform(*LAST_DAYS, made.size)), wait)
    stuck = draws.random(made.size) < 0.008
    wait = np.where(stuck, draws.uniform(60, 700, made.size), wait)
    return _first_contact(plan, made, wait)


def _first_contact(plan: Plan, made: Complaints, wait: Array) -> Array:
    """
    Simple ones are solved by whoever takes them in, more often each year, in the weak team half as often.
    """
    # A stream of its own, so that all the others wait as long as they did.
    draws = plan.draws("first contact", made.chunk.number)
    share = FIRST_CONTACT_FIRST + (FIRST_CONTACT_LAST - FIRST_CONTACT_FIRST) * plan.progress(made.received)
    share = np.where(made.team == plan.weak_team, share / 2, share)
    made.solved_at_once = (made.first_grade == SIMPLE) & (draws.random(made.size) < share)
    return np.where(made.solved_at_once, draws.uniform(0.01, 0.3, made.size), wait)


def _regrade(made: Complaints, wait: Array, draws: Draws) -> None:
    chosen = np.isin(made.first_grade, (SIMPLE, ORDINARY)) & (draws.random(made.size) < 0.05)
    after = np.where(
        draws.random(made.size) < 0.85, draws.uniform(1.5, 13, made.size), draws.uniform(13, 24, made.size)
    )
    wait[chosen] = np.maximum(wait[chosen], after[chosen] + draws.gamma(2.0, 3.0, chosen.sum()) + 0.5)
    made.regraded = np.where(chosen, made.received + waits(after), NEVER)
    made.new_grade = np.where(chosen, np.where(draws.random(made.size) < 0.8, COMPLEX, MAJOR), -1)


def _pause(made: Complaints, wait: Array, draws: Draws) -> None:
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
    told = approved + waits(draws.gamma(1.0, 0.9, size))
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
    hard = (made.category == CLAIM_CATEGORY) & (made.first_grade != SIMPLE)
    hard |= np.isin(made.first_grade, (COMPLEX, MAJOR))
    # Early on, whatever the case may turn out to be: whoever settles is like whoever was never asked.
    offered = plan.calendar.answered(draws, made.received, draws.uniform(0.5, 3, size))
    chosen = hard & (draws.random(size) < 0.25) & (made.decided - offered > waits(1.5))
    accepted = plan.calendar.answered(draws, offered, draws.gamma(1.5, 0.5, size))
    chosen_and_accepted = chosen & (draws.random(size) < 0.64)
    ended = plan.calendar.answered(draws, accepted, draws.gamma(2.0, 1.4, size))
    ended = np.where(
        chosen_and_accepted, np.minimum(ended, np.maximum(made.decided, accepted + waits(0.1))), NEVER
    )
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
