"""
Which contracts came up for renewal, which were renewed, saved in the days of grace, or lapsed.

A renewal belongs to the month in which the contract fell due, whenever it was paid. Until the days of grace and
the longest gap are over it can still be renewed, and belongs to no rate.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.facts import FACTS, Kind
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms

RENEWALS: Final = FACTS["renewals"]

# A new term may begin so many days after the old one ended and still continue it.
LONGEST_GAP_DAYS: Final = 30
# The contract ended before its term did: there was nothing to renew.
NOT_AVAILABLE: Final = ("cancelled", "claim_terminated")
_NOTHING: Final = pl.lit(0, Kind.MONEY.dtype)
# Whole years a customer has been with us, as bands: the first year of each, in order.
TENURE_BANDS: Final = {"0": 0, "1-2": 1, "3-4": 3, "5-9": 5, "10+": 10}


def judged(renewals: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every renewal as it was known at the end of the day asked for.

    Args:
        renewals: Rows of the renewals fact.
        terms: The day and the zone.

    Returns:
        The rows, `cases` (null is one), `matures_on` (the last day on which it can be renewed: 30 days after the
        due day, or the days of grace where they are more), `lapsed_on` (the day after grace), `reminded_on`,
        `tenure_band` (of `TENURE_BANDS`; not recorded: null), and

        `is_counted` (due by then), `is_available` (not cancelled, not ended by a claim), `is_invited` (and not
        declined by the insurer), `is_due` (invited and due by then), `is_renewed` (paid, and the new term begins
        by `matures_on`), `is_mature` (invited, `matures_on` is over), `is_maturing` (due, but not over);

        `is_gross_mature` (those declined by the insurer, too);

        `is_priced` and `is_pricing` (mature, and maturing, with a premium, and renewed ones with theirs),
        `premium_kept` (the renewed premium; 0 where not renewed);

        `is_out_of_grace` (invited, grace is over), `is_lapsed` (not paid by its last day);

        `is_graced` (invited, with days of grace that are over, unpaid on the due day), `is_in_grace` (the same,
        still running), `is_saved` (paid in these days);

        `is_reminded` (by the due day), `is_auto_known` (due, and known whether it renews by itself), `is_auto`.
    """
    known = known_on(renewals, RENEWALS, terms.as_of, terms.zone)
    dated = known.with_columns(
        cases=pl.col("cases").fill_null(1),
        _grace=pl.col("grace_days").fill_null(0),
        reminded_on=pl.col("reminded_at").dt.convert_time_zone(terms.zone).dt.date(),
        tenure_band=_tenure_band(pl.col("tenure_years")),
    ).with_columns(
        matures_on=_later("due_on", pl.max_horizontal("_grace", pl.lit(LONGEST_GAP_DAYS))),
        _grace_ends_on=_later("due_on", pl.col("_grace")),
        lapsed_on=_later("due_on", pl.col("_grace") + 1),
    )
    as_of = pl.lit(terms.as_of)
    begins_on = pl.coalesce("new_term_from_on", "renewed_on")
    outcome = pl.col("outcome")
    available = ~outcome.is_in(NOT_AVAILABLE).fill_null(value=False)
    invited = available & (outcome != "insurer_declined").fill_null(value=True)
    is_due, is_over = pl.col("due_on") <= as_of, pl.col("matures_on") <= as_of
    renewed = (pl.col("renewed_on").is_not_null() & (begins_on <= pl.col("matures_on"))).fill_null(value=False)
    priced = (pl.col("premium_due") > 0).fill_null(value=False) & (
        ~renewed | pl.col("premium_renewed").is_not_null()
    )
    paid_by = pl.col("renewed_on") <= pl.col("_grace_ends_on")
    unpaid_when_due = ~(pl.col("renewed_on") <= pl.col("due_on")).fill_null(value=False)
    has_grace, grace_is_over = pl.col("_grace") > 0, pl.col("_grace_ends_on") <= as_of
    told = {
        "is_counted": is_due,
        "is_available": available,
        "is_invited": invited,
        "is_due": invited & is_due,
        "is_renewed": renewed,
        "is_mature": invited & is_over,
        "is_maturing": invited & is_due & ~is_over,
        "is_gross_mature": available & is_over,
        "is_priced": invited & is_over & priced,
        "is_pricing": invited & is_due & ~is_over & priced,
        "premium_kept": pl.when(renewed).then("premium_renewed").otherwise(_NOTHING),
        "is_out_of_grace": invited & (pl.col("lapsed_on") <= as_of),
        "is_lapsed": ~paid_by.fill_null(value=False),
        "is_graced": invited & has_grace & grace_is_over & unpaid_when_due,
        "is_in_grace": invited & has_grace & is_due & ~grace_is_over & unpaid_when_due,
        "is_saved": paid_by.fill_null(value=False),
        "is_reminded": (pl.col("reminded_on") <= pl.col("due_on")).fill_null(value=False),
        "is_auto_known": invited & is_due & pl.col("auto_renew").is_not_null(),
        "is_auto": pl.col("auto_renew").fill_null(value=False),
    }
    return dated.with_columns(**told).drop("_grace", "_grace_ends_on")


def _later(day: str, days: pl.Expr) -> pl.Expr:
    return (pl.col(day).cast(pl.Int32) + days.cast(pl.Int32)).cast(pl.Date)


def _tenure_band(years: pl.Expr) -> pl.Expr:
    band: pl.Expr = pl.lit(None, pl.String)
    for name, first in TENURE_BANDS.items():
        band = pl.when(years >= first).then(pl.lit(name)).otherwise(band)
    return band
