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
    cases, renewed, priced = pl.col("cases"), pl.col("is_renewed"), pl.col("is_priced")
    rate = pl.col("premium_change_rate")
    due, new = _in_units(pl.col("premium_due")), _in_units(pl.col("premium_renewed"))
    by_rate = _in_units((pl.col("premium_due").cast(pl.Float64) * rate).round(2))
    kept, known = priced & renewed, priced & renewed & rate.is_not_null()
    parts = {
        "expiring": (priced, due),
        "lost": (priced & ~renewed, -due),
        "rate": (known, by_rate),
        "other": (known, new - due - by_rate),
        "untold": (kept & rate.is_null(), new - due),
        "renewed": (kept, new),
    }
    sums = {f"{step}.amount": (cases * amount).filter(among).sum() for step, (among, amount) in parts.items()}
    counts = {f"{step}.cases": cases.filter(among).sum() for step, (among, _) in parts.items()}
    found = (
        rows.filter("is_mature", period.covers("due_on"))
        .select(**sums, **counts, left_out=cases.filter(~priced).sum())
        .collect()
        .row(0, named=True)
    )
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
    return (amount.cast(pl.Float64) * 10**MONEY.scale).round().cast(pl.Int64)
