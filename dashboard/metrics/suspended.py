"""
Which policies have lost their cover for want of a premium, and until when can each be brought back?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms

# Within two years of the suspension the holder may agree with the insurer on reinstatement; after that the insurer
# may end the contract (Insurance Law of the People's Republic of China, article 37).
REINSTATED_WITHIN: Final = "2y"


def in_suspension(policies: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Give the policies that are suspended at the end of a day, those suspended longest first.

    A policy reinstated or ended on that day is suspended no longer; one suspended on that day is, and so is one
    that was reinstated before and suspended again.

    Args:
        policies: Rows of the policies fact.
        terms: The day and the zone.

    Returns:
        The rows known by then, with `cases` (null is one) and `reinstate_until_on` (the same day two years after
        the suspension; that of 29 February is 28 February).
    """
    known = known_on(policies, FACTS["policies"], terms.as_of, terms.zone)
    is_back = (pl.col("reinstated_on") >= pl.col("suspended_on")).fill_null(value=False)
    is_suspended = pl.col("suspended_on").is_not_null() & ~is_back & pl.col("ended_on").is_null()
    return (
        known.filter(is_suspended)
        .with_columns(
            cases=pl.col("cases").fill_null(1),
            reinstate_until_on=pl.col("suspended_on").dt.offset_by(REINSTATED_WITHIN),
        )
        .sort("suspended_on", "policy_id")
    )
