"""
How much of the first year's premium still comes in after one, two, three and five years?

The regulator's persistency (保费继续率): the premium of the 13th, 25th, 37th or 61st month, received by the end of
its days of grace, over the first year's. Single premiums, contracts given back in the free look, ended by a claim,
waived or transferred were never to be continued and are in neither.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS, Kind
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms

PREMIUMS: Final = FACTS["premiums"]
POLICY_MONTHS: Final = (13, 25, 37, 61)
_NOTHING: Final = pl.lit(0, Kind.MONEY.dtype)


def judged(premiums: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every premium by which persistency is measured, as it was known at the end of the day asked for.

    Args:
        premiums: Rows of the premiums fact.
        terms: The day and the zone.

    Returns:
        The rows known by then, `cases` (null is one), `grace_ends_on`, `premium_kept` (received by then; else 0),
        `is_to_continue` (not excluded, its first premium known), `is_counted` (due by then), `is_persistent`
        (received by the end of grace), `is_mature` (to be continued, grace over), and for each of `POLICY_MONTHS`
        `is_<month>m` (mature ones of it) and `is_<month>m_maturing` (due, grace not over).
    """
    known = known_on(premiums, PREMIUMS, terms.as_of, terms.zone)
    grace = pl.col("grace_days").fill_null(0).cast(pl.Int32)
    dated = known.with_columns(
        cases=pl.col("cases").fill_null(1),
        grace_ends_on=(pl.col("due_on").cast(pl.Int32) + grace).cast(pl.Date),
    )
    as_of = pl.lit(terms.as_of)
    wanted = pl.col("excluded_reason").is_null() & (pl.col("premium_first_year") > 0).fill_null(value=False)
    is_due, is_over = (pl.col("due_on") <= as_of).fill_null(value=False), pl.col("grace_ends_on") <= as_of
    persistent = (pl.col("paid_on") <= pl.col("grace_ends_on")).fill_null(value=False)
    mature = wanted & is_over.fill_null(value=False)
    by_month = {f"is_{month}m": mature & (pl.col("policy_month") == month) for month in POLICY_MONTHS}
    maturing = {
        f"is_{month}m_maturing": wanted & is_due & ~mature & (pl.col("policy_month") == month)
        for month in POLICY_MONTHS
    }
    return dated.with_columns(
        is_to_continue=wanted,
        is_counted=is_due,
        is_persistent=persistent,
        is_mature=mature,
        premium_kept=pl.when(persistent & pl.col("premium_paid").is_not_null())
        .then("premium_paid")
        .otherwise(_NOTHING),
        **by_month,
        **maturing,
    )
