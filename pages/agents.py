"""
How does each team and each agent sell, keep and treat customers, who differs by more than chance, who needs help?
"""

from __future__ import annotations

from dashboard.ui.agent_profile import profile
from dashboard.ui.agent_team import team_view
from dashboard.ui.context import Context
from dashboard.ui.page import heading, look
from dashboard.ui.people import agents_of, chosen_agent

# By whose last complete day the page judges.
FACTS: tuple[str, ...] = ("policies",)


def render(ctx: Context) -> None:
    """
    The team and a fair comparison of its people; or, of the one who is looked at, everything for a talk with them.
    """
    ctx.require("agents")
    text = ctx.words.text
    heading(ctx, text("Agents"), text("Who sells, keeps and treats customers how, and who needs help?"))
    people = look(ctx, "policies")
    agents = agents_of(people)
    agent = chosen_agent(people, agents)
    if agent is None:
        team_view(people, agents)
    else:
        profile(people, agent)
