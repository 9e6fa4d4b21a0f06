"""
What a KPI is: one figure, defined in words and in the columns that make it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.exposure import Exposure
from dashboard.metrics.terms import Terms

Kind = Literal["law", "code", "internal"]
Unit = Literal["count", "rate", "mean", "days", "minutes", "ratio", "expected", "difference"]
# Units of how long something took.
SPANS: Final = ("days", "minutes")
DateBasis = Literal[
    "received",
    "due",
    "stopped",
    "reported",
    "decided",
    "lapsed",
    "outcome_due",
    "issued",
    "review_decided",
    "mediation_offered",
    "mediation_ended",
    "started",
    "month",
    "contacted",
    "as_of",
]

# A way of judging: a fact's rows in, those known by the day out, with truths among their columns. The rows of the
# facts that its KPIs name in `also` come after the terms.
Way = Callable[..., pl.LazyFrame]

# The 95 % interval of a sum of chances: each chance, and the cases it stands for.
Interval = Callable[[Sequence[float], Sequence[int]], tuple[float, float]]


# Counts states at the end of each month, each as it was known then: the fact's rows, the terms and the rows of the
# facts its KPI names in `also`; `months` and `by` by name. One row per month and group: `month`, the groups, and a
# column per state, named like its truth column and holding its cases. The sum of the chances of a KPI of unit
# `expected`, each times its cases, is named like its column of chances.
StockByMonth = Callable[..., pl.LazyFrame]


@dataclass(frozen=True, slots=True)
class Kpi:
    """
    One figure: its definition in words, and in the columns that make it.

    Attributes:
        id: Stable name, the same in settings, exports and tests.
        title: What a card calls it.
        question: What it answers.
        numerator: In words, what is counted.
        denominator: In words, out of what; null for counts and expectations.
        fact: Whose rows it is about.
        judge: Turns the fact's rows into judged rows, on given terms.
        also: Further facts whose rows it is judged by; KPIs judged in the same way name the same ones.
        is_linked: The further facts are read of all units, as far as `Reader.linked` gives them: what a row is
            judged by may lie outside of a viewer's own rows, and no figure depends on who looks.
        among: Truth column: the rows it is about, the denominator of a rate, the numerator of a ratio.
        hits: Truth column: the numerator of a rate, among them; what ends a duration; else null.
        pending: Truth column: rows of the KPI's day that will belong to it once they have been watched long
            enough. While there are any, the figure can still change.
        parts: What the hits and the others are called, of a rate.
        amount: Of sums of something cases have several of, like documents: the column whose sum over the cases
            among is the numerator; else null.
        base: The column whose sum over them is the denominator of such a sum; null: the cases are counted.
        most: Of shares of amounts: what none can exceed; null where a whole can grow, as premiums do.
        against: Of differences: truth column of those among that are compared with; else null.
        quantile: Of durations: the share done; else null.
        span: Of durations: the column of how long each took, or has taken so far, in the unit.
        exposure: Of ratios: what the cases are measured against; else null.
        per: Of ratios: how much of the exposure one is counted per.
        chance: Of expectations: the column of each row's probability; else null.
        interval: Of expectations: gives the interval of a group; by month there is none.
        date_basis: What a period selects by; `as_of` is a state, for which a period has no meaning.
        day: The column of that day; null for a state.
        unit: `count`, `rate` (a share of one), `mean` (so many per case), `days` or `minutes` (how long it took),
            `ratio` (cases per so much exposure), `expected` (a sum of probabilities) or `difference` (of two
            shares, in points).
        direction: Whether `up` or `down` is better, or `none`.
        kind: Whose demand it is, where no clock decides.
        source: Where the demand comes from.
        needs: Of each set at least one column must be recorded, or the figure is not.
        needs_also: Columns of further facts, by fact, that must all be recorded, or the figure is not: without
            them nothing found there would pass for none.
        clock: Under which of the rules in `Terms.regimes` it is judged: its kind, and its need of grades.
        stock_by_month: For states: the same truths summed at the end of each month, as known then.
        only_now: Of states: of earlier days a source tells only the least, so they are neither compared nor drawn.
        is_breach: Every single case of it breaks the law where the rule is one.
        min_n: Fewest cases on which it is judged, even where the house is content with fewer.
    """

    id: str
    title: str
    question: str
    numerator: str
    denominator: str | None
    fact: str
    judge: Way
    among: str
    date_basis: DateBasis
    day: str | None
    unit: Unit
    direction: Literal["up", "down", "none"]
    source: str
    also: tuple[str, ...] = ()
    is_linked: bool = False
    hits: str | None = None
    pending: str | None = None
    parts: tuple[str, str] | None = None
    amount: str | None = None
    base: str | None = None
    most: float | None = 1.0
    against: str | None = None
    quantile: float | None = None
    span: str = "days"
    exposure: Exposure | None = None
    per: int | None = None
    chance: str | None = None
    interval: Interval | None = None
    kind: Kind = "internal"
    needs: tuple[frozenset[str], ...] = ()
    needs_also: tuple[tuple[str, frozenset[str]], ...] = ()
    clock: str | None = None
    stock_by_month: StockByMonth | None = None
    only_now: bool = False
    is_breach: bool = False
    min_n: int = 1

    @property
    def target_key(self) -> str:
        """
        The key of its target under `[targets]` in settings.
        """
        return self.id

    def kind_under(self, terms: Terms) -> Kind:
        """
        Whether law, an industry code or the house demands it, under the rules in force.
        """
        return self.kind if self.clock is None else terms.regimes[self.clock].kind

    def missing(self, recorded: frozenset[str], terms: Terms) -> frozenset[str]:
        """
        The columns of its fact for want of which it can't be told; empty if it can.

        Of alternatives none of which is recorded, all are named. Under a graded rule deadlines need the grade. Of
        a fact that no source gives, its keys are missing: nothing of it isn't none of it.
        """
        if not recorded:
            return frozenset(FACTS[self.fact].keys)
        needs = list(self.needs)
        if self.clock is not None and terms.regimes[self.clock].is_graded:
            needs.append(frozenset({"grade"}))
        return frozenset().union(*(alternatives for alternatives in needs if not alternatives & recorded))

    def can_be_told(self, recorded: Callable[[str], frozenset[str]], terms: Terms) -> bool:
        """
        Whether the sources record what it needs of its own fact and of the further ones it is judged by.

        Args:
            recorded: Gives the columns of a fact that its source records; none of a fact that no source gives.
            terms: The rules in force.
        """
        if self.missing(recorded(self.fact), terms) or not all(recorded(name) for name in self.also):
            return False
        return all(columns <= recorded(name) for name, columns in self.needs_also)
