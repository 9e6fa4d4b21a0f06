"""
Who may see which pages, which rows and which columns of which fact. It fails closed.

A viewer is a role and the organisation units they are bound to. What a role may see stands in one matrix
(`matrix.py`), and `narrow` (`rows.py`) is the only place where that becomes a filter; the reader calls it on every
fact before anybody else gets hold of the rows. A row that doesn't say which branch, team or agent it belongs to is
shown to nobody who is bound to one.
"""

from dashboard.access.matrix import PAGES, RIGHTS
from dashboard.access.people import address_of, problems_of, reference_of, viewer_of
from dashboard.access.roles import Rights, Role
from dashboard.access.rows import FEWEST_TOLD, counted, joinable, narrow, told_apart_from, unnamed
from dashboard.access.viewer import OPERATOR, Viewer, may_open, may_see_branch

__all__ = [
    "FEWEST_TOLD",
    "OPERATOR",
    "PAGES",
    "RIGHTS",
    "Rights",
    "Role",
    "Viewer",
    "address_of",
    "counted",
    "joinable",
    "may_open",
    "may_see_branch",
    "narrow",
    "problems_of",
    "reference_of",
    "told_apart_from",
    "unnamed",
    "viewer_of",
]
