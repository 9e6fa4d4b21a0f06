"""
How far do applications come, at which step are they given up, and how do they end?
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.funnel_steps import funnel_steps
from dashboard.charts.incidence import incidence
from dashboard.charts.pareto import pareto
from dashboard.metrics.application_steps import STEP_COLUMN, ApplicationFunnel
from dashboard.ui.applications import endings_of, funnel_of, given_up_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

CONVERSION: Final = "application_conversion_rate"
STEPS: Final = {
    "started": msgid("Begun"),
    "submitted": msgid("Sent"),
    "underwritten": msgid("Underwritten"),
    "issued": msgid("Issued"),
}
ENDINGS: Final = {
    "issued": msgid("issued"),
    "declined": msgid("declined"),
    "withdrawn": msgid("taken back"),
    "abandoned": msgid("abandoned"),
}
TONES: Final = {
    "issued": "improvement_soft",
    "declined": "neutral_soft",
    "withdrawn": "neutral_faint",
    "abandoned": "concern_soft",
}


def steps_panel(look: Look) -> None:
    """
    Of the applications begun: how many were sent, underwritten and issued within the days they are watched for?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "application funnel"):
        is_told = _is_told(look)
        found = funnel_of(look.figures, look.selection.values, look.period) if is_told else None
        question = words.text("By start; each step within 30 days, as a share of the one before")
        with framed(words.text("How far applications come"), _where_most_leave(found, words) or question):
            if found is None or not found.steps["cases"][0]:
                nothing(look, _untold(is_told=is_told))
            else:
                names = {step: words.text(name) for step, name in STEPS.items()}
                steps = found.steps.with_columns(
                    label=pl.col("step").replace_strict(names, return_dtype=pl.String)
                )
                drawn = funnel_steps(steps, words=words, colours=ctx.colours)
                alt = words.text("Applications by the step they reached within 30 days")
                show_chart(drawn, key="application_funnel", alt=alt, select=False)
                as_table(look, steps.select("label", "cases", "share"), "application_funnel")
            if found is not None and found.watching:
                st.caption(
                    words.text(
                        "Not in it yet: {count} begun in the last 30 days, {open} of them open, which is no loss",
                        count=words.count(found.watching),
                        open=words.count(found.open),
                    )
                )


def giving_up_panel(look: Look) -> None:
    """
    At which step do people give up?
    """
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, "giving up"):
        is_told = _is_told(look) and STEP_COLUMN in look.figures.recorded("applications")
        found = given_up_of(look.figures, look.selection.values, look.period) if is_told else None
        finding = ""
        if found is not None and found.steps.height:
            first = found.steps.row(0, named=True)
            finding = words.text(
                "{count} gave up; most at “{step}” ({share})",
                count=words.count(found.given_up),
                step=words.code(STEP_COLUMN, first[STEP_COLUMN]),
                share=words.percent(first["share"]),
            )
        with framed(words.text("Where people give up"), finding):
            if found is None or not found.steps.height:
                nothing(look, _untold(is_told=is_told))
                return
            names = {step: words.code(STEP_COLUMN, step) for step in found.steps[STEP_COLUMN]}
            steps = found.steps.with_columns(
                label=pl.col(STEP_COLUMN).replace_strict(names, return_dtype=pl.String)
            )
            drawn = pareto(steps.rename({STEP_COLUMN: "cause"}), words=words, colours=ctx.colours)
            alt = words.text("Applications given up, by the step at which that happened")
            picked = show_chart(drawn, key="giving_up", alt=alt)
            if found.uncoded:
                st.caption(words.text("Of {count} more the step isn't recorded", count=words.count(found.uncoded)))
            as_table(look, steps.select("label", "cases", "share", "cumulative"), "giving_up")
    if picked:
        ask_for_rows(look, CONVERSION, look.period, {STEP_COLUMN: picked})


def application_endings_panel(look: Look) -> None:
    """
    What becomes of applications, day by day, the open ones counted as far as they have come?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "application endings"):
        question = words.text("Share issued, declined, taken back and abandoned, by day; open ones aren't lost")
        with framed(words.text("How applications end"), question):
            names = {ending: words.text(name) for ending, name in ENDINGS.items()}
            is_told = _is_told(look)
            if not is_told:
                nothing(look, _untold(is_told=is_told))
                return
            found = endings_of(look.figures, look.selection.values, look.period)
            if not found.height:
                nothing(look, found)
                return
            points = found.with_columns(label=pl.col("ending").replace_strict(names, return_dtype=pl.String))
            drawn = incidence(
                points,
                words=words,
                colours=ctx.colours,
                tones=TONES,
                unit_label=words.text("days since the start"),
                rest=words.text("open"),
            )
            show_chart(drawn, key="application_endings", alt=question, select=False)
            columns = ["label", "days", "incidence", "lower", "upper", "at_risk"]
            as_table(look, points.select(columns), "application_endings")


def _where_most_leave(found: ApplicationFunnel | None, words: Words) -> str:
    """
    Between which two steps most applications are lost, and what is left at the end.
    """
    if found is None or not found.steps["cases"][0]:
        return ""
    cases, steps = found.steps["cases"].to_list(), list(STEPS.values())
    lost = [before - after for before, after in pairwise(cases)]
    worst = lost.index(max(lost))
    return words.text(
        "{share} of {count} became contracts; most are lost between “{before}” and “{after}” ({lost})",
        share=words.percent(cases[-1] / cases[0]),
        count=words.count(cases[0]),
        before=words.text(steps[worst]),
        after=words.text(steps[worst + 1]),
        lost=words.count(lost[worst]),
    )


def _is_told(look: Look) -> bool:
    return look.figures.can_tell(CONVERSION) and "submitted_at" in look.figures.recorded("applications")


def _untold(*, is_told: bool) -> pl.DataFrame:
    return pl.DataFrame({"not_recorded": [not is_told]})
