"""
The tables of complaints, their events and mediations.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.demo.columns import NEVER, Array, Draws, codes, frame, keys, latest, only, pick, skewed, waits
from dashboard.demo.complaints import (
    AUTHORITIES,
    BEFORE,
    CATEGORIES,
    CAUSES,
    CLAIM_CATEGORY,
    ENTRIES,
    GRADES,
    IMPOSSIBLE_YEAR,
    INVALID,
    MERGED,
    NEGATIVE,
    NO_KEY,
    OUTCOMES,
    PARTLY,
    REGULATOR,
    SETTLED,
    UPHELD,
    Complaints,
)
from dashboard.demo.names import team_id
from dashboard.demo.plan import TEAMS, Plan

FIRST_YEAR = np.datetime64("0001-01-01T00:00:00", "s")
LAST_YEAR = np.datetime64("9999-12-31T00:00:00", "s")
SOCIAL_MEDIA = 6
PER_CUSTOMER = 4


def complaint_numbers(made: Complaints, index: Array) -> pl.Series:
    """
    Business numbers of these positions, null for -1 and for the cases whose number was lost.
    """
    lost = (index >= 0) & (made.spoiled[np.maximum(index, 0)] == NO_KEY)
    return keys("TS", made.chunk.numbered(np.where(lost, -1, index), PER_CUSTOMER))


def complaint_rows(plan: Plan, made: Complaints) -> dict[str, pl.DataFrame]:
    """
    The tables, and in them the few damaged rows: the number lost, decided before received, an impossible year, a
    negative amount.
    """
    draws = plan.draws("complaint rows", made.chunk.number)
    every = np.arange(made.size)
    case = made.chunk.numbered(every, PER_CUSTOMER)
    events, last_event = _events(plan, made, case, draws)
    mediations, last_mediation = _mediations(plan, made, case, draws)
    favourable = np.isin(made.outcome, (UPHELD, PARTLY, SETTLED)) & ~np.isnat(made.decided)
    redress = np.where(favourable & (draws.random(made.size) < 0.7), skewed(draws, 900, 1.1, made.size), np.nan)
    redress = np.where(made.spoiled == NEGATIVE, -50.0, redress).round(2)
    forwarded = made.received - waits(draws.uniform(1, 7, made.size))
    forwarded = np.where(made.entry == REGULATOR, forwarded, NEVER)
    in_media = (made.entry == SOCIAL_MEDIA) & (draws.random(made.size) < 0.4)
    origin = np.select([made.entry == REGULATOR, in_media], [1, 2], 0)
    changed = latest(
        made.received, made.decided, made.informed, made.closed, made.withdrawn, last_event, last_mediation
    )
    between = np.isin(made.category, (0, CLAIM_CATEGORY)) & (draws.random(made.size) < 0.09)
    spoiled_year = made.spoiled == IMPOSSIBLE_YEAR
    solved = (made.decided - made.received < waits(0.5)) & (made.informed - made.decided < waits(0.1))
    rows = frame(
        {
            "case_no": case,
            "complaint_no": complaint_numbers(made, every),
            "customer_no": keys("C", made.chunk.first + made.customer),
            "policy_no": keys("P", made.chunk.numbered(made.policy, 4)),
            "claim_no": keys("CL", made.chunk.numbered(made.claim, 6)),
            "team_no": codes([team_id(team) for team in range(TEAMS)], made.team),
            "agent_no": keys("A", made.agent),
            "handler_no": keys("S", made.handler),
            "entry_code": codes(ENTRIES, made.entry),
            "origin_code": codes(("直接", "监管转办", "媒体"), origin),
            "category_code": codes(CATEGORIES, made.category),
            "cause_code": codes([cause for cause, _, _ in CAUSES], made.cause),
            "first_grade": codes(GRADES, made.first_grade),
            "received_at": made.received,
            "regulator_received_at": np.where(spoiled_year & (case % 2 == 0), FIRST_YEAR, forwarded),
            "decided_at": np.where(made.spoiled == BEFORE, made.received - waits(3.0), made.decided),
            "informed_at": made.informed,
            "closed_at": np.where(spoiled_year & (case % 2 == 1), LAST_YEAR, made.closed),
            "withdrawn_at": made.withdrawn,
            "merged_into_no": complaint_numbers(made, made.merged_into),
            "earlier_complaint_no": complaint_numbers(made, made.reopened_of),
            "outcome_code": codes(OUTCOMES, made.outcome),
            "solved_at_once": only(solved, ~np.isnat(made.decided)),
            "redress_amount": redress,
            "handover_code": codes(
                ("销售-核保", "核保-理赔", "销售-理赔"), np.where(between, pick(draws, (3, 4, 5), made.size), -1)
            ),
            "updated_at": changed,
        }
    )
    return {"complaint": rows, "complaint_event": events, "mediation": mediations}


def _events(plan: Plan, made: Complaints, case: Array, draws: Draws) -> tuple[pl.DataFrame, Array]:
    size = made.size
    stop = np.where(np.isnat(made.decided), np.fmin(made.closed, made.withdrawn), made.decided)
    stop = np.where(np.isnat(stop), plan.cut, stop)
    acknowledged = plan.calendar.answered(draws, made.received, skewed(draws, 0.25, 0.9, size))
    acknowledged = np.where((draws.random(size) < 0.97) & (acknowledged < stop), acknowledged, NEVER)
    grade = np.where(made.new_grade >= 0, made.new_grade, made.first_grade)
    began = plan.calendar.answered(draws, made.received, skewed(draws, np.where(grade == 3, 0.3, 1.1), 0.7, size))
    began = np.where((draws.random(size) < 0.9) & (began < stop) & (grade > 0), began, NEVER)
    decided = np.where(np.isin(made.outcome, (MERGED, INVALID)), NEVER, made.decided)
    settled = made.mediation_settled
    review = np.where(
        draws.random(size) < np.where(settled, 0.008, 0.045), decided + waits(draws.uniform(2, 30, size)), NEVER
    )
    escalated = np.where(
        draws.random(size) < np.where(settled, 0.004, 0.03), decided + waits(draws.uniform(3, 50, size)), NEVER
    )
    review, escalated = plan.happened(review), plan.happened(escalated)
    outside = np.fmax(review, escalated)
    judged = plan.happened(plan.calendar.answered(draws, outside, draws.uniform(8, 30, size)))
    none = np.full(size, -1)
    overturned = np.where(draws.random(size) < 0.22, 1, 0)
    # event, instant, grade, days, authority, told, changed
    parts: list[tuple[str, Array, Array, Array, Array, Array, Array]] = [
        ("受理", acknowledged, none, none, none, none, none),
        ("调查", began, none, none, none, none, none),
        ("改级", made.regraded, made.new_grade, none, none, none, none),
        ("外部鉴定", made.paused_at, none, made.paused_days, none, made.pause_told.astype(int), none),
        ("延期批准", made.extension_approved, none, made.extension_days, made.extension_authority, none, none),
        ("延期告知", made.extension_told, none, none, none, none, none),
        ("复核申请", review, none, none, none, none, none),
        ("上交监管", escalated, none, none, none, none, none),
        ("复核结论", judged, none, none, none, none, overturned),
    ]
    there = [np.flatnonzero(~np.isnat(part[1])) for part in parts]
    kind = np.repeat(np.arange(len(parts)), [len(each) for each in there])
    of = np.concatenate(there)
    at, grades, days, authority, told, turned = (
        np.concatenate([np.asarray(part[number])[each] for part, each in zip(parts, there, strict=True)])
        for number in range(1, 7)
    )
    rows = frame(
        {
            "event_no": made.chunk.numbered(np.arange(len(of)), 40),
            "case_no": case[of],
            "event_code": codes([part[0] for part in parts], kind),
            "happened_at": at,
            "grade_code": codes(GRADES, grades),
            "authority_code": codes(AUTHORITIES, authority),
            "days": only(days, days >= 0),
            "told": only(told, told >= 0),
            "changed": only(turned, turned >= 0),
        }
    )
    return rows, latest(*(part[1] for part in parts))


def _mediations(plan: Plan, made: Complaints, case: Array, draws: Draws) -> tuple[pl.DataFrame, Array]:
    size = made.size
    record = plan.happened(made.mediation_ended + waits(draws.gamma(1.2, 1.0, size)))
    record = np.where(made.mediation_settled & (draws.random(size) < 0.93), record, NEVER)
    mediator = np.where(np.isnat(made.mediation_accepted), -1, pick(draws, (6, 4), size))
    offered = np.flatnonzero(~np.isnat(made.mediation_offered))
    rows = frame(
        {
            "mediation_no": case,
            "case_no": case,
            "offered_at": made.mediation_offered,
            "accepted_at": made.mediation_accepted,
            "ended_at": made.mediation_ended,
            "mediator_code": codes(("理赔负责人", "第三方调解"), mediator),
            "settled": only(made.mediation_settled, ~np.isnat(made.mediation_ended)),
            "record_kept_at": record,
        }
    )[offered.tolist()]
    return rows, latest(made.mediation_offered, made.mediation_accepted, made.mediation_ended, record)
