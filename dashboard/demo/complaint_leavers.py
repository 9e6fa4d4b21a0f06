"""
Whoever complains leaves more often: part of the complaints are those of customers who didn't renew.

Which complaints there are, of what, when, and how they go on stays as it is. Only whose they are changes, among
contracts of the same team and line, and of the same seller where the sale is complained of: so no figure of
complaints changes, and nobody complains more often than before.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from dashboard.demo.columns import Array
from dashboard.demo.complaints import Complaints
from dashboard.demo.lives import NOT_RENEWED, RENEWED, Lives
from dashboard.demo.plan import Plan
from dashboard.demo.policies import YEARS, Policies, in_year

# Of the complaints in a year after which the customer renewed, those moved to one who left.
MOVED_SHARE = 0.5
# From the day a contract fell due: a complaint of the year that ended then, clearly within it.
EARLIEST, LATEST = np.timedelta64(350, "D"), np.timedelta64(15, "D")


def blame_leavers(plan: Plan, policies: Policies, lives: Lives, made: Complaints) -> None:
    """
    Give some complaints to customers who left within the year, where such can be found who never complained.
    """
    draws = plan.draws("complaining leavers", policies.chunk.number)
    each = lives.renewals
    place = np.full(policies.size * YEARS, -1)
    place[each["policy"] * YEARS + each["year"]] = np.arange(len(each["due"]))
    complaints = np.bincount(made.customer, minlength=policies.chunk.size)
    chosen = np.flatnonzero((made.policy >= 0) & (made.claim < 0) & (draws.random(made.size) < MOVED_SHARE))
    chosen = chosen[complaints[made.customer[chosen]] == 1]
    renewal = place[in_year(policies, made.policy[chosen], made.received[chosen])]
    chosen = chosen[(renewal >= 0) & (each["outcome"][renewal] == RENEWED)]
    left = np.flatnonzero(each["outcome"] == NOT_RENEWED)
    left = left[complaints[policies.owner[each["policy"][left]]] == 0]
    shelves = _by_team_and_line(policies, each["policy"][left], each["due"][left])
    taken: set[int] = set()
    for number in chosen.tolist():
        before = made.policy[number]
        received, seller = made.received[number].astype("datetime64[D]"), made.agent[number]
        for policy, owner, due in shelves[int(policies.team[before]), int(policies.line[before])]:
            if (
                owner not in taken
                and LATEST <= due - received <= EARLIEST
                and (seller < 0 or policies.seller[policy] == seller)
            ):
                taken.add(owner)
                made.policy[number], made.customer[number] = policy, owner
                break


def _by_team_and_line(
    policies: Policies, policy: Array, due: Array
) -> dict[tuple[int, int], list[tuple[int, int, np.datetime64]]]:
    shelves: dict[tuple[int, int], list[tuple[int, int, np.datetime64]]] = defaultdict(list)
    team, line, owner = (values[policy].tolist() for values in (policies.team, policies.line, policies.owner))
    for place, day in enumerate(due):
        shelves[team[place], line[place]].append((int(policy[place]), owner[place], day))
    return shelves
