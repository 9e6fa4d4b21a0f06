"""
Did a campaign change anything? Those drawn for it against those drawn to be left alone.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms

CAMPAIGNS: Final = FACTS["campaigns"]


def judged(campaigns: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every customer drawn for a campaign, by the arm assigned whether or not they were reached.

    Args:
        campaigns: Rows of the campaigns fact.
        terms: The day and the zone.

    Returns:
        The rows known by then, `cases` (null is one), and `is_counted` (the outcome was due by then), `is_told`
        (and is known, of either arm), `is_untold` (drawn, its outcome not due yet), `is_holdout`, `is_renewed`.
    """
    known = known_on(campaigns, CAMPAIGNS, terms.as_of, terms.zone)
    is_due = (pl.col("outcome_due_on") <= terms.as_of).fill_null(value=False)
    drawn = pl.col("arm").is_in(("treated", "holdout")).fill_null(value=False)
    return known.with_columns(
        cases=pl.col("cases").fill_null(1),
        is_counted=is_due,
        is_told=is_due & drawn & pl.col("renewed").is_not_null(),
        is_untold=~is_due & drawn,
        is_holdout=(pl.col("arm") == "holdout").fill_null(value=False),
        is_renewed=pl.col("renewed").fill_null(value=False),
    )
