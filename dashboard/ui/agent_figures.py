"""
stub
"""

from dashboard.ui.page import Look
from dashboard.ui.people import Agent


def figures_panel(look: Look, agent: Agent) -> None: ...
def trends_panels(look: Look, agent: Agent) -> None: ...
