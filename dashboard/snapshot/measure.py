"""
What a stored fact holds: rows, bad ones by reason, unknown codes, how far it reaches.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import datetime

import polars as pl

from dashboard.facts import INSTANT, PROBLEM, Column, Fact, Kind
from dashboard.snapshot.manifest import FactState

CODES_KEPT = 100  # of one column; more are no codes but free text


def moments(state: FactState, rows: pl.LazyFrame, fact: Fact, now: datetime) -> FactState:
    """
    The state of a fact whose rows are those it was counted from, at a later moment: what lay in the future then
    may have come by now.

    Args:
        state: As `measured` completed it, of the same rows.
        rows: These rows, each with its `problem`.
        fact: Which fact.
        now: Later moments are neither `watermark` nor `latest_at`.

    Returns:
        The state with `watermark` and `latest_at` anew.
    """
    return replace(state, **rows.select(**_moments(fact, now)).collect().row(0, named=True))


def measured(state: FactState, rows: pl.LazyFrame, fact: Fact, now: datetime) -> FactState:
    """
    Complete the state of a fact by counting rows.

    Args:
        state: What is known of the fact besides.
        rows: Its rows, or those of them that count here, each with its `problem`.
        fact: Which fact.
        now: Later moments are neither `watermark` nor `latest_at`.

    Returns:
        The state with `rows`, `bad`, `unknown`, `watermark` and `latest_at` of these rows.
    """
    coded = [column for column in fact.columns if column.is_coded]
    totals, bad, *codes = pl.collect_all(
        [
            rows.select(rows=pl.len(), **_moments(fact, now)),
            rows.filter(pl.col(PROBLEM).is_not_null()).group_by(PROBLEM).len(),
            *[_unknown(rows, column) for column in coded],
        ]
    )
    unknown = Counter[str]()
    for column, found in zip(coded, codes, strict=True):
        for code, cases in found.iter_rows():
            unknown[f"{column.name}:{code}"] += cases
    return replace(
        state,
        **totals.row(0, named=True),
        bad=dict(sorted(bad.iter_rows())),
        unknown=dict(sorted(unknown.items())),
    )


def _moments(fact: Fact, now: datetime) -> dict[str, pl.Expr]:
    dated = pl.col(fact.dated).cast(INSTANT) if fact.dated else pl.lit(None, INSTANT)
    return {
        "watermark": pl.col("updated_at").filter(pl.col("updated_at") <= now).max(),
        "latest_at": dated.filter(pl.col(PROBLEM).is_null() & (dated <= now)).max(),
    }


def _unknown(rows: pl.LazyFrame, column: Column) -> pl.LazyFrame:
    codes = rows.select(code=pl.col(column.name)).drop_nulls()
    if column.kind is Kind.CODES:
        codes = codes.select(pl.col("code").str.extract_all(r"[^\s,;|/]+").explode()).drop_nulls()
    strange = codes.filter(~pl.col("code").is_in(list(column.vocabulary))).group_by("code").len()
    return strange.sort("len", "code", descending=[True, False]).head(CODES_KEPT)
