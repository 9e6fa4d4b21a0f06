"""
Renewals, premiums, customers and members of campaigns as clerks would write them down, as known on a day.

Plain date arithmetic on whole columns: nothing here is shared with the metrics that the books are there to test.
Money is in fen, so that sums are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from dashboard.demo.books import ALL
from dashboard.demo.columns import Array
from dashboard.demo.customers import Customers
from dashboard.demo.lives import CLAIM_TERMINATED, LEFT, LONGEST_GAP, NOT_INVITED, TREATED, Lives
from dashboard.demo.plan import TEAMS_PER_BRANCH
from dashboard.demo.policies import GRACE, Policies
from dashboard.demo.renewal_course import RESULT_AFTER

NO_DAY = np.datetime64("NaT", "D")
DAY = np.timedelta64(1, "D")
UNKNOWN = -1


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """
    What is recorded of renewals, side by side; days, NaT where nothing happened.

    Attributes:
        groups: Grouping to the position of each one's key in it.
        grace: Days of grace, as a span.
        begins_on: When the new term begins.
        outcome: Position in the generator's `OUTCOMES`, -1 while nobody knows.
    """

    groups: Mapping[str, Array]
    due: Array
    grace: Array
    paid_on: Array
    begins_on: Array
    outcome: Array
    told_on: Array
    reminded_on: Array
    automatic: Array
    premium_due: Array
    premium_renewed: Array

    def known_on(self, day: date) -> Renewals:
        """
        The same as they stood at the end of that day.
        """
        today = np.datetime64(day, "D")
        paid = self.paid_on <= today
        return replace(
            self,
            paid_on=np.where(paid, self.paid_on, NO_DAY),
            begins_on=np.where(paid, self.begins_on, NO_DAY),
            outcome=np.where(paid | (self.told_on <= today), self.outcome, UNKNOWN),
            reminded_on=np.where(self.reminded_on <= today, self.reminded_on, NO_DAY),
        )

    @property
    def is_invited(self) -> Array:
        """
        Neither ended before it fell due, nor declined by the insurer.
        """
        return ~np.isin(self.outcome, (LEFT, CLAIM_TERMINATED, NOT_INVITED))

    @property
    def last_on(self) -> Array:
        """
        The last day on which the new term may begin and still go on from the old one.
        """
        return self.due + np.maximum(self.grace, LONGEST_GAP * DAY)

    @property
    def is_paid_in_grace(self) -> Array:
        """
        Paid before the due day, on it, or while cover went on.
        """
        return self.paid_on <= self.due + self.grace


@dataclass(frozen=True, kw_only=True)
class Premiums:
    """
    The premiums by which persistency is measured; `excluded` are those that were never to be continued.
    """

    groups: Mapping[str, Array]
    year: Array
    due: Array
    last_on: Array
    paid_on: Array
    excluded: Array
    premium: Array


@dataclass(frozen=True, kw_only=True)
class Holders:
    """
    Customers holding a contract, and the day of their last contact in both directions, or of joining.
    """

    groups: Mapping[str, Array]
    silent_since: Array


@dataclass(frozen=True, kw_only=True)
class Members:
    """
    Those drawn for campaigns, and whether their contract was renewed by the day the result was due.
    """

    groups: Mapping[str, Array]
    result_on: Array
    is_treated: Array
    is_renewed: Array


def renewals_of(customers: Customers, policies: Policies, lives: Lives) -> Renewals:
    """
    A chunk's renewals, of those who look after the customers.
    """
    each = lives.renewals
    return Renewals(
        groups=_groups_of_contracts(policies, each["policy"]) | _looked_after(customers, policies, each["policy"]),
        due=each["due"],
        grace=each["grace"].astype("timedelta64[D]"),
        paid_on=each["renewed_on"],
        begins_on=each["begins_on"],
        outcome=each["outcome"],
        told_on=each["known_on"],
        reminded_on=each["reminded_at"].astype("datetime64[D]"),
        automatic=policies.auto_renewal[each["policy"]],
        premium_due=_fen(each["premium_due"]),
        premium_renewed=_fen(each["premium_renewed"]),
    )


def premiums_of(policies: Policies, lives: Lives) -> Premiums:
    """
    A chunk's premiums of later years, of those who sold the contracts.
    """
    each = lives.instalments
    policy = each["policy"]
    groups = {
        "branch": policies.team[policy] // TEAMS_PER_BRANCH,
        "team": policies.team[policy],
        "agent": policies.seller[policy],
    }
    return Premiums(
        groups=_groups_of_contracts(policies, policy) | groups,
        year=each["year"],
        due=each["due"],
        last_on=each["due"] + GRACE[policies.product[policy]].astype("timedelta64[D]"),
        paid_on=each["paid_on"],
        excluded=each["excluded"] >= 0,
        premium=_fen(policies.premium[policy]),
    )


def holders_of(customers: Customers, held: Array, joined: Array, talk: Array) -> Holders:
    """
    The customers of a chunk who hold something.

    Args:
        customers: The chunk's.
        held: Customers × product lines, true where a contract is in force.
        joined: The day each became a customer.
        talk: The last contact in both directions, NaT without one.
    """
    holding = np.flatnonzero(held.any(axis=1))
    groups = {
        ALL: np.zeros(len(holding), int),
        "branch": customers.team[holding] // TEAMS_PER_BRANCH,
        "team": customers.team[holding],
        "agent": customers.agent[holding],
        "segment": customers.segment[holding],
    }
    silent_since = np.where(np.isnat(talk), joined, talk.astype("datetime64[D]"))
    return Holders(groups=groups, silent_since=silent_since[holding])


def members_of(customers: Customers, policies: Policies, lives: Lives) -> Members:
    """
    Those of a chunk who were drawn for a campaign.
    """
    drawn = np.flatnonzero(lives.renewals["campaign"] >= 0)
    each = {name: values[drawn] for name, values in lives.renewals.items()}
    result_on = each["due"] + RESULT_AFTER * DAY
    groups = _looked_after(customers, policies, each["policy"])
    return Members(
        groups={ALL: np.zeros(len(drawn), int), "campaign": each["campaign"]} | groups,
        result_on=result_on,
        is_treated=each["arm"] == TREATED,
        is_renewed=each["renewed_on"] <= result_on,
    )


def _groups_of_contracts(policies: Policies, policy: Array) -> dict[str, Array]:
    return {
        ALL: np.zeros(len(policy), int),
        "product_line": policies.line[policy],
        "channel": policies.entry[policy],
    }


def _looked_after(customers: Customers, policies: Policies, policy: Array) -> dict[str, Array]:
    owner = policies.owner[policy]
    team = customers.team[owner]
    return {"branch": team // TEAMS_PER_BRANCH, "team": team, "agent": customers.agent[owner]}


def _fen(yuan: Array) -> Array:
    return np.round(yuan * 100)
