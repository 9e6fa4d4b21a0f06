"""
The probabilities of the contracts that fall due next, the same for whoever looks at them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

import polars as pl

from dashboard.forecasting.additive import ADDS, Term, bin_shares
from dashboard.forecasting.edition import Edition
from dashboard.forecasting.features import FEATURES, LEAD, Facts, Recorded, with_features
from dashboard.forecasting.training import READ
from dashboard.metrics import Terms, renewals
from dashboard.stats import population_stability

# A month more than is listed, so that the list is whole until the next refresh, however late.
AHEAD: Final = timedelta(days=120)

SCHEMA: Final[Mapping[str, pl.DataType]] = {
    "renewal_id": pl.String(),
    "scored_on": pl.Date(),
    "probability": pl.Float64(),
    **{feature.name: pl.String() if feature.is_code else pl.Float64() for feature in FEATURES},
    **{ADDS + feature.name: pl.Float64() for feature in FEATURES},
}


def scored(
    edition: Edition, facts: Facts, recorded: Recorded, terms: Terms
) -> tuple[pl.DataFrame, dict[str, float | None]]:
    """
    Give every contract that falls due in the next 120 days its probability and what it is made of.

    Args:
        edition: A trusted one; of another none is given.
        facts: Gives all rows of a fact, of whatever unit.
        recorded: Gives the columns of a fact that its source records.
        terms: What was known at the end of their day decides, at most up to sixty days before the due day.

    Returns:
        A row per contract, with the columns of `SCHEMA`: `probability` as it was at `scored_on`, each feature's
        value, and under `adds_` what it adds to the log-odds (null: not a feature of this edition). And by feature
        the population stability index between those learned from and these contracts.
    """
    if edition.model is None or not edition.is_trusted:
        return pl.DataFrame(schema=dict(SCHEMA)), {}
    upcoming = (
        renewals.judged(facts("renewals"), terms)
        .filter(
            "is_invited",
            pl.col("due_on").is_between(terms.as_of, terms.as_of + AHEAD, closed="right"),
        )
        .select(READ)
        .with_columns(scored_on=pl.min_horizontal(pl.col("due_on") - LEAD, pl.lit(terms.as_of)))
        .sort("renewal_id")
        .collect()
    )
    told = edition.model.scored(with_features(upcoming, facts, recorded, terms.zone))
    cases = told["cases"].cast(pl.Float64).to_numpy()
    drift = {term.feature: _drift(term, bin_shares(term, told, cases).tolist()) for term in edition.model.terms}
    empty = [pl.lit(None, dtype).alias(name) for name, dtype in SCHEMA.items() if name not in told.columns]
    return told.with_columns(empty).select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items()), drift


def _drift(term: Term, now: Sequence[float]) -> float | None:
    """
    How far today's contracts moved. That more is known of them than of those before, because records reach back
    further by now, is no move; that less is known is one.
    """
    total = sum(now)
    if total and now[-1] / total <= term.shares[-1]:
        return population_stability(term.shares[:-1], now[:-1])
    return population_stability(term.shares, now)
