"""
Who hasn't paid a week before the due day, while most others have, is less likely to than it seemed at first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import polars as pl

from dashboard.forecasting.features import LEAD_DAYS

# By it people differ most in when they pay: what is debited by itself is paid late and surely.
BY: Final = "auto_renew"
FEWEST: Final = 200
_ALL: Final = ""


@dataclass(frozen=True, slots=True)
class Timing:
    """
    When those who renew pay.

    Attributes:
        paid_by: Per code of `auto_renew`, and for all under the empty text: the share of those who renewed that
            had paid at the end of the day so many days before the due day, from `LEAD_DAYS` down to none.
    """

    paid_by: Mapping[str, tuple[float, ...]]

    def still(self, probability: pl.Expr, *, today: date) -> pl.Expr:
        """
        The probability of who hasn't paid before a day: p (1 - F) / (1 - p F), F the share of those who renew that
        had paid by the evening before.

        When somebody pays is taken not to depend on how likely they were to, among those alike in `auto_renew`.

        Args:
            probability: At `LEAD_DAYS` before the due day.
            today: The day. Rows have `due_on` after the day before it, and `auto_renew` as a code.
        """
        evening_before = (pl.col("due_on") - today).dt.total_days() + 1
        place = LEAD_DAYS - evening_before
        paid = pl.lit(0.0)
        curves = [code for code in self.paid_by if code != _ALL]
        for code in (_ALL, *curves):
            curve = pl.lit(pl.Series([list(self.paid_by.get(code, ()))], dtype=pl.List(pl.Float64)))
            share = curve.list.get(place.clip(lower_bound=0), null_on_oob=True)
            own = pl.when(place >= 0).then(share).otherwise(0.0)
            paid = own if code == _ALL else pl.when(pl.col(BY) == code).then(own).otherwise(paid)
        paid = paid.fill_null(0.0)
        left = 1 - probability * paid
        return pl.when(left > 0).then(probability * (1 - paid) / left).otherwise(0.0)

    def as_json(self) -> dict[str, Any]:
        """
        Plain numbers under plain texts.
        """
        return {code: list(shares) for code, shares in self.paid_by.items()}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Timing:
        """
        What `as_json` wrote.

        Raises:
            ValueError: A curve falls, leaves 0 to 1, or hasn't a share for each day.
        """
        curves = {str(code): tuple(map(float, shares)) for code, shares in said.items()}
        for code, shares in curves.items():
            if (
                len(shares) != LEAD_DAYS + 1
                or list(shares) != sorted(shares)
                or not 0 <= shares[0] <= shares[-1] <= 1
            ):
                raise ValueError(f"when {code or 'all'} pay isn't a curve")
        return cls(curves)


def timed(renewed: pl.DataFrame) -> Timing:
    """
    Learn when those who renewed had paid.

    Args:
        renewed: Contracts that were renewed: `due_on`, `renewed_on`, `cases`, and `auto_renew` as a code.
    """
    ahead = (pl.col("due_on") - pl.col("renewed_on")).dt.total_days()
    curves = {}
    codes = [code for code in renewed[BY].unique().sort().drop_nulls() if (renewed[BY] == code).sum() >= FEWEST]
    for code in (_ALL, *codes):
        own = renewed if code == _ALL else renewed.filter(pl.col(BY) == code)
        counts = own.select(ahead.alias("_ahead"), "cases")
        total = int(counts["cases"].sum())
        curves[code] = tuple(
            int(counts.filter(pl.col("_ahead") >= days)["cases"].sum()) / total if total else 0.0
            for days in range(LEAD_DAYS, -1, -1)
        )
    return Timing(curves)
