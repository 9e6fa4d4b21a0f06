"""
What came after a sale: was the buyer called, did they give the contract back, and did it replace an older one?
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms
from dashboard.periods import Period

POLICIES: Final = FACTS["policies"]
# A contract given up so many months before or after a new one was issued to the same owner was replaced by it.
REPLACED_WITHIN: Final = "6mo"
# Given up within so much of its first day, a contract was hardly what the buyer wanted.
EARLY: Final = "12mo"
SURRENDERED: Final = "surrendered"
# What is read of judged policies for the sums after a sale.
AFTER_SALE_READ: Final = (
    *("issued_on", "is_year_over", "is_early_surrender", "is_replacement_over", "is_replacing"),
    *("is_declared", "is_same_agent"),
)


def judged(policies: pl.LazyFrame, terms: Terms, linked: pl.LazyFrame) -> pl.LazyFrame:
    """
    Judge every contract by what came after it was sold, as it was known at the end of the day asked for.

    Args:
        policies: Rows of the policies fact.
        terms: The day and the zone.
        linked: The same and further ones, with the columns of `Reader.linked`: what was given up may have been
            sold by somebody else.

    Returns:
        The rows known by then with `cases` (null is one), `issued_on` (the local day), `is_counted` (all), and

        `is_called_back` (the buyer was called, and it is known whether that succeeded), `is_call_successful`;

        `is_free_look_over` (its last day is over), `is_free_look_running`, `is_free_look_cancelled` (given back on
        its last day or earlier);

        `is_year_over` (it began twelve months ago or earlier), `is_early_surrender` (surrendered within twelve
        months of its first day, the last one included);

        `is_replacement_over`, `is_replacement_running` (issued six months ago or earlier, or later), those of
        `replacements` (`is_replacing`, `is_same_agent`, `replaced_on`), and `is_declared` (replacing, and said so
        at the sale).
    """
    known = known_on(policies, POLICIES, terms.as_of, terms.zone)
    issued = pl.col("issued_at").dt.convert_time_zone(terms.zone).dt.date()
    cancelled = pl.col("free_look_cancelled_at").dt.convert_time_zone(terms.zone).dt.date()
    year_ends, replaced_until = pl.col("effective_on").dt.offset_by(EARLY), issued.dt.offset_by(REPLACED_WITHIN)
    surrendered = (pl.col("end_reason") == SURRENDERED) & (pl.col("ended_on") <= year_ends)
    found = replacements(policies, linked, terms)
    rows = known.with_columns(
        cases=pl.col("cases").fill_null(1),
        issued_on=issued,
        is_counted=pl.lit(value=True),
        is_called_back=pl.col("callback_at").is_not_null() & pl.col("callback_succeeded").is_not_null(),
        is_call_successful=pl.col("callback_succeeded").fill_null(value=False),
        is_free_look_over=(pl.col("free_look_until_on") <= terms.as_of).fill_null(value=False),
        is_free_look_running=(pl.col("free_look_until_on") > terms.as_of).fill_null(value=False),
        is_free_look_cancelled=(cancelled <= pl.col("free_look_until_on")).fill_null(value=False),
        is_year_over=(year_ends <= terms.as_of).fill_null(value=False),
        is_early_surrender=surrendered.fill_null(value=False),
        is_replacement_over=replaced_until <= terms.as_of,
        is_replacement_running=replaced_until > terms.as_of,
    )
    joined = rows.join(found, on="policy_id", how="left")
    truths = [pl.col(name).fill_null(value=False) for name in ("is_replacing", "is_same_agent")]
    declared = pl.col("replacement_declared").fill_null(value=False)
    return joined.with_columns(truths).with_columns(is_declared=pl.col("is_replacing") & declared)


def replacements(policies: pl.LazyFrame, linked: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Find the contracts issued to an owner who surrendered an older one within six months before or after.

    Both ends of the six months are within; a contract is older that was issued earlier. What ended in another way,
    or has no owner on record, replaces nothing and isn't replaced.

    Args:
        policies: As for `judged`.
        linked: As for `judged`.
        terms: The day and the zone.

    Returns:
        One row per contract that replaces any: `policy_id`, `is_replacing` (true), `is_same_agent` (any of those
        given up was sold by the same agent), `replaced_on` (the day the first of those among `policies`
        was surrendered: when another unit's was is not for everybody to know).
    """
    known = known_on(linked, POLICIES, terms.as_of, terms.zone).filter(pl.col("customer_id").is_not_null())
    given_up = known.filter(pl.col("end_reason") == SURRENDERED, pl.col("ended_on").is_not_null()).select(
        "customer_id", _old="policy_id", _sold_at="issued_at", _sold_by="agent_id", _ended_on="ended_on"
    )
    own = policies.select(_old="policy_id", _is_own=pl.lit(value=True))
    issued_on = pl.col("issued_at").dt.convert_time_zone(terms.zone).dt.date()
    first, last = issued_on.dt.offset_by(f"-{REPLACED_WITHIN}"), issued_on.dt.offset_by(REPLACED_WITHIN)
    pairs = known.select("policy_id", "customer_id", "agent_id", "issued_at").join(given_up, on="customer_id")
    is_pair = (pl.col("_sold_at") < pl.col("issued_at")) & pl.col("_ended_on").is_between(first, last)
    return (
        pairs.filter(is_pair)
        .join(own, on="_old", how="left")
        .group_by("policy_id")
        .agg(
            is_replacing=pl.lit(value=True),
            is_same_agent=(pl.col("agent_id") == pl.col("_sold_by")).fill_null(value=False).any(),
            replaced_on=pl.col("_ended_on").filter("_is_own").min(),
        )
    )


def after_sale(judged: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count replacements, declared or not, and early surrenders, of the contracts issued in a period.

    Args:
        judged: Judged policies, with `AFTER_SALE_READ` and `cases`.
        period: Of the day of issue.

    Returns:
        One row: `watched` (issued six months ago or earlier), `replacing`, `declared`, `undeclared`, `same_agent`
        (of these), `year_over`, `early_surrenders` (of those), all Int64.
    """
    cases = pl.col("cases")
    over, replacing = pl.col("is_replacement_over"), pl.col("is_replacement_over") & pl.col("is_replacing")
    sums = {
        "watched": over,
        "replacing": replacing,
        "declared": replacing & pl.col("is_declared"),
        "undeclared": replacing & ~pl.col("is_declared"),
        "same_agent": replacing & pl.col("is_same_agent"),
        "year_over": pl.col("is_year_over"),
        "early_surrenders": pl.col("is_year_over") & pl.col("is_early_surrender"),
    }
    counted = (cases.filter(is_so).sum().cast(pl.Int64).alias(name) for name, is_so in sums.items())
    return judged.filter(period.covers("issued_on")).select(counted).collect()
