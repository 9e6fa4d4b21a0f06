"""
What people learnt: courses done in time, and hours, by topic.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.metrics import trainings
from dashboard.metrics.training_topics import by_topic
from dashboard.periods import Period
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import framed, nothing
from dashboard.ui.page import Look
from dashboard.ui.rankings import ranking_panel
from dashboard.ui.remembering import remembered
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

ON_TIME: Final = "training_on_time_rate"
DIMENSIONS: Final = {
    "topic": msgid("Topic"),
    "branch_id": msgid("Branch"),
    "team_id": msgid("Team"),
}
HOURS_NEED: Final = frozenset({"topic", "completed_on"})


def topics_panel(look: Look) -> None:
    """
    In which topic, branch or team are courses completed in time less often than elsewhere?
    """
    ranking_panel(look, ON_TIME, DIMENSIONS)


def hours_panel(look: Look) -> None:
    """
    How many hours were learnt in each topic, and how many an agent?
    """
    words = look.ctx.words
    with panel(words, "hours of training"):
        title = words.text("What was learnt, by topic")
        if not look.figures.recorded("trainings") >= HOURS_NEED:
            with framed(title, ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = topics_of(look.figures, look.selection.values, look.period)
        heads = look.figures.one("certification_rate", Period(), look.selection.values)["denominator"]
        with framed(title, _finding(found, heads, words)):
            if not found.height:
                nothing(look, found)
                return
            shown = _shown(found, heads, words)
            config = st.column_config
            hours, each = words.text("Hours"), words.text("Hours an agent")
            columns: dict[str, Any] = {
                words.column("topic"): config.TextColumn(width=130),
                hours: config.ProgressColumn(
                    hours,
                    width=125,
                    format="localized",
                    min_value=0,
                    max_value=float(found["hours"].max() or 1),  # type: ignore[arg-type]
                    help=words.text("Of the courses completed in the period, when they were completed"),
                ),
                each: config.NumberColumn(
                    each, width=75, format="%.1f", help=words.text("Over the agents under contract on the day")
                ),
                **{
                    name: config.NumberColumn(name, width=75, format="localized")
                    for name in (words.text("Completed"), words.text("Learners"))
                },
            }
            st.dataframe(
                shown,
                hide_index=True,
                column_config=columns,
                placeholder=words.text("not recorded"),
                height="content",
                key="training_hours",
                lazy=False,
                alt=title,
            )


def _shown(found: pl.DataFrame, heads: int | None, words: Words) -> pl.DataFrame:
    each = [None if hours is None or not heads else hours / heads for hours in found["hours"]]
    return pl.DataFrame(
        {
            words.column("topic"): [words.code("topic", topic) for topic in found["topic"]],
            words.text("Hours"): found["hours"],
            words.text("Hours an agent"): pl.Series(each, dtype=pl.Float64),
            words.text("Completed"): found["completed"],
            words.text("Learners"): found["learners"],
        }
    )


def _finding(found: pl.DataFrame, heads: int | None, words: Words) -> str:
    total = float(found["hours"].sum()) if found["hours"].count() else None
    if total is None or not heads:
        return words.text("Hours count when a course is completed")
    return words.text(
        "{hours} hours in the period, {each} an agent; hours count when a course is completed",
        hours=words.count(round(total)),
        each=words.decimal(total / heads),
    )


@remembered
def topics_of(figures: Figures, values: Values, period: Period) -> pl.DataFrame:
    """
    What was due and completed by topic: see `metrics.training_topics`.
    """
    return by_topic(trainings_of(figures, values), period=period)


def trainings_of(figures: Figures, values: Values) -> pl.LazyFrame:
    """
    The trainings of those chosen, judged once for the figures and for these questions.
    """
    return figures.judged("trainings", values).rows(trainings.judged).with_columns(pl.col("topic").cast(pl.String))
