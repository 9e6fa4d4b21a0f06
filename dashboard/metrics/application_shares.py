"""
Which channel, product or segment applies, is advised and is decided differently from the others?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.kpi import Kpi
from dashboard.metrics.kpis import KPIS
from dashboard.periods import Period
from dashboard.stats import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """
    A share of judged rows.

    Attributes:
        among: Truth column: those it is about.
        hits: Truth column: those it looks for, among them.
        needs: The columns that must be recorded.
    """

    among: str
    hits: str
    needs: frozenset[str]

    @classmethod
    def of(cls, kpi: Kpi) -> Share:
        """
        What a rate of the registry counts.
        """
        return cls(kpi.among, str(kpi.hits), frozenset().union(*kpi.needs))


_ADVICE: Final = frozenset({"submitted_at", "term_years"})
# The first four are figures of the registry, and the same truths.
SHARES: Final = {
    **{
        name: Share.of(KPIS[name])
        for name in ("application_conversion_rate", "application_3min_rate", "e_signature_rate", "ocr_rate")
    },
    "underwriting_automatic": Share(
        "is_underwriting_known", "is_automatic", frozenset({"outcome", "underwriting_automatic"})
    ),
    "needs_analysed": Share("is_long_term", "is_needs_analysed", _ADVICE | {"needs_analysed_at"}),
    "risk_profiled": Share("is_long_term", "is_profiled", _ADVICE | {"risk_assessed_at"}),
    "as_advised": Share("is_advised", "is_as_advised", frozenset({"outcome", "recommended_product_line"})),
}
# What is read here of judged applications.
SHARES_READ: Final = tuple(name for each in SHARES.values() for name in (each.among, each.hits))


def shares(
    rows: pl.LazyFrame,
    share: Share,
    *,
    period: Period | None = None,
    day: str = "started_on",
    by: str | None = None,
) -> pl.DataFrame:
    """
    Give a share of the rows of a period, with its interval.

    Args:
        rows: Judged rows.
        share: Which.
        period: Of their day; null of a state, which has none.
        day: The column of that day.
        by: A column that makes groups; null: one row of all.

    Returns:
        `by` (text; null: not recorded), `value`, `numerator`, `denominator` (cases), `lower`, `upper` (95 %,
        Wilson), by group; nothing over nothing is null.
    """
    cases, hits = pl.col("cases"), pl.col("cases").filter(pl.col(share.hits))
    is_within = [] if period is None else [period.covers(day)]
    among = rows.filter(pl.col(share.among), *is_within)
    sums = {"numerator": hits.sum(), "denominator": cases.sum()}
    counted = among.group_by(pl.col(by).cast(pl.String)).agg(**sums) if by else among.select(**sums)
    above, below = pl.col("numerator"), pl.col("denominator")
    lower, upper = wilson(above, below)
    found = counted.with_columns(value=pl.when(below > 0).then(above / below), lower=lower, upper=upper).collect()
    columns = ["value", "numerator", "denominator", "lower", "upper"]
    return found.select(by, *columns).sort(by, nulls_last=True) if by else found.select(columns)
