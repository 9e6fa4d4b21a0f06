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
    ENTRIES,
    GRADES,
    HANDOVERS,
    IMPOSSIBLE_YEAR,
    NEGATIVE,
    ORIGINS,
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


def complaint_rows(plan: Plan, made: Complaints) -> dict[str, pl.DataFrame]:
    """
    The tables, and in them the few damaged rows: the number lost, decided before received, an impossible year, a
    negative amount.
    """
    draws = plan.draws("complaint rows", made.chunk.number)
    case = made.case_numbers
    events, last_event = _events(made, case)
    mediations, last_mediation = _mediations(made, case, draws)
    favourable = np.isin(made.outcome, (UPHELD, PARTLY, SETTLED)) & ~np.isnat(made.decided)
    redress = np.where(favourable & (draws.random(made.size) < 0.7), skewed(draws, 900, 1.1, made.size), np.nan)
    redress = np.where(made.spoiled == NEGATIVE, -50.0, redress).round(2)
    forwarded = made.received - waits(draws.uniform(1, 7, made.size))
    forwarded = np.where(made.entry == REGULATOR, forwarded, NEVER)
    changed = latest(
        made.received, made.decided, made.informed, made.closed, made.withdrawn, last_event, last_mediation
    )
    spoiled_year = made.spoiled == IMPOSSIBLE_YEAR
    rows = frame(
        {
            "case_no": case,
            "complaint_no": made.ids(np.arange(made.size)),
            "customer_no": keys("C", made.chunk.first + made.customer),
            "policy_no": keys("P", made.chunk.numbered(made.policy, 4)),
            "claim_no": keys("CL", made.chunk.numbered(made.claim, 6)),
            "team_no": codes([team_id(team) for team in range(TEAMS)], made.team),
            "agent_no": keys("A", made.agent),
            "handler_no": keys("S", made.handler),
            "entry_code": codes(ENTRIES, made.entry),
            "origin_code": codes(ORIGINS, made.origin),
            "category_code": codes(CATEGORIES, made.category),
            "cause_code": only(codes([cause for cause, _, _ in CAUSES], made.cause), made.is_coded),
            "first_grade": codes(GRADES, made.first_grade),
            "received_at": made.received,
            "regulator_received_at": np.where(spoiled_year & (case % 2 == 0), FIRST_YEAR, forwarded),
            "decided_at": np.where(made.spoiled == BEFORE, made.received - waits(3.0), made.decided),
            "informed_at": made.informed,
            "closed_at": np.where(spoiled_year & (case % 2 == 1), LAST_YEAR, made.closed),
            "withdrawn_at": made.withdrawn,
            "merged_into_no": made.ids(made.merged_into),
            "earlier_complaint_no": made.ids(made.reopened_of),
            "outcome_code": codes(OUTCOMES, made.outcome),
            "solved_at_once": only(made.solved_at_once, ~np.isnat(made.decided)),
            "redress_amount": redress,
            "handover_code": codes(HANDOVERS, made.handover),
            "updated_at": changed,
        }
    )
    return {"complaint": rows, "complaint_event": events, "mediation": mediations}


def _events(made: Complaints, case: Array) -> tuple[pl.DataFrame, Array]:
    none = np.full(made.size, -1)
    told = made.pause_told.astype(int)
    turned = made.overturned.astype(int)
    # event, instant, grade, days, authority, told, changed
    parts: list[tuple[str, Array, Array, Array, Array, Array, Array]] = [
        ("受理", made.acknowledged, none, none, none, none, none),
        ("调查", made.began, none, none, none, none, none),
        ("改级", made.regraded, made.new_grade, none, none, none, none),
        ("外部鉴定", made.paused_at, none, made.paused_days, none, told, none),
        ("延期批准", made.extension_approved, none, made.extension_days, made.extension_authority, none, none),
        ("延期告知", made.extension_told, none, none, none, none, none),
        ("复核申请", made.review, none, none, none, none, none),
        ("上交监管", made.escalated, none, none, none, none, none),
        ("复核结论", made.judged, none, none, none, none, turned),
    ]
    there = [np.flatnonzero(~np.isnat(part[1])) for part in parts]
    kind = np.repeat(np.arange(len(parts)), [len(each) for each in there])
    of = np.concatenate(there)
    at, grades, days, authority, heard, changed = (
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
            "told": only(heard, heard >= 0),
            "changed": only(changed, changed >= 0),
        }
    )
    return rows, latest(*(part[1] for part in parts))


def _mediations(made: Complaints, case: Array, draws: Draws) -> tuple[pl.DataFrame, Array]:
    mediator = np.where(np.isnat(made.mediation_accepted), -1, pick(draws, (6, 4), made.size))
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
            "record_kept_at": made.record_kept,
        }
    )[offered.tolist()]
    return rows, latest(made.mediation_offered, made.mediation_accepted, made.mediation_ended, made.record_kept)
