"""
Who an agent is, in words.
"""

from __future__ import annotations

from dashboard.ui.agent_learning import licence_in_words
from dashboard.ui.page import Look
from dashboard.ui.people import Agent


def who_in_words(look: Look, agent: Agent) -> list[str]:
    """
    Where an agent belongs, since when, and until when their licence holds.
    """
    words = look.ctx.words
    parts = [look.names.of("team_id", agent.team_id), look.names.of("branch_id", agent.branch_id)]
    if agent.joined_on is not None:
        parts.append(words.text("since {day}", day=words.day(agent.joined_on)))
    if agent.left_on is not None:
        parts.append(words.text("left on {day}", day=words.day(agent.left_on)))
    return [*parts, licence_in_words(agent, look.ctx.as_of, words)]
