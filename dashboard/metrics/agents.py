"""
How does a team, or one agent, do: who is there, what is sold, what stays, what is complained of, what is learnt?

Every figure stands beside the counts it is made of. Nobody is ranked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Literal

import polars as pl

from dashboard.metrics.agent_sums import COUNTS, AgentSums
from dashboard.metrics.judging import Values

By = Literal["agent_id", "team_id", "branch_id"]

_PER: Final = 1000

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


def agent_figures(sums: AgentSums, *, by: By = "agent_id", values: Values = ()) -> pl.DataFrame:
    """
    Count what the Agents page tells, for every unit.

    Each count is of the cases whose own day lies in the period: issue for policies, due day for renewals, the 13th
    month and courses, receipt for complaints, the day it was raised for a flag, report for claims, the first day
    of the month for activity. Contracts, licences and certificates are those at the end of the day asked for.

    Args:
        sums: Of a period, as `agent_sums` gives them.
        by: Which units.
        values: Only what has one of the values in each column that its own fact has: who sold contracts of a
            product line is active, whatever else they sold.

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
    plans = [_summed(name, sums, by, values) for name in COUNTS]
    plans += [_standing(sums, by, values), _active(sums, by, values)]
    counted = pl.collect_all(plans)
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


def _not_told(by: str, names: Iterable[str]) -> pl.LazyFrame:
    """
    No unit and nothing known: the columns of a plan whose facts aren't there.
    """
    return pl.LazyFrame(schema={by: pl.String(), **{name: pl.Null() for name in names}})


def _summed(name: str, sums: AgentSums, by: str, values: Values) -> pl.LazyFrame:
    counts, cases = COUNTS[name].sums, sums.of(name, values)
    if cases is None or by not in sums.recorded(COUNTS[name].read[0]):
        return _not_told(by, counts)
    return _by_unit(cases, by, {count: pl.col(count).sum() for count in counts})


def _by_unit(rows: pl.LazyFrame, by: str, parts: Mapping[str, pl.Expr]) -> pl.LazyFrame:
    return rows.group_by(by).agg(**parts).with_columns(pl.col(by).cast(pl.String))


def _standing(sums: AgentSums, by: str, values: Values) -> pl.LazyFrame:
    names = ["headcount", "certified", "certificates", "licences_expiring", "licences_lapsed"]
    people = sums.standing(values)
    if people is None:
        return _not_told(by, names).with_columns(standing=pl.lit(None, pl.String))
    cases = pl.col("cases").cast(pl.Int64)
    has_licences = "licence_until_on" in sums.recorded("agents")
    has_certificates = bool(sums.recorded("certifications"))
    unknown = pl.lit(None)
    parts = {
        "headcount": cases.filter("is_here").sum(),
        "certified": cases.filter("is_certified").sum(),
        "certificates": (pl.col("certificates").cast(pl.Int64) * cases).filter("is_here").sum(),
        "licences_expiring": cases.filter("is_expiring").sum(),
        "licences_lapsed": cases.filter("is_lapsed").sum(),
        "standing": pl.when(pl.col("is_here").any()).then(pl.lit("here")).otherwise(pl.lit("left")),
    }
    found = _by_unit(people.filter("is_counted"), by, parts)
    if not has_licences:
        found = found.with_columns(licences_expiring=unknown, licences_lapsed=unknown)
    if not has_certificates:
        found = found.with_columns(certificates=unknown)
    return found if has_licences or has_certificates else found.with_columns(certified=unknown)


def _active(sums: AgentSums, by: str, values: Values) -> pl.LazyFrame:
    months = sums.active(values)
    if months is None:
        return _not_told(by, ["agent_months", "active_months", "policies_active", "premium_active"])
    cases = pl.col("cases").cast(pl.Int64)
    parts = {
        "agent_months": (pl.col("headcount") * cases).sum(),
        "active_months": (pl.col("active") * cases).sum(),
        "policies_active": (pl.col("policies") * cases).filter("is_active").sum(),
        "premium_active": (pl.col("premium") * cases).filter("is_active").sum(),
    }
    return _by_unit(months, by, parts)
