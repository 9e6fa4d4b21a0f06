"""
The tables of claims, their documents, payments, events and audits.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.demo.claims import DECISIONS, ENTRIES, FALLOUTS, KINDS, PER_CUSTOMER, Claims
from dashboard.demo.columns import NEVER, Draws, codes, frame, keys, latest, only
from dashboard.demo.names import team_id
from dashboard.demo.plan import TEAMS, Plan

DOCUMENTS = ("病历", "发票", "身份证明", "事故证明", "银行账户")
# Of what is paid in two parts.
FIRST_PART = 0.6


def claim_rows(plan: Plan, made: Claims) -> dict[str, pl.DataFrame]:
    """
    The tables of claims, their documents, payments, events and audits, and in the first the few damaged rows.
    """
    draws = plan.draws("claim rows", made.chunk.number)
    number = made.ids(np.arange(made.size))
    decided = ~np.isnat(made.decided)
    by_rules = only(only(made.automatic, decided), ~made.unrecorded)
    rows = frame(
        {
            "claim_no": number,
            "policy_no": keys("P", made.chunk.numbered(made.policy, 4)),
            "team_no": codes([team_id(team) for team in range(TEAMS)], made.team),
            "handler_no": keys("S", np.where(made.automatic, -1, made.handler)),
            "type_code": codes(KINDS, made.kind),
            "entry_code": codes(ENTRIES, made.entry),
            "incident_at": made.incident,
            "reported_at": made.reported,
            "registered_at": made.registered,
            "proofs_first_at": made.first_proofs,
            "proofs_asked_at": made.asked,
            "proofs_complete_at": made.complete,
            "decided_at": made.decided,
            "agreed_at": made.agreed,
            "refusal_sent_at": made.told,
            "closed_at": made.closed,
            "decision_code": codes(DECISIONS, made.decision),
            "amount_claimed": np.where(made.is_negative, -made.amount, made.amount),
            "document_rounds": made.rounds,
            "updates_owed": made.owed,
            "updates_sent": made.sent,
            "last_update_at": made.last_sent,
            "rule_eligible": made.eligible,
            "decided_by_rule": by_rules,
            "fallout_code": codes(FALLOUTS, made.fallout),
            "instant_eligible": made.is_instant_eligible,
            "paid_instantly": only(made.instantly, ~np.isnat(made.paid) & made.is_instant_eligible),
            "overturned_at": made.overturned,
            "disputed_nondisclosure": made.disputed,
            "updated_at": latest(
                made.reported,
                made.registered,
                made.first_proofs,
                made.asked,
                made.complete,
                made.looked,
                made.decided,
                made.agreed,
                made.first_paid,
                made.paid,
                made.told,
                made.closed,
                made.last_sent,
                made.overturned,
                made.audited,
            ),
        }
    )
    return {
        "claim": rows,
        "claim_document": _documents(made, number, draws),
        "claim_payment": _payments(made, number),
        "claim_event": _events(made, number),
        "claim_audit": _audits(made, number),
    }


def _documents(made: Claims, number: pl.Series, draws: Draws) -> pl.DataFrame:
    claim = np.repeat(np.arange(made.size), made.submitted)
    size = len(claim)
    place = np.arange(size) - np.repeat(np.cumsum(made.submitted) - made.submitted, made.submitted)
    late = (draws.random(size) < 0.3) & ~np.isnat(made.complete[claim])
    return frame(
        {
            "document_no": made.chunk.numbered(np.arange(size), 60),
            "claim_no": number.gather(pl.Series(claim)),
            "kind_code": codes(DOCUMENTS, draws.integers(5, size=size)),
            "received_at": np.where(late, made.complete[claim], made.first_proofs[claim]),
            "fetched": place < made.fetched[claim],
        }
    )


def _payments(made: Claims, number: pl.Series) -> pl.DataFrame:
    """
    One payment, or a part of it first and the rest at the end.
    """
    early = np.flatnonzero(~np.isnat(made.first_paid) & ~(made.first_paid == made.paid))
    last = np.flatnonzero(~np.isnat(made.paid))
    claim = np.concatenate([early, last])
    is_final = np.arange(len(claim)) >= len(early)
    in_parts = made.first_paid[last] != made.paid[last]
    first_part = (made.amount_paid * FIRST_PART).round(2)
    rest = np.where(in_parts, made.amount_paid[last] - first_part[last], made.amount_paid[last])
    return frame(
        {
            "payment_no": made.chunk.numbered(np.arange(len(claim)), 10),
            "claim_no": number.gather(pl.Series(claim)),
            "sequence_no": np.concatenate([np.ones(len(early), int), 1 + in_parts]),
            "amount": np.concatenate([first_part[early], rest]).round(2),
            "paid_at": np.concatenate([made.first_paid[early], made.paid[last]]),
            "is_final": is_final,
        }
    )


def _audits(made: Claims, number: pl.Series) -> pl.DataFrame:
    audited = np.flatnonzero(~np.isnat(made.audited))
    return frame(
        {
            "audit_no": keys("U", made.chunk.numbered(np.arange(len(audited)), PER_CUSTOMER)),
            "claim_no": number.gather(pl.Series(audited)),
            "audited_at": made.audited[audited],
            "amount_due": made.amount_due[audited],
        }
    )


def _events(made: Claims, number: pl.Series) -> pl.DataFrame:
    """
    Who touched a claim when: the system at report and payment, people in between where rules didn't decide.
    """
    by_hand = np.where(made.automatic, -1, made.handler)
    nobody = np.full(made.size, -1)
    audited = np.where(made.is_audit_logged, made.audited, NEVER)
    parts = [
        ("报案", made.reported, nobody),
        ("审核", made.looked, made.handler),
        ("补充材料", made.asked, by_hand),
        ("核定", made.decided, by_hand),
        ("质检", audited, made.handler),
        ("付款", made.paid, np.where(made.released, made.handler, nobody)),
    ]
    steps = [name for name, _, _ in parts]
    there = [np.flatnonzero(~np.isnat(at)) for _, at, _ in parts]
    claim = np.concatenate(there)
    step = np.repeat(np.arange(len(parts)), [len(each) for each in there])
    staff = np.concatenate([who[each] for (_, _, who), each in zip(parts, there, strict=True)])
    return frame(
        {
            "event_no": keys("V", made.chunk.numbered(np.arange(len(claim)), 40)),
            "claim_no": number.gather(pl.Series(claim)),
            "happened_at": np.concatenate([at[each] for (_, at, _), each in zip(parts, there, strict=True)]),
            "step_code": codes(steps, step),
            "staff_no": keys("S", staff),
            # What it fell out for is told where somebody took it up.
            "note_code": codes(FALLOUTS, np.where(step == steps.index("审核"), made.fallout[claim], -1)),
        }
    )
