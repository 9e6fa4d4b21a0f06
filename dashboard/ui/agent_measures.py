"""
By what agents and teams are compared, in words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dashboard.metrics.agent_measures import MEASURES
from dashboard.words import Words, msgid


@dataclass(frozen=True, slots=True)
class Spoken:
    """
    How a measure of `metrics.agent_measures` is told.

    Attributes:
        title: What it is called.
        short: The same for the heading of a column.
        size: What its base counts, for an axis.
    """

    title: str
    short: str
    size: str


SPOKEN: Final[Mapping[str, Spoken]] = {
    "renewal_rate": Spoken(msgid("Contracts renewed"), msgid("Renewed"), msgid("contracts due")),
    "persistency_13m": Spoken(
        msgid("Policies still paid in month 13"), msgid("Paid in month 13"), msgid("policies in month 13")
    ),
    "complaints_per_1000_sold": Spoken(
        msgid("Complaints per 1,000 policies sold"), msgid("Complaints per 1,000"), msgid("policies sold")
    ),
    "misselling_per_1000_sold": Spoken(
        msgid("Upheld mis-selling complaints per 1,000 policies sold"),
        msgid("Mis-selling per 1,000"),
        msgid("policies sold"),
    ),
    "flags_per_1000_applications": Spoken(
        msgid("Conduct flags per 1,000 applications"), msgid("Conduct flags per 1,000"), msgid("applications")
    ),
    "early_claim_rate": Spoken(
        msgid("Claims within the first 90 days of cover"), msgid("Early claims"), msgid("claims")
    ),
    "training_on_time_rate": Spoken(
        msgid("Trainings done in time"), msgid("Trainings in time"), msgid("trainings due")
    ),
}

# By which units it can be compared.
BY: Final[Mapping[str, str]] = {
    "agent_id": msgid("Agents"),
    "team_id": msgid("Teams"),
    "branch_id": msgid("Branches"),
}


def counts_in_words(measure: str, observed: float | None, base: float | None, words: Words) -> str:
    """
    What a measure rests on, in words: "12 of 14" of a rate, "3 against 1,204" of a ratio.
    """
    if observed is None or base is None:
        return words.text("not recorded")
    blanks = {"part": words.count(observed), "whole": words.count(base)}
    if MEASURES[measure].kind == "rate":
        return words.text("{part} of {whole}", **blanks)
    return words.text("{part} against {whole}", **blanks)
