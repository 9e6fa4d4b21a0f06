"""
Which channel, product or segment applies, is advised and is decided differently from the others?
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import polars as pl

from dashboard.metrics.kpis import KPIS
from dashboard.periods import Period
from dashboard.stats import wilson


@dataclass(frozen=True, slots=True)
class Share:
    """
    A share of applications.

    Attributes:
        among: Truth column of judged applications: those it is about.
        hits: Truth column: those it looks for, among them.
        needs: The columns that must be recorded.
    """

    among: str
    hits: str
    needs: frozenset[str]


def _of_kpi(name: str) -> Share:
    kpi = KPIS[name]
    return Share(kpi.among, str(kpi.hits), frozenset().union(*kpi.needs))


_ADVICE: Final = frozenset({"submitted_at", "term_years"})
# The first four are figures of the registry, and the same truths.
SHARES: Final = {
    **{
        name: _of_kpi(name)
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


def shares(rows: pl.LazyFrame, share: Share, *, period: Period, by: str | None = None) -> pl.DataFrame:
    """
    Give a share of the applications begun in a period, with its interval.

    Args:
        rows: Judged applications.
        share: Which.
        period: Of the start.
        by: A column that makes groups; null: one row of all.

    Returns:
        `by` (text; null: not recorded), `value`, `numerator`, `denominator` (cases), `lower`, `upper` (95 %,
        Wilson), by group; nothing over nothing is null.
    """
    cases, hits = pl.col("cases"), pl.col("cases").filter(pl.col(share.hits))
    among = rows.filter(pl.col(share.among), period.covers("started_on"))
    sums = {"numerator": hits.sum(), "denominator": cases.sum()}
    counted = among.group_by(pl.col(by).cast(pl.String)).agg(**sums) if by else among.select(**sums)
    above, below = pl.col("numerator"), pl.col("denominator")
    lower, upper = wilson(above, below)
    found = counted.with_columns(value=pl.when(below > 0).then(above / below), lower=lower, upper=upper).collect()
    columns = ["value", "numerator", "denominator", "lower", "upper"]
    return found.select(by, *columns).sort(by, nulls_last=True) if by else found.select(columns)
