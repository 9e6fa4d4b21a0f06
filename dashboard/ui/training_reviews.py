"""
Was the monthly review of claim disputes held in every team, and who stayed away?
"""

from __future__ import annotations

from datetime import date
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.heat import heat
from dashboard.periods import MONTH, Period, shift_months
from dashboard.ui.causes import show_chart_keys
from dashboard.ui.frames import as_table, framed, nothing
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import Words

REVIEWED: Final = "case_review_rate"
# As many columns as can be read side by side; the period may be longer.
MONTHS: Final = 12
# More rows than these make a chart nobody reads.
MOST_TEAMS: Final = 15


def reviews_panel(look: Look) -> None:
    """
    By team and month, how many agents missed the review; a month that nobody attended was not held.
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "monthly reviews"):
        figures = look.figures.of([REVIEWED], look.period, look.selection.values, ["team_id", MONTH])[REVIEWED]
        with framed(
            words.text("The monthly review of claim disputes, by team"), _finding(figures, words), alone=True
        ):
            told = figures.filter(pl.col("denominator") > 0) if "denominator" in figures.columns else figures
            if figures["not_recorded"].any() or not told.height:
                nothing(look, figures)
                return
            cells = _cells(told, look)
            teams = cells.select(pl.col("row").unique(maintain_order=True))
            most = cells.join(
                teams.head(MOST_TEAMS), on="row", how="semi", nulls_equal=True, maintain_order="left"
            )
            drawn = heat(most, words=words, colours=ctx.colours, signed=False)
            picked = show_chart_keys(drawn, key="reviews", alt=_finding(figures, words))
            st.caption(words.text("In each cell the agents who missed the month's review; 0 is all of them there"))
            if teams.height > MOST_TEAMS:
                st.caption(
                    words.text(
                        "{shown} of {total} teams, those that missed most; the table has them all",
                        shown=MOST_TEAMS,
                        total=teams.height,
                    )
                )
            as_table(
                look,
                cells.select("row_label", "column_label", "attended", booked="due", missed="cases"),
                "reviews",
            )
    if picked:
        team, month = picked[0], date.fromisoformat(picked[1])
        ask_for_rows(look, REVIEWED, Period(month, shift_months(month, 1)), {"team_id": team})


def _cells(told: pl.DataFrame, look: Look) -> pl.DataFrame:
    """
    Every team and month, whoever missed most on top; where no review was due the cases are null.
    """
    words = look.ctx.words
    months = told.select(pl.col(MONTH).unique().sort()).tail(MONTHS)
    missed = (pl.col("denominator") - pl.col("numerator")).cast(pl.Int64)
    known = told.select(
        "team_id",
        MONTH,
        cases=missed,
        value=missed.cast(pl.Float64),
        attended=pl.col("numerator").cast(pl.Int64),
        due=pl.col("denominator").cast(pl.Int64),
    )
    grid = told.select(pl.col("team_id").unique()).join(months, how="cross")
    found = grid.join(known, on=["team_id", MONTH], how="left", nulls_equal=True).sort(
        pl.col("cases").sum().over("team_id"), "team_id", MONTH, descending=[True, False, False]
    )
    return found.select(
        row="team_id",
        row_label=pl.Series([look.names.of("team_id", team) for team in found["team_id"]], dtype=pl.String),
        column=pl.col(MONTH).cast(pl.String),
        column_label=pl.Series([words.month(month) for month in found[MONTH]], dtype=pl.String),
        cases="cases",
        value="value",
        attended="attended",
        due="due",
    )


def _finding(figures: pl.DataFrame, words: Words) -> str:
    told = figures.filter(pl.col("denominator") > 0)
    if not told.height:
        return words.text("A month counts once it is over")
    held = told.filter(pl.col("numerator") > 0)
    attended, due = int(told["numerator"].sum()), int(told["denominator"].sum())
    return words.text(
        "Held in {held} of {months} months of teams, attended by {part} of {whole} ({share})",
        held=words.count(held.height),
        months=words.count(told.height),
        part=words.count(attended),
        whole=words.count(due),
        share=words.percent(attended / due),
    )
