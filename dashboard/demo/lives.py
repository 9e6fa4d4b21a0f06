"""
How contracts go on: yearly renewals, instalments, suspensions, and the day they end.

Year by year, each anniversary of every living contract is decided once; whoever doesn't go on isn't asked again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from dashboard.demo.columns import Array, Draws, pick
from dashboard.demo.plan import CAMPAIGN_UPLIFT, Plan
from dashboard.demo.policies import FREE_LOOK, GRACE, LONG_TERM, SINGLE_PREMIUM, TERM, Policies, anniversary

NO_DAY = np.datetime64("NaT", "D")
LAST_YEAR = 8
CREATED_BEFORE = 60
BASE_RENEWAL = np.array([0.0, 0.84, 0.71, 0.8, 0.76])
# Policy events by position: what the counter calls them.
EVENTS = ("犹豫期撤单", "回访", "中止", "复效", "满期", "失效", "退保", "注销", "理赔终止", "拒保", "身故")
CANCELLED_IN_FREE_LOOK, CALLED_BACK, SUSPENDED, REINSTATED, EXPIRED, LAPSED = range(6)
SURRENDERED, CANCELLED, CLAIM_ENDED, DECLINED, DIED = range(6, 11)
# Renewal outcomes by position.
OUTCOMES = ("已续", "未续", "退出", "公司不续", "理赔终止")
RENEWED, NOT_RENEWED, LEFT, NOT_INVITED, CLAIM_TERMINATED = range(5)
# What each adds to the chance to be renewed: a price that doubles, automatic renewal, no reminder, a year more.
PER_PRICE, AUTOMATIC, UNREMINDED, PER_YEAR = -0.9, 0.09, -0.06, 0.012
MOST_YEARS = 5
# A new term may begin so many days after the old one; who comes back later buys anew.
LONGEST_GAP, LATEST_RETURN = 30, 75
HOLDOUT, TREATED = 0, 1
PERSISTENCY_YEARS = (1, 2, 3, 5)
EXCLUSIONS = ("趸交", "犹豫期撤单", "理赔终止", "豁免")


@dataclass
class Lives:
    """
    What became of a chunk's contracts: state per contract, and lists of what happened, year by year.

    Attributes:
        ended_on: The day it ended, NaT while it runs.
        end_event: Position in `EVENTS`, -1 while it runs.
        expires_on: The end of the term paid for.
        happened: (policy, event, day) arrays.
        renewals: Arrays by name, one row per yearly renewal asked for.
        instalments: Arrays by name, one row per premium that persistency is measured by.
        replaced: Position of the contract that was given up for this one, -1 mostly.
    """

    ended_on: Array
    end_event: Array
    expires_on: Array
    replaced: Array
    happened: list[tuple[Array, Array, Array]] = field(default_factory=list)
    renewals: dict[str, Array] = field(default_factory=dict)
    instalments: dict[str, Array] = field(default_factory=dict)


def lives_of(plan: Plan, policies: Policies) -> Lives:
    """
    Tell the lives of these contracts up to `as_of`.
    """
    draws = plan.draws("lives", policies.chunk.number)
    size = policies.size
    today = np.datetime64(plan.as_of, "D")
    long_term = LONG_TERM[policies.product]
    expires_on = anniversary(policies.effective_on, TERM[policies.product])
    lives = Lives(np.full(size, NO_DAY), np.full(size, -1), expires_on, np.full(size, -1))
    _end_before_their_time(plan, policies, lives, draws)
    renewals, instalments = [], []
    for year in range(1, LAST_YEAR + 1):
        due = anniversary(policies.effective_on, year)
        asked = (due >= np.datetime64(plan.start)) & (due <= today + np.timedelta64(CREATED_BEFORE, "D"))
        running = np.isnat(lives.ended_on) | (lives.ended_on > due - np.timedelta64(CREATED_BEFORE, "D"))
        annual = np.flatnonzero(asked & running & ~long_term)
        if len(annual):
            renewals.append(_renew(plan, policies, lives, draws, which=annual, due=due[annual], year=year))
        paid_over_years = np.flatnonzero(asked & long_term & (year < TERM[policies.product]))
        if len(paid_over_years) and year in PERSISTENCY_YEARS:
            instalments.append(
                _pay(plan, policies, lives, draws, which=paid_over_years, due=due[paid_over_years], year=year)
            )
    lives.renewals = {name: np.concatenate([each[name] for each in renewals]) for name in renewals[0]}
    lives.instalments = {name: np.concatenate([each[name] for each in instalments]) for name in instalments[0]}
    ended = np.flatnonzero(lives.end_event >= 0)
    lives.happened.append((ended, lives.end_event[ended], lives.ended_on[ended]))
    return lives


def _end_before_their_time(plan: Plan, policies: Policies, lives: Lives, draws: Draws) -> None:
    size = policies.size
    today = np.datetime64(plan.as_of, "D")
    since = np.maximum(policies.effective_on, np.datetime64(plan.start))
    long_term = LONG_TERM[policies.product]
    # A yearly hazard each: surrender of long contracts, cancellation of short ones, claims that end it, death.
    years = draws.exponential(1 / np.where(long_term, 0.036, 0.014))
    reason = np.where(
        long_term,
        np.array([SURRENDERED, DIED, CLAIM_ENDED])[pick(draws, (86, 8, 6), size)],
        np.array([CANCELLED, CLAIM_ENDED])[pick(draws, (85, 15), size)],
    )
    ends = since + (20 + years * 365).astype("timedelta64[D]")
    free_look = policies.is_new & (FREE_LOOK[policies.product] > 0) & (draws.random(size) < 0.025)
    ends = np.where(free_look, policies.effective_on + draws.integers(3, 14, size).astype("timedelta64[D]"), ends)
    reason = np.where(free_look, CANCELLED_IN_FREE_LOOK, reason)
    given_up, instead = _replacements(policies, draws)
    ends[given_up] = policies.issued_at[instead].astype("datetime64[D]") + draws.integers(
        -60, 60, len(given_up)
    ).astype("timedelta64[D]")
    reason[given_up] = SURRENDERED
    too_soon = given_up[ends[given_up] <= policies.effective_on[given_up]]
    ends[too_soon] = NO_DAY
    over = (ends <= today) & (ends < anniversary(policies.effective_on, LAST_YEAR))
    happened = over[given_up]
    lives.replaced[instead[happened]] = given_up[happened]
    lives.ended_on = np.where(over, ends, NO_DAY)
    lives.end_event = np.where(over, reason, -1)


def _replacements(policies: Policies, draws: Draws) -> tuple[Array, Array]:
    """
    Pairs of long contracts of one owner: the older given up for a newer one, whose seller gained by it.
    """
    long_term = LONG_TERM[policies.product]
    newest = np.full(policies.chunk.size, -1)
    candidates = np.flatnonzero(long_term & policies.is_new)
    newest[policies.owner[candidates]] = candidates
    older = np.flatnonzero(long_term & ~policies.is_new & (draws.random(policies.size) < 0.09))
    instead = newest[policies.owner[older]]
    paired = instead >= 0
    # One old contract per new one.
    _, once = np.unique(instead[paired], return_index=True)
    return older[paired][once], instead[paired][once]


def _renew(
    plan: Plan, policies: Policies, lives: Lives, draws: Draws, *, which: Array, due: Array, year: int
) -> dict[str, Array]:
    size = len(which)
    today = np.datetime64(plan.as_of, "D")
    grace = GRACE[policies.product[which]]
    price_change = draws.normal(0.03, 0.07, size).clip(-0.2, 0.4)
    arm = _campaign_arm(plan, draws, due)
    chance = BASE_RENEWAL[policies.line[which]] + AUTOMATIC * policies.auto_renewal[which]
    chance = chance + PER_PRICE * price_change
    # Who isn't reminded forgets more often.
    reminded = draws.random(size) < 0.84
    chance = chance + PER_YEAR * min(year, MOST_YEARS) - 0.02 + np.where(reminded, 0.0, UNREMINDED)
    chance = chance + np.where(arm == TREATED, CAMPAIGN_UPLIFT, 0.0)
    outcome = np.where(draws.random(size) < chance.clip(0.05, 0.97), RENEWED, NOT_RENEWED)
    outcome = np.where(draws.random(size) < 0.012, NOT_INVITED, outcome)
    outcome = np.where(lives.ended_on[which] <= due, LEFT, outcome)
    outcome = np.where(np.isin(arm, (HOLDOUT, TREATED)) & (outcome == NOT_INVITED), NOT_RENEWED, outcome)
    early = draws.random(size) < np.where(grace > 0, 0.88, 0.95)
    days = np.where(early, -draws.integers(0, 30, size), 1 + draws.integers(0, np.maximum(grace - 1, 9)))
    paid_on = due + days.astype("timedelta64[D]")
    # An outcome is known when it is paid, when the grace is over, or when the contract ended.
    known_on = np.select(
        [outcome == RENEWED, outcome == LEFT],
        [paid_on, lives.ended_on[which]],
        due + (grace + 1).astype("timedelta64[D]"),
    )
    known = known_on <= today
    back_on = due + (grace + draws.integers(2, 60, size)).astype("timedelta64[D]")
    back = known & (outcome == NOT_RENEWED) & (grace > 0) & (draws.random(size) < 0.03) & (back_on <= today)
    goes_on = (known & (outcome == RENEWED)) | back
    lives.expires_on[which[goes_on]] = anniversary(policies.effective_on[which[goes_on]], year + 1)
    over = which[~goes_on & known & (outcome != LEFT)]
    lives.ended_on[over] = due[~goes_on & known & (outcome != LEFT)]
    lives.end_event[over] = np.where(outcome == NOT_INVITED, DECLINED, EXPIRED)[
        ~goes_on & known & (outcome != LEFT)
    ]
    renewed = known & (outcome == RENEWED)
    own = plan.draws(f"renewal days of year {year}", policies.chunk.number)
    paid_on = np.where(renewed, _later_than_usual(own, due, paid_on, grace, today), NO_DAY)
    returned_on = _returns(own, due, known & (outcome == NOT_RENEWED) & (grace == 0), today)
    # An insurer makes up its mind before the contract falls due.
    declined_on = due - own.integers(20, 51, size).astype("timedelta64[D]")
    told_on = np.select(
        [outcome == RENEWED, outcome == NOT_INVITED], [paid_on, declined_on], np.where(known, known_on, NO_DAY)
    )
    told = told_on <= today
    outcome = np.where((outcome == LEFT) & (lives.end_event[which] == CLAIM_ENDED), CLAIM_TERMINATED, outcome)
    renewed_on = np.where(renewed, paid_on, returned_on)
    premium = policies.premium[which] * (1.02 ** (year - 1))
    return {
        "policy": which,
        "year": np.full(size, year),
        "due": due,
        "grace": grace,
        "outcome": np.where(told, outcome, -1),
        "known_on": np.where(told, told_on, NO_DAY),
        "renewed_on": renewed_on,
        # Within grace cover goes on; without it, it begins again with the payment.
        "begins_on": np.where((grace > 0) & ~np.isnat(renewed_on), due, np.maximum(renewed_on, due)),
        "reinstated_on": np.where(back, back_on, NO_DAY),
        "price_change": price_change,
        "premium_due": premium.round(2),
        "premium_renewed": (premium * (1 + price_change)).round(2),
        "reminded": reminded,
        "arm": arm,
    }


def _later_than_usual(draws: Draws, due: Array, paid_on: Array, grace: Array, today: np.datetime64) -> Array:
    """
    Days of payment, the late ones moved: anywhere up to the longest gap, or some to the last day of grace.
    """
    size = len(due)
    days = np.where(grace > 0, grace, draws.integers(1, LONGEST_GAP + 1, size))
    moved_to = due + days.astype("timedelta64[D]")
    chosen = (paid_on > due) & (moved_to <= today) & (draws.random(size) < np.where(grace > 0, 0.04, 1.0))
    return np.where(chosen, moved_to, paid_on)


def _returns(draws: Draws, due: Array, lost: Array, today: np.datetime64) -> Array:
    """
    When a few of those lost buy anew, after more than the longest gap.
    """
    size = len(due)
    back_on = due + draws.integers(LONGEST_GAP + 1, LATEST_RETURN + 1, size).astype("timedelta64[D]")
    return np.where(lost & (draws.random(size) < 0.04) & (back_on <= today), back_on, NO_DAY)


def _campaign_arm(plan: Plan, draws: Draws, due: Array) -> Array:
    within = (due >= np.datetime64(plan.campaign_from)) & (due < np.datetime64(plan.campaign_before))
    chosen = within & (draws.random(len(due)) < 0.45)
    return np.where(chosen, np.where(draws.random(len(due)) < 0.6, TREATED, HOLDOUT), -1)


def _pay(
    plan: Plan, policies: Policies, lives: Lives, draws: Draws, *, which: Array, due: Array, year: int
) -> dict[str, Array]:
    size = len(which)
    today = np.datetime64(plan.as_of, "D")
    grace = GRACE[policies.product[which]].astype("timedelta64[D]")
    gone = lives.ended_on[which] <= due
    single = policies.payment[which] == SINGLE_PREMIUM
    free_look = gone & (lives.end_event[which] == CANCELLED_IN_FREE_LOOK)
    claim_ended = gone & np.isin(lives.end_event[which], (CLAIM_ENDED, DIED))
    waived = ~gone & ~single & (draws.random(size) < 0.004)
    excluded = np.select([single, free_look, claim_ended, waived], [0, 1, 2, 3], -1)
    asked = ~gone & (excluded < 0)
    pays = asked & (draws.random(size) < (0.89 if year == 1 else 0.945))
    days = np.where(draws.random(size) < 0.7, -draws.integers(0, 12, size), draws.integers(0, 58, size))
    paid_on = np.where(pays, due + days.astype("timedelta64[D]"), NO_DAY)
    stopped_on = due + grace + np.timedelta64(1, "D")
    stopped = asked & ~pays & (stopped_on <= today)
    back_on = stopped_on + draws.integers(5, 300, size).astype("timedelta64[D]")
    back = stopped & (draws.random(size) < 0.16)
    returned = back & (back_on <= today)
    paid_on = np.where(returned, back_on, paid_on)
    lives.happened.append((which[stopped], np.full(stopped.sum(), SUSPENDED), stopped_on[stopped]))
    lives.happened.append((which[returned], np.full(returned.sum(), REINSTATED), back_on[returned]))
    over_on = stopped_on + np.timedelta64(180, "D")
    over = stopped & ~back & (over_on <= today)
    lives.ended_on[which[over]] = over_on[over]
    lives.end_event[which[over]] = LAPSED
    paid_on = np.where(paid_on <= today, paid_on, NO_DAY)
    # Whoever lapsed earlier stays in the cohort, unpaid: persistency is measured against everybody who began.
    return {
        "policy": which,
        "year": np.full(size, year),
        "due": due,
        "paid_on": paid_on,
        "excluded": excluded,
        "suspended": stopped & ~returned,
    }
