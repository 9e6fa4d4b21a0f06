"""
Who may sign in, by the settings, and for how long that holds.
"""

from __future__ import annotations

from pydantic import Field

from dashboard.settings.parts import Part, Whole


def _units(kind: str, example: str) -> list[str]:
    units: list[str] = Field(
        default_factory=list, description=f"a list of ids of {kind}", examples=[f'["{example}"]']
    )
    return units


class Grant(Part):
    """
    What somebody is here for, and the units they are bound to. Which of the lists is filled depends on the role.
    """

    role: str = Field(
        description="executive, compliance, branch_manager, team_lead, agent, analyst or admin",
        examples=['"team_lead"'],
    )
    branch_ids: list[str] = _units("branches", "B01")
    team_ids: list[str] = _units("teams", "T0301")
    agent_ids: list[str] = _units("agents", "A00017")

    @property
    def units(self) -> dict[str, list[str]]:
        """
        The lists, by the column that holds such an id.
        """
        return {"branch_id": self.branch_ids, "team_id": self.team_ids, "agent_id": self.agent_ids}


class AccessSettings(Part):
    """
    Sign-in. Whether people sign in at all is decided by the `[auth]` section of the secrets.
    """

    session_hours: Whole = Field(
        12,
        ge=1,
        le=24 * 30,
        description="a whole number of hours after which people sign in again",
        examples=["12"],
    )
    recheck_seconds: Whole = Field(
        300,
        ge=1,
        le=300,
        description="a whole number of seconds, at most 300, for which a role is taken to hold",
        examples=["300"],
    )
    without_sign_in: bool = Field(
        False,
        description="true to let everybody who reaches the address choose a role; else false",
        examples=["true"],
    )
    viewers: dict[str, Grant] = Field(
        default_factory=dict,
        description="a table for each e-mail address, which wins over the viewers fact",
        examples=['[access.viewers."ann@example.com"]'],
    )
