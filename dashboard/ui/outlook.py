"""
How many complaints will be late this week, and how good were earlier forecasts?
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.forecast import backtest, calibration
from dashboard.metrics import chosen
from dashboard.metrics.backtest import backtest_cases, backtest_days
from dashboard.stats import brier
from dashboard.stats import calibration as calibrated
from dashboard.ui.annotations import annotations_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel

# A forecast is about the seven days after it, so one a week counts every day once.
WEEK: Final = timedelta(days=7)
WEEKS: Final = 26
BINS: Final = 5
FORECAST: Final = "complaint_breaches_expected_7d"
GIVEN: Final = "breach_probability"


def backtest_panel(look: Look) -> None:
    """
    What was forecast a week ago, two weeks ago, …, and how many complaints were late in the end?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "backtest"):
        points = backtest_days(_cases(look), days=forecast_days(ctx.as_of))
        with framed(words.text("Earlier forecasts, and what came of them"), _kept(points, look)):
            if not points["at_stake"].sum():
                nothing(look, _untold(look))
                return
            shown = points.rename({"late": "actual"})
            drawn = backtest(shown, words=words, colours=ctx.colours, annotations=annotations_of(look, FORECAST))
            alt = words.text("Breaches expected for seven days, and how many there were")
            show_chart(drawn, key="backtest", alt=alt, select=False)
            as_table(look, shown.select("day", "at_stake", "expected", "lower", "upper", "actual"), "backtest")


def calibration_panel(look: Look) -> None:
    """
    Of the cases given a probability of 20 per cent, was one in five late?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "calibration"):
        cases = _cases(look)
        with framed(words.text("Do the probabilities mean what they say?"), _skill(cases, look)):
            bins = calibrated(cases, probability=GIVEN, happened="was_late", bins=BINS).filter(pl.col("cases") > 0)
            if not bins.height:
                nothing(look, _untold(look))
                return
            shown = bins.select(
                "cases", pl.col("expected").alias("predicted"), pl.col("share").alias("observed"), "lower", "upper"
            )
            drawn = calibration(shown, words=words, colours=ctx.colours)
            alt = words.text("Share of complaints that were late, by the probability they had been given")
            show_chart(drawn, key="calibration", alt=alt, select=False)
            as_table(look, shown, "calibration")


def forecast_days(as_of: date) -> list[date]:
    """
    The days whose forecasts are looked back on: one a week, the last of them a week ago.
    """
    return [as_of - WEEK * back for back in range(WEEKS, 0, -1)]


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Figures: _key})
def _forecasts(figures: Figures) -> pl.DataFrame:
    rows = figures.reader.rows("complaints")
    return backtest_cases(rows, figures.terms, days=forecast_days(figures.as_of))


@st.cache_data(max_entries=300, show_spinner=False, hash_funcs={Figures: _key})
def _chosen(figures: Figures, values: Values) -> pl.DataFrame:
    # The forecast knows all that may be seen; a filter only chooses among the cases forecast.
    named = chosen(figures.reader.rows("complaints"), values).select("complaint_id").collect()
    return _forecasts(figures).join(named, on="complaint_id", how="semi")


def _cases(look: Look) -> pl.DataFrame:
    if not look.figures.can_tell("complaints_due_7d"):
        return _forecasts(look.figures).clear()
    return _chosen(look.figures, look.selection.values) if look.selection.values else _forecasts(look.figures)


def _untold(look: Look) -> pl.DataFrame:
    return pl.DataFrame({"not_recorded": [not look.figures.can_tell("complaints_due_7d")]})


def _kept(points: pl.DataFrame, look: Look) -> str:
    """
    How often what happened lay within the interval; at 95 % it should nearly always.
    """
    words = look.ctx.words
    over = points.filter(pl.col("late").is_not_null(), pl.col("lower").is_not_null(), pl.col("at_stake") > 0)
    if not over.height:
        return ""
    within = over.filter(pl.col("late").is_between("lower", "upper"))
    return words.text(
        "{within} of {all} weeks lay within their interval; {late} late in all, {expected} expected",
        within=words.count(within.height),
        all=words.count(over.height),
        late=words.count(int(over["late"].sum())),
        expected=words.decimal(float(over["expected"].sum())),
    )


def _skill(cases: pl.DataFrame, look: Look) -> str:
    words = look.ctx.words
    found = brier(cases, probability=GIVEN, happened="was_late")
    if found.score is None or not found.base:
        return ""
    blanks = {
        "score": words.decimal(found.score, 3),
        "base": words.decimal(found.base, 3),
        "cases": words.count(found.cases),
    }
    if found.score < found.base:
        return words.text(
            "Yes, as far as {cases} cases can say: error {score}, against {base} for always saying the average",
            **blanks,
        )
    return words.text(
        "No better than always saying the average: error {score} against {base} ({cases} cases)", **blanks
    )
