"""
How does each training and each certificate of an agent stand on a day?
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics import trainings as courses
from dashboard.metrics.as_of import known_on
from dashboard.metrics.certification import EXPIRING_DAYS
from dashboard.metrics.certification import judged as certified
from dashboard.metrics.terms import Terms

# How a training stands, what needs somebody first.
TRAINING_STATES: Final = ("overdue", "open", "done_late", "done")
CERTIFICATE_STATES: Final = ("expired", "expiring", "valid")
# What runs out within so many days, by what people call it; the day itself is the last one within.
RUNNING_OUT: Final = {"0-30": 30, "31-60": 60, "61-90": 90}
EXPIRED: Final = "expired"


def training_states(trainings: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Say how every training stands: overdue, open, done late or done.

    The due day itself is in time. What is due after the day asked for is open, done already or not started.

    Args:
        trainings: Rows of the trainings fact.
        terms: The day and the zone.

    Returns:
        The rows as `trainings.judged` gives them, with `state` (one of `TRAINING_STATES`), in that order,
        those due longest first while they aren't done, the newest first once they are.
    """
    judged = courses.judged(trainings, terms)
    done = pl.col("completed_on").is_not_null()
    state = (
        pl.when(done & pl.col("is_on_time"))
        .then(pl.lit("done"))
        .when(done)
        .then(pl.lit("done_late"))
        .when("is_due")
        .then(pl.lit("overdue"))
        .otherwise(pl.lit("open"))
    )
    rank = pl.col("state").replace_strict({name: place for place, name in enumerate(TRAINING_STATES)})
    days = pl.col("due_on").to_physical()
    return judged.with_columns(state=state).sort(rank, pl.when(done).then(-days).otherwise(days), "training_id")


def certificate_states(certifications: pl.LazyFrame, terms: Terms) -> pl.LazyFrame:
    """
    Say how every certificate stands: expired, about to expire or valid.

    The day it expires on is its last valid one; one without such a day is valid for good.

    Args:
        certifications: Rows of the certifications fact.
        terms: The day and the zone.

    Returns:
        The rows issued by then, or nobody knows when, with `cases` (null is one) and `state` (one of
        `CERTIFICATE_STATES`), those that expire first at the top.
    """
    # Where nobody recorded when it was issued, it is taken as held.
    issued = (pl.col("issued_on") <= terms.as_of).fill_null(value=True)
    known = known_on(certifications.filter(issued), FACTS["certifications"], terms.as_of, terms.zone)
    return known.with_columns(
        cases=pl.col("cases").fill_null(1), state=validity(pl.col("expires_on"), terms.as_of)
    ).sort("expires_on", "certification_id", nulls_last=True)


def running_out(agents: pl.LazyFrame, certifications: pl.LazyFrame, terms: Terms) -> pl.DataFrame:
    """
    The licences and certificates of the agents under contract that have run out, or will within 90 days.

    What expires on the day asked for still holds on it. A certificate that its holder has again, under the same
    name and for longer, has run out for nobody.

    Args:
        agents: Rows of the agents fact.
        certifications: Rows of the certifications fact.
        terms: The day and the zone.

    Returns:
        What expires first at the top, but certificates that have run out at the end, the latest first:
        `agent_id`, `team_id`, `branch_id`, `name` (null: the licence), `expires_on`, `days_left` (negative once
        expired), `band` (`expired` or one of `RUNNING_OUT`) and `cases`.
    """
    here = certified(agents, terms, certifications).filter("is_here")
    units = ("agent_id", "team_id", "branch_id")
    licences = here.select(
        *units, pl.lit(None, pl.String).alias("name"), pl.col("licence_until_on").alias("expires_on"), "cases"
    )
    newest = (
        certificate_states(certifications, terms)
        .group_by("agent_id", "name")
        # One without a last day holds for good.
        .agg(expires_on=pl.when(pl.col("expires_on").is_not_null().all()).then(pl.col("expires_on").max()))
    )
    certificates = here.select(*units, "cases").join(newest, on="agent_id", how="inner")
    left = (pl.col("expires_on") - pl.lit(terms.as_of)).dt.total_days()
    # The first that fits.
    bands = [pl.when(pl.col("days_left") <= most).then(pl.lit(name)) for name, most in RUNNING_OUT.items()]
    band = pl.coalesce(pl.when(pl.col("days_left") < 0).then(pl.lit(EXPIRED)), *bands)
    return (
        pl.concat([licences, certificates.select(licences.collect_schema().names())])
        .with_columns(days_left=left)
        .with_columns(band=band)
        .filter(pl.col("band").is_not_null())
        .with_columns(_is_past=(pl.col("band") == EXPIRED) & pl.col("name").is_not_null())
        .sort(
            "_is_past",
            pl.when("_is_past").then(-pl.col("days_left")).otherwise("days_left"),
            "agent_id",
            "name",
        )
        .drop("_is_past")
        .collect()
    )


def validity(expires_on: pl.Expr, as_of: date) -> pl.Expr:
    """
    How something that holds until a day stands: one of `CERTIFICATE_STATES`; without a day it is valid.
    """
    return (
        pl.when(expires_on < as_of)
        .then(pl.lit("expired"))
        .when(expires_on <= as_of + timedelta(days=EXPIRING_DAYS))
        .then(pl.lit("expiring"))
        .otherwise(pl.lit("valid"))
    )
