"""
What happens around renewals: reminders, contacts, campaigns.

Who renews has been decided when these are drawn, with claims and complaints that follow from it. So what is
planted here is drawn the other way round, in the shares that make it look as if it had come before: of a hundred
who were reached as many renew as would have if being reached had decided it.
"""

from __future__ import annotations

import numpy as np

from dashboard.demo.columns import NEVER, Array, Draws, pick, waits
from dashboard.demo.lives import HOLDOUT, LEFT, NOT_INVITED, NOT_RENEWED, RENEWED, TREATED, UNREMINDED, Lives
from dashboard.demo.names import LINE_IDS
from dashboard.demo.plan import WAKING_UPLIFT, Plan, midnight_seconds
from dashboard.demo.policies import Policies, anniversary

DORMANT_YEARS = 3
PREPARED_BEFORE, ASSIGNED_BEFORE, RESULT_AFTER = 60, 50, 30
EVERYBODY, SLEEPING = 0, 1
TREATED_SHARE = 0.6
# Cheap contracts are reminded of less often, which nobody tells who compares those reminded with the others.
RARELY_REMINDED, LESS_OFTEN = LINE_IDS.index("accident"), 0.25
# Last contact: none, long ago, in the months before the renewal is prepared, in the two months before it is due.
CONTACTS_IF_RENEWED = (31, 23, 29, 17)
CONTACTS_IF_LOST = (36, 26, 22, 16)
CONTACTS_OTHERWISE = (32, 24, 27, 17)
LONG_AGO, LATELY, PREPARING = 1, 2, 3
MORNING = np.timedelta64(9 * 3600, "s")


def add_campaigns(plan: Plan, policies: Policies, lives: Lives, *, joined: Array, talk: Array) -> Array:
    """
    Draw who slept and was drawn to be woken, and whom the callers of both campaigns reached, and when.

    Adds `campaign`, `called_at` and `was_asleep` (fifty days before due) to the renewals, and the new arms.

    Args:
        plan: The insurer.
        policies: The chunk's contracts.
        lives: What became of them.
        joined: The day each customer became one.
        talk: Their last contact in both directions so far.

    Returns:
        The last contact in both directions with those calls.
    """
    draws = plan.draws("campaigns", policies.chunk.number)
    each = lives.renewals
    due, owner, size = each["due"], policies.owner[each["policy"]], len(each["due"])
    assigned_on = due - np.timedelta64(ASSIGNED_BEFORE, "D")
    silent_since = np.where(np.isnat(talk), joined, talk.astype("datetime64[D]"))[owner]
    each["was_asleep"] = anniversary(silent_since, DORMANT_YEARS) <= assigned_on
    within = (due >= np.datetime64(plan.waking_from)) & (due < np.datetime64(plan.waking_before))
    drawn = within & each["was_asleep"] & (each["arm"] < 0) & (each["outcome"] != NOT_INVITED)
    renewed = each["outcome"] == RENEWED
    share = renewed[drawn].mean() if drawn.any() else 0.0
    chance = np.where(renewed, *_treated_shares(share))
    waking = np.where(draws.random(size) < chance, TREATED, HOLDOUT)
    each["campaign"] = np.where(each["arm"] >= 0, EVERYBODY, np.where(drawn, SLEEPING, -1))
    each["arm"] = np.where(drawn, waking, each["arm"])
    called_on = assigned_on + draws.integers(3, 16, size).astype("timedelta64[D]")
    called_at = midnight_seconds(called_on) + waits(draws.uniform(9.0, 18.0, size) / 24)
    called = (each["campaign"] >= 0) & (each["arm"] == TREATED) & (draws.random(size) < 0.9)
    each["called_at"] = np.where(called, called_at, NEVER)
    reached = called & (each["campaign"] == SLEEPING)
    spoken = np.where(np.isnat(talk), np.datetime64(0, "s"), talk)
    np.maximum.at(spoken, owner[reached], called_at[reached])
    return np.where(spoken > np.datetime64(0, "s"), spoken, NEVER)


def add_circumstances(plan: Plan, policies: Policies, lives: Lives, *, claims: Array, complaints: Array) -> None:
    """
    Add to the renewals `reminded_at` and `reminded_again_at`, `contact_at`, and what came in the year that ends.

    Args:
        plan: The insurer.
        policies: The chunk's contracts.
        lives: What became of them.
        claims: Claims on each renewal's contract in that year.
        complaints: Complaints about it in that year.
    """
    each = lives.renewals
    each["claims"], each["complaints"] = claims, complaints
    draws = plan.draws("renewal circumstances", policies.chunk.number)
    _remind(plan, policies, lives, draws)
    _contact(plan, lives, draws)


def _treated_shares(share: float) -> tuple[float, float]:
    """
    How many of the renewed and of the others were treated, where so many renew in all and treatment adds its part.
    """
    if not 0 < share < 1:
        return TREATED_SHARE, TREATED_SHARE
    of_treated = min(share + (1 - TREATED_SHARE) * WAKING_UPLIFT, 1.0)
    return TREATED_SHARE * of_treated / share, TREATED_SHARE * (1 - of_treated) / (1 - share)


def _remind(plan: Plan, policies: Policies, lives: Lives, draws: Draws) -> None:
    """
    Once, or twice, while there is something to remind of.
    """
    each = lives.renewals
    size, due = len(each["due"]), midnight_seconds(each["due"])
    renewed = each["outcome"] == RENEWED
    left_out = (policies.line[each["policy"]] == RARELY_REMINDED) & each["reminded"]
    share = renewed[left_out].mean() if left_out.any() else 0.0
    # Those left out renew as rarely as those forgotten: among them are the more who didn't.
    more = (1 - share - UNREMINDED) / (share + UNREMINDED) * share / (1 - share) if 0 < share < 1 else 1.0
    lost = each["outcome"] == NOT_RENEWED
    left_out &= draws.random(size) < np.where(lost, LESS_OFTEN * more, LESS_OFTEN)
    each["reminded"] = each["reminded"] & ~left_out
    over = np.fmin(each["renewed_on"], np.where(each["outcome"] >= LEFT, each["known_on"], NEVER.astype("M8[D]")))
    over_at = midnight_seconds(over)
    first = plan.happened(due - waits(draws.uniform(32, 50, size)) + MORNING)
    first = np.where(each["reminded"] & ~(first >= over_at), first, NEVER)
    second = plan.happened(due - waits(draws.uniform(3, 12, size)) + MORNING)
    wanted = (draws.random(size) < 0.4) & ~np.isnat(first) & ~(second >= over_at)
    each["reminded_at"], each["reminded_again_at"] = first, np.where(wanted, second, NEVER)


def _contact(plan: Plan, lives: Lives, draws: Draws) -> None:
    """
    The last contact about the contract, before the outcome was known.
    """
    each = lives.renewals
    size, due = len(each["due"]), each["due"]
    when = np.select(
        [each["outcome"] == RENEWED, each["outcome"] == NOT_RENEWED],
        [pick(draws, CONTACTS_IF_RENEWED, size), pick(draws, CONTACTS_IF_LOST, size)],
        pick(draws, CONTACTS_OTHERWISE, size),
    )
    prepared = due - np.timedelta64(PREPARED_BEFORE, "D")
    last = np.fmin(due, each["known_on"])
    span = np.maximum((last - prepared).astype(np.int64), 0)
    days = np.select(
        [when == LONG_AGO, when == LATELY, when == PREPARING],
        [-draws.integers(120, 330, size), -draws.integers(1, 90, size), (draws.random(size) * span).astype(int)],
        0,
    )
    hours = draws.uniform(9.0, 18.0, size) / 24
    at = midnight_seconds(prepared + days.astype("timedelta64[D]")) + waits(hours)
    each["contact_at"] = np.where(when > 0, plan.happened(at), NEVER)
