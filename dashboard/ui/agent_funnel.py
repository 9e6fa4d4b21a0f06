"""
Which agents, teams or branches differ by more than chance? A choice of measure, a funnel, and no league table.
"""

from __future__ import annotations

from typing import Final

import polars as pl
import streamlit as st

from dashboard.charts.funnel_plot import VERDICTS, funnel_plot
from dashboard.ui.address import chosen_one
from dashboard.ui.agent_measures import BY, MEASURES, Measure
from dashboard.ui.agents import units_of
from dashboard.ui.frames import as_table, choose_one, chosen_of, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.people import ask_for_agent
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

_BY_KEY: Final = "compare_agents_by"
_MEASURE_KEY: Final = "measure"
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
    ctx, words = look.ctx, look.ctx.words
    picked, by = None, chosen_of(_BY_KEY, BY)
    with panel(words, "comparison of agents"), st.container(border=True):
        with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="bottom"):
            key = chosen_one(
                words.text("Comparison in"),
                list(MEASURES),
                next(iter(MEASURES)),
                key=_MEASURE_KEY,
                name_of=lambda each: words.text(MEASURES[each].title),
                width=380,
            )
            choose_one(words, _BY_KEY, BY)
        measure = MEASURES[key]
        found = units_of(look, by, measure)
        finding = _finding(found, by, words)
        with framed(words.text(measure.title), finding):
            if not found["value"].count():
                nothing(look, found)
                return
            drawn = funnel_plot(
                found,
                unit=measure.unit,
                size=words.text(measure.size),
                words=words,
                colours=ctx.colours,
                centre=found["centre"].first(),
                direction=measure.direction,
            )
            picked = show_chart(drawn, key=f"funnel_{by}_{key}", alt=f"{words.text(measure.title)}: {finding}")
            st.caption(_method(words))
            as_table(look, _told(found, words), f"funnel_{by}_{key}")
    if picked and by == "agent_id":
        ask_for_agent(picked)


def _finding(found: pl.DataFrame, by: str, words: Words) -> str:
    known = found.filter(pl.col("value").is_not_null())
    few = known.filter(pl.col("verdict") == "too_few").height
    return words.text(
        _FINDINGS[by],
        outside=words.count(known.filter(pl.col("verdict").is_in(["high", "low"])).height),
        judged=words.count(known.height - few),
        few=words.count(few),
    )


def _method(words: Words) -> str:
    return words.text(
        "Between the outer lines lie 998 of 1,000 units that are as good as all together; only beyond them a "
        "difference is more than chance. Nobody is ranked."
    )


def _told(found: pl.DataFrame, words: Words) -> pl.DataFrame:
    """
    The comparison as a table, by name.
    """
    verdicts = {verdict: words.text(said) for verdict, said in VERDICTS.items()}
    return found.select(
        "label",
        "value",
        pl.col("observed").alias("numerator"),
        pl.col("size").alias("denominator"),
        pl.col("lower_998").alias("lower"),
        pl.col("upper_998").alias("upper"),
        pl.col("verdict").replace_strict(verdicts, return_dtype=pl.String),
    )
