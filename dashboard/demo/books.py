"""
The generator's own books: what every figure has to be, counted from what was planted, never by the dashboard.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, NotRequired, TypedDict

# Under this name lies what stands for all rows together; a key that isn't recorded is the empty text.
ALL = "all"


class Figure(TypedDict):
    """
    A true value, and what it was divided by where it is a rate. A rate of nothing is None.

    Attributes:
        value: The figure itself.
        numerator: The cases it looks for, or what is summed over them; null for counts, days and what is expected.
        denominator: The cases it is about, of rates and days; what is owed or handed in, of shares of those. Of
            differences, both are those of the share that the other is taken from; premiums are in whole yuan.
        exposure: Of complaints per policies or premium: the policy-years, or the yuan.
        at_stake: Of what is expected: the cases it is the sum of chances of.
    """

    value: float | None
    numerator: int | None
    denominator: int | None
    exposure: NotRequired[float]
    at_stake: NotRequired[int]


Figures = dict[str, dict[str, dict[str, Figure]]]


@dataclass
class Books:
    """
    What is true of a generated database.

    Attributes:
        seed: As asked for.
        scale: As asked for.
        as_of: The last day that has happened, ISO.
        earlier: An earlier day for which the same figures are kept, as they were known then, ISO.
        rows: Table name to number of rows.
        spoiled: Fact to reason to number of damaged rows, which are in none of the figures.
        figures: "as_of" and "earlier" to KPI to grouping ("all", "month", "team", …) to key to figure. Months are
            written "2026-11"; a key that isn't recorded is "". Stocks have no months, and what is measured
            against contracts has no teams and no agents.
        planted: What else was planted: the weak team, the untrained one, the agent who sells badly; the surge
            and where its complaints came from, the numbers of cases with a void extension or a settlement
            without a record, mediation and disputes like those it settled, customers who complain again within a
            year; the slow branch, the day from which hospitals send papers electronically, why claims fell out
            of the rules, refusals reversed, what audits found, where rules decide; what drives renewals, the
            strongest first (by the standard deviation of what each adds to the chance), those reminded and the
            others, on which days outcomes were known, gaps and returns, the two campaigns.
        edition: Of the generator: see `edition_now`. Another edition makes another insurer.
    """

    seed: int
    scale: float
    as_of: str
    earlier: str
    rows: dict[str, int] = field(default_factory=dict)
    spoiled: dict[str, dict[str, int]] = field(default_factory=dict)
    figures: dict[str, Figures] = field(default_factory=dict)
    planted: dict[str, Any] = field(default_factory=dict)
    edition: str = ""

    def figure(self, kpi: str, by: str = ALL, key: str = ALL, *, at: str = "as_of") -> Figure:
        """
        One figure: of a KPI, for one key of one grouping, on one of the two days.
        """
        return self.figures[at][kpi][by][key]

    def write(self, path: Path) -> None:
        """
        Write them as JSON, for people and tests.
        """
        path.write_text(json.dumps(dataclasses.asdict(self), ensure_ascii=False, indent=1), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Books:
        """
        Read what `write` wrote.
        """
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def edition_now() -> str:
    """
    What tells this generator from one that was changed since: a digest of all it is made of.
    """
    parts = sorted(Path(__file__).parent.rglob("*.py"))
    return hashlib.sha256(b"".join(part.read_bytes() for part in parts)).hexdigest()[:12]


def count(value: int) -> Figure:
    """
    A plain number of cases.
    """
    return Figure(value=value, numerator=None, denominator=None)


def rate(numerator: int, denominator: int) -> Figure:
    """
    A share; None where there is nothing to share.
    """
    value = numerator / denominator if denominator else None
    return Figure(value=value, numerator=numerator, denominator=denominator)


def mean(total: int, number: int) -> Figure:
    """
    So many each; None where there is nobody to have any.
    """
    return rate(total, number)


def month(day: date) -> str:
    """
    A day's month as the books write it.
    """
    return f"{day:%Y-%m}"


def sorted_keys(figures: Mapping[str, Figure]) -> dict[str, Figure]:
    """
    The same figures in the order of their keys, so that two books can be compared as text.
    """
    return {key: figures[key] for key in sorted(figures)}
