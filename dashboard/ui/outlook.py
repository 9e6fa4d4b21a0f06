"""
How many complaints will be late this week, and how good were earlier forecasts?
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.forecast import backtest, calibration
from dashboard.metrics.forecast import backtest_cases, backtest_days
from dashboard.stats import Brier, brier
from dashboard.stats import calibration as calibration_of
from dashboard.ui.figures import Figures, Values
from dashboard.metrics import chosen
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel

# A forecast is about the seven days after it, so one a week counts every day once.
WEEK: Final = timedelta(days=7)
WEEKS: Final = 13
BINS: Final = 5


def backtest_panel(look: Look) -> None:
    """
    What was forecast a week, two weeks, … a quarter ago, and how many complaints were late in the end?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "backtest"):
        points = _by_day(look)
        with framed(words.text("Forecasts of the last quarter"), _kept(points, look)):
            if not _is_told(look) or not points["at_stake"].sum():
                nothing(look, pl.DataFrame({"not_recorded": [not _is_told(look)]}))
                return
            shown = points.rename({"late": "actual"})
            drawn = backtest(shown, words=words, colours=ctx.colours)
            alt = words.text("Breaches expected for seven days, and how many there were")
            show_chart(drawn, key="backtest", alt=alt, select=False)
            as_table(look, shown.select("day", "at_stake", "expected", "lower", "upper", "actual"), "backtest")


def calibration_panel(look: Look) -> None:
    """
    Of the cases given a probability of 20 per cent, was one in five late?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "calibration"):
        judged = _cases(look).filter(pl.col("late").is_not_null(), pl.col("breach_probability").is_not_null())
        with framed(words.text("Do the probabilities mean what they say?"), _skill(judged, look)):
            if not _is_told(look) or not judged.height:
                nothing(look, pl.DataFrame({"not_recorded": [not _is_told(look)]}))
                return
            bins = calibration_of(judged, predicted="breach_probability", happened="late", bins=BINS)
            drawn = calibration(bins, words=words, colours=ctx.colours)
            alt = words.text("Share of complaints that were late, by the probability they had been given")
            show_chart(drawn, key="calibration", alt=alt, select=False)
            as_table(look, bins, "calibration")
