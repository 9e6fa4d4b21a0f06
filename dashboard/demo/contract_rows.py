"""
The tables that tell how contracts went on: events, instalments, renewals, reminders, campaign members.
"""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import polars as pl

from dashboard.demo.columns import NEVER, Array, codes, frame, keys, latest, only, pick, skewed, waits
from dashboard.demo.customers import Customers
from dashboard.demo.lives import CALLED_BACK, EVENTS, EXCLUSIONS, LEFT, OUTCOMES, TREATED, Lives
from dashboard.demo.plan import Plan, midnight_seconds
from dashboard.demo.policies import GRACE, LONG_TERM, Policies
from dashboard.demo.renewal_course import ASSIGNED_BEFORE, RESULT_AFTER

# Number to title.
CAMPAIGNS = {"R01": "续保关怀回访", "R02": "沉睡客户唤醒"}
MEDIA = ("短信", "微信", "电话", "APP")
MORNING = np.timedelta64(9 * 3600, "s")


def event_rows(plan: Plan, policies: Policies, lives: Lives) -> tuple[pl.DataFrame, Array]:
    """
    What happened to contracts, call-backs included, and the last instant for each.
    """
    draws = plan.draws("policy events", policies.chunk.number)
    called = np.flatnonzero(LONG_TERM[policies.product] & policies.is_new & (draws.random(policies.size) < 0.97))
    called_at = policies.issued_at[called] + waits(skewed(draws, 7.0, 0.6, len(called)))
    policy = np.concatenate([called, *(each[0] for each in lives.happened)])
    event = np.concatenate([np.full(len(called), CALLED_BACK), *(each[1] for each in lives.happened)])
    days = np.concatenate([each[2] for each in lives.happened])
    office = midnight_seconds(days) + waits(draws.uniform(8.6, 17.9, len(days)) / 24)
    at = plan.happened(np.concatenate([called_at, office]))
    takes_effect = np.concatenate([called_at.astype("datetime64[D]"), days])
    there = ~np.isnat(at)
    policy, event, at, takes_effect = policy[there], event[there], at[there], takes_effect[there]
    last = policies.issued_at.copy()
    np.maximum.at(last, policy, at)
    rows = frame(
        {
            "event_no": policies.chunk.numbered(np.arange(len(at)), 10),
            "policy_no": policies.ids(policy),
            "event_code": codes(EVENTS, event),
            "happened_at": at,
            "takes_effect_on": takes_effect,
            "succeeded": only(draws.random(len(at)) < 0.93, event == CALLED_BACK),
        }
    )
    return rows, last


def instalment_rows(policies: Policies, lives: Lives) -> pl.DataFrame:
    """
    The premiums by which persistency is measured: those of policy months 13, 25, 37 and 61.
    """
    due, policy = lives.instalments["due"], lives.instalments["policy"]
    paid_on, excluded = lives.instalments["paid_on"], lives.instalments["excluded"]
    created = midnight_seconds(due - np.timedelta64(60, "D"))
    stopped = (
        midnight_seconds(due) + GRACE[policies.product[policy]].astype("timedelta64[D]") + np.timedelta64(1, "D")
    )
    suspended = lives.instalments["suspended"]
    changed = latest(created, midnight_seconds(paid_on), np.where(suspended, stopped, NEVER))
    premium = policies.premium[policy]
    return frame(
        {
            "instalment_no": keys("I", policies.chunk.numbered(np.arange(len(due)), 8)),
            "policy_no": policies.ids(policy),
            "policy_month": 12 * lives.instalments["year"] + 1,
            "due_on": due,
            "amount_due": only(premium, excluded < 0),
            "paid_on": paid_on,
            "amount_paid": only(premium, ~np.isnat(paid_on)),
            "exclusion_code": codes(EXCLUSIONS, excluded),
            "suspended": suspended,
            "updated_at": changed + MORNING,
        }
    )


def renewal_rows(plan: Plan, customers: Customers, policies: Policies, lives: Lives) -> dict[str, pl.DataFrame]:
    """
    Renewals, their reminders, and the members of campaigns.
    """
    draws = plan.draws("renewal rows", policies.chunk.number)
    each = lives.renewals
    due, policy, outcome = each["due"], each["policy"], each["outcome"]
    size = len(due)
    number = keys("R", policies.chunk.numbered(np.arange(size), 12))
    created = midnight_seconds(due - np.timedelta64(60, "D")) + np.timedelta64(2 * 3600, "s")
    born = customers.birth_on[policies.owner[policy]]
    evening = np.timedelta64(18 * 3600, "s")
    happened = (midnight_seconds(each[name]) + evening for name in ("known_on", "renewed_on", "reinstated_on"))
    reminded = (each["reminded_at"], each["reminded_again_at"])
    rows = frame(
        {
            "renewal_no": number,
            "policy_no": policies.ids(policy),
            "due_on": due,
            "premium_due": each["premium_due"],
            "status_code": codes(OUTCOMES, outcome),
            "status_on": each["known_on"],
            "renewed_on": each["renewed_on"],
            "new_term_from": each["begins_on"],
            "premium_renewed": only(each["premium_renewed"], ~np.isnat(each["renewed_on"])),
            "reinstated_on": each["reinstated_on"],
            "offer_made": draws.random(size) < 0.3 + 0.2 * (outcome < LEFT),
            "tenure_years": each["year"].astype(float),
            "price_change": each["price_change"].round(4),
            "claims_last_year": each["claims"],
            "complaints_last_year": each["complaints"],
            "holder_age": ((due - born).astype(np.int64) / 365.25).astype(int),
            "last_contact_at": each["contact_at"],
            "updated_at": latest(created, each["contact_at"], *reminded, *happened),
        }
    )
    return {
        "renewal": rows,
        "reminder": _reminders(policies, number, reminded, draws),
        "campaign_member": _members(customers, policies, lives),
    }


def campaign_rows(plan: Plan) -> pl.DataFrame:
    """
    The table of campaigns: one among all renewals, one among those of customers who sleep.
    """
    days = ((plan.campaign_from, plan.campaign_before), (plan.waking_from, plan.waking_before))
    return pl.DataFrame(
        {
            "campaign_no": list(CAMPAIGNS),
            "title": list(CAMPAIGNS.values()),
            "started_on": [first - timedelta(days=ASSIGNED_BEFORE) for first, _ in days],
            "result_on": [before + timedelta(days=RESULT_AFTER) for _, before in days],
        }
    )


def _reminders(
    policies: Policies, number: pl.Series, reminded: tuple[Array, Array], draws: np.random.Generator
) -> pl.DataFrame:
    first, second = reminded
    renewal = np.concatenate([np.flatnonzero(~np.isnat(first)), np.flatnonzero(~np.isnat(second))])
    firsts = int((~np.isnat(first)).sum())
    sequence = np.where(np.arange(len(renewal)) < firsts, 1, 2)
    return frame(
        {
            "reminder_no": policies.chunk.numbered(np.arange(len(renewal)), 25),
            "renewal_no": number.gather(pl.Series(renewal)),
            "sequence_no": sequence,
            "sent_at": np.where(sequence == 1, first[renewal], second[renewal]),
            "medium_code": codes(MEDIA, pick(draws, (45, 25, 12, 18), len(renewal))),
        }
    )


def _members(customers: Customers, policies: Policies, lives: Lives) -> pl.DataFrame:
    each = lives.renewals
    chosen = np.flatnonzero(each["campaign"] >= 0)
    due, policy, treated = each["due"][chosen], each["policy"][chosen], each["arm"][chosen] == TREATED
    result_on = due + np.timedelta64(RESULT_AFTER, "D")
    renewed = each["renewed_on"][chosen] <= result_on
    return frame(
        {
            "member_no": keys("M", policies.chunk.numbered(chosen, 12)),
            "campaign_no": codes(tuple(CAMPAIGNS), each["campaign"][chosen]),
            "customer_no": customers.ids.gather(pl.Series(policies.owner[policy])),
            "policy_no": policies.ids(policy),
            "arm_code": codes(("对照", "触达"), treated.astype(int)),
            "assigned_on": due - np.timedelta64(ASSIGNED_BEFORE, "D"),
            "called_at": each["called_at"][chosen],
            "result_due_on": result_on,
            "renewed": renewed,
            "premium": only(each["premium_renewed"][chosen], renewed),
            "updated_at": midnight_seconds(result_on) + MORNING,
        }
    )
