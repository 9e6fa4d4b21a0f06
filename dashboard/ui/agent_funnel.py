"""
Which agents, teams or branches differ by more than chance? A choice of measure, a funnel, and no league table.
"""

from __future__ import annotations

from typing import Final, cast

import polars as pl
import streamlit as st

from dashboard.charts.funnel_plot import VERDICTS, funnel_plot
from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.agents import By
from dashboard.ui.address import chosen_one
from dashboard.ui.agent_measures import BY, SPOKEN
from dashboard.ui.agents import Comparison, can_tell, compared
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.people import ask_for_agent
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

_BY_KEY: Final = "compare_agents_by"
_MEASURE_KEY: Final = "measure"
_ADJUST_KEY: Final = "adjust_agents"
_BASES: Final = {"adjusted": msgid("Adjusted"), "counted": msgid("As counted")}
_FINDINGS: Final = {
    "agent_id": msgid("{outside} of {judged} agents differ by more than chance; {few} are too few to judge"),
    "team_id": msgid("{outside} of {judged} teams differ by more than chance; {few} are too few to judge"),
    "branch_id": msgid("{outside} of {judged} branches differ by more than chance; {few} are too few to judge"),
}


def funnel_panel(look: Look) -> None:
    """
    Compare units in one measure; a click on an agent looks at them.

    The filters of branch and team leave nobody out of the comparison: they say whose dots are one's own.
    """
    words = look.ctx.words
    picked, by = None, cast("By", chosen_of(_BY_KEY, BY))
    with panel(words, "comparison of agents"), st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
            measure = chosen_one(
                words.text("Comparison in"),
                list(MEASURES),
                next(iter(MEASURES)),
                key=_MEASURE_KEY,
                name_of=lambda each: words.text(SPOKEN[each].title),
                width=380,
            )
            choose_one(words, _BY_KEY, BY)
            choose_one(words, _ADJUST_KEY, _BASES, msgid("Adjusted for the mix of cases, or as counted"))
        is_adjusted = chosen_of(_ADJUST_KEY, _BASES) == "adjusted"
        if not can_tell(look.figures, measure):
            with framed(words.text(SPOKEN[measure].title), ""):
                nothing(look, pl.DataFrame({"not_recorded": [True]}))
            return
        found = compared(look, by, measure, is_adjusted=is_adjusted)
        picked = _drawn(look, found, by, measure, is_adjusted=is_adjusted)
    if picked and by == "agent_id":
        ask_for_agent(picked)


def _drawn(look: Look, found: Comparison, by: By, measure: str, *, is_adjusted: bool) -> str | None:
    words = look.ctx.words
    title, finding = words.text(SPOKEN[measure].title), _finding(found.units, by, words)
    with framed(title, finding):
        if not found.units["value"].count():
            nothing(look, found.units)
            return None
        kind = MEASURES[measure].kind
        drawn = funnel_plot(
            found.units,
            found.curve,
            unit="ratio" if is_adjusted else kind,
            size=words.text("expected count") if is_adjusted else words.text(SPOKEN[measure].size),
            words=words,
            colours=look.ctx.colours,
            centre=found.centre,
            direction=MEASURES[measure].direction,
        )
        key = f"funnel_{by}_{measure}_{is_adjusted}"
        picked = show_chart(drawn, key=key, alt=f"{title}: {finding}")
        st.caption(_method(words, is_adjusted=is_adjusted))
        as_table(look, _told(found.units, words, is_adjusted=is_adjusted), key)
    return picked


def _finding(found: pl.DataFrame, by: str, words: Words) -> str:
    known = found.filter(pl.col("value").is_not_null())
    few = known.filter(pl.col("verdict") == "too_few").height
    return words.text(
        _FINDINGS[by],
        outside=words.count(known.filter(pl.col("verdict").is_in(["high", "low"])).height),
        judged=words.count(known.height - few),
        few=words.count(few),
    )


def _method(words: Words, *, is_adjusted: bool) -> str:
    limits = words.text(
        "Between the outer lines lie 998 of 1,000 units that differ from the company by no more than chance and "
        "the spread most units show. Nobody is ranked."
    )
    if not is_adjusted:
        return limits
    return (
        limits
        + " "
        + words.text(
            "Adjusted: what was counted over what the whole company makes of as many cases of the same product, "
            "channel and time with us; 1.00 is as expected."
        )
    )


def _told(units: pl.DataFrame, words: Words, *, is_adjusted: bool) -> pl.DataFrame:
    """
    The comparison as a table, by name.
    """
    verdicts = {verdict: words.text(said) for verdict, said in VERDICTS.items()}
    shown = units.select(
        "label",
        pl.col("observed").alias("numerator"),
        pl.col("size").alias("denominator"),
        "expected",
        "value",
        pl.col("lower_998").alias("lower"),
        pl.col("upper_998").alias("upper"),
        pl.col("verdict").replace_strict(verdicts, return_dtype=pl.String),
    )
    return shown if is_adjusted else shown.drop("expected")
