"""
Contracts: who bought what from whom, and the table of policies once their lives have been told.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from dashboard.demo.columns import Array, codes, frame, keys, latest, pick, skewed, waits
from dashboard.demo.customers import ENTRIES, Chunk, Customers
from dashboard.demo.names import LINES, PRODUCTS
from dashboard.demo.people import Organisation
from dashboard.demo.plan import Plan, midnight_seconds

POLICIES_PER_CUSTOMER = 2
# Contracts from before the three years; those that ended before are in the archive, not here.
STOCK_SHARE = 0.28
STOCK_DAYS = 4 * 365
# More than any contract has.
YEARS = 16
PAYMENTS = ("趸交", "年交", "半年交", "季交", "月交")
SINGLE_PREMIUM = 0

LONG_TERM = np.array([product.long_term for product in PRODUCTS])
GRACE = np.array([product.grace_days for product in PRODUCTS])
FREE_LOOK = np.array([product.free_look_days for product in PRODUCTS])
RISK = np.array([product.risk_level for product in PRODUCTS])
TERM = np.array([product.term_years for product in PRODUCTS])
LINE = np.array([LINES.index(product.line) for product in PRODUCTS])


@dataclass(frozen=True)
class Policies:
    """
    The contracts of a chunk of customers, sorted by nothing in particular.

    `is_new` are those issued within the three years; only they have an application on file.
    """

    chunk: Chunk
    owner: Array
    product: Array
    team: Array
    seller: Array
    entry: Array
    is_new: Array
    opened_at: Array
    applied_at: Array
    issued_at: Array
    effective_on: Array
    premium: Array
    payment: Array
    auto_renewal: Array

    @property
    def size(self) -> int:
        """
        How many.
        """
        return len(self.owner)

    @property
    def line(self) -> Array:
        """
        The product line of each, as a position in `LINES`.
        """
        return LINE[self.product]

    def ids(self, index: Array) -> pl.Series:
        """
        Policy numbers of these positions, null for -1.
        """
        return keys("P", self.chunk.numbered(index, 4))


def policies_of(plan: Plan, organisation: Organisation, customers: Customers) -> Policies:
    """
    Draw a chunk's contracts.
    """
    chunk = customers.chunk
    draws = plan.draws("policies", chunk.number)
    size = chunk.size * POLICIES_PER_CUSTOMER
    first = np.arange(chunk.size)
    owner = np.concatenate([first, draws.integers(0, chunk.size, size - chunk.size)])
    draws.shuffle(owner)
    stock = round(size * STOCK_SHARE)
    older = np.datetime64(plan.start, "s") - waits(draws.uniform(0.2, STOCK_DAYS, stock))
    issued = np.concatenate([older, plan.arrivals(draws, size - stock, growth=0.15)])
    product = pick(draws, [product.share for product in PRODUCTS], size)
    long_term = LONG_TERM[product]
    applied = issued - waits(skewed(draws, np.where(long_term, 1.6, 0.05), 0.9, size).clip(0.002, 40))
    opened = applied - waits(skewed(draws, 0.15, 1.4, size).clip(0.01, 30))
    premium = skewed(draws, np.array([product.premium for product in PRODUCTS])[product], 0.5, size).round(2)
    payment = np.where(long_term, pick(draws, (14, 58, 8, 5, 15), size), 1)
    entry = np.where(
        long_term, pick(draws, (10, 8, 4, 4, 10, 64), size), pick(draws, (34, 22, 12, 10, 4, 18), size)
    )
    team = customers.team[owner]
    return Policies(
        chunk=chunk,
        owner=owner,
        product=product,
        team=team,
        seller=organisation.agents_at(team, opened, draws),
        entry=entry,
        is_new=np.arange(size) >= stock,
        opened_at=opened,
        applied_at=applied,
        issued_at=issued,
        effective_on=issued.astype("datetime64[D]") + np.timedelta64(1, "D"),
        premium=premium,
        payment=payment,
        auto_renewal=draws.random(size) < np.where(np.isin(entry, (0, 1, 2)), 0.55, 0.3),
    )


def anniversary(days: Array, years: int | Array) -> Array:
    """
    The same day some years on; the month's last where it has no such day.
    """
    months = days.astype("datetime64[M]")
    same = (months + 12 * years).astype("datetime64[D]") + (days - months.astype("datetime64[D]"))
    last = (months + 12 * years + 1).astype("datetime64[D]") - np.timedelta64(1, "D")
    day: Array = np.minimum(same, last)
    return day


def in_year(policies: Policies, policy: Array, instants: Array) -> Array:
    """
    For each case the year of its contract in which it came, as a position among all years of all contracts.
    """
    days = (instants.astype("datetime64[D]") - policies.effective_on[policy]).astype(np.int64)
    year = 1 + (days / 365.25).astype(int).clip(0, YEARS - 2)
    return np.asarray(policy * YEARS + year)


def policy_rows(
    plan: Plan,
    customers: Customers,
    policies: Policies,
    *,
    applications: Array,
    expires_on: Array,
    replaced: Array,
    events_at: Array,
) -> pl.DataFrame:
    """
    The table of policies.

    Args:
        plan: The insurer.
        customers: The chunk's customers.
        policies: Their contracts.
        applications: Position of each policy's application, -1 where it is in the archive.
        expires_on: The end of the term paid for.
        replaced: Position of the policy that was surrendered for this one, -1 mostly.
        events_at: The last thing that happened to each.
    """
    draws = plan.draws("policy rows", policies.chunk.number)
    size = policies.size
    delivered = policies.issued_at + waits(skewed(draws, 4.0, 0.75, size))
    receipt = plan.happened(np.where(FREE_LOOK[policies.product] > 0, delivered, np.datetime64("NaT")))
    signed_on = receipt.astype("datetime64[D]")
    return frame(
        {
            "policy_no": policies.ids(np.arange(size)),
            "application_no": keys("Y", policies.chunk.numbered(applications, 4)),
            "customer_no": customers.ids.gather(pl.Series(policies.owner)),
            "product_no": codes([f"PR{number:02d}" for number in range(len(PRODUCTS))], policies.product),
            "agent_no": keys("A", policies.seller),
            "servicing_agent_no": keys("A", customers.agent[policies.owner]),
            "entry_code": codes(ENTRIES, policies.entry),
            "applied_at": policies.applied_at,
            "issued_at": policies.issued_at,
            "effective_on": policies.effective_on,
            "expires_on": expires_on,
            "annual_premium": policies.premium,
            "payment_code": codes(PAYMENTS, policies.payment),
            "auto_renewal": policies.auto_renewal,
            "receipt_signed_at": receipt,
            "free_look_until": signed_on + FREE_LOOK[policies.product].astype("timedelta64[D]"),
            "replaced_policy_no": policies.ids(replaced),
            "replacement_declared": pl.Series(np.where(replaced >= 0, draws.random(size) < 0.55, False)).cast(
                pl.Int8
            ),
            "updated_at": latest(policies.issued_at, receipt, midnight_seconds(events_at)),
        }
    )
