"""
What agents are counted by in a period, judged and added up once: any choice among it is a sum of few rows.

Who looks at a team changes what is chosen far more often than the period. So the cases of a period are added up by
unit, product line and channel first, and a choice is made among these sums.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics import agent_activity, agent_cases, certification
from dashboard.metrics.agent_cases import UNITS
from dashboard.metrics.judged import Facts, Recorded
from dashboard.metrics.judging import Values, chosen
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period

# What a choice can be made by, besides the units.
_KINDS: Final = ("product_line", "channel")
_BASE, _OBSERVED = pl.col("base"), pl.col("observed")


@dataclass(frozen=True, slots=True)
class Count:
    """
    Counts that are sums of the same cases.

    Attributes:
        cases: Gives the cases.
        sums: By count, what is summed of a case.
        read: Whose rows it is counted from; those of the first are the ones chosen among.
    """

    cases: agent_cases.Cases
    sums: Mapping[str, pl.Expr]
    read: tuple[str, ...]


COUNTS: Final[Mapping[str, Count]] = {
    "policies": Count(
        agent_cases.sold,
        {
            "policies": _BASE,
            "premium_first_year": pl.col("premium"),
            "policies_orphaned": _BASE * pl.col("is_orphan"),
        },
        ("policies", "agents"),
    ),
    "renewals": Count(agent_cases.renewed, {"renewals_due": _BASE, "renewals_renewed": _OBSERVED}, ("renewals",)),
    "premiums": Count(
        agent_cases.persistent, {"persistency_base": _BASE, "persistency_kept": _OBSERVED}, ("premiums",)
    ),
    "complaints": Count(agent_cases.received, {"complaints": _OBSERVED}, ("complaints", "policies")),
    "misselling": Count(agent_cases.upheld, {"misselling_complaints": _OBSERVED}, ("complaints", "policies")),
    "applications": Count(
        agent_cases.flagged,
        {"applications": _BASE, "flags": _OBSERVED, "flags_confirmed": pl.col("confirmed")},
        ("applications",),
    ),
    "claims": Count(agent_cases.claimed, {"claims": _BASE}, ("claims",)),
    "early claims": Count(
        agent_cases.claimed_early, {"claims_dated": _BASE, "early_claims": _OBSERVED}, ("claims", "policies")
    ),
    "trainings": Count(
        agent_cases.trained, {"trainings_due": _BASE, "trainings_on_time": _OBSERVED}, ("trainings", "agents")
    ),
    "reviews": Count(
        agent_cases.reviewed, {"reviews_due": _BASE, "reviews_attended": _OBSERVED}, ("trainings", "agents")
    ),
}


@dataclass(frozen=True)
class AgentSums:
    """
    The cases of a period by unit and kind, the agents, and their months.

    Attributes:
        recorded: Gives the columns of a fact that its source records; of a fact that isn't there, none.
        counted: By name of `COUNTS` the units, `product_line`, `channel` and the sums; without those whose facts
            aren't there.
        people: Agents as `certification.judged` has them, with their units and channel; null: not recorded.
        months: Agents' months under contract: units, `channel`, `month`, `headcount`, `cases`; null: not recorded.
        issued: What agents sold in these months, by the policies' units and kinds: `policies`, `premium`.
    """

    recorded: Recorded
    counted: Mapping[str, pl.DataFrame]
    people: pl.DataFrame | None
    months: pl.DataFrame | None
    issued: pl.DataFrame | None

    def of(self, name: str, values: Values) -> pl.LazyFrame | None:
        """
        The sums of one of `COUNTS`, of what is chosen; null where it can't be told.
        """
        found = self.counted.get(name)
        return None if found is None else _among(found, COUNTS[name].read[0], values)

    def standing(self, values: Values) -> pl.LazyFrame | None:
        """
        The agents chosen.
        """
        return None if self.people is None else _among(self.people, "agents", values)

    def active(self, values: Values) -> pl.LazyFrame | None:
        """
        The months of the agents chosen, as `agent_activity.with_sales` gives them: with what they sold of what is
        chosen.
        """
        if self.months is None or self.issued is None:
            return None
        sold = _among(self.issued, "policies", values).group_by(pl.col("seller").alias("agent_id"), MONTH)
        totals = sold.agg(pl.col("policies").sum(), pl.col("premium").sum())
        return agent_activity.with_sales(_among(self.months, "agents", values), totals)


def agent_sums(facts: Facts, terms: Terms, *, recorded: Recorded, period: Period) -> AgentSums:
    """
    Add up the cases of a period, of all units that may be seen: see `agents.agent_figures` for what each counts.

    Args:
        facts: Gives the rows of a fact, narrowed to what may be seen.
        terms: The day, the zone and the rules.
        recorded: Gives the columns of a fact that its source records; of a fact that isn't there, none.
        period: Of which days.
    """
    plans = {
        name: _summed(each, facts, terms, period) for name, each in COUNTS.items() if _are_there(each, recorded)
    }
    has_agents, has_sales = bool(recorded("agents")), bool(recorded("agents") and recorded("policies"))
    if has_agents:
        plans["people"] = _coded(certification.judged(facts("agents"), terms, facts("certifications")))
    if has_sales:
        plans["months"] = _months(facts, terms, period)
        plans["issued"] = _issued(facts, terms, period)
    found = dict(zip(plans, pl.collect_all(plans.values()), strict=True))
    people, months, issued = (found.pop(name, None) for name in ("people", "months", "issued"))
    return AgentSums(recorded, found, people, months, issued)


def _are_there(count: Count, recorded: Recorded) -> bool:
    return all(recorded(name) for name in count.read)


def _summed(count: Count, facts: Facts, terms: Terms, period: Period) -> pl.LazyFrame:
    inside = _coded(count.cases(facts, terms).filter(period.covers("on")))
    return inside.group_by(*UNITS, *_KINDS).agg(part.sum().alias(name) for name, part in count.sums.items())


def _months(facts: Facts, terms: Terms, period: Period) -> pl.LazyFrame:
    months = agent_activity.under_contract(facts("agents"), terms).filter(period.covers(MONTH))
    return _coded(months).select(*UNITS, "channel", MONTH, "headcount", "cases", "is_running")


def _issued(facts: Facts, terms: Terms, period: Period) -> pl.LazyFrame:
    by_month = agent_cases.sold(facts, terms).filter(pl.col("agent_id").is_not_null())
    inside = by_month.with_columns(pl.col("on").dt.month_start().alias(MONTH)).filter(period.covers(MONTH))
    return (
        _coded(inside)
        .group_by(*UNITS, *_KINDS, MONTH)
        .agg(policies=_BASE.sum(), premium=pl.col("premium").sum().cast(pl.Float64))
        .rename({"agent_id": "seller"})
    )


def _coded(rows: pl.LazyFrame) -> pl.LazyFrame:
    """
    The same rows with units and kinds as categories, which are compared as numbers are.
    """
    return rows.with_columns(
        pl.col(UNITS).cast(pl.Categorical), pl.col("^(product_line|channel)$").cast(pl.Categorical)
    )


def _among(rows: pl.DataFrame, fact: str, values: Values) -> pl.LazyFrame:
    """
    The rows with one of the values in each column that the fact has itself.
    """
    return chosen(rows.lazy(), [pair for pair in values if pair[0] in FACTS[fact].by_name])
