"""
Which steps of a sale left the record they must, and how long has a recording to be kept?
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Final

import polars as pl

from dashboard.metrics.application_shares import Share, shares
from dashboard.periods import Period

_SENT: Final = frozenset({"submitted_at"})
_ISSUED: Final = frozenset({"outcome", "decided_at"})
# Steps from the enquiry to the issue, in order: who had to take them, and who did. A source tells these one by
# one; of all others it tells how many there were.
STEPS: Final = {
    "needs_analysis": Share("is_long_term", "is_needs_analysed", _SENT | {"term_years", "needs_analysed_at"}),
    "risk_assessment": Share("is_long_term", "is_profiled", _SENT | {"term_years", "risk_assessed_at"}),
    "recording": Share("is_recording_due", "is_recorded", _SENT | {"recording_required", "recorded"}),
    "health_declaration": Share(
        "is_declaration_due", "is_declared", _ISSUED | {"health_declaration_required", "health_declared_at"}
    ),
}
# Of the sales that have to be recorded: how many were, and of the recordings checked how many passed.
RECORDINGS: Final = {
    "recording_coverage_rate": STEPS["recording"],
    "recording_pass_rate": Share(
        "is_recording_checked",
        "is_recording_passed",
        _SENT | {"recording_required", "recorded", "recording_passed"},
    ),
}
# What is read of judged applications here.
RECORDS_READ: Final = tuple(
    dict.fromkeys(name for each in (*STEPS.values(), *RECORDINGS.values()) for name in (each.among, each.hits))
)


@dataclass(frozen=True, slots=True)
class Retention:
    """
    How long recordings of sales are kept.

    Attributes:
        effective_from: Since when.
        short_years: Years after its end, of a contract of a year or less.
        long_years: Years after its end, of a longer one.
        dispute_years: Years after the end of a dispute, if that is later.
        source: Where it comes from.
    """

    effective_from: date
    short_years: int
    long_years: int
    dispute_years: int
    source: str


@cache
def retention_on(day: date) -> Retention | None:
    """
    The rule on keeping recordings that is in force on a day; null before the first one.
    """
    text = resources.files("dashboard.metrics").joinpath("recording_retention.toml").read_text(encoding="utf-8")
    versions = [Retention(**each) for each in tomllib.loads(text)["retention"]]
    begun = [each for each in versions if each.effective_from <= day]
    return max(begun, key=lambda each: each.effective_from, default=None)


def steps_recorded(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Count by step how many applications had to leave its record, and how many did.

    Args:
        rows: Judged applications, as `sales_conduct.judged` gives them, with `RECORDS_READ`.
        period: Of the start of the application.

    Returns:
        One row per step in the order of `STEPS`: `step`, `value`, `numerator`, `denominator` (cases), `lower`,
        `upper` (95 %, Wilson); nothing over nothing is null.
    """
    told = [
        shares(rows, share, period=period).select(pl.lit(step).alias("step"), pl.all())
        for step, share in STEPS.items()
    ]
    return pl.concat(told)
