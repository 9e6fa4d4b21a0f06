"""
The whole matrix: for every role its pages, its rows, its personal columns. Whoever audits access reads this file.

| role           | rows         | persons | pages                                  | conduct cases  | names |
|----------------|--------------|---------|----------------------------------------|----------------|-------|
| executive      | all          | hidden  | figures; no lists, agents or customers | counts of 5 on | -     |
| compliance     | all          | shown   | all                                    | rows           | found |
| branch manager | own branches | shown   | all but the audit log                  | counts of 5 on | found |
| team lead      | own teams    | shown   | all but the audit log                  | -              | found |
| agent          | own          | shown   | own lists and figures                  | -              | found |
| analyst        | all          | hidden  | all but the audit log and customers    | counts of 5 on | -     |
| admin          | all          | shown   | all                                    | counts of 5 on | -     |

A viewer of a role that sees all rows may still be bound to branches, as a branch's own compliance officer is.
Customers can be looked for by name where names are "found"; an admin serves nobody and has numbers to go by.
"""

from __future__ import annotations

from typing import Final

from dashboard.access.roles import Rights, Role

# Every page by its key, which is its address.
PAGES: Final = frozenset(
    {
        "overview",
        "complaint-timeliness",
        "complaint-deadlines",
        "complaint-causes",
        "claim-cycle",
        "automation",
        "renewal-trends",
        "renewals-at-risk",
        "sales-journey",
        "service",
        "sales-conduct",
        "agents",
        "training-ethics",
        "customer",
        "audit",
        "data-health",
        "method",
    }
)
# Tell of everybody in the company, so whoever is bound to a part of it doesn't have them, whatever the role.
WHOLE_COMPANY: Final = frozenset({"audit"})
# Nothing is left of it where persons are hidden.
_OF_ONE_PERSON: Final = frozenset({"customer"})
_WORKING_LISTS: Final = frozenset({"complaint-deadlines", "renewals-at-risk"})
_ALL_BUT_AUDIT: Final = PAGES - {"audit"}

# Who reported whom is for compliance alone: a reporter must not be found out, least of all by their own manager.
_REPORTS: Final = frozenset({"conduct_cases"})
_SIGN_IN: Final = frozenset({"viewers"})

RIGHTS: Final[dict[Role, Rights]] = {
    Role.EXECUTIVE: Rights(
        None,
        personal=False,
        pages=_ALL_BUT_AUDIT - _WORKING_LISTS - {"agents"} - _OF_ONE_PERSON,
        without=_REPORTS | _SIGN_IN,
        counts=_REPORTS,
    ),
    Role.COMPLIANCE: Rights(
        None, personal=True, pages=PAGES, without=_SIGN_IN, annotates=True, audits=True, finds_names=True
    ),
    Role.BRANCH_MANAGER: Rights(
        "branch_id",
        personal=True,
        pages=_ALL_BUT_AUDIT,
        without=_REPORTS | _SIGN_IN,
        counts=_REPORTS,
        finds_names=True,
    ),
    Role.TEAM_LEAD: Rights(
        "team_id", personal=True, pages=_ALL_BUT_AUDIT, without=_REPORTS | _SIGN_IN, finds_names=True
    ),
    Role.AGENT: Rights(
        "agent_id",
        personal=True,
        pages=_ALL_BUT_AUDIT - {"overview", "data-health"},
        without=_REPORTS | _SIGN_IN,
        finds_names=True,
    ),
    Role.ANALYST: Rights(
        None,
        personal=False,
        pages=_ALL_BUT_AUDIT - _OF_ONE_PERSON,
        without=_REPORTS | _SIGN_IN,
        counts=_REPORTS,
    ),
    Role.ADMIN: Rights(
        None, personal=True, pages=PAGES, without=_REPORTS, counts=_REPORTS, annotates=True, audits=True
    ),
}
