"""
One agent sells badly: of the complaints about sales in their team, many are about what they sold.

Which complaints there are, of what, when, and how they go on stays as it is. Only whose they are changes, among
contracts of the same team and line sold before: so only figures by agent differ.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from dashboard.demo.complaints import Complaints
from dashboard.demo.plan import Plan
from dashboard.demo.policies import Policies

# Of the complaints about the sales of others in the team, those moved.
MOVED_SHARE = 0.6


def blame_seller(plan: Plan, seller: int, policies: Policies, made: Complaints) -> None:
    """
    Give some complaints to customers of one seller, where such can be found who never complained.
    """
    draws = plan.draws("badly sold", policies.chunk.number)
    complaints = np.bincount(made.customer, minlength=policies.chunk.size)
    theirs = policies.seller == seller
    if not theirs.any():
        return
    team = policies.team[theirs][0]
    movable = (made.team == team) & (made.agent >= 0) & (made.agent != seller) & (made.policy >= 0)
    movable &= (made.claim < 0) & (draws.random(made.size) < MOVED_SHARE)
    chosen = np.flatnonzero(movable)
    chosen = chosen[complaints[made.customer[chosen]] == 1]
    free = np.flatnonzero(theirs & (complaints[policies.owner] == 0))
    by_line: dict[int, list[int]] = defaultdict(list)
    for policy in free.tolist():
        by_line[int(policies.line[policy])].append(policy)
    taken: set[int] = set()
    for number in chosen.tolist():
        for policy in by_line[int(policies.line[made.policy[number]])]:
            owner = int(policies.owner[policy])
            if owner not in taken and policies.issued_at[policy] < made.received[number]:
                taken.add(owner)
                made.policy[number], made.customer[number], made.agent[number] = policy, owner, seller
                break
