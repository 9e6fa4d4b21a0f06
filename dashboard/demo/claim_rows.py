"""
The tables of claims, their documents, payments, events and audits.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from dashboard.demo.claims import PART_PAID, REFUSED, Claims
from dashboard.demo.columns import NEVER, Array, Draws, codes, frame, keys, latest, only, pick, skewed, waits
from dashboard.demo.names import team_id
from dashboard.demo.plan import TEAMS, Plan

TYPES = ("医疗", "重疾", "身故", "意外", "车损", "财产损失")
# The last is a code nobody has mapped.
ENTRIES = ("APP", "微信", "电话", "柜面", "代理人", "传真")
DECISIONS = ("赔付", "部分赔付", "拒赔", "撤案", "注销")
FALLOUTS = ("材料不全", "责任不清", "超金额", "风险评分", "数据不符", "系统异常", "质检抽样")
DOCUMENTS = ("病历", "发票", "身份证明", "事故证明", "银行账户")
INSTANT_LIMIT = 3_000
UPDATE_EVERY_SECONDS = 5 * 86_400


def claim_rows(plan: Plan, claims: Claims) -> dict[str, pl.DataFrame]:
    """
    The tables of claims, their documents, payments, events and audits.
    """
    draws = plan.draws("claim rows", claims.chunk.number)
    size = len(claims.policy)
    number = claims.ids(np.arange(size))
    known = ~np.isnat(claims.decided)
    refusal = plan.happened(
        np.where(claims.decision == REFUSED, claims.decided + waits(skewed(draws, 1.0, 0.8, size)), NEVER)
    )
    reversed_at = np.where(
        (claims.decision == REFUSED) & (draws.random(size) < 0.09),
        claims.decided + waits(draws.uniform(8, 70, size)),
        NEVER,
    )
    reversed_at = plan.happened(reversed_at)
    now = np.where(np.isnat(claims.closed), plan.cut, claims.closed)
    owed = 1 + ((now - claims.reported).astype(np.int64) / UPDATE_EVERY_SECONDS).astype(int).clip(0, 40)
    instant = (claims.kind == 0) & (claims.amount <= INSTANT_LIMIT) & claims.eligible
    quick = (claims.paid - claims.incident).astype(np.int64) / 86_400 <= 3
    fallen_out = claims.eligible & ~claims.automatic & ~np.isnat(claims.first_proofs)
    payments = _payments(claims, number, draws)
    audits, audited_at = _audits(plan, claims, number, draws)
    events = _events(claims, number, draws)
    rows = frame(
        {
            "claim_no": number,
            "policy_no": keys("P", claims.chunk.numbered(claims.policy, 4)),
            "team_no": codes([team_id(team) for team in range(TEAMS)], claims.team),
            "handler_no": keys("S", np.where(claims.automatic, -1, claims.handler)),
            "type_code": codes(TYPES, claims.kind),
            "entry_code": codes(ENTRIES, pick(draws, (42, 22, 18, 8, 9.9, 0.1), size)),
            "incident_at": claims.incident,
            "reported_at": claims.reported,
            "registered_at": claims.registered,
            "proofs_first_at": claims.first_proofs,
            "proofs_asked_at": claims.asked,
            "proofs_complete_at": claims.complete,
            "decided_at": claims.decided,
            "agreed_at": claims.agreed,
            "refusal_sent_at": refusal,
            "closed_at": claims.closed,
            "decision_code": codes(DECISIONS, np.where(known, claims.decision, -1)),
            "amount_claimed": _with_negatives(claims.amount, draws),
            "document_rounds": np.where(np.isnat(claims.asked), 0, 1 + (draws.random(size) < 0.16)),
            "updates_owed": owed,
            "updates_sent": draws.binomial(owed, 0.62 + 0.3 * plan.progress(claims.reported)),
            "rule_eligible": claims.eligible,
            "decided_by_rule": only(claims.automatic, known),
            "fallout_code": codes(
                FALLOUTS, np.where(fallen_out, pick(draws, (34, 18, 14, 12, 10, 5, 7), size), -1)
            ),
            "instant_eligible": instant,
            "paid_instantly": only(claims.automatic & quick, ~np.isnat(claims.paid) & instant),
            "overturned_at": reversed_at,
            "disputed_nondisclosure": (claims.decision == REFUSED) & known & (draws.random(size) < 0.22),
            "updated_at": latest(
                claims.reported,
                claims.registered,
                claims.first_proofs,
                claims.asked,
                claims.complete,
                claims.decided,
                claims.agreed,
                claims.paid,
                claims.closed,
                refusal,
                reversed_at,
                audited_at,
            ),
        }
    )
    documents = _documents(plan, claims, number, draws)
    return {
        "claim": rows,
        "claim_document": documents,
        "claim_payment": payments,
        "claim_event": events,
        "claim_audit": audits,
    }


def _with_negatives(amount: Array, draws: Draws) -> Array:
    # A slip of the keyboard now and then: one claim in twenty thousand, at least one in each chunk.
    slips = draws.integers(0, len(amount), 1 + len(amount) // 20_000)
    slipped = amount.copy()
    slipped[slips] *= -1
    return slipped


def _documents(plan: Plan, claims: Claims, number: pl.Series, draws: Draws) -> pl.DataFrame:
    there = np.flatnonzero(~np.isnat(claims.first_proofs))
    progress = plan.progress(claims.reported[there])
    each = 1 + draws.poisson(1.5 - 0.9 * progress)
    claim = np.repeat(there, each)
    size = len(claim)
    share = np.repeat(0.2 + 0.45 * progress, each)
    late = (draws.random(size) < 0.3) & ~np.isnat(claims.complete[claim])
    return frame(
        {
            "document_no": claims.chunk.numbered(np.arange(size), 40),
            "claim_no": number.gather(pl.Series(claim)),
            "kind_code": codes(DOCUMENTS, draws.integers(5, size=size)),
            "received_at": np.where(late, claims.complete[claim], claims.first_proofs[claim]),
            "fetched": draws.random(size) < share,
        }
    )


def _payments(claims: Claims, number: pl.Series, draws: Draws) -> pl.DataFrame:
    paid = np.flatnonzero(~np.isnat(claims.paid))
    share = np.where(claims.decision[paid] == PART_PAID, draws.uniform(0.3, 0.8, len(paid)), 1.0)
    amount = claims.amount[paid] * share
    span = (claims.paid[paid] - claims.agreed[paid]).astype(np.int64)
    split = (amount > 20_000) & (draws.random(len(paid)) < 0.3) & (span > 7200)
    early = np.flatnonzero(split)
    before = claims.paid[paid[early]] - (span[early] // 2).astype("timedelta64[s]")
    claim = np.concatenate([paid[early], paid])
    final = np.arange(len(claim)) >= len(early)
    return frame(
        {
            "payment_no": claims.chunk.numbered(np.arange(len(claim)), 10),
            "claim_no": number.gather(pl.Series(claim)),
            "sequence_no": np.concatenate([np.ones(len(early), int), 1 + split]),
            "amount": np.concatenate([amount[early] * 0.6, np.where(split, amount * 0.4, amount)]).round(2),
            "paid_at": np.concatenate([before, claims.paid[paid]]),
            "is_final": final,
        }
    )


def _audits(plan: Plan, claims: Claims, number: pl.Series, draws: Draws) -> tuple[pl.DataFrame, Array]:
    size = len(claims.policy)
    at = plan.happened(claims.closed + waits(draws.uniform(10, 60, size)))
    at = np.where((draws.random(size) < 0.02) & ~np.isnat(claims.paid), at, NEVER)
    audited = np.flatnonzero(~np.isnat(at))
    due = claims.amount[audited] * np.where(
        draws.random(len(audited)) < 0.85, 1.0, draws.uniform(0.7, 1.05, len(audited))
    )
    rows = frame(
        {
            "audit_no": keys("U", claims.chunk.numbered(np.arange(len(audited)), 6)),
            "claim_no": number.gather(pl.Series(audited)),
            "audited_at": at[audited],
            "amount_due": due.round(2),
        }
    )
    return rows, at


def _events(claims: Claims, number: pl.Series, draws: Draws) -> pl.DataFrame:
    """
    Who touched a claim when: the system at report and payment, people in between where rules didn't decide.
    """
    size = len(claims.policy)
    by_hand = np.where(claims.automatic, -1, claims.handler)
    nobody = np.full(size, -1)
    looked = claims.first_proofs + waits(draws.uniform(0.02, 0.6, size))
    looked = np.where(claims.automatic | ~(looked < claims.decided), NEVER, looked)
    released = np.where(claims.released, claims.handler, nobody)
    parts = [
        ("报案", claims.reported, nobody),
        ("审核", looked, by_hand),
        ("补充材料", claims.asked, by_hand),
        ("核定", claims.decided, by_hand),
        ("付款", claims.paid, released),
    ]
    steps = [name for name, _, _ in parts]
    there = [np.flatnonzero(~np.isnat(at)) for _, at, _ in parts]
    claim = np.concatenate(there)
    step = np.repeat(np.arange(len(parts)), [len(each) for each in there])
    staff = np.concatenate([who[each] for (_, _, who), each in zip(parts, there, strict=True)])
    note = np.where(
        (step == 1) & (draws.random(len(claim)) < 0.3), draws.integers(0, len(FALLOUTS), len(claim)), -1
    )
    return frame(
        {
            "event_no": keys("V", claims.chunk.numbered(np.arange(len(claim)), 40)),
            "claim_no": number.gather(pl.Series(claim)),
            "happened_at": np.concatenate([at[each] for (_, at, _), each in zip(parts, there, strict=True)]),
            "step_code": codes(steps, step),
            "staff_no": keys("S", staff),
            "note_code": codes(FALLOUTS, note),
        }
    )
