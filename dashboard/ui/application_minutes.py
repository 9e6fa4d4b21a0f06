"""
How long does it take to apply, and how many are done within three minutes, or never?
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.bands import bands
from dashboard.charts.mix import mix
from dashboard.metrics.application_minutes import MINUTE_ENDS
from dashboard.ui.applications import filling_of, spread_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.trends import trend_period
from dashboard.words import msgid

QUICK: Final = "application_3min_rate"
ENDS: Final = {
    "quick": msgid("3 minutes"),
    "longer": msgid("longer"),
    "given_up": msgid("not sent"),
}
TONES: Final = {"quick": "improvement_soft", "longer": "neutral_soft", "given_up": "concern_soft"}


def minutes_panel(look: Look) -> None:
    """
    How are the minutes spread, and where does the promise end?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "minutes to apply"):
        is_told = look.figures.can_tell(QUICK)
        found = spread_of(look.figures, look.selection.values, look.period) if is_told else pl.DataFrame()
        total = int(found.select(pl.sum_horizontal("late", "not_late").sum()).item()) if found.height else 0
        finding = _finding(look) if total else ""
        with framed(words.text("Minutes to apply"), finding):
            if not total:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            counts = found.select(
                band=pl.col("ends").cast(pl.String).fill_null("more"),
                label=pl.Series([_band(end) for end in found["ends"]]),
                late="late",
                not_late="not_late",
            )
            drawn = bands(
                counts,
                words=words,
                colours=ctx.colours,
                late=words.text("more than 3 minutes"),
                not_late=words.text("within 3 minutes"),
                is_breach=False,
            )
            show_chart(drawn, key="minutes_to_apply", alt=finding, select=False)
            st.caption(words.text("Active minutes of the applications sent, of those begun in the period"))
            as_table(look, counts.drop("band"), "minutes_to_apply")


def filling_panel(look: Look) -> None:
    """
    How does filling in end, month by month: soon, later, or not at all?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "filling in"):
        question = words.text("By month of the start; not sent is an outcome of its own, open ones are in no part")
        with framed(words.text("Done in three minutes, later, or not at all"), question):
            is_told = look.figures.can_tell(QUICK) and look.figures.can_tell("application_conversion_rate")
            values = look.selection.values
            found = filling_of(look.figures, values, trend_period(look)) if is_told else pl.DataFrame()
            if not found.height:
                nothing(look, pl.DataFrame({"not_recorded": [not is_told]}))
                return
            names = {part: words.text(name) for part, name in ENDS.items()}
            parts = found.with_columns(label=pl.col("part").replace_strict(names, return_dtype=pl.String))
            drawn = mix(parts, words=words, colours=ctx.colours, tones=TONES)
            alt = words.text("Applications by how filling in ended and month of their start")
            show_chart(drawn, key="filling_in", alt=alt, select=False)
            as_table(look, parts.select("month", "label", "cases", "share"), "filling_in")


def _finding(look: Look) -> str:
    words, values = look.ctx.words, look.selection.values
    names = (QUICK, "application_minutes_median", "application_minutes_p90")
    quick, median, late = (look.figures.one(name, look.period, values)["value"] for name in names)
    return words.text(
        "{share} within 3 minutes; half within {median}, nine in ten within {late}",
        share=words.percent(quick),
        median=words.minutes(median),
        late=words.minutes(late),
    )


def _band(end: int | None) -> str:
    if end is None:
        return f"> {MINUTE_ENDS[-1]}"
    before = [each for each in MINUTE_ENDS if each < end]
    return f"{before[-1]}–{end}" if before else f"≤ {end}"
