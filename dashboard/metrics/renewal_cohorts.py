"""
How much of each month's contracts was renewed by when, so that a young month is held against older ones fairly?

The contracts that fell due in one month are a cohort. What it will have renewed isn't known until its last
contract can no longer be renewed; what it had renewed at an age is known once all its contracts have that age.
"""

from __future__ import annotations

from typing import Final

import polars as pl

from dashboard.metrics.packing import Likeness
from dashboard.metrics.terms import Terms
from dashboard.periods import MONTH, Period
from dashboard.stats import wilson

# Days after the due day at which cohorts are compared; before it, renewals are early.
AGES: Final = (-30, 0, 15, 30, 60)
# What `gross_and_invited` reads.
OF_BASES: Final = Likeness(
    (
        *("due_on", "matures_on", "is_available", "is_counted", "is_renewed"),
        *("is_mature", "is_maturing", "is_gross_mature"),
    )
)


def maturing_cohorts(rows: pl.LazyFrame, terms: Terms, *, period: Period) -> pl.DataFrame:
    """
    Tell what each month's cohort had renewed at each of the ages.

    Args:
        rows: Judged renewals.
        terms: The day whose end counts.
        period: Of the due day; whole months.

    Returns:
        By month and age, of months with any invited contract: `month`, `age` (days after the due day, of `AGES`),
        `invited` and `renewed` (cases; the latter paid by that age), `share`, `lower`, `upper` (Wilson), and
        `known_on`, the day on which the month's last day has that age. Before it `renewed` and all that follows
        from it are null: not all contracts have had the same time.
    """
    cases = pl.col("cases")
    days = pl.col("renewed_on").cast(pl.Int32) - pl.col("due_on").cast(pl.Int32)
    by_age = [(cases * (pl.col("is_renewed") & (days <= age))).sum().alias(str(age)) for age in AGES]
    # By day first: that makes few rows of millions, before anything is asked of their months.
    by_day = (
        rows.filter("is_invited", period.covers("due_on"))
        .group_by("due_on")
        .agg(cases.sum().alias("invited"), *by_age)
    )
    cohorts = (
        by_day.group_by(pl.col("due_on").dt.month_start().alias(MONTH))
        .agg(pl.exclude("due_on").sum())
        .unpivot([str(age) for age in AGES], index=[MONTH, "invited"], variable_name="age", value_name="renewed")
        .with_columns(pl.col("age").cast(pl.Int64))
        .with_columns(known_on=pl.col(MONTH).dt.month_end() + pl.duration(days=pl.col("age")))
        .with_columns(renewed=pl.when(pl.col("known_on") <= terms.as_of).then("renewed"))
    )
    lower, upper = wilson(pl.col("renewed"), pl.col("invited"))
    shares = {"share": pl.col("renewed") / pl.col("invited"), "lower": lower, "upper": upper}
    return (
        cohorts.with_columns(**shares)
        .select(MONTH, "age", "invited", "renewed", *shares, "known_on")
        .sort(MONTH, "age")
        .collect()
    )


def gross_and_invited(rows: pl.LazyFrame, *, period: Period) -> pl.DataFrame:
    """
    Set the share renewed of the contracts we invited beside that of all that were available.

    The latter counts contracts we declined to renew as not renewed. Both are of contracts that can no longer be
    renewed late; the former is the figure `renewal_rate`.

    Args:
        rows: Judged renewals: the columns of `OF_BASES`.
        period: Of the due day; whole months.

    Returns:
        By month: `month`; of `invited` and `gross` that (cases), `…_renewed`, `…_share` (null of none) and
        `…_maturing` (due, their time not over); and `settled_on`, the day on which the month's last contract can
        no longer be renewed, planned ones included.
    """
    cases, is_old = pl.col("cases"), pl.col("is_gross_mature")
    maturing = {"invited": pl.col("is_maturing"), "gross": pl.col("is_counted") & ~is_old}
    sums: dict[str, pl.Expr] = {}
    for basis, among in (("invited", pl.col("is_mature")), ("gross", is_old)):
        sums |= {
            basis: (cases * among).sum(),
            f"{basis}_renewed": (cases * (among & pl.col("is_renewed"))).sum(),
            f"{basis}_maturing": (cases * maturing[basis]).sum(),
        }
    shares = {
        f"{basis}_share": pl.when(pl.col(basis) > 0).then(pl.col(f"{basis}_renewed") / pl.col(basis))
        for basis in ("invited", "gross")
    }
    return (
        rows.filter("is_available", period.covers("due_on"))
        .group_by("due_on")
        .agg(**sums, settled_on=pl.col("matures_on").max())
        .group_by(pl.col("due_on").dt.month_start().alias(MONTH))
        .agg(pl.exclude("due_on", "settled_on").sum(), pl.col("settled_on").max())
        .with_columns(**shares)
        .select(
            MONTH,
            *(f"{basis}{part}" for basis in maturing for part in ("", "_renewed", "_share", "_maturing")),
            "settled_on",
        )
        .sort(MONTH)
        .collect()
    )
