"""
How good were forecasts in per cent? Of what was said to be likely at 30 %, three in ten should have happened.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from dashboard.stats.intervals import wilson

# An interval that ends at one holds it; floating point mustn't put 0.3 into the bin below.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Brier:
    """
    Mean squared distance between forecasts and what happened.

    Attributes:
        score: Of the forecasts; 0 is perfect, null without cases.
        base: Of always saying the share that did happen, which nobody knew in advance. Above it, the forecasts
            told less than nothing.
        cases: On how many it rests.
    """

    score: float | None
    base: float | None
    cases: int


def calibration(
    forecasts: pl.DataFrame,
    *,
    probability: str = "probability",
    happened: str = "happened",
    weight: str = "cases",
    bins: int = 10,
) -> pl.DataFrame:
    """
    Set what was forecast beside what happened, by bins of equal width.

    Rows without a probability, or of which it isn't known yet whether it happened, are left out.

    Args:
        forecasts: One row per `weight` cases.
        probability: Column of forecasts, from 0 to 1.
        happened: Column of truths.
        weight: Column of how many cases a row stands for; null is one.
        bins: How many.

    Returns:
        A row per bin, all bins present, lowest first: `bin_from` and `bin_before` (the last bin holds its end),
        `cases`, `expected` (mean forecast), `share` (that happened), `lower` and `upper` (Wilson, 95 %); null in
        bins without cases.
    """
    known = _known(forecasts, probability, happened, weight)
    position = (pl.col("_said") * bins + _ROUNDING).floor().clip(0, bins - 1).cast(pl.Int64)
    cases, did = pl.col("_cases"), pl.col("_did")
    sums = known.group_by(_bin=position).agg(
        cases=cases.sum(), _hits=cases.filter(did).sum(), _expected=(pl.col("_said") * cases).sum()
    )
    every = pl.DataFrame({"_bin": range(bins)}, schema={"_bin": pl.Int64})
    filled = every.join(sums, on="_bin", how="left").with_columns(pl.col("cases", "_hits").fill_null(0))
    some = pl.when(pl.col("cases") > 0)
    lower, upper = wilson(pl.col("_hits"), pl.col("cases"))
    return filled.sort("_bin").select(
        bin_from=pl.col("_bin") / bins,
        bin_before=(pl.col("_bin") + 1) / bins,
        cases="cases",
        expected=some.then(pl.col("_expected") / pl.col("cases")),
        share=some.then(pl.col("_hits") / pl.col("cases")),
        lower=lower,
        upper=upper,
    )


def brier(
    forecasts: pl.DataFrame,
    *,
    probability: str = "probability",
    happened: str = "happened",
    weight: str = "cases",
) -> Brier:
    """
    Score forecasts: see `Brier`, and `calibration` for the arguments.
    """
    known = _known(forecasts, probability, happened, weight)
    total = int(known["_cases"].sum())
    if total == 0:
        return Brier(None, None, 0)
    did = known["_did"].cast(pl.Float64)
    score = float((known["_cases"] * (known["_said"] - did) ** 2).sum()) / total
    share = float((known["_cases"] * did).sum()) / total
    return Brier(score, share * (1 - share), total)


def _known(forecasts: pl.DataFrame, probability: str, happened: str, weight: str) -> pl.DataFrame:
    return forecasts.select(
        _said=pl.col(probability).cast(pl.Float64),
        _did=pl.col(happened),
        _cases=pl.col(weight).fill_null(1).cast(pl.Int64),
    ).drop_nulls()
