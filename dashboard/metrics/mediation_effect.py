"""
Do disputes that mediation settled end sooner, and go on to the regulator less often, than comparable ones?
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import polars as pl

from dashboard.metrics.standardised import Contrast, contrast
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
    effects = [
        {"measure": name, **_told(contrast(values, arm="is_settled", strata=STRATA))}
        for name, values in measures.items()
    ]
    return pl.DataFrame(effects, schema=_EFFECT)


def _told(found: Contrast) -> dict[str, float | int | None]:
    return {
        "settled": found.mean,
        "compared": found.other,
        "difference": found.difference,
        "lower": found.lower,
        "upper": found.upper,
        "cases_settled": found.cases,
        "cases_compared": found.cases_other,
        "unmatched": found.unmatched,
    }
