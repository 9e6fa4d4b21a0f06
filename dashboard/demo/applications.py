"""
Applications: those that became contracts and those that didn't, step by step, and what quality control found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.columns import NEVER, Array, Draws, codes, frame, keys, latest, only, pick, skewed, waits
from dashboard.demo.customers import ENTRIES, Customers
from dashboard.demo.names import LINES, PRODUCTS
from dashboard.demo.people import Organisation
from dashboard.demo.plan import Plan
from dashboard.demo.policies import LONG_TERM, RISK, Policies

UNSUCCESSFUL_SHARE = 0.5
DECISIONS = ("承保", "拒保", "撤回", "放弃")
ISSUED, REFUSED, WITHDRAWN, ABANDONED = range(4)
STEPS = ("需求分析", "风险测评", "条款说明", "健康告知", "签名确认")
FINDINGS = ("夸大收益", "隐瞒免责", "强制搭售", "诱导退保", "代签名")
RECORDING_AGE = 60
LAST_PERCENTS = (30, 24, 22, 14, 10)


@dataclass(frozen=True)
class _Drawn:
    """
    Applications of a chunk: the issued ones first, in the order of their policies.
    """

    owner: Array
    product: Array
    seller: Array
    entry: Array
    opened: Array
    submitted: Array
    decided: Array
    decision: Array
    premium: Array


def application_rows(
    plan: Plan, organisation: Organisation, customers: Customers, policies: Policies
) -> tuple[dict[str, pl.DataFrame], Array]:
    """
    The tables of applications, and for each policy the position of its application (-1 for older ones).
    """
    draws = plan.draws("applications", policies.chunk.number)
    drawn = _draw(plan, organisation, customers, policies, draws)
    size = len(drawn.owner)
    number = keys("Y", policies.chunk.numbered(np.arange(size), 4))
    issued = np.flatnonzero(policies.is_new)
    position = np.full(policies.size, -1)
    position[issued] = np.arange(len(issued))
    steps, required, last_step = _steps(plan, customers, drawn, number, draws)
    findings, found_at = _findings(plan, policies, drawn, number, draws)
    submitted, decided = plan.happened(drawn.submitted), plan.happened(drawn.decided)
    known = ~np.isnat(decided)
    tolerance = customers.risk_tolerance[drawn.owner]
    risk = RISK[drawn.product]
    # Few buy more risk than they can bear; half of those against advice.
    tolerance = np.where((tolerance < risk) & (draws.random(size) < 0.82), risk, tolerance)
    age = (
        (drawn.opened.astype("datetime64[D]") - customers.birth_on[drawn.owner]).astype(np.int64) / 365.25
    ).astype(int)
    recording = LONG_TERM[drawn.product] & (age >= RECORDING_AGE)
    recorded = recording & (draws.random(size) < 0.95)
    digital = np.isin(drawn.entry, (0, 1, 2))
    modern = plan.progress(drawn.opened)
    ocr = draws.random(size) < np.where(digital, 0.5, 0.25) + 0.3 * modern
    seconds = skewed(draws, np.where(LONG_TERM[drawn.product], 420, 190) * np.where(ocr, 0.72, 1.0), 0.55, size)
    step = np.where(drawn.decision == ABANDONED, pick(draws, LAST_PERCENTS, size), -1)
    stopped = drawn.decision == ABANDONED
    rows = frame(
        {
            "application_no": number,
            "customer_no": customers.ids.gather(pl.Series(drawn.owner)),
            "product_no": codes([f"PR{each:02d}" for each in range(len(PRODUCTS))], drawn.product),
            "agent_no": keys("A", drawn.seller),
            "entry_code": codes(ENTRIES, drawn.entry),
            "opened_at": drawn.opened,
            "submitted_at": submitted,
            "decided_at": decided,
            "decision_code": codes(DECISIONS, np.where(known, drawn.decision, -1)),
            "active_seconds": only((seconds * (1.12 - 0.3 * modern)).astype(int), ~stopped & ~np.isnat(submitted)),
            "abandoned_step": codes(STEPS, np.where(known, step, -1)),
            "ocr_used": ocr,
            "e_signed": draws.random(size) < np.where(digital, 0.93, 0.45) + 0.05 * modern,
            "fields_asked": (46 - 18 * modern - 6 * ocr + draws.integers(-3, 4, size)).astype(int),
            "decided_by_rule": only(
                draws.random(size) < 0.55 + 0.25 * modern, known & (drawn.decision < WITHDRAWN)
            ),
            "applicant_age": age,
            "risk_tolerance": tolerance,
            "declared_income": customers.income[drawn.owner],
            "premium_quoted": drawn.premium,
            "advised_to_stop": (tolerance < risk) & (draws.random(size) < 0.5),
            "recording_required": recording,
            "recorded": only(recorded, recording),
            "recording_passed": only(draws.random(size) < 0.96, recorded),
            "declaration_required": required,
            "recommended_line": codes(LINES, pick(draws, (20, 34, 16, 20, 10), size)),
            "updated_at": latest(drawn.opened, submitted, decided, found_at, last_step),
        }
    )
    return {"application": rows, "application_step": steps, "quality_finding": findings}, position


def _draw(
    plan: Plan, organisation: Organisation, customers: Customers, policies: Policies, draws: Draws
) -> _Drawn:
    new = policies.is_new
    size = round(new.sum() * UNSUCCESSFUL_SHARE)
    opened = plan.arrivals(draws, size, growth=0.15)
    owner = draws.integers(0, policies.chunk.size, size)
    product = pick(draws, [product.share for product in PRODUCTS], size)
    decision = 1 + pick(draws, (16, 14, 70), size)
    submitted = opened + waits(skewed(draws, 0.1, 1.2, size).clip(0.005, 20))
    given_up = decision == ABANDONED
    submitted = np.where(given_up, NEVER, submitted)
    # An application nobody touches for a month counts as abandoned.
    decided = np.where(
        given_up,
        opened + waits(draws.uniform(0.5, 30, size)),
        plan.calendar.answered(draws, submitted, skewed(draws, 2.0, 0.9, size)),
    )
    entry = pick(draws, (32, 24, 14, 8, 4, 18), size)
    premium = np.array([product.premium for product in PRODUCTS])[product] * np.exp(
        0.5 * draws.standard_normal(size)
    )
    team = customers.team[owner]
    return _Drawn(
        np.concatenate([policies.owner[new], owner]),
        np.concatenate([policies.product[new], product]),
        np.concatenate([policies.seller[new], organisation.agents_at(team, opened, draws)]),
        np.concatenate([policies.entry[new], entry]),
        np.concatenate([policies.opened_at[new], opened]),
        np.concatenate([policies.applied_at[new], submitted]),
        np.concatenate([policies.issued_at[new], decided]),
        np.concatenate([np.full(new.sum(), ISSUED), decision]),
        np.concatenate([policies.premium[new], premium]).round(2),
    )


def _steps(
    plan: Plan, customers: Customers, drawn: _Drawn, number: pl.Series, draws: Draws
) -> tuple[pl.DataFrame, Array, Array]:
    size = len(drawn.owner)
    long_term = LONG_TERM[drawn.product]
    declares = np.isin(drawn.product, [0, 1, 4, 5])
    needed = np.column_stack([long_term, long_term, np.ones(size, bool), declares, np.ones(size, bool)])
    reached = np.where(drawn.decision == ABANDONED, draws.integers(0, 4, size), 5)
    done = needed & (np.arange(5) < reached[:, None])
    # Young customers are asked least about their needs: a gap to be found.
    asked = np.where(customers.segment[drawn.owner] == 2, 0.86, 0.955)
    done[:, 0] &= draws.random(size) < asked
    done[:, 1:] &= draws.random((size, 4)) < 0.985
    ends = np.where(np.isnat(drawn.submitted), drawn.decided, drawn.submitted)
    span = (ends - drawn.opened).astype(np.int64)
    at = drawn.opened[:, None] + (span[:, None] * (np.arange(1, 6) / 6)[None, :]).astype("timedelta64[s]")
    application, step = np.nonzero(needed & (np.arange(5) <= reached[:, None]))
    done_at = plan.happened(np.where(done[application, step], at[application, step], NEVER))
    last = drawn.opened.copy()
    there = ~np.isnat(done_at)
    np.maximum.at(last, application[there], done_at[there])
    rows = frame(
        {
            "application_no": number.gather(pl.Series(application)),
            "step_code": codes(STEPS, step),
            "required": np.ones(len(step), bool),
            "recorded": there,
            "done_at": done_at,
        }
    )
    return rows, declares, last


def _findings(
    plan: Plan, policies: Policies, drawn: _Drawn, number: pl.Series, draws: Draws
) -> tuple[pl.DataFrame, Array]:
    size = len(drawn.owner)
    odds = np.where((drawn.decision == ISSUED) & np.isin(drawn.entry, (3, 4, 5)), 0.016, 0.001)
    raised = plan.happened(
        np.where(draws.random(size) < odds, drawn.decided + waits(draws.uniform(2, 50, size)), NEVER)
    )
    found = np.flatnonzero(~np.isnat(raised))
    rows = frame(
        {
            "finding_no": keys("F", policies.chunk.numbered(np.arange(len(found)), 4)),
            "application_no": number.gather(pl.Series(found)),
            "finding_code": codes(FINDINGS, pick(draws, (34, 24, 16, 12, 14), len(found))),
            "raised_at": raised[found],
            "confirmed": draws.random(len(found)) < 0.55,
        }
    )
    return rows, raised
