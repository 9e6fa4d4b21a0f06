"""
The registry: what each KPI asks, counts and leaves out. Cards, tooltips, the method page and the command read it.

A KPI names columns of judged rows: the rows it counts (`among`), those of them it looks for (`hits`), and the day
by which a period selects them. Titles, questions and definitions are English originals for the catalogues.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import partial
from typing import Final, Literal, Protocol

import polars as pl

from dashboard.errors import Problem, SettingsError
from dashboard.metrics import complaints
from dashboard.metrics.terms import Terms

Kind = Literal["law", "code", "internal"]


class StockByMonth(Protocol):
    """
    Counts states at the end of each month, each as it was known then.
    """

    def __call__(
        self, rows: pl.LazyFrame, terms: Terms, /, *, months: Sequence[date], by: Sequence[str]
    ) -> pl.LazyFrame:
        """
        Give one row per month and group: `month`, the groups, and one column of cases per state.
        """


# What a fact's figures can be split by, besides the month.
GROUP_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "complaints": (
        *("branch_id", "team_id", "agent_id"),
        *("product_line", "channel", "category", "cause", "source", "grade"),
    ),
}


@dataclass(frozen=True, slots=True)
class Kpi:
    """
    One figure: its definition in words, and in the columns that make it.

    Attributes:
        id: Stable name, the same in settings, exports and tests.
        title: What a card calls it.
        question: What it answers.
        numerator: In words, what is counted.
        denominator: In words, out of what; null for counts.
        fact: Whose rows it is about.
        judge: Turns the fact's rows into judged rows, on given terms.
        among: Truth column: the rows it is about, the denominator of a rate.
        hits: Truth column: the numerator, among them; null for counts and durations.
        parts: What the hits and the others are called, of a rate.
        quantile: Of durations: the share done; null for counts and rates.
        date_basis: What a period selects by; `as_of` is a state, for which a period has no meaning.
        day: The column of that day; null for a state.
        unit: `count`, `rate` (a share of one) or `days`.
        direction: Whether `up` or `down` is better, or `none`.
        kind: Whose demand it is, where no rule of `regimes` decides.
        source: Where the demand comes from.
        needs: Of each set at least one column must be recorded, or the figure is not.
        by_deadline: Judged by the fact's regime: its kind, its source, and its need of grades.
        stock_by_month: For states: the same truths summed at the end of each month, as known then.
        is_breach: Every single case of it breaks the law where the regime is one.
        min_n: Fewest cases on which it is judged.
    """

    id: str
    title: str
    question: str
    numerator: str
    denominator: str | None
    fact: str
    judge: Callable[[pl.LazyFrame, Terms], pl.LazyFrame]
    among: str
    date_basis: Literal["received", "due", "stopped", "as_of"]
    day: str | None
    unit: Literal["count", "rate", "days"]
    direction: Literal["up", "down", "none"]
    source: str
    hits: str | None = None
    parts: tuple[str, str] | None = None
    quantile: float | None = None
    kind: Kind = "internal"
    needs: tuple[frozenset[str], ...] = ()
    by_deadline: bool = False
    stock_by_month: StockByMonth | None = None
    is_breach: bool = False
    min_n: int = 20

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
        return terms.regimes[self.fact].kind if self.by_deadline else self.kind

    def missing(self, recorded: frozenset[str], terms: Terms) -> frozenset[str]:
        """
        The columns for want of which it can't be told; empty if it can.

        Of alternatives none of which is recorded, all are named. Under a graded rule deadlines need the grade.
        """
        needs = list(self.needs)
        if self.by_deadline and terms.regimes[self.fact].is_graded:
            needs.append(frozenset({"grade"}))
        return frozenset().union(*(alternatives for alternatives in needs if not alternatives & recorded))


_STOPPED: Final = frozenset({"decided_at", "informed_at", "closed_at"})
_GUIDE: Final = "Practice guide on insurance sales and customer service"
_RULE: Final = "The complaint rule in force, see the rules on the method page"
_HOUSE: Final = "House target"

_complaint = partial(Kpi, fact="complaints", judge=complaints.judged)

KPIS: Final[dict[str, Kpi]] = {
    each.id: each
    for each in (
        _complaint(
            id="complaints_received",
            title="Complaints received",
            question="How many complaints reached us?",
            numerator="Complaints received in the period, without merged and invalid ones",
            denominator=None,
            among="is_counted",
            date_basis="received",
            day="received_on",
            unit="count",
            direction="down",
            source=_GUIDE,
        ),
        _complaint(
            id="complaints_open",
            title="Open complaints",
            question="How many complaints still wait for an answer?",
            numerator="Complaints received and not yet decided, closed or withdrawn at the end of the day",
            denominator=None,
            among="is_open",
            date_basis="as_of",
            day=None,
            stock_by_month=complaints.stock_by_month,
            unit="count",
            direction="down",
            needs=(_STOPPED,),
            source=_GUIDE,
        ),
        _complaint(
            id="complaints_overdue",
            title="Overdue complaints",
            question="How many open complaints are past their due day?",
            numerator="Open complaints whose due day was over at the end of the day",
            denominator=None,
            among="is_overdue",
            date_basis="as_of",
            day=None,
            stock_by_month=complaints.stock_by_month,
            unit="count",
            direction="down",
            needs=(_STOPPED,),
            source=_RULE,
            by_deadline=True,
            is_breach=True,
        ),
        _complaint(
            id="complaints_due_7d",
            title="Due in the next 7 days",
            question="How many open complaints must be answered within a week?",
            numerator="Open complaints due on one of the 7 days after the day asked for",
            denominator=None,
            among="is_due_soon",
            date_basis="as_of",
            day=None,
            stock_by_month=complaints.stock_by_month,
            unit="count",
            direction="none",
            needs=(_STOPPED,),
            source=_RULE,
            by_deadline=True,
        ),
        _complaint(
            id="complaint_on_time_rate",
            title="Answered on time",
            question="Of the complaints that fell due, how many were answered by their due day?",
            numerator="Complaints stopped on or before their due day",
            denominator="Complaints whose due day is over, the open ones included; without those withdrawn, "
            "undecided, on or before it",
            among="is_due",
            hits="is_in_time",
            parts=("In time", "Late"),
            date_basis="due",
            day="due_on",
            unit="rate",
            direction="up",
            needs=(_STOPPED,),
            source=_RULE,
            by_deadline=True,
        ),
        _complaint(
            id="complaint_on_time_rate_closed",
            title="On time, closed basis",
            question="Of the complaints answered in the period, how many were answered by their due day?",
            numerator="Complaints answered on or before their due day",
            denominator="Complaints answered in the period; open ones are missing, so a backlog looks good",
            among="is_answered",
            hits="is_in_time",
            parts=("In time", "Late"),
            date_basis="stopped",
            day="stopped_on",
            unit="rate",
            direction="up",
            needs=(_STOPPED,),
            source=_RULE,
            by_deadline=True,
        ),
        _complaint(
            id="complaint_days_median",
            title="Days to an answer, median",
            question="After how many days is half of the complaints answered?",
            numerator="First day by which half are answered, open ones taken as not yet (Kaplan-Meier)",
            denominator="Complaints received in the period; withdrawn ones until their withdrawal",
            among="is_counted",
            hits="is_answered",
            quantile=0.5,
            date_basis="received",
            day="received_on",
            unit="days",
            direction="down",
            needs=(_STOPPED,),
            source=_HOUSE,
        ),
        _complaint(
            id="complaint_days_p90",
            title="Days to an answer, 9 in 10",
            question="After how many days are nine in ten complaints answered?",
            numerator="First day by which nine in ten are answered, open ones taken as not yet (Kaplan-Meier)",
            denominator="Complaints received in the period; withdrawn ones until their withdrawal",
            among="is_counted",
            hits="is_answered",
            quantile=0.9,
            date_basis="received",
            day="received_on",
            unit="days",
            direction="down",
            needs=(_STOPPED,),
            source=_HOUSE,
        ),
    )
}


def kpi(name: str, *, where: str = "--kpi") -> Kpi:
    """
    The KPI called `name`.

    Raises:
        SettingsError: There is none; the nearest name is suggested.
    """
    if name in KPIS:
        return KPIS[name]
    near = get_close_matches(name, KPIS, n=1, cutoff=0.5)
    hint = f'did you mean "{near[0]}"?' if near else f"write one of {', '.join(KPIS)}"
    raise SettingsError(Problem(where, f'no KPI is called "{name}"', hint))
