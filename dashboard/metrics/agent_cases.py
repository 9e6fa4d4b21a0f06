"""
What agents are measured by, case by case: one row per case with whose it is, of what kind, on which day.

Everything told of agents, teams and branches is a sum of these rows: the figures of a unit, its months, its place
among the others. So they reconcile whatever they are split by. What was sold belongs to whoever sold it, not to
whoever looks after it now.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics import after_sale, complaints, persistency, renewals, trainings
from dashboard.metrics.as_of import known_on
from dashboard.metrics.judged import Facts, Recorded
from dashboard.metrics.missold import JUSTIFIED, SALES
from dashboard.metrics.terms import Terms

UNITS: Final = ("branch_id", "team_id", "agent_id")
# Within which cases are alike: what was sold, which way, by how old a hand.
STRATA: Final = ("product_line", "channel", "tenure_band")
# Whole years since the agent joined, as bands: the first year of each, in order.
TENURE_BANDS: Final = {"0": 0, "1-2": 1, "3-4": 3, "5+": 5}
# A claim reported before so many days since the cover began are over is an early one.
EARLY_DAYS: Final = 90

# The columns of cases, by name; `on` is the day they are counted by.
CASES: Final = (*UNITS, "product_line", "channel", "on", "observed", "base")
Cases = Callable[[Facts, Terms], pl.LazyFrame]


@dataclass(frozen=True, slots=True)
class Measure:
    """
    Something units are compared by: so much observed among, or per, so many.

    Attributes:
        id: Stable name.
        cases: Gives the rows: the units, `product_line`, `channel`, `on`, `observed` and `base` (Int64, weighted).
        kind: `rate`, a share of the base, each of which either is observed or not; or `ratio`, a count per base.
        per: What a ratio is told per.
        direction: Whether `up` or `down` is better.
        needs: By fact, the columns without which it can't be told.
    """

    id: str
    cases: Cases
    kind: Literal["rate", "ratio"]
    direction: Literal["up", "down"]
    needs: Mapping[str, frozenset[str]]
    per: int = 1

    def can_be_told(self, recorded: Recorded) -> bool:
        """
        Whether every column it needs is recorded.
        """
        return all(columns <= recorded(fact) for fact, columns in self.needs.items())


def sold(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Policies by the day they were issued, one each: what was sold.

    Returns:
        The columns of `CASES`, observed and base alike the policies, and `premium` (money, of the first year; null
        if not recorded), `is_orphan` (no agent named, or one who has left).
    """
    agents = known_on(facts("agents"), FACTS["agents"], terms.as_of, terms.zone)
    gone = agents.filter(pl.col("left_on").is_not_null()).select("agent_id", _is_gone=pl.lit(value=True))
    known = known_on(facts("policies"), FACTS["policies"], terms.as_of, terms.zone)
    return known.join(gone, on="agent_id", how="left").select(
        *_keys(),
        on=_local_day("issued_at", terms),
        observed=_cases(),
        base=_cases(),
        premium=pl.col("premium") * _cases(),
        is_orphan=pl.col("agent_id").is_null() | pl.col("_is_gone").fill_null(value=False),
    )


def renewed(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Contracts that can no longer be renewed late, by their due day; observed: the renewed ones.
    """
    mature = renewals.judged(facts("renewals"), terms).filter("is_mature")
    return _counted(mature, "due_on", pl.col("is_renewed"))


def persistent(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Contracts whose 13th month fell due and whose grace is over, by the due day; observed: those paid again.
    """
    mature = persistency.judged(facts("premiums"), terms).filter("is_13m")
    return _counted(mature, "due_on", pl.col("is_persistent"))


def complained(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Complaints of agents by the day of receipt, per policy sold by the day of issue.

    Merged and invalid ones are nowhere. A complaint is of the product and the channel of the policy it is about.
    """
    return _per_policy(_complaints(facts, terms), facts, terms)


def received(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Complaints by the day of receipt, observed and base alike, of the product and the channel they name themselves.

    Merged and invalid ones are nowhere.
    """
    return _counted(_counted_complaints(facts, terms), "received_on", pl.lit(value=True))


def upheld(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Of these the complaints about sales that were upheld at least partly.
    """
    return _counted(_counted_complaints(facts, terms).filter(_is_justified()), "received_on", pl.lit(value=True))


def missold(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Complaints about sales that were upheld at least partly, by the day of receipt, per policy sold.

    The two are of the same days, not of the same policies: a complaint may be about what was sold long before.
    """
    return _per_policy(_complaints(facts, terms).filter(_is_justified()), facts, terms)


def flagged(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Conduct flags by the day they were raised, per application by the day it was started.

    Returns:
        As the others, and `confirmed`: of the flags those confirmed.
    """
    known = known_on(facts("applications"), FACTS["applications"], terms.as_of, terms.zone)
    raised = known.filter(pl.col("conduct_flag").is_not_null() & pl.col("flagged_at").is_not_null())
    confirmed = pl.col("flag_confirmed").fill_null(value=False)
    nothing = pl.lit(0, pl.Int64)
    return pl.concat(
        [
            raised.select(
                *_keys(),
                on=_local_day("flagged_at", terms),
                observed=_cases(),
                base=nothing,
                confirmed=_cases() * confirmed,
            ),
            known.select(
                *_keys(),
                on=_local_day("started_at", terms),
                observed=nothing,
                base=_cases(),
                confirmed=nothing,
            ),
        ]
    )


def claimed_early(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Claims by the day they were reported; observed: those reported within 90 days after their cover began.

    Day 89 after the first is within, day 90 is not. A claim whose policy or first day is unknown is in neither;
    one from before the cover began belongs to an earlier policy and is not early.
    """
    claims = known_on(facts("claims"), FACTS["claims"], terms.as_of, terms.zone)
    began = facts("policies").select("policy_id", "effective_on").unique("policy_id")
    days = (_local_day("reported_at", terms) - pl.col("effective_on")).dt.total_days()
    dated = claims.join(began, on="policy_id", how="left").filter(pl.col("effective_on").is_not_null())
    dated = dated.with_columns(_on=_local_day("reported_at", terms), _is_early=(days >= 0) & (days < EARLY_DAYS))
    return _counted(dated, "_on", pl.col("_is_early"))


def claimed(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    All claims by the day they were reported, observed and base alike.
    """
    claims = known_on(facts("claims"), FACTS["claims"], terms.as_of, terms.zone)
    dated = claims.with_columns(_on=_local_day("reported_at", terms))
    return _counted(dated, "_on", pl.lit(value=True))


def replaced(facts: Facts, terms: Terms, linked: pl.LazyFrame) -> pl.LazyFrame:
    """
    Contracts by the day of issue, six months ago or earlier; observed: those that replaced an older one.

    Args:
        facts: As for the others.
        terms: As for the others.
        linked: Contracts of all units: see `after_sale.judged`.
    """
    over = after_sale.judged(facts("policies"), terms, linked).filter("is_replacement_over")
    return _counted(over, "issued_on", pl.col("is_replacing"))


def trained(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Courses that fell due, by the due day; observed: those completed in time. The channel is the agent's.
    """
    return _counted(_courses(facts, terms).filter("is_due"), "due_on", pl.col("is_on_time"))


def reviewed(facts: Facts, terms: Terms) -> pl.LazyFrame:
    """
    Monthly reviews of claim disputes whose month is over, by the due day; observed: those attended in it.
    """
    return _counted(_courses(facts, terms).filter("is_review"), "due_on", pl.col("is_attended"))


def with_tenure(cases: pl.LazyFrame, facts: Facts) -> pl.LazyFrame:
    """
    Add `tenure_band`: for how many whole years the agent had been here on the day of the case.

    Null where no agent is named, or none with a day of joining by then. 29 February counts as 28 in other years.
    """
    joined = facts("agents").select("agent_id", "joined_on").unique("agent_id")
    band: pl.Expr = pl.lit(None, pl.String)
    for name, years in TENURE_BANDS.items():
        since = pl.col("joined_on").dt.offset_by(f"{years}y")
        band = pl.when(pl.col("on") >= since).then(pl.lit(name)).otherwise(band)
    return cases.join(joined, on="agent_id", how="left").with_columns(tenure_band=band).drop("joined_on")


def _courses(facts: Facts, terms: Terms) -> pl.LazyFrame:
    channel = facts("agents").select("agent_id", "channel").unique("agent_id")
    courses = trainings.judged(facts("trainings"), terms).join(channel, on="agent_id", how="left")
    return courses.with_columns(product_line=pl.lit(None, pl.String))


def _complaints(facts: Facts, terms: Terms) -> pl.LazyFrame:
    kind = facts("policies").select("policy_id", "product_line", "channel").unique("policy_id")
    counted = _counted_complaints(facts, terms)
    return counted.drop("product_line", "channel").join(kind, on="policy_id", how="left")


def _counted_complaints(facts: Facts, terms: Terms) -> pl.LazyFrame:
    return complaints.judged(facts("complaints"), terms).filter("is_counted")


def _is_justified() -> pl.Expr:
    justified = (pl.col("category") == SALES) & pl.col("outcome").is_in(JUSTIFIED)
    return justified.fill_null(value=False)


def _per_policy(complaining: pl.LazyFrame, facts: Facts, terms: Terms) -> pl.LazyFrame:
    nothing = pl.lit(0, pl.Int64)
    observed = complaining.select(*_keys(), on="received_on", observed=_cases(), base=nothing)
    return pl.concat([observed, sold(facts, terms).select(CASES).with_columns(observed=nothing)])


def _counted(rows: pl.LazyFrame, day: str, hit: pl.Expr) -> pl.LazyFrame:
    return rows.select(*_keys(), on=pl.col(day), observed=_cases() * hit, base=_cases())


def _keys() -> list[pl.Expr]:
    return [pl.col(name).cast(pl.String) for name in (*UNITS, "product_line", "channel")]


def _cases() -> pl.Expr:
    return pl.col("cases").fill_null(1).cast(pl.Int64)


def _local_day(instant: str, terms: Terms) -> pl.Expr:
    return pl.col(instant).dt.convert_time_zone(terms.zone).dt.date()
