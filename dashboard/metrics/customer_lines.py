"""
Which lines of insurance does one customer hold, which were recommended, and what is missing?
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Final

import polars as pl

from dashboard.facts import FACTS
from dashboard.metrics.terms import Terms

LINES: Final = FACTS["customers"].by_name["lines_held"].vocabulary
_LISTED: Final = r"[^\s,;|/]+"


def in_force(policies: pl.DataFrame, *, today: date) -> pl.DataFrame:
    """
    The policies that give cover on a day: begun, not ended or cancelled within the free look, not suspended.

    Args:
        policies: Rows of the policies fact.
        today: The day.
    """
    begun = (pl.col("effective_on") <= today).fill_null(value=True)
    ended = (pl.col("ended_on") <= today).fill_null(value=False)
    is_suspended = (pl.col("suspended_on") <= today).fill_null(value=False) & ~(
        (pl.col("reinstated_on") <= today) & (pl.col("reinstated_on") >= pl.col("suspended_on"))
    ).fill_null(value=False)
    return policies.filter(begun & ~ended & ~is_suspended & pl.col("free_look_cancelled_at").is_null())


def customer_lines(
    held: str | None,
    policies: pl.DataFrame,
    applications: pl.DataFrame,
    terms: Terms,
    *,
    recorded: Collection[str],
) -> pl.DataFrame:
    """
    Hold the lines a customer has against those that were recommended to them.

    Args:
        held: Their `lines_held`; null: none, where the source records it.
        policies: Theirs.
        applications: Theirs, with what was recommended each time.
        terms: The day and the zone.
        recorded: The columns of customers that the source records. Without `lines_held` a line is held by a policy
            in force.

    Returns:
        A row per line, in the contract's order: `product_line`, `is_held`, `policies` (in force), `premium` (of
        these a year; null without any), `recommended_on` (the day when it was recommended last; null: never) and
        `is_gap` (recommended and not held).
    """
    listed = set(pl.Series([held or ""]).str.extract_all(_LISTED).explode().drop_nulls())
    active = in_force(policies, today=terms.as_of).group_by("product_line").agg(
        policies=pl.col("cases").fill_null(1).sum(), premium=pl.col("premium").cast(pl.Float64).sum()
    )  # fmt: skip
    advised = (
        applications.filter(pl.col("recommended_product_line").is_not_null())
        .group_by(product_line="recommended_product_line")
        .agg(recommended_on=pl.col("started_at").max().dt.convert_time_zone(terms.zone).dt.date())
    )
    others = {*listed, *active["product_line"], *advised["product_line"]} - set(LINES) - {None}
    every = pl.DataFrame({"product_line": [*LINES, *sorted(others)]})
    is_held = pl.col("product_line").is_in(sorted(listed)) if "lines_held" in recorded else pl.col("policies") > 0
    return (
        every.join(active, on="product_line", how="left", maintain_order="left")
        .join(advised, on="product_line", how="left", maintain_order="left")
        .with_columns(pl.col("policies").fill_null(0))
        .with_columns(is_held=is_held)
        .with_columns(is_gap=pl.col("recommended_on").is_not_null() & ~pl.col("is_held"))
        .select("product_line", "is_held", "policies", "premium", "recommended_on", "is_gap")
    )
