"""
Which applications were sent, signed and issued, how long they took to fill in, and which are on their way still.

A figure is the applications for which one of these truths holds, or the share of them for which a second one does.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.as_of import known_on
from dashboard.metrics.terms import Terms, end_of

APPLICATIONS: Final = FACTS["applications"]
# How an application ends. Anything else, or nothing, is on its way still.
OUTCOMES: Final = ("issued", "declined", "withdrawn", "abandoned")
# Decided by the insurer on the merits.
UNDERWRITTEN: Final = ("issued", "declined")
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class ApplicationLimits:
    """
    What applications begun from a day on are measured by.

    Attributes:
        effective_from: The first day; null: always.
        quick_seconds: Active seconds, this many included, in which an application is quick.
        watched_days: Days after its start within which its outcome is looked for.
        source: Where they come from.
    """

    effective_from: date | None
    quick_seconds: int
    watched_days: int
    source: str


@cache
def application_limits() -> tuple[ApplicationLimits, ...]:
    """
    The versions in application_limits.toml, the earliest first.
    """
    text = resources.files("dashboard.metrics").joinpath("application_limits.toml").read_text(encoding="utf-8")
    versions = [
        ApplicationLimits(each.pop("effective_from", None), **each) for each in tomllib.loads(text)["limits"]
    ]
    return tuple(sorted(versions, key=lambda each: each.effective_from or date.min))


def judged(applications: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Judge every application as it was known at the end of the day asked for.

    An application ends issued, declined, withdrawn or abandoned, at its decision; else it is open, which is no
    failure. Its active time is known once it was sent; where a source tells the time so far of an open one, that
    one is still filled in. One that ended without having been sent ended another way, and is in no time.

    Args:
        applications: Rows of the applications fact.
        terms: The day and the zone.

    Returns:
        The rows known by then with `cases` (null is one), the local days `started_on`, `submitted_on` and
        `decided_on`, `minutes` (active ones), and

        `is_counted` (all), `is_open`, `is_applying` (open and not sent), `is_submitted`;

        `is_timed` (sent or open, the time known: the cohort of the minutes), `is_time_known` (sent, the time
        known), `is_quick` (within the quick seconds), `is_signature_known` (sent, and known how it was signed),
        `is_e_signed`, `is_reading_known` (sent, and known whether documents were read by OCR), `is_ocr`,
        `is_underwriting_known` (issued or declined, and known whether by rules), `is_automatic`;

        `is_long_term` (sent, for longer than a year), `is_needs_analysed`, `is_profiled` (the needs analysis, the
        risk profile came before the application was sent), `is_advised` (issued, and known what was recommended),
        `is_as_advised` (of the product line recommended);

        `is_watched` (begun so many days ago that its outcome was looked for long enough, the last day over),
        `is_watching` (begun later), and what had come by the last of these days: `is_submitted_then`,
        `is_underwritten_then` (issued or declined), `is_issued_then`;

        `is_given_up` (abandoned), `given_up_at` (the step, a category), `ending` (of `OUTCOMES`; null: open), and
        `hours` from the start to the end, or so far (whole ones; null where the end isn't known).
    """
    known = known_on(applications, APPLICATIONS, terms.as_of, terms.zone)
    dated = known.with_columns(
        cases=pl.col("cases").fill_null(1),
        started_on=_local_day("started_at", terms),
        submitted_on=_local_day("submitted_at", terms),
        decided_on=_local_day("decided_at", terms),
    )
    outcome, seconds = pl.col("outcome"), pl.col("active_seconds")
    submitted = pl.col("submitted_at").is_not_null()
    is_open = ~outcome.is_in(OUTCOMES).fill_null(value=False)
    timed = submitted & seconds.is_not_null()
    underwritten = outcome.is_in(UNDERWRITTEN).fill_null(value=False)
    watched_to = pl.col("started_on") + pl.duration(days=_limit("watched_days"))
    decided_then = (pl.col("decided_on") <= watched_to).fill_null(value=False)
    return dated.with_columns(
        minutes=seconds / _MINUTE,
        is_counted=pl.lit(value=True),
        is_open=is_open,
        is_applying=is_open & ~submitted,
        is_submitted=submitted,
        is_timed=(submitted | is_open) & seconds.is_not_null(),
        is_time_known=timed,
        is_quick=(seconds <= _limit("quick_seconds")).fill_null(value=False),
        is_signature_known=submitted & pl.col("e_signed").is_not_null(),
        is_e_signed=pl.col("e_signed").fill_null(value=False),
        is_reading_known=submitted & pl.col("ocr_used").is_not_null(),
        is_ocr=pl.col("ocr_used").fill_null(value=False),
        is_underwriting_known=underwritten & pl.col("underwriting_automatic").is_not_null(),
        is_automatic=pl.col("underwriting_automatic").fill_null(value=False),
        is_watched=watched_to <= terms.as_of,
        is_watching=watched_to > terms.as_of,
        is_submitted_then=(pl.col("submitted_on") <= watched_to).fill_null(value=False),
        is_underwritten_then=underwritten & decided_then,
        is_issued_then=(outcome == "issued").fill_null(value=False) & decided_then,
        is_given_up=(outcome == "abandoned").fill_null(value=False),
        ending=outcome.cast(pl.Enum(OUTCOMES), strict=False),
        given_up_at=pl.col("abandoned_step").cast(pl.Categorical),
        is_long_term=submitted & (pl.col("term_years") > 1).fill_null(value=False),
        is_needs_analysed=_before_sent("needs_analysed_at"),
        is_profiled=_before_sent("risk_assessed_at"),
        is_advised=(outcome == "issued").fill_null(value=False) & pl.col("recommended_product_line").is_not_null(),
        is_as_advised=(pl.col("recommended_product_line") == pl.col("product_line")).fill_null(value=False),
        hours=_hours(is_open, terms),
    )


def _before_sent(step: str) -> pl.Expr:
    return (pl.col(step) <= pl.col("submitted_at")).fill_null(value=False)


def _hours(is_open: pl.Expr, terms: Terms) -> pl.Expr:
    """
    The whole hours an application took to end, or has been open for.
    """
    end = pl.lit(end_of(terms.as_of, terms.zone)).cast(APPLICATIONS.schema["decided_at"])
    until = pl.when(is_open).then(end).otherwise("decided_at")
    return (until - pl.col("started_at")).dt.total_hours().cast(pl.Int32)


def _limit(name: str) -> pl.Expr:
    """
    A limit in the version in force on the day an application was begun.
    """
    first, *later = application_limits()
    found = pl.lit(getattr(first, name))
    for each in later:
        found = pl.when(pl.col("started_on") >= each.effective_from).then(getattr(each, name)).otherwise(found)
    return found


def _local_day(instant: str, terms: Terms) -> pl.Expr:
    return pl.col(instant).dt.convert_time_zone(terms.zone).dt.date()
