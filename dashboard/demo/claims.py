"""
Claims: reported, documented, decided by rules or by people, paid, audited.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.columns import NEVER, Array, Draws, codes, frame, keys, latest, only, pick, skewed, waits
from dashboard.demo.customers import Chunk
from dashboard.demo.lives import Lives
from dashboard.demo.names import team_id
from dashboard.demo.people import Organisation
from dashboard.demo.plan import CLAIMS, CUSTOMERS, TEAMS, Plan, midnight_seconds
from dashboard.demo.policies import Policies

# Life, health, accident, motor, property: how often their contracts lead to claims, and how much is claimed.
FREQUENCY = np.array([0.07, 1.0, 0.4, 1.15, 0.2])
AMOUNT = np.array([120_000, 2_600, 3_800, 4_200, 6_500])
TYPES = ("医疗", "重疾", "身故", "意外", "车损", "财产损失")
ENTRIES = ("APP", "微信", "电话", "柜面", "代理人", "传真")
DECISIONS = ("赔付", "部分赔付", "拒赔", "撤案", "注销")
PAID, PART_PAID, REFUSED, WITHDRAWN, CANCELLED = range(5)
FALLOUTS = ("材料不全", "责任不清", "超金额", "风险评分", "数据不符", "系统异常", "质检抽样")
# Share of claims that could be decided by rules; the share that is grows to the plan's figures.
ELIGIBLE = 0.9
INSTANT_LIMIT = 3_000


@dataclass(frozen=True)
class Claims:
    """
    A chunk's claims, by report, and what the books need to know of them.
    """

    chunk: Chunk
    policy: Array
    team: Array
    handler: Array
    kind: Array
    incident: Array
    reported: Array
    registered: Array
    first_proofs: Array
    asked: Array
    complete: Array
    decided: Array
    agreed: Array
    paid: Array
    closed: Array
    decision: Array
    amount: Array
    eligible: Array
    automatic: Array

    def ids(self, index: Array) -> pl.Series:
        """
        Claim numbers of these positions, null for -1.
        """
        return keys("CL", self.chunk.numbered(index, 6))


def claims_of(plan: Plan, organisation: Organisation, policies: Policies, lives: Lives) -> Claims:
    """
    Draw a chunk's claims: on contracts in force at the incident, reported within the three years.
    """
    draws = plan.draws("claims", policies.chunk.number)
    wanted = round(CLAIMS * policies.chunk.size / CUSTOMERS)
    reported, incident, policy = _incidents(plan, policies, lives, draws, wanted)
    size = len(policy)
    line = policies.line[policy]
    health_kind = np.where(policies.product[policy] == 5, 1, 0)
    kind = np.select([line == 0, line == 1, line == 2, line == 3], [np.full(size, 2), health_kind, 3, 4], 5)
    amount = skewed(draws, AMOUNT[line], 0.9, size).round(2)
    progress = plan.progress(reported)
    eligible = draws.random(size) < ELIGIBLE
    share = plan.automation_first + (plan.automation_last - plan.automation_first) * progress
    automatic = eligible & (draws.random(size) < share / ELIGIBLE)
    registered = reported + waits(skewed(draws, 0.15, 1.2, size).clip(0.001, 12))
    first = registered + waits(np.where(automatic, 0.002, skewed(draws, 1.2, 1.0, size).clip(0.01, 60)))
    lacking = ~automatic & (draws.random(size) < 0.34)
    asked = np.where(lacking, plan.calendar.answered(draws, first, draws.gamma(1.5, 1.0, size)), NEVER)
    complete = np.where(lacking, asked + waits(skewed(draws, 6.0, 0.8, size)), first)
    by_hand = skewed(draws, (5.2 - 1.8 * progress) * np.where(np.isin(kind, (1, 2)), 2.6, 1.0), 0.85, size)
    decided = np.where(
        automatic,
        complete + waits(skewed(draws, 0.02, 1.0, size)),
        plan.calendar.answered(draws, complete, by_hand),
    )
    decision = pick(draws, (79, 8, 6.5, 4, 2.5), size)
    # Hardly anybody withdraws what rules decide within minutes.
    decision = np.where(automatic & (decision >= WITHDRAWN), PAID, decision)
    paying = decision <= PART_PAID
    agreed = np.where(paying, decided + waits(np.where(automatic, 0.01, draws.gamma(1.2, 1.1, size))), NEVER)
    paid = np.where(
        automatic, agreed + waits(skewed(draws, 0.05, 1.1, size)), plan.calendar.answered(draws, agreed, draws.gamma(1.4, 1.6, size))
    )
    # Some stay open whatever happens: disputes, missing papers.
    stuck = ~automatic & (draws.random(size) < 0.012)
    decided = plan.happened(np.where(stuck, NEVER, decided))
    agreed, paid = (plan.happened(np.where(np.isnat(decided), NEVER, each)) for each in (agreed, paid))
    ends = np.where(paying, paid, decided)
    closed = plan.happened(ends + waits(draws.gamma(1.0, 0.8, size)))
    team = policies.team[policy]
    return Claims(
        chunk=policies.chunk,
        policy=policy,
        team=team,
        handler=organisation.handlers(team, draws),
        kind=kind,
        incident=incident,
        reported=reported,
        registered=plan.happened(registered),
        first_proofs=plan.happened(first),
        asked=plan.happened(asked),
        complete=plan.happened(complete),
        decided=decided,
        agreed=agreed,
        paid=paid,
        closed=closed,
        decision=decision,
        amount=amount,
        eligible=eligible,
        automatic=automatic,
    )


def _incidents(
    plan: Plan, policies: Policies, lives: Lives, draws: Draws, wanted: int
) -> tuple[Array, Array, Array]:
    # Drawn too many at first, then those on contracts that weren't in force are dropped.
    size = wanted * 4
    reported = plan.arrivals(draws, size, growth=0.02, lead_days=60)
    policy = pick(draws, FREQUENCY[policies.line].tolist(), size)
    delay = skewed(draws, np.where(policies.line[policy] == 3, 0.3, 4.0), 1.2, size).clip(0.01, 300)
    incident = reported - waits(delay)
    begins = midnight_seconds(policies.effective_on[policy])
    in_force = (incident >= begins) & ~(incident >= midnight_seconds(lives.ended_on[policy]))
    valid = np.flatnonzero(in_force)
    chosen = np.sort(draws.choice(valid, min(wanted, len(valid)), replace=False))
    return reported[chosen], incident[chosen], policy[chosen]


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
    owed = 1 + ((now - claims.reported).astype(np.int64) / (5 * 86_400)).astype(int).clip(0, 40)
    instant = (claims.kind == 0) & (claims.amount <= INSTANT_LIMIT) & claims.eligible
    quick = (claims.paid - claims.incident).astype(np.int64) / 86_400 <= 3
    fallen_out = claims.eligible & ~claims.automatic & ~np.isnat(claims.first_proofs)
    payments = _payments(claims, number, draws)
    audits, audited_at = _audits(plan, claims, number, draws)
    events = _events(plan, claims, number, draws)
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
            "fallout_code": codes(FALLOUTS, np.where(fallen_out, pick(draws, (34, 18, 14, 12, 10, 5, 7), size), -1)),
            "instant_eligible": instant,
            "paid_instantly": only(claims.automatic & quick, ~np.isnat(claims.paid) & instant),
            "overturned_at": reversed_at,
            "disputed_nondisclosure": (claims.decision == REFUSED) & known & (draws.random(size) < 0.22),
            "updated_at": latest(
                claims.reported, claims.registered, claims.first_proofs, claims.asked, claims.complete, claims.decided,
                claims.agreed, claims.paid, claims.closed, refusal, reversed_at, audited_at,
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
            "kind_code": codes(("病历", "发票", "身份证明", "事故证明", "银行账户"), draws.integers(5, size=size)),
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
    due = claims.amount[audited] * np.where(draws.random(len(audited)) < 0.85, 1.0, draws.uniform(0.7, 1.05, len(audited)))
    rows = frame(
        {
            "audit_no": keys("U", claims.chunk.numbered(np.arange(len(audited)), 6)),
            "claim_no": number.gather(pl.Series(audited)),
            "audited_at": at[audited],
            "amount_due": due.round(2),
        }
    )
    return rows, at


def _events(plan: Plan, claims: Claims, number: pl.Series, draws: Draws) -> pl.DataFrame:
    """
    Who touched a claim when: the system at report and payment, people in between where rules didn't decide.
    """
    size = len(claims.policy)
    by_hand = np.where(claims.automatic, -1, claims.handler)
    nobody = np.full(size, -1)
    looked = claims.first_proofs + waits(draws.uniform(0.02, 0.6, size))
    looked = np.where(claims.automatic | ~(looked < claims.decided), NEVER, looked)
    # After an automatic decision some payments are still released by hand: not straight through.
    released = np.where(draws.random(size) < 0.06, claims.handler, nobody)
    parts = [
        ("报案", claims.reported, nobody),
        ("审核", looked, by_hand),
        ("补充材料", claims.asked, by_hand),
        ("核定", claims.decided, by_hand),
        ("付款", claims.paid, np.where(claims.automatic, released, nobody)),
    ]
    steps = [name for name, _, _ in parts]
    there = [np.flatnonzero(~np.isnat(at)) for _, at, _ in parts]
    claim = np.concatenate(there)
    step = np.repeat(np.arange(len(parts)), [len(each) for each in there])
    staff = np.concatenate([who[each] for (_, _, who), each in zip(parts, there, strict=True)])
    note = np.where((step == 1) & (draws.random(len(claim)) < 0.3), draws.integers(0, len(FALLOUTS), len(claim)), -1)
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
