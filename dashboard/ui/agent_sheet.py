"""
stub
"""

from dashboard.ui.page import Look
from dashboard.ui.people import Agent


def one_to_one(look: Look, agent: Agent) -> None: ...
