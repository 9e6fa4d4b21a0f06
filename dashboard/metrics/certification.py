"""
Who may sell, on the face of it: which agents hold a licence or a certificate that is valid, and for how long?
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH

AGENTS: Final = FACTS["agents"]
CERTIFICATIONS: Final = FACTS["certifications"]
# A licence that expires within so many days is to be renewed now.
EXPIRING_DAYS: Final = 60


def judged(agents: pl.LazyFrame, terms: Terms, certifications: pl.LazyFrame) -> pl.LazyFrame:
    """
    Judge every agent's licence and certificates at the end of the day asked for.

    The last day of a licence or certificate still counts; one without a last day is for good. Of a licence only
    the present last day is recorded, so that of an earlier day a licence renewed since counts as valid then.

    Args:
        agents: Rows of the agents fact.
        terms: The day and the zone.
        certifications: Rows of the certifications fact.

    Returns:
        The rows, `cases` (null is one), `certificates` (UInt32, valid ones), and `is_counted` (joined by then),
        `is_here` (and not left), `is_licensed` (here, with a valid licence), `is_expiring` (licensed, for 60 days
        more at most), `is_lapsed` (here, the licence is over), `is_certified` (here, with a valid licence or
        certificate).
    """
    as_of = pl.lit(terms.as_of)
    held = known_on(certifications, CERTIFICATIONS, terms.as_of, terms.zone)
    until = pl.col("expires_on")
    valid = (
        held.filter(pl.col("issued_on").is_not_null() & (until.is_null() | (until >= as_of)))
        .group_by("agent_id")
        .agg(certificates=pl.len())
    )
    known = known_on(agents, AGENTS, terms.as_of, terms.zone).join(valid, on="agent_id", how="left")
    licence = pl.col("licence_until_on")
    joined = pl.col("joined_on").is_not_null()
    here = joined & pl.col("left_on").is_null()
    licensed = here & (licence >= as_of).fill_null(value=False)
    certificates = pl.col("certificates").fill_null(0)
    soon = as_of + pl.duration(days=EXPIRING_DAYS)
    return known.with_columns(
        cases=pl.col("cases").fill_null(1),
        certificates=certificates,
        is_counted=joined,
        is_here=here,
        is_licensed=licensed,
        is_expiring=licensed & (licence <= soon).fill_null(value=False),
        is_lapsed=here & (licence < as_of).fill_null(value=False),
        is_certified=licensed | (here & (certificates > 0)),
    )


def stock_by_month(
    agents: pl.LazyFrame,
    terms: Terms,
    certifications: pl.LazyFrame,
    *,
    months: Sequence[date],
    by: Sequence[str] = (),
) -> pl.LazyFrame:
    """
    Count the agents under contract, and the certified ones, at the end of each month: see `judged`.

    Args:
        agents: As for `judged`.
        terms: As for `judged`; the month of the day ends with it.
        certifications: As for `judged`.
        months: First days of months; those after the day are left out.
        by: Columns of the fact that make groups.

    Returns:
        One row per month and group: `month`, the groups, `is_here` and `is_certified` in cases.
    """
    known = sorted({month.replace(day=1) for month in months if month <= terms.as_of})
    ends = [min(day, terms.as_of) for day in pl.Series(known, dtype=pl.Date).dt.month_end()]
    counted = [
        judged(agents, _on(terms, end), certifications)
        .group_by(pl.lit(month).alias(MONTH), *by)
        .agg(_cases_of("is_here"), _cases_of("is_certified"))
        for month, end in zip(known, ends, strict=True)
    ]
    nothing = judged(agents.clear(), terms, certifications.clear()).group_by(
        pl.lit(terms.as_of.replace(day=1)).alias(MONTH), *by
    )
    return pl.concat([nothing.agg(_cases_of("is_here"), _cases_of("is_certified")), *counted])


def _on(terms: Terms, day: date) -> Terms:
    return Terms(day, terms.zone, terms.calendar, terms.regimes)


def _cases_of(truth: str) -> pl.Expr:
    return pl.col("cases").filter(truth).sum().alias(truth)
