"""
Is mediation offered, does it settle disputes, and is what was settled on record?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.steps import step_shares
from dashboard.metrics.terms import Terms
from dashboard.periods import Period
from dashboard.stats import kaplan_meier, survival_quantiles, weighted_quantile, wilson

# Each step is one of the cases of the step before it.
STEPS: Final = ("offered", "accepted", "ended", "settled", "recorded")

_REACHED: Final = {
    "offered": pl.col("mediation_offered_at").is_not_null(),
    "accepted": pl.col("mediation_accepted_at").is_not_null(),
    "ended": pl.col("mediation_ended_at").is_not_null(),
    "settled": pl.col("mediation_settled").fill_null(value=False),
    "recorded": pl.col("settlement_record_at").is_not_null(),
}
# Of those that have come to the step before and not to this one: the answer may still come, or isn't known.
_PENDING: Final = {
    "accepted": pl.col("is_open"),
    "ended": pl.col("is_open"),
    "settled": pl.col("mediation_settled").is_null(),
}


def mediation_funnel(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count the complaints received in a period by how far mediation came.

    An offer not answered while the complaint is open is pending, as is a mediation under way; a settlement without
    a retained record is not: the record is missing.

    Args:
        rows: Judged complaints.
        period: Of receipt.

    Returns:
        One row per step, in order: `step` (of `STEPS`), `cases`, `pending` (of the step before, not known yet),
        `share` (of the step before, without the pending ones; null for the first step and of none).
    """
    among = rows.filter("is_counted", period.covers("received_on"))
    cases, come = pl.col("cases"), pl.lit(value=True)
    sums = []
    for step, reached in _REACHED.items():
        pending = _PENDING.get(step, pl.lit(value=False))
        sums += [
            cases.filter(come & reached).sum().alias(step),
            cases.filter(come & ~reached & pending).sum().alias(f"pending_{step}"),
        ]
        come &= reached
    found = among.select(sums).collect().row(0, named=True)
    return step_shares(STEPS, [found[step] for step in STEPS], [found[f"pending_{step}"] for step in STEPS])


def mediators(rows: pl.LazyFrame, terms: Terms, *, period: Period) -> pl.DataFrame:
    """
    Compare the mediators on the accepted mediations of complaints received in a period.

    Args:
        rows: Judged complaints.
        terms: The day up to which an unfinished mediation has lasted, and the zone.
        period: Of receipt.

    Returns:
        One row per mediator, null (not recorded) last: `mediator`, `accepted`, `ended`, `settled`, `success`
        (settled of those ended with a known result), `lower`, `upper` (Wilson), `median_days` (from offer to end,
        the unfinished ones taken as not yet; null: not reached), `redress_total` and `redress_median` (of the
        settled ones; an amount is its row's).
    """
    cases, redress = pl.col("cases"), pl.col("redress_amount")
    ended, settled = _REACHED["ended"], _REACHED["ended"] & _REACHED["settled"]
    offered_on, ended_on = (_local_day(f"mediation_{step}_at", terms) for step in ("offered", "ended"))
    accepted = rows.filter(
        "is_counted", period.covers("received_on"), _REACHED["offered"], _REACHED["accepted"]
    ).with_columns(
        is_ended=ended,
        days_mediated=(pl.coalesce(ended_on, "stopped_on", pl.lit(terms.as_of)) - offered_on).dt.total_days(),
    )
    curve = kaplan_meier(accepted, duration="days_mediated", event="is_ended", by=["mediator"])
    medians = survival_quantiles(curve, by=["mediator"], q=(0.5,)).select("mediator", median_days="time")
    judged = cases.filter(ended & pl.col("mediation_settled").is_not_null()).sum()
    lower, upper = wilson(pl.col("settled"), pl.col("_judged"))
    sums = accepted.group_by("mediator").agg(
        accepted=cases.sum(),
        ended=cases.filter(ended).sum(),
        settled=cases.filter(settled).sum(),
        _judged=judged,
        redress_total=pl.when(redress.filter(settled).count() > 0).then(redress.filter(settled).sum()),
        redress_median=weighted_quantile(redress.filter(settled).cast(pl.Float64), cases.filter(settled), 0.5),
    )
    return (
        sums.join(medians, on="mediator", how="left", nulls_equal=True)
        .with_columns(
            success=pl.when(pl.col("_judged") > 0).then(pl.col("settled") / pl.col("_judged")),
            lower=lower,
            upper=upper,
        )
        .select(
            *("mediator", "accepted", "ended", "settled", "success", "lower", "upper", "median_days"),
            *("redress_total", "redress_median"),
        )
        .sort("mediator", nulls_last=True)
        .collect()
    )


def settlements_without_record(
    rows: pl.LazyFrame,
    terms: Terms,
    *,
    period: Period = Period(None, None),  # noqa: B008 - frozen
) -> pl.DataFrame:
    """
    List the settlements of which no record is kept: nothing keeps either side from going back on them.

    Args:
        rows: Judged complaints.
        terms: The day, and the zone in which days are counted.
        period: Of receipt.

    Returns:
        One row per complaint, the oldest settlement first, those without a day last: `complaint_id`, `ended_on`,
        `days_since`, `branch_id`, `handler_id`, `mediator`, `redress_amount`, `cases`.
    """
    without = _REACHED["settled"] & ~_REACHED["recorded"]
    ended_on = _local_day("mediation_ended_at", terms)
    return (
        rows.filter("is_counted", period.covers("received_on"), without)
        .select(
            "complaint_id",
            ended_on.alias("ended_on"),
            (pl.lit(terms.as_of) - ended_on).dt.total_days().alias("days_since"),
            *("branch_id", "handler_id", "mediator", "redress_amount", "cases"),
        )
        .sort("ended_on", "complaint_id", nulls_last=True)
        .collect()
    )


def _local_day(instant: str, terms: Terms) -> pl.Expr:
    return pl.col(instant).dt.convert_time_zone(terms.zone).dt.date()
