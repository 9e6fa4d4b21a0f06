"""
Does training show in complaints? Those a topic is about, before and after a round of courses.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.before_after import before_after as drawn_before_after
from dashboard.metrics.before_after import BeforeAfter, before_after
from dashboard.metrics.training_effect import (
    ABOUT,
    SPAN_DAYS,
    SUBJECTS,
    complaints_about,
    months_around,
    rounds,
)
from dashboard.periods import month_start, shift_months
from dashboard.stats import ProcessLimits
from dashboard.ui.campaign_effects import about
from dashboard.ui.complaints import complaints_of, ledger_of
from dashboard.ui.figures import Figures, Values
from dashboard.ui.fixes import finding_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.remembering import remembered
from dashboard.ui.states import panel
from dashboard.ui.training_topics import trainings_of
from dashboard.words import Words, msgid

# A year before the round makes limits; a few months after it show where it goes.
BEFORE, AFTER = 12, 5
# In words, which complaints a topic ought to show in.
SHOWS_IN: Final = {
    "handover_cause": msgid("complaints about hand-overs between departments"),
    "category": msgid("complaints about sales"),
}


def effect_panel(look: Look) -> None:
    """
    Were complaints that a topic is about rarer in the quarter after a round than in the quarter before it?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "training and complaints"):
        title = words.text("Does training show in complaints?")
        known, _ = about(look, "complaints")
        values = known.selection.values
        topics = _topics(look)
        if not topics:
            with framed(title, "", alone=True):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        held = rounds_of(look.figures, values).filter(pl.col("topic").is_in(topics))
        if not held.height:
            with framed(title, words.text("No round of courses in the part looked at"), alone=True):
                nothing(look, held)
            return
        with st.container(border=True):
            st.subheader(title, anchor=False)
            topic, day = _chosen(held, topics, look.ctx.as_of, words)
            found = effect_of(look.figures, values, topic, day)
            subject = words.text(SHOWS_IN[SUBJECTS[topic].column])
            st.caption(words.text("Of {subject}: {finding}", subject=subject, finding=finding_of(found, words)))
            months = tuple(_months(day, ctx.as_of))
            points, limits = months_of(look.figures, values, topic, day, months)
            drawn = drawn_before_after(
                points,
                words=words,
                colours=ctx.colours,
                day=day,
                event=words.text("{topic} due", topic=words.code("topic", topic)),
                before=found.rate_before,
                after=found.rate_after,
                ratio={"value": found.ratio, "lower": found.lower, "upper": found.upper},
                unit_label=words.text("a year per 10,000 policies")
                if found.basis == "policy_years"
                else words.text("per 30 days"),
                limits=None if limits is None else (limits.lower, limits.upper),
            )
            show_chart(drawn, key="training_effect", alt=finding_of(found, words), select=False)
            st.caption(_caution(points, limits, day, words))
            as_table(look, points.drop("is_outside"), "training_effect")


def _topics(look: Look) -> list[str]:
    """
    The topics whose complaints the source tells apart.
    """
    if not look.figures.recorded("trainings") >= {"topic", "due_on"}:
        return []
    recorded = look.figures.recorded("complaints")
    return [topic for topic, subject in SUBJECTS.items() if subject.column in recorded]


def _chosen(held: pl.DataFrame, topics: Sequence[str], as_of: date, words: Words) -> tuple[str, date]:
    offered = [topic for topic in topics if topic in set(held["topic"])]
    with st.container(horizontal=True, gap="small"):
        topic = st.selectbox(
            words.column("topic"),
            offered,
            format_func=lambda each: words.code("topic", each),
            key="effect_topic",
            width=260,
        )
        topic = topic if topic in offered else offered[0]
        days = held.filter(pl.col("topic") == topic)["due_on"].to_list()
        # One with a whole quarter behind it tells more than the latest.
        whole = [place for place, day in enumerate(days) if (as_of - day).days >= SPAN_DAYS]
        day = st.selectbox(
            words.text("Round due on"),
            days,
            index=whole[0] if whole else 0,
            format_func=words.day,
            key=f"effect_day_{topic}",
            width=200,
        )
    return topic, day if day in days else days[0]


def _months(day: date, as_of: date) -> list[date]:
    middle, last = month_start(day), month_start(as_of)
    months = [shift_months(middle, step) for step in range(-BEFORE, AFTER + 1)]
    return [month for month in months if month <= last]


def _caution(points: pl.DataFrame, limits: ProcessLimits | None, day: date, words: Words) -> str:
    said = words.text(
        "Compared are the {days} days before and after. This shows that something changed, or didn't, not why: "
        "everybody was booked, so nobody is left to compare with.",
        days=SPAN_DAYS,
    )
    since = points.filter(pl.col("month") >= month_start(day), ~pl.col("provisional"))
    if limits is None or not since.height:
        return said
    outside = int(since["is_outside"].fill_null(value=False).sum())
    return f"{said} " + words.text(
        "The band is what months did by chance before; since then {outside} of {months} lie outside it.",
        outside=words.count(outside),
        months=words.count(since.height),
    )


@remembered
def rounds_of(figures: Figures, values: Values) -> pl.DataFrame:
    """
    The days on which a topic was due for many: see `metrics.training_effect`.
    """
    return rounds(trainings_of(figures, values), as_of=figures.as_of)


@remembered
def effect_of(figures: Figures, values: Values, topic: str, day: date) -> BeforeAfter:
    """
    The complaints a topic is about, a quarter before and after a round.
    """
    rows = complaints_about(complaints_of(figures, values), topic)
    ledger = ledger_of(figures, values)
    return before_after(rows, ledger, cause=ABOUT, day=day, as_of=figures.as_of, span_days=SPAN_DAYS)


@remembered
def months_of(
    figures: Figures, values: Values, topic: str, day: date, months: Sequence[date]
) -> tuple[pl.DataFrame, ProcessLimits | None]:
    """
    The same by month, with the limits of the months before: see `metrics.training_effect`.
    """
    rows = complaints_about(complaints_of(figures, values), topic)
    found: Any = months_around(rows, ledger_of(figures, values), months=months, day=day, as_of=figures.as_of)
    return found[0], found[1]
