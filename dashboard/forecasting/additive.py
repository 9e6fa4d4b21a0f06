"""
A probability that can say why: what is known of a contract adds to or takes from its log-odds, bin by bin.

Every feature is cut into bins, every bin has a weight, and nothing else is in the sum. What a feature contributes
is therefore exact and needs no approximation, which a forest's contributions would.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import polars as pl

from dashboard.forecasting.features import Feature

Floats = npt.NDArray[np.float64]
Truths = npt.NDArray[np.bool_]

TENTHS: Final = 10
# A bin with fewer cases says more about them than about others like them; a code so rare goes with the unknown.
FEWEST_IN_BIN: Final = 50
# The penalty on weights, as scikit-learn counts it: small bins lean towards the average.
PENALTY: Final = 1.0
# Before a contribution: a feature's column under this name holds what it adds to the log-odds.
ADDS: Final = "adds_"


@dataclass(frozen=True, slots=True)
class Term:
    """
    One feature's part of the sum.

    Attributes:
        feature: Its name.
        edges: Of numbers, where the second bin and each later one begins.
        codes: Of codes, one bin each.
        weights: What each bin adds to the log-odds, against the average contract learned from; the last one is for
            the unknown: null, or a code nobody had.
        shares: Which share of what was learned from fell into each bin.
    """

    feature: str
    edges: tuple[float, ...]
    codes: tuple[str, ...]
    weights: tuple[float, ...]
    shares: tuple[float, ...]

    def bin_of(self) -> pl.Expr:
        """
        The position of a row's bin.
        """
        value = pl.col(self.feature)
        if self.codes:
            places = {code: place for place, code in enumerate(self.codes)}
            return value.replace_strict(places, default=len(self.codes), return_dtype=pl.Int64)
        place = pl.sum_horizontal((value >= edge).cast(pl.Int64) for edge in self.edges)
        return pl.when(value.is_null()).then(len(self.edges) + 1).otherwise(place)

    @property
    def importance(self) -> float:
        """
        How far this feature moves the log-odds on average (root of the mean square over those learned from).
        """
        return float(np.sqrt(np.square(self.weights) @ np.array(self.shares)))


@dataclass(frozen=True, slots=True)
class Additive:
    """
    A sum of terms and what it begins with, all in log-odds.
    """

    base: float
    terms: tuple[Term, ...]

    def scored(self, rows: pl.DataFrame) -> pl.DataFrame:
        """
        Add `probability`, and for each feature what it contributes to the log-odds (`adds_` and its name).

        Args:
            rows: With a column for each term's feature.
        """
        added = rows.with_columns(
            term.bin_of()
            .replace_strict(dict(enumerate(term.weights)), return_dtype=pl.Float64)
            .alias(ADDS + term.feature)
            for term in self.terms
        )
        # In a fixed order: floating point sums depend on it.
        odds = pl.lit(self.base, pl.Float64)
        for term in self.terms:
            odds = odds + pl.col(ADDS + term.feature)
        return added.with_columns(probability=share_of_odds(odds))

    def as_json(self) -> dict[str, Any]:
        """
        Plain numbers and texts, from which `from_json` makes the same model.
        """
        return {
            "base": self.base,
            "terms": [
                {
                    "feature": term.feature,
                    "edges": list(term.edges),
                    "codes": list(term.codes),
                    "weights": list(term.weights),
                    "shares": list(term.shares),
                }
                for term in self.terms
            ],
        }

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Additive:
        """
        The model that `as_json` wrote.

        Raises:
            ValueError: A term hasn't a weight and a share for each of its bins, or has edges out of order.
        """
        terms = []
        for each in said["terms"]:
            edges, weights, shares = (tuple(map(float, each[name])) for name in ("edges", "weights", "shares"))
            codes = tuple(map(str, each["codes"]))
            bins = len(codes) + 1 if codes else len(edges) + 2
            if len(weights) != bins or len(shares) != bins or any(one >= other for one, other in pairwise(edges)):
                raise ValueError(f"{each['feature']}: bins and weights don't go together")
            terms.append(Term(str(each["feature"]), edges, codes, weights, shares))
        return cls(float(said["base"]), tuple(terms))


def share_of_odds(odds: pl.Expr) -> pl.Expr:
    """
    The probability whose log-odds these are.
    """
    return 1 / (1 + (-odds).exp())


def fitted(rows: pl.DataFrame, happened: Truths, cases: Floats, features: Sequence[Feature]) -> Additive:
    """
    Learn the weights by penalised logistic regression on the bins.

    Args:
        rows: A column for each feature.
        happened: Of each row, whether it did.
        cases: How many cases each row stands for.
        features: Those to use; one that has a single value throughout tells nothing and is left out.

    Raises:
        ValueError: It happened to all, or to none.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - a second of loading only trainers need

    terms = [term for feature in features if (term := _binned(rows, cases, feature)) is not None]
    places = [rows.select(term.bin_of()).to_series().to_numpy() for term in terms]
    columns = [place[:, None] == np.arange(len(term.weights)) for term, place in zip(terms, places, strict=True)]
    design = np.hstack(columns).astype(np.float64) if columns else np.zeros((rows.height, 1))
    learned = LogisticRegression(C=1 / PENALTY, solver="newton-cholesky").fit(
        design, happened, sample_weight=cases
    )
    base, weights, begin = float(learned.intercept_[0]), learned.coef_[0], 0
    done = []
    for term in terms:
        own = weights[begin : begin + len(term.weights)]
        begin += len(term.weights)
        average = float(own @ np.array(term.shares))
        base += average
        # Nobody is known who was unknown: that says neither good nor bad.
        told = [float(weight) - average if share else 0.0 for weight, share in zip(own, term.shares, strict=True)]
        done.append(Term(term.feature, term.edges, term.codes, tuple(told), term.shares))
    return Additive(base, tuple(done))


def calibrated(model: Additive, rows: pl.DataFrame, happened: Truths, cases: Floats) -> Additive:
    """
    Stretch and shift the log-odds to what happened to later cases (Platt), which keeps the sum a sum.

    Args:
        model: As `fitted`.
        rows: Cases it hasn't learned from.
        happened: Of each of them, whether it did.
        cases: How many cases each row stands for.
    """
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    odds = log_odds(model.scored(rows)["probability"].to_numpy())
    line = LogisticRegression(C=np.inf, solver="newton-cholesky").fit(odds[:, None], happened, sample_weight=cases)
    stretch, shift = float(line.coef_[0, 0]), float(line.intercept_[0])
    terms = tuple(
        Term(term.feature, term.edges, term.codes, tuple(weight * stretch for weight in term.weights), term.shares)
        for term in model.terms
    )
    return Additive(model.base * stretch + shift, terms)


def log_odds(probabilities: Floats) -> Floats:
    """
    The log-odds of probabilities; nothing is taken for surer than one in a million.
    """
    inside = np.clip(probabilities, 1e-6, 1 - 1e-6)
    odds: Floats = np.log(inside / (1 - inside))
    return odds


def bin_shares(term: Term, rows: pl.DataFrame, cases: Floats) -> Floats:
    """
    How many cases of rows fall into each bin of a term.
    """
    places = rows.select(term.bin_of()).to_series().to_numpy()
    shares: Floats = np.bincount(places, weights=cases, minlength=len(term.weights)).astype(np.float64)
    return shares


def _binned(rows: pl.DataFrame, cases: Floats, feature: Feature) -> Term | None:
    values = rows[feature.name]
    edges: tuple[float, ...] = ()
    codes: tuple[str, ...] = ()
    if feature.is_code:
        counts = rows.group_by(feature.name).agg(_rows=pl.len()).drop_nulls(feature.name).sort(feature.name)
        codes = tuple(counts.filter(pl.col("_rows") >= FEWEST_IN_BIN)[feature.name].to_list())
        if not codes:
            return None
    else:
        edges = feature.edges or _tenths(values)
        edges = tuple(edge for edge in edges if int((values >= edge).sum()) >= FEWEST_IN_BIN)
    bins = len(codes) + 1 if codes else len(edges) + 2
    term = Term(feature.name, edges, codes, (0.0,) * bins, (0.0,) * bins)
    counted = bin_shares(term, rows, cases)
    if (counted > 0).sum() < 2:  # noqa: PLR2004 - one value throughout
        return None
    return Term(feature.name, edges, codes, (0.0,) * bins, tuple((counted / counted.sum()).tolist()))


def _tenths(values: pl.Series) -> tuple[float, ...]:
    found = {values.quantile(place / TENTHS, "nearest") for place in range(1, TENTHS)}
    lowest = values.min()
    return tuple(sorted(float(each) for each in found if each is not None and each != lowest))
