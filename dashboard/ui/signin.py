"""
Who is looking?

Without sign-in the dashboard only listens on the machine it runs on, and whoever sits there is its operator.
"""

from __future__ import annotations

from dashboard.access import OPERATOR, Viewer
from dashboard.settings import Settings


def signed_in(settings: Settings) -> Viewer:  # noqa: ARG001 - sign-in will ask the settings who has which role
    """
    The viewer of this session.
    """
    return OPERATOR
