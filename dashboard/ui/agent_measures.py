"""
By what agents and teams can be compared: the counts of each measure, and how it is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from dashboard.words import Words, msgid


@dataclass(frozen=True, slots=True)
class Measure:
    """
    One figure of a unit: hits of a base, both columns of `metrics.agents.agent_figures`.

    Attributes:
        key: Its name in an address.
        title: What it is called.
        short: The same for the heading of a column.
        hits: What is counted.
        base: Out of what, or against how much.
        size: What the base counts, for an axis.
        unit: "rate" (hits are some of the base) or "ratio" (so many per thousand of it).
        direction: Whether up or down is better.
        kpi: The registered KPI whose rows are those of the base; null where none has them.
    """

    key: str
    title: str
    short: str
    hits: str
    base: str
    size: str
    unit: Literal["rate", "ratio"]
    direction: Literal["up", "down"]
    kpi: str | None = None


# What the hits of a ratio are counted per.
PER: Final = 1_000
_ALL: Final = (
    Measure(
        "active",
        msgid("Months with a policy sold"),
        msgid("Active months"),
        "active_months",
        "months",
        msgid("months under contract"),
        "rate",
        "up",
    ),
    Measure(
        "renewed",
        msgid("Contracts renewed"),
        msgid("Renewed"),
        "renewals_renewed",
        "renewals_due",
        msgid("contracts due"),
        "rate",
        "up",
        "renewal_rate",
    ),
    Measure(
        "kept",
        msgid("Policies still paid in month 13"),
        msgid("Paid in month 13"),
        "persistency_kept",
        "persistency_base",
        msgid("policies in month 13"),
        "rate",
        "up",
        "persistency_13m_rate",
    ),
    Measure(
        "complaints",
        msgid("Complaints per 1,000 policies sold"),
        msgid("Complaints per 1,000"),
        "complaints",
        "policies",
        msgid("policies sold"),
        "ratio",
        "down",
        "complaints_received",
    ),
    Measure(
        "mis_selling",
        msgid("Upheld mis-selling complaints per 1,000 policies sold"),
        msgid("Mis-selling per 1,000"),
        "mis_selling",
        "policies",
        msgid("policies sold"),
        "ratio",
        "down",
    ),
    Measure(
        "flags",
        msgid("Confirmed conduct flags per 1,000 policies sold"),
        msgid("Conduct flags per 1,000"),
        "flags_confirmed",
        "policies",
        msgid("policies sold"),
        "ratio",
        "down",
    ),
    Measure(
        "early_claims",
        msgid("Claims within 90 days of cover"),
        msgid("Early claims"),
        "claims_early",
        "claims",
        msgid("claims"),
        "rate",
        "down",
    ),
    Measure(
        "trainings",
        msgid("Trainings done in time"),
        msgid("Trainings in time"),
        "trainings_on_time",
        "trainings_due",
        msgid("trainings due"),
        "rate",
        "up",
    ),
)
MEASURES: Final[Mapping[str, Measure]] = {each.key: each for each in _ALL}

# By which units it can be compared.
BY: Final[Mapping[str, str]] = {
    "agent_id": msgid("Agents"),
    "team_id": msgid("Teams"),
    "branch_id": msgid("Branches"),
}


def value_of(measure: Measure, hits: float, base: float) -> float | None:
    """
    A measure's value; null over nothing.
    """
    if not base:
        return None
    return hits / base * (1 if measure.unit == "rate" else PER)


def told(measure: Measure, hits: float, base: float, words: Words) -> str:
    """
    What a measure counts, in words: "12 of 14" of a rate, "3 per 1,204" of a ratio.
    """
    sentence = msgid("{part} of {whole}") if measure.unit == "rate" else msgid("{part} against {whole}")
    return words.text(sentence, part=words.count(hits), whole=words.count(base))
