"""
How far do rules take a claim without anybody, and where does it leave their way?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.packing import Likeness, grouped
from dashboard.metrics.steps import step_shares
from dashboard.periods import Period

# Each step is one of the claims of the step before it.
STEPS: Final = ("reported", "eligible", "attempted", "automatic", "paid")

# Where a claim has come to rest, or waits: the last step it reached, and whether it may still reach the next.
_PLACES: Final = {
    "not_eligible": ("reported", False),
    "eligibility_awaited": ("reported", True),
    "eligibility_unknown": ("reported", False),
    "undecided": ("eligible", True),
    "left": ("eligible", False),
    "how_unknown": ("eligible", False),
    "fell_out": ("attempted", False),
    "touched_before": ("attempted", False),
    "refused": ("automatic", False),
    "unpaid": ("automatic", True),
    "closed_unpaid": ("automatic", False),
    "audited_before": ("automatic", False),
    "touched_after": ("automatic", False),
    "paid": ("paid", False),
}
_PLACE: Final = pl.Enum(list(_PLACES))

_READ: Final = (
    *("auto_eligible", "auto_decided", "is_automation_known", "is_automatic", "is_straight_through"),
    *("is_open", "is_adjudicated", "is_refused", "is_finished", "is_finishing", "is_touched", "is_decided"),
)
# What `automation_funnel` reads.
OF_FUNNEL: Final = Likeness(("reported_on", "is_counted", *_READ, "fallout_reason"))


@dataclass(frozen=True, slots=True)
class Funnel:
    """
    How far rules took the claims reported in a period.

    Attributes:
        steps: As `step_shares` gives them, of `STEPS`.
        exits: One row per step and way out of it, by step and the largest first: `step` (the last one reached),
            `exit` (one of this module's names), `fallout_reason` (of those that fell out, where one is coded; else
            null), `cases`.
    """

    steps: pl.DataFrame
    exits: pl.DataFrame


def automation_funnel(rows: pl.LazyFrame, *, period: Period) -> Funnel:
    """
    Count the claims reported in a period by how far they came automatically.

    Eligible means meant for rules. Attempted: rules decided, or it fell out: decided by a person, or a reason is
    recorded why rules couldn't. Automatic: decided on the merits by rules with, as far as is recorded, nobody
    touching it before. Paid: in full, untouched afterwards too and not audited before the payment. What is still
    undecided without having fallen out is pending, as is what has been decided automatically and isn't paid yet.

    Args:
        rows: Judged claims: the columns of `OF_FUNNEL`.
        period: Of the report.
    """
    reported = (
        rows.filter("is_counted", period.covers("reported_on"))
        .select(*_READ, pl.col("fallout_reason").cast(pl.Categorical), "cases")
        .collect()
    )
    counts = (
        grouped(reported, [*_READ, "fallout_reason"])
        # Where a claim is, is asked once for all that are alike.
        .with_columns(_place().alias("exit"))
        .with_columns(fallout_reason=pl.when(pl.col("exit") == "fell_out").then("fallout_reason"))
        .group_by("exit", "fallout_reason")
        .agg(pl.col("cases").sum())
        .with_columns(pl.col("exit", "fallout_reason").cast(pl.String))
        .with_columns(
            step=pl.col("exit").replace_strict({place: step for place, (step, _) in _PLACES.items()}),
            is_pending=pl.col("exit").replace_strict({place: waits for place, (_, waits) in _PLACES.items()}),
        )
    )
    ended = dict(counts.group_by("step").agg(pl.col("cases").sum()).iter_rows())
    waiting = dict(counts.filter("is_pending").group_by("step").agg(pl.col("cases").sum()).iter_rows())
    reached = [sum(ended.get(later, 0) for later in STEPS[index:]) for index in range(len(STEPS))]
    pending = [0, *(waiting.get(step, 0) for step in STEPS[:-1])]
    order = pl.col("step").replace_strict(list(STEPS), range(len(STEPS)), return_dtype=pl.Int64)
    exits = (
        counts.filter(~pl.col("is_pending"), pl.col("step") != STEPS[-1])
        .sort(
            order,
            "cases",
            "exit",
            "fallout_reason",
            descending=[False, True, False, False],
            nulls_last=[False, False, False, True],
        )
        .select("step", "exit", "fallout_reason", "cases")
    )
    return Funnel(step_shares(STEPS, reached, pending), exits)


def _place() -> pl.Expr:
    eligible, by_rules = pl.col("auto_eligible"), pl.col("auto_decided")
    is_undecided = ~pl.col("is_decided") & pl.col("is_open")
    automatic = pl.col("is_automatic") & pl.col("is_automation_known")
    # The first that holds.
    places = (
        ("eligibility_awaited", eligible.is_null() & is_undecided),
        ("eligibility_unknown", eligible.is_null()),
        ("not_eligible", ~eligible),
        ("refused", automatic & pl.col("is_refused")),
        ("unpaid", automatic & pl.col("is_finishing")),
        ("closed_unpaid", automatic & ~pl.col("is_finished")),
        ("paid", automatic & pl.col("is_straight_through")),
        ("touched_after", automatic & pl.col("is_touched").fill_null(value=False)),
        ("audited_before", automatic),
        ("touched_before", pl.col("is_automation_known") & by_rules),
        ("fell_out", pl.col("is_automation_known") | pl.col("fallout_reason").is_not_null()),
        ("undecided", is_undecided),
        ("how_unknown", pl.col("is_adjudicated")),
    )
    found = pl.lit("left", _PLACE)
    for name, holds in reversed(places):
        found = pl.when(holds).then(pl.lit(name, _PLACE)).otherwise(found)
    return found
