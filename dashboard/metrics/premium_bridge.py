"""
From last year's premium to this year's: what was lost, what the new rates made of the rest, and what else did?
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

import polars as pl

from dashboard.facts.model import MONEY
from dashboard.periods import Period

# From the first to the last; the four between them are changes and sum to the difference, to the cent.
STEPS: Final = ("expiring", "lost", "rate", "other", "untold", "renewed")
# Sums of many amounts have more digits than any of them.
_SUM: Final = pl.Decimal(38, 4)


@dataclass(frozen=True, slots=True)
class PremiumBridge:
    """
    The steps from the expiring premium to the renewed one.

    Attributes:
        steps: `step` (of `STEPS`, in order), `amount` (decimal; what was lost is below zero), `cases` (contracts
            it is about).
        left_out: Contracts that can no longer be renewed late, one of whose premiums isn't recorded.
    """

    steps: pl.DataFrame
    left_out: int

    def amount(self, step: str) -> Decimal:
        """
        The amount of one step.
        """
        found: Decimal = self.steps.filter(pl.col("step") == step)["amount"].item()
        return found


def premium_bridge(rows: pl.LazyFrame, *, period: Period) -> PremiumBridge:
    """
    Split the way from the expiring premium to the renewed one.

    A rate's effect is the expiring premium times the recorded change of rate, rounded to the cent. What else
    changed the premium of a contract of which the rate is known is cover and other. Where the rate isn't recorded
    the two can't be told apart and are `untold`.

    Args:
        rows: Judged renewals.
        period: Of the due day; only contracts that can no longer be renewed late, those of `renewal_premium_rate`.
    """
    cases, rate = pl.col("cases"), pl.col("premium_change_rate")
    due, new = _in_units(pl.col("premium_due")), _in_units(pl.col("premium_renewed"))
    by_rate = _in_units((pl.col("premium_due").cast(pl.Float64) * rate).round(2))
    sums = (
        rows.filter("is_mature", period.covers("due_on"))
        .group_by("is_priced", "is_renewed", is_told=rate.is_not_null())
        .agg(cases.sum(), due=(cases * due).sum(), new=(cases * new).sum(), by_rate=(cases * by_rate).sum())
        .collect()
    )
    priced, renewed, told = pl.col("is_priced"), pl.col("is_renewed"), pl.col("is_told")
    kept = priced & renewed
    parts = {
        "expiring": (priced, pl.col("due")),
        "lost": (priced & ~renewed, -pl.col("due")),
        "rate": (kept & told, pl.col("by_rate")),
        "other": (kept & told, pl.col("new") - pl.col("due") - pl.col("by_rate")),
        "untold": (kept & ~told, pl.col("new") - pl.col("due")),
        "renewed": (kept, pl.col("new")),
    }
    found = sums.select(
        pl.col("cases").filter(~priced).sum().alias("left_out"),
        *(amount.filter(among).sum().alias(f"{step}.amount") for step, (among, amount) in parts.items()),
        *(cases.filter(among).sum().alias(f"{step}.cases") for step, (among, _) in parts.items()),
    ).row(0, named=True)
    steps = pl.DataFrame(
        {
            "step": STEPS,
            "amount": [Decimal(found[f"{step}.amount"]).scaleb(-MONEY.scale) for step in STEPS],
            "cases": [found[f"{step}.cases"] for step in STEPS],
        },
        schema={"step": pl.String(), "amount": _SUM, "cases": pl.Int64()},
    )
    return PremiumBridge(steps, found["left_out"])


def _in_units(amount: pl.Expr) -> pl.Expr:
    """
    An amount in whole units of the last place money is kept to: sums of them are as exact, and far quicker.
    """
    return (amount.cast(pl.Float64) * float(10**MONEY.scale)).round().cast(pl.Int64)
