"""
How does a team, or one agent, do: who is there, what is sold, what stays, what is complained of, what is learnt?

Every figure stands beside the counts it is made of. Nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

import polars as pl

from dashboard.metrics import agent_activity, agent_cases, certification
from dashboard.metrics.judged import Facts, Recorded
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period

By = Literal["agent_id", "team_id", "branch_id"]

# The counts that are sums of cases of a period: how they are called, of which cases, of which column of theirs.
_SUMS: Final[Mapping[str, tuple[agent_cases.Cases, Mapping[str, str]]]] = {
    "policies": (agent_cases.sold, {"policies": "base", "premium_first_year": "premium"}),
    "renewals": (agent_cases.renewed, {"renewals_due": "base", "renewals_renewed": "observed"}),
    "premiums": (agent_cases.persistent, {"persistency_base": "base", "persistency_kept": "observed"}),
    "complaints": (agent_cases.complained, {"complaints": "observed"}),
    "misselling": (agent_cases.missold, {"misselling_complaints": "observed"}),
    "applications": (
        agent_cases.flagged,
        {"applications": "base", "flags": "observed", "flags_confirmed": "confirmed"},
    ),
    "claims": (agent_cases.claimed, {"claims": "base"}),
    "early claims": (agent_cases.claimed_early, {"claims_dated": "base", "early_claims": "observed"}),
    "trainings": (agent_cases.trained, {"trainings_due": "base", "trainings_on_time": "observed"}),
    "reviews": (agent_cases.reviewed, {"reviews_due": "base", "reviews_attended": "observed"}),
}
# Whose rows each of these is counted from.
_READ: Final[Mapping[str, tuple[str, ...]]] = {
    "policies": ("policies", "agents"),
    "renewals": ("renewals",),
    "premiums": ("premiums",),
    "complaints": ("complaints", "policies"),
    "misselling": ("complaints", "policies"),
    "applications": ("applications",),
    "claims": ("claims",),
    "early claims": ("claims", "policies"),
    "trainings": ("trainings", "agents"),
    "reviews": ("trainings", "agents"),
}
_PER: Final = 1000
_EVERYTHING: Final = Period()

# The figures made of counts: numerator, denominator, per how many.
RATES: Final[Mapping[str, tuple[str, str, int]]] = {
    "active_rate": ("active_months", "agent_months", 1),
    "policies_per_active": ("policies_active", "active_months", 1),
    "premium_per_active": ("premium_active", "active_months", 1),
    "renewal_rate": ("renewals_renewed", "renewals_due", 1),
    "persistency_13m": ("persistency_kept", "persistency_base", 1),
    "complaints_per_1000_sold": ("complaints", "policies", _PER),
    "misselling_per_1000_sold": ("misselling_complaints", "policies", _PER),
    "flags_per_1000_applications": ("flags", "applications", _PER),
    "early_claim_rate": ("early_claims", "claims_dated", 1),
    "training_on_time_rate": ("trainings_on_time", "trainings_due", 1),
    "case_review_rate": ("reviews_attended", "reviews_due", 1),
    "certification_rate": ("certified", "headcount", 1),
}


def agent_figures(
    facts: Facts, terms: Terms, *, recorded: Recorded, by: By = "agent_id", period: Period = _EVERYTHING
) -> pl.DataFrame:
    """
    Count what the Agents page tells, for every unit.

    Each count is of the cases whose own day lies in the period: issue for policies, due day for renewals, the 13th
    month and courses, receipt for complaints, the day it was raised for a flag, report for claims, the first day
    of the month for activity. Contracts, licences and certificates are those at the end of `terms.as_of`.

    Args:
        facts: Gives the rows of a fact, narrowed to what may be seen.
        terms: The day, the zone and the rules.
        recorded: Gives the columns of a fact that its source records; of a fact that isn't there, none.
        by: Which units.
        period: Of which days.

    Returns:
        One row per unit that has agents or cases, sorted by key, the row without one last: what names no unit.

        `by`; `standing` of an agent (`here`, `left` by the end of the day, `unknown` to the agents fact; of larger
        units `here` where anybody is, else `left`; null where no unit is named);

        `headcount`, `certified`, `certificates`, `licences_expiring` (within 60 days), `licences_lapsed`;
        `agent_months` (Float64, see `agent_activity`), `active_months`, `policies_active` and `premium_active` (of
        those months); `policies` (sold in the period by anybody), `policies_orphaned` (their seller has left, or
        none is named), `premium_first_year`; `renewals_due` (can no longer be renewed late), `renewals_renewed`;
        `persistency_base`, `persistency_kept` (contracts by the 13th month); `complaints`,
        `misselling_complaints`; `applications`, `flags`, `flags_confirmed`; `claims`, `claims_dated` (first day
        of cover known), `early_claims` (within 90 days of it); `trainings_due`, `trainings_on_time`,
        `reviews_due`, `reviews_attended`. Counts are Int64 in cases, premiums Float64; null is not recorded.

        Then the figures of `RATES`, Float64; nothing over nothing is null.
    """
    plans = {
        **_summed(facts, terms, recorded, by, period),
        "standing": _standing(facts, terms, recorded, by),
        "months": _months(facts, terms, recorded, by, period),
        "orphans": _orphans(facts, terms, recorded, by, period),
    }
    counted = pl.collect_all(plans.values())
    keys = pl.concat([found.select(by) for found in counted]).unique()
    units = keys.with_columns(is_named=pl.col(by).is_not_null())
    told: list[str] = []
    for found in counted:
        units = units.join(found, on=by, how="left", nulls_equal=True)
        told += [name for name in found.columns if name not in (by, "standing")]
    # A column that is null throughout its plan wasn't recorded; otherwise a unit without cases has none of them.
    nothing = {name for found in counted for name in found.columns if found.schema[name] == pl.Null}
    units = units.with_columns(
        (pl.col(name) if name in nothing else pl.col(name).fill_null(0)).cast(
            pl.Float64 if _is_amount(name) else pl.Int64
        )
        for name in told
    )
    standing = pl.when(pl.col(by).is_null()).then(None).otherwise(pl.col("standing").fill_null("unknown"))
    rates = {
        name: pl.when(pl.col(below) > 0).then(pl.col(above) / pl.col(below) * per)
        for name, (above, below, per) in RATES.items()
    }
    ordered = units.with_columns(standing=standing).with_columns(**rates).sort(by, nulls_last=True)
    return ordered.select(by, "standing", *told, *RATES)


def _is_amount(name: str) -> bool:
    return name.startswith("premium") or name == "agent_months"


def _are_told(recorded: Recorded, names: tuple[str, ...], by: str) -> bool:
    """
    Whether facts are there, and the first of them says whose its rows are.
    """
    return all(recorded(name) for name in names) and by in recorded(names[0])


def _not_told(by: str, names: list[str]) -> pl.LazyFrame:
    """
    No unit and nothing known: the columns of a plan whose facts aren't there.
    """
    return pl.LazyFrame(schema={by: pl.String(), **{name: pl.Null() for name in names}})


def _summed(facts: Facts, terms: Terms, recorded: Recorded, by: str, period: Period) -> dict[str, pl.LazyFrame]:
    found = {}
    for name, (cases, sums) in _SUMS.items():
        if not _are_told(recorded, _READ[name], by):
            found[name] = _not_told(by, list(sums))
            continue
        inside = cases(facts, terms).filter(period.covers("on"))
        found[name] = inside.group_by(by).agg(pl.col(column).sum().alias(count) for count, column in sums.items())
    return found


def _orphans(facts: Facts, terms: Terms, recorded: Recorded, by: str, period: Period) -> pl.LazyFrame:
    if not _are_told(recorded, _READ["policies"], by):
        return _not_told(by, ["policies_orphaned"])
    sold = agent_cases.sold(facts, terms).filter(period.covers("on"))
    return sold.group_by(by).agg(policies_orphaned=pl.col("base").filter("is_orphan").sum())


def _standing(facts: Facts, terms: Terms, recorded: Recorded, by: str) -> pl.LazyFrame:
    names = ["headcount", "certified", "certificates", "licences_expiring", "licences_lapsed"]
    if not recorded("agents"):
        return _not_told(by, names).with_columns(standing=pl.lit(None, pl.String))
    judged = certification.judged(facts("agents"), terms, facts("certifications"))
    cases = pl.col("cases").cast(pl.Int64)
    has_licences, has_certificates = "licence_until_on" in recorded("agents"), bool(recorded("certifications"))
    unknown = pl.lit(None)
    found = (
        judged.filter("is_counted")
        .group_by(by)
        .agg(
            headcount=cases.filter("is_here").sum(),
            certified=cases.filter("is_certified").sum(),
            certificates=(pl.col("certificates").cast(pl.Int64) * cases).filter("is_here").sum(),
            licences_expiring=cases.filter("is_expiring").sum(),
            licences_lapsed=cases.filter("is_lapsed").sum(),
            standing=pl.when(pl.col("is_here").any()).then(pl.lit("here")).otherwise(pl.lit("left")),
        )
    )
    if not has_licences:
        found = found.with_columns(licences_expiring=unknown, licences_lapsed=unknown)
    if not has_certificates:
        found = found.with_columns(certificates=unknown)
    return found if has_licences or has_certificates else found.with_columns(certified=unknown)


def _months(facts: Facts, terms: Terms, recorded: Recorded, by: str, period: Period) -> pl.LazyFrame:
    names = ["agent_months", "active_months", "policies_active", "premium_active"]
    if not (recorded("agents") and recorded("policies")):
        return _not_told(by, names)
    months = agent_activity.judged(facts("agents"), terms, facts("policies")).filter(period.covers(MONTH))
    cases = pl.col("cases").cast(pl.Int64)
    return months.group_by(by).agg(
        agent_months=(pl.col("headcount") * cases).sum(),
        active_months=(pl.col("active") * cases).sum(),
        policies_active=(pl.col("policies") * cases).filter("is_active").sum(),
        premium_active=(pl.col("premium") * cases).filter("is_active").sum(),
    )
