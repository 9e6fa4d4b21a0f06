"""
Do disputes that mediation settled end sooner, and go on to the regulator less often, than comparable ones?
"""

from __future__ import annotations

import math
from datetime import timedelta
from statistics import NormalDist
from typing import Final

import polars as pl

from dashboard.metrics.terms import Terms
from dashboard.periods import Period
from dashboard.words import msgid

# Complaints that are as hard and about the same matter are compared with each other.
STRATA: Final = ("grade", "category")
# A review is asked for within so many days of hearing the decision.
ESCALATION_DAYS: Final = 30

NOT_RANDOMISED: Final = msgid(
    "Nobody drew lots for who was offered mediation: whoever settles may have been easier to settle with."
)

_EFFECT: Final = {
    "measure": pl.String(),
    "settled": pl.Float64(),
    "compared": pl.Float64(),
    "difference": pl.Float64(),
    "lower": pl.Float64(),
    "upper": pl.Float64(),
    "cases_settled": pl.Int64(),
    "cases_compared": pl.Int64(),
    "unmatched": pl.Int64(),
}


def mediation_effect(rows: pl.LazyFrame, terms: Terms, *, period: Period) -> pl.DataFrame:
    """
    Compare complaints settled by mediation with those decided without any, of the same grade and category.

    Each grade and category counts by its settled cases (direct standardisation); one in which nobody was decided
    without mediation can't be compared. Only answered complaints are looked at; for escalation, those answered at
    least 30 days ago. What was accepted for mediation and not settled is on neither side. See `NOT_RANDOMISED`.

    Args:
        rows: Judged complaints.
        terms: The day, and the zone in which days are counted.
        period: Of receipt.

    Returns:
        Two rows, `measure` being `days` (mean, from receipt to the answer) and `escalated` (share that asked for a
        review or went to the regulator within 30 days of the answer): `settled`, `compared`, `difference`,
        `lower`, `upper` (95 %, normal approximation, variances pooled over strata; null with one case on a side),
        `cases_settled`, `cases_compared` and `unmatched` (settled cases left out).
    """
    is_settled, cases = pl.col("mediation_settled").fill_null(value=False), pl.col("cases")
    among = rows.filter(
        "is_counted",
        "is_answered",
        period.covers("received_on"),
        is_settled | pl.col("mediation_accepted_at").is_null(),
    )
    is_past = pl.col("stopped_on") <= terms.as_of - timedelta(days=ESCALATION_DAYS)
    asked, went = pl.col("review_requested_at"), pl.col("escalated_at")
    escalated_on = pl.min_horizontal(each.dt.convert_time_zone(terms.zone).dt.date() for each in (asked, went))
    # Few are escalated: only theirs are looked at closely.
    in_time = escalated_on <= pl.col("stopped_on").dt.offset_by(f"{ESCALATION_DAYS}d")
    arm = [pl.col(name) for name in STRATA] + [is_settled.alias("is_settled")]
    waits, escalated = pl.collect_all(
        [
            among.group_by(*arm, is_past.alias("is_past"), value="days").agg(cases.sum()),
            among.filter(is_past, asked.is_not_null() | went.is_not_null())
            .filter(in_time)
            .group_by(arm)
            .agg(cases.sum()),
        ]
    )
    keys = [*STRATA, "is_settled"]
    answered = waits.filter("is_past").group_by(keys).agg(cases.sum())
    spared = answered.join(escalated, on=keys, how="left", nulls_equal=True).with_columns(
        cases=cases - pl.col("cases_right").fill_null(0), value=pl.lit(0)
    )
    went_on_or_not = pl.concat(
        [spared.select(*keys, "cases", "value"), escalated.select(*keys, "cases", value=pl.lit(1))]
    )
    measures = {"days": waits, "escalated": went_on_or_not}
    effects = [{"measure": name, **_compared(_arms(values))} for name, values in measures.items()]
    return pl.DataFrame(effects, schema=_EFFECT)


def _arms(values: pl.DataFrame) -> pl.DataFrame:
    """
    Cases, mean and squared deviations of each stratum's two arms.
    """
    cases, value = pl.col("cases"), pl.col("value").cast(pl.Float64)
    mean = (cases * value).sum() / cases.sum()
    return values.group_by(*STRATA, "is_settled").agg(
        n=cases.sum(), mean=mean, deviations=(cases * (value - mean) ** 2).sum()
    )


def _compared(arms: pl.DataFrame) -> dict[str, float | int | None]:
    settled, others = (arms.filter(pl.col("is_settled") == side) for side in (True, False))
    both = settled.join(others, on=list(STRATA), nulls_equal=True, suffix="_other")
    n = int(both["n"].sum())
    counts: dict[str, float | int | None] = {
        "cases_settled": n,
        "cases_compared": int(both["n_other"].sum()),
        "unmatched": int(settled["n"].sum()) - n,
    }
    if n == 0:
        return counts
    weight = both["n"] / n
    mean, other = float((weight * both["mean"]).sum()), float((weight * both["mean_other"]).sum())
    variances = [
        _pooled(both[f"deviations{side}"], both[f"n{side}"]) * float((weight**2 / both[f"n{side}"]).sum())
        for side in ("", "_other")
    ]
    reach = NormalDist().inv_cdf(0.975) * math.sqrt(sum(variances))
    limits: dict[str, float | int | None] = {}
    if not math.isnan(reach):
        limits = {"lower": mean - other - reach, "upper": mean - other + reach}
    return counts | {"settled": mean, "compared": other, "difference": mean - other} | limits


def _pooled(deviations: pl.Series, sizes: pl.Series) -> float:
    freedom = int((sizes - 1).sum())
    return max(0.0, float(deviations.sum())) / freedom if freedom > 0 else math.nan
