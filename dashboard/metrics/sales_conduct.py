"""
Which applications were recorded, declared and flagged as the rules on sales conduct ask.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics import application_journey
from dashboard.metrics.suitability import INCOME, suitability, youngest_elderly
from dashboard.metrics.terms import Terms

# By what the law on recording sales, and that on suitability, tell applicants and contracts apart.
ELDERLY, OLD = 60, 65
AGE_BANDS: Final = ("0-59", "60-64", "65+")
TERM_BANDS: Final = ("0-1", "1+")


def judged(applications: pl.LazyFrame, terms: Terms, linked: pl.LazyFrame | None = None) -> pl.LazyFrame:
    """
    Judge every application as it was known at the end of the day asked for, and how it was sold.

    Args:
        applications: Rows of the applications fact.
        terms: The day and the zone.
        linked: The same and further ones with `application_id`, `customer_age` and `annual_income`, which the rows
            may lack for who may not see it; null: theirs is taken as it is.

    Returns:
        The rows of `application_journey.judged` with

        `is_recording_due` (sent, and the sale had to be recorded), `is_recorded` (it was; nothing known of a
        recording is none), `is_recording_checked` (due, recorded, and known whether it passed),
        `is_recording_passed`;

        `is_declaration_due` (issued, and a health declaration was required), `is_declared` (made by the instant of
        the decision, that one included);

        `is_flag_decided` (prohibited conduct was suspected, and known whether it was confirmed),
        `is_flag_confirmed`;

        `is_step_known` (sent, and known how many steps had to be recorded and how many were), `steps_recorded`
        (never more than those required);

        `age_band` and `term_band` (enumerations: by which the law says what is recorded; null: not known),
        `flagged_on` (the local day);

        and those of `suitability.suitability`.
    """
    # Only of those whose income decides anything, and only for judging: who may not see it finds none in the rows.
    asked = (applications if linked is None else linked).filter(pl.col("customer_age") >= youngest_elderly())
    incomes = asked.select("application_id", pl.col("annual_income").alias(INCOME))
    rows = application_journey.judged(applications, terms).join(incomes, on="application_id", how="left")
    recording_due = pl.col("is_submitted") & pl.col("recording_required").fill_null(value=False)
    recorded = pl.col("recorded").fill_null(value=False)
    issued = (pl.col("outcome") == "issued").fill_null(value=False)
    return rows.with_columns(
        is_recording_due=recording_due,
        is_recorded=recorded,
        is_recording_checked=recording_due & recorded & pl.col("recording_passed").is_not_null(),
        is_recording_passed=pl.col("recording_passed").fill_null(value=False),
        is_declaration_due=issued & pl.col("health_declaration_required").fill_null(value=False),
        is_declared=(pl.col("health_declared_at") <= pl.col("decided_at")).fill_null(value=False),
        is_flag_decided=pl.col("flagged_at").is_not_null() & pl.col("flag_confirmed").is_not_null(),
        is_flag_confirmed=pl.col("flag_confirmed").fill_null(value=False),
        is_step_known=pl.col("is_submitted")
        & pl.all_horizontal(pl.col("steps_required", "steps_recorded").is_not_null()),
        steps_recorded=pl.min_horizontal("steps_recorded", "steps_required"),
        age_band=_age_band(),
        term_band=_term_band(),
        flagged_on=pl.col("flagged_at").dt.convert_time_zone(terms.zone).dt.date(),
        **suitability(),
    ).drop(INCOME)


def _age_band() -> pl.Expr:
    young, old, oldest = (pl.lit(name, pl.Enum(AGE_BANDS)) for name in AGE_BANDS)
    age = pl.col("customer_age")
    return pl.when(age >= OLD).then(oldest).when(age >= ELDERLY).then(old).when(age.is_not_null()).then(young)


def _term_band() -> pl.Expr:
    short, long = (pl.lit(name, pl.Enum(TERM_BANDS)) for name in TERM_BANDS)
    years = pl.col("term_years")
    return pl.when(years > 1).then(long).when(years.is_not_null()).then(short)
