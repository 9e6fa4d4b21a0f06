"""
What else happens to a complaint on its way and afterwards: acknowledged, begun, solved at once, taken further.

Drawn from a stream of its own and last of all: the clocks are those of complaint_course.py, whatever is planted
here.
"""

from __future__ import annotations

import numpy as np

from dashboard.demo.columns import NEVER, Draws, pick, skewed, waits
from dashboard.demo.complaints import (
    CLAIM_CATEGORY,
    DIRECT,
    ENTRY_SHARES,
    FROM_MEDIA,
    FROM_REGULATOR,
    INVALID,
    MAJOR,
    MERGED,
    REGULATOR,
    SIMPLE,
    SOCIAL_MEDIA,
    SURGING_CAUSE,
    Complaints,
)
from dashboard.demo.plan import Plan

# Ways in by which the public or the regulator hears of a complaint as well.
LOUD = (SOCIAL_MEDIA, REGULATOR)
UNCODED_SHARE = 0.03
RECORD_SHARE = 0.93
OVERTURNED_SHARE = 0.22
# Asking for a review and going to the regulator: rarer by far after a settlement.
REVIEW_SHARE, REVIEW_SHARE_SETTLED = 0.045, 0.008
ESCALATED_SHARE, ESCALATED_SHARE_SETTLED = 0.03, 0.004


def add_steps(plan: Plan, made: Complaints) -> None:
    """
    Draw the steps of complaints whose course is known up to the end of `as_of`, and forget what comes later.
    """
    draws = plan.draws("complaint steps", made.chunk.number)
    _come_in_loudly(plan, made, draws)
    made.is_coded = draws.random(made.size) >= UNCODED_SHARE
    between = np.isin(made.category, (0, CLAIM_CATEGORY)) & (draws.random(made.size) < 0.09)
    made.handover = np.where(between, pick(draws, (3, 4, 5), made.size), -1)
    _begin(plan, made, draws)
    _take_further(plan, made, draws)
    kept = plan.happened(made.mediation_ended + waits(draws.gamma(1.2, 1.0, made.size)))
    made.record_kept = np.where(made.mediation_settled & (draws.random(made.size) < RECORD_SHARE), kept, NEVER)


def _come_in_loudly(plan: Plan, made: Complaints, draws: Draws) -> None:
    """
    Where it came from. During the surge its cause comes twice as often by social media and through the regulator.
    """
    day = made.received.astype("datetime64[D]")
    surging = (day >= np.datetime64(plan.surge_from)) & (day < np.datetime64(plan.surge_fixed_on))
    surging &= made.cause == SURGING_CAUSE
    weights = [ENTRY_SHARES[entry] for entry in LOUD]
    share = sum(weights) / sum(ENTRY_SHARES)
    # As many of the quiet ones turn loud as there are loud ones already.
    turned = surging & ~np.isin(made.entry, LOUD) & (draws.random(made.size) < share / (1 - share))
    made.entry = np.where(turned, np.array(LOUD)[pick(draws, weights, made.size)], made.entry)
    in_media = (made.entry == SOCIAL_MEDIA) & (draws.random(made.size) < 0.4)
    made.origin = np.select([made.entry == REGULATOR, in_media], [FROM_REGULATOR, FROM_MEDIA], DIRECT)


def _begin(plan: Plan, made: Complaints, draws: Draws) -> None:
    """
    Acknowledged, mostly within hours; investigated unless simple, at once if major; some solved there and then.
    """
    size = made.size
    stop = np.where(np.isnat(made.decided), np.fmin(made.closed, made.withdrawn), made.decided)
    stop = np.where(np.isnat(stop), plan.cut, stop)
    acknowledged = plan.calendar.answered(draws, made.received, skewed(draws, 0.25, 0.9, size))
    known = (draws.random(size) < 0.97) & (acknowledged < stop)
    made.acknowledged = np.where(known, acknowledged, NEVER)
    grade = np.where(made.new_grade >= 0, made.new_grade, made.first_grade)
    wait = skewed(draws, np.where(grade == MAJOR, 0.3, 1.1), 0.7, size)
    began = plan.calendar.answered(draws, made.received, wait)
    known = (draws.random(size) < 0.9) & (began < stop) & (grade > SIMPLE)
    made.began = np.where(known, began, NEVER)
    # Over a long holiday, graded anew or sent to an expert: that was no first contact any more.
    promptly = (made.decided - made.received < waits(3.0)) & np.isnat(made.regraded) & (made.paused_days < 0)
    made.solved_at_once = made.solved_at_once & promptly


def _take_further(plan: Plan, made: Complaints, draws: Draws) -> None:
    """
    To a review by the superior institution, to the regulator, or both; the last one asked concludes.
    """
    size = made.size
    decided = np.where(np.isin(made.outcome, (MERGED, INVALID)), NEVER, made.decided)
    settled = made.mediation_settled
    asks = draws.random(size) < np.where(settled, REVIEW_SHARE_SETTLED, REVIEW_SHARE)
    made.review = plan.happened(np.where(asks, decided + waits(draws.uniform(2, 30, size)), NEVER))
    goes = draws.random(size) < np.where(settled, ESCALATED_SHARE_SETTLED, ESCALATED_SHARE)
    made.escalated = plan.happened(np.where(goes, decided + waits(draws.uniform(3, 50, size)), NEVER))
    last = np.fmax(made.review, made.escalated)
    made.judged = plan.happened(plan.calendar.answered(draws, last, draws.uniform(8, 30, size)))
    made.overturned = ~np.isnat(made.judged) & (draws.random(size) < OVERTURNED_SHARE)
