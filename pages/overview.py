"""
In five seconds: is the company on course, what moved it, and what needs somebody's attention now?
"""

from __future__ import annotations

from functools import partial
from typing import Final

from dashboard.ui.attention import attention
from dashboard.ui.context import Context
from dashboard.ui.figure_table import figure_table
from dashboard.ui.movers import moved_in_words
from dashboard.ui.one_sheet import one_sheet
from dashboard.ui.page import heading, look
from dashboard.ui.panels import cards
from dashboard.ui.states import wide_and_narrow

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("complaints", "claims", "renewals", "premiums")

# What the company has set out to do.
MISSION: Final[dict[str, tuple[str, ...]]] = {
    "complaint_on_time_rate": ("complaint-timeliness",),
    "claim_cycle_days_median": ("claim-cycle",),
    "auto_adjudication_rate": ("automation",),
    "renewal_rate": ("renewal-trends",),
}
# What an executive is asked about next, each with the pages that say more. Of complaints: whether the law is
# broken, how long the slow ones take, how many come, how many for the business there is, and how many are taken
# further. Of claims: the law again, its two clocks that customers feel, and what needs no hand at all. Of
# contracts: the money rather than the number, whether new business stays, and what is lost for good.
NEXT: Final[dict[str, tuple[str, ...]]] = {
    "complaints_overdue": ("complaint-deadlines", "complaint-timeliness"),
    "complaint_days_p90": ("complaint-timeliness",),
    "complaints_received": ("complaint-causes",),
    "complaints_per_10k_policies": ("complaint-causes",),
    "escalation_rate": ("complaint-causes",),
    "claims_overdue": ("claim-cycle",),
    "claim_determination_on_time_rate": ("claim-cycle",),
    "claim_payment_on_time_rate": ("claim-cycle",),
    "straight_through_rate": ("automation",),
    "renewal_premium_rate": ("renewal-trends",),
    "persistency_13m_rate": ("renewal-trends",),
    "lapse_rate": ("renewal-trends",),
}


def render(ctx: Context) -> None:
    """
    The four figures of the mission and what moved them, the dozen that come next, what needs attention; and all of
    it on one sheet of paper.
    """
    ctx.require("overview")
    text = ctx.words.text
    heading(ctx, text("Overview"), text("Is the company on course, and what needs attention?"))
    company = look(ctx, "complaints", also=("claims", "renewals", "premiums"))
    said = partial(moved_in_words, company)
    cards(company, list(MISSION), key="overview", say=said, with_these=list(NEXT))
    wide, narrow = wide_and_narrow()
    with wide:
        figure_table(company, list(NEXT), NEXT)
    with narrow:
        attention(company, MISSION | NEXT)
    one_sheet(company)
