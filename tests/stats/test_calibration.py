"""
Forecasts against what happened: bins and their edges, weights, what isn't known yet, and both Brier scores.
"""

from __future__ import annotations

import random

import polars as pl
import pytest
from statsmodels.stats.proportion import proportion_confint

from dashboard.stats import brier, calibration

SCHEMA = {"probability": pl.Float64, "happened": pl.Boolean, "cases": pl.Int64}


def forecasts(*rows):
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def bin_of(probability, bins=10):
    found = calibration(forecasts((probability, True, 1)), bins=bins)
    return found["cases"].to_list().index(1)


@pytest.mark.parametrize(
    ("probability", "position"),
    [(0.0, 0), (0.0999, 0), (0.1, 1), (0.1 + 0.2, 3), (0.2999, 2), (0.7, 7), (0.9, 9), (0.9999, 9), (1.0, 9)],
)
def test_a_bin_holds_its_start_and_not_its_end(probability, position):
    """
    But the last one, which holds 1; and sums that floating point leaves a hair off.
    """
    assert position == bin_of(probability)


def test_bins_say_what_was_expected_and_what_came():
    """
    Weighted by cases; a null weight is one; empty bins are there without shares.
    """
    found = calibration(
        forecasts((0.2, True, 3), (0.4, False, 1), (0.4, True, None), (0.9, True, 2)), bins=2
    ).to_dicts()
    lower, upper = proportion_confint(4, 5, method="wilson")

    assert [(0.0, 0.5, 5), (0.5, 1.0, 2)] == [(row["bin_from"], row["bin_before"], row["cases"]) for row in found]
    assert (pytest.approx(1.4 / 5), 0.8) == (found[0]["expected"], found[0]["share"])
    assert (pytest.approx(lower), pytest.approx(upper)) == (found[0]["lower"], found[0]["upper"])
    assert (0.9, 1.0) == (found[1]["expected"], found[1]["share"])


def test_what_is_not_known_is_left_out():
    """
    Neither a forecast without a probability nor one whose end lies ahead; nothing over nothing is null.
    """
    unknown = forecasts((None, True, 1), (0.5, None, 1))
    found = calibration(unknown, bins=1).row(0, named=True)

    assert {"bin_from": 0.0, "bin_before": 1.0, "cases": 0} == {
        name: found[name] for name in ("bin_from", "bin_before", "cases")
    }
    assert [None] * 4 == [found[name] for name in ("expected", "share", "lower", "upper")]
    assert (None, None, 0) == (brier(unknown).score, brier(unknown).base, brier(unknown).cases)


def test_brier_of_the_perfect_the_worst_and_the_undecided():
    """
    0, 1 and a quarter; the base is that of the share that happened.
    """
    assert 0 == brier(forecasts((1.0, True, 1), (0.0, False, 1))).score
    assert 1 == brier(forecasts((0.0, True, 1), (1.0, False, 1))).score
    undecided = brier(forecasts((0.5, True, 1), (0.5, False, 3)))
    assert (0.25, pytest.approx(3 / 16), 4) == (undecided.score, undecided.base, undecided.cases)


def test_brier_counted_by_hand():
    """
    A loop over cases, each on its own.
    """
    draws = random.Random(7)
    rows = [(draws.random(), draws.random() < 0.3, draws.choice([1, 1, 2, None])) for _ in range(200)]
    each = [(said, did) for said, did, cases in rows for _ in range(cases or 1)]
    share = sum(did for _, did in each) / len(each)

    found = brier(forecasts(*rows))

    assert pytest.approx(sum((said - did) ** 2 for said, did in each) / len(each)) == found.score
    assert pytest.approx(sum((share - did) ** 2 for _, did in each) / len(each)) == found.base
    assert len(each) == found.cases
