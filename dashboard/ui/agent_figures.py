"""
How one agent does beside their team and all others, in every measure, and from month to month.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.charts.funnel_plot import VERDICTS
from dashboard.charts.own_band import own_band
from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.agents import RATES
from dashboard.ui.agent_measures import SPOKEN, counts_in_words
from dashboard.ui.agent_rows import ask_for_agent_rows
from dashboard.ui.agents import can_tell, company_of, counts_of, funnel_of, trend_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.people import Agent
from dashboard.ui.states import panel
from dashboard.ui.trends import trend_period
from dashboard.words import Words, msgid

# The signs of a verdict: for the better, for the worse, no more than chance, too few to judge.
BETTER, WORSE, USUAL, FEW = "▲", "▼", "●", "○"
_VERDICTS: Final[Mapping[str, str]] = {
    BETTER: msgid("Better than chance allows"),
    WORSE: msgid("Worse than chance allows"),
    USUAL: VERDICTS["usual"],
    FEW: VERDICTS["too_few"],
}
# What is shown by month: the count, what it is called, how it is told.
_MONTHLY: Final[Mapping[str, tuple[str, str]]] = {
    "policies": (msgid("Policies sold"), "count"),
    "premium": (msgid("First-year premium"), "count"),
    "renewals_renewed": (msgid("Contracts renewed"), "count"),
    "complaints": (msgid("Complaints"), "count"),
}


@dataclass(frozen=True, slots=True)
class Beside:
    """
    One measure of an agent, in words, beside those of the team and of all.

    Attributes:
        measure: Its id.
        title: What it is called.
        value: The agent's; "n/a" over nothing.
        counts: What it rests on.
        expected: What the agent's mix of cases makes expected; "n/a" where nothing is.
        team: The team's; null where the viewer sees nobody but the agent.
        everybody: That of the whole company.
        sign: Of the verdict; "–" where there is none.
        verdict: The verdict.
    """

    measure: str
    title: str
    value: str
    counts: str
    expected: str
    team: str | None
    everybody: str
    sign: str
    verdict: str


def figures_panel(look: Look, agent: Agent) -> None:
    """
    Every measure of an agent, beside the team and all; a click on one opens its rows.
    """
    words = look.ctx.words
    picked = None
    with panel(words, "figures of the agent"):
        rows = beside(look, agent)
        title = words.text("Beside the team and all")
        with framed(title, finding(rows, words), alone=True):
            event: Any = st.dataframe(
                table_of(rows),
                hide_index=True,
                column_config=_columns(words),
                height="content",
                key="agent_figures",
                on_select="rerun",
                selection_mode="single-cell",
                lazy=False,
                alt=title,
            )
            st.caption(
                words.text(
                    "Expected is what the whole company makes of as many cases of the same product, channel and "
                    "time with us; the verdict holds what was counted against it."
                )
            )
            picked = _picked(event["selection"]["cells"], [row.measure for row in rows])
    if picked:
        ask_for_agent_rows(look, picked, agent)


def beside(look: Look, agent: Agent) -> list[Beside]:
    """
    Every measure of an agent in the period, in words.
    """
    # Everybody there is to be compared with, whatever is selected.
    wide = replace(look, selection=replace(look.selection, values=()))
    own = _one(counts_of(wide.figures, (), wide.period, "agent_id"), "agent_id", agent.key)
    is_alone = look.ctx.viewer.bound_by == "agent_id"
    team = (
        None if is_alone else _one(counts_of(wide.figures, (), wide.period, "team_id"), "team_id", agent.team_id)
    )
    return [_beside(wide, name, agent, own, team) for name in MEASURES]


def _one(units: pl.DataFrame, by: str, key: str) -> Mapping[str, Any] | None:
    return next(units.filter(pl.col(by) == key).iter_rows(named=True), None)


def _beside(
    look: Look, name: str, agent: Agent, own: Mapping[str, Any] | None, team: Mapping[str, Any] | None
) -> Beside:
    words, unit = look.ctx.words, MEASURES[name].kind
    observed, base, _ = RATES[name]
    figures, period = look.figures, look.period
    told = can_tell(figures, name)
    judged = (
        _one(funnel_of(figures, (), period, "agent_id", name, is_adjusted=True), "unit", agent.key)
        if told
        else None
    )
    value = own[name] if own else None
    sign = _sign(name, judged["verdict"] if judged else "too_few") if value is not None else "–"
    expected = judged["expected"] if judged else None
    return Beside(
        name,
        words.text(SPOKEN[name].title),
        words.figure(value, unit),
        counts_in_words(name, own[observed], own[base], words) if own else words.text("n/a"),
        words.decimal(expected or None),
        words.figure(team[name], unit) if team else None,
        words.figure(company_of(figures, period, name) if told else None, unit),
        sign,
        words.text(_VERDICTS[sign]) if sign in _VERDICTS else words.text("n/a"),
    )


def _sign(name: str, verdict: str) -> str:
    if verdict not in ("high", "low"):
        return FEW if verdict == "too_few" else USUAL
    return BETTER if (verdict == "high") == (MEASURES[name].direction == "up") else WORSE


def finding(rows: Sequence[Beside], words: Words) -> str:
    """
    In what the agent differs from the others by more than chance.
    """
    differs = [words.text(SPOKEN[row.measure].short) for row in rows if row.sign in (BETTER, WORSE)]
    if not differs:
        return words.text("In nothing more than chance apart from the others")
    return words.text("More than chance apart from the others in: {measures}", measures=", ".join(differs))


def table_of(rows: Sequence[Beside]) -> pl.DataFrame:
    """
    The measures as a table of texts; without the team's where there is none.
    """
    columns = ("sign", "title", "value", "counts", "expected", "team", "everybody", "verdict")
    found = pl.DataFrame({name: [getattr(row, name) for row in rows] for name in columns})
    return found if found["team"].count() else found.drop("team")


def _columns(words: Words) -> dict[str, Any]:
    config = st.column_config
    return {
        "sign": config.TextColumn("", width=36, pinned=True),
        "title": config.TextColumn(words.text("What"), pinned=True, width=300),
        "value": config.TextColumn(words.text("This agent"), alignment="right"),
        "counts": config.TextColumn(words.text("Counted"), alignment="right"),
        "expected": config.TextColumn(words.column("expected"), alignment="right"),
        "team": config.TextColumn(words.column("team_id"), alignment="right"),
        "everybody": config.TextColumn(words.text("Company"), alignment="right"),
        "verdict": config.TextColumn(words.column("verdict"), width=200),
    }


def _picked(cells: Sequence[tuple[int, str]], names: Sequence[str]) -> str | None:
    """
    The measure of the cell just clicked; a selection that stays opens its rows once.
    """
    if not cells or st.session_state.get("seen_agent_figures") == cells:
        return None
    st.session_state["seen_agent_figures"] = cells
    return names[cells[0][0]]


def trends_panels(look: Look, agent: Agent) -> None:
    """
    What an agent sold, kept and was complained of by month, on the band in which most of the team lies.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "months of the agent"):
        months = trend_of(look.figures, trend_period(look)).filter(pl.col("agent_id") == agent.key)
        band = words.text("8 of 10 in the team")
        has_band = months["lower"].count() > 0
        with framed(
            words.text("Month by month"),
            words.text("The band holds 8 of 10 agents of the team in that month")
            if has_band
            else words.text("No band: fewer than five agents to be seen"),
            alone=True,
        ):
            grid = st.grid(2, min_column_width=320, gap="medium", key="agent_months")
            for name, (title, unit) in _MONTHLY.items():
                points = months.filter(pl.col("count") == name).drop("count", "team_id", "agent_id")
                with grid.cell():
                    st.markdown(f"**{words.text(title)}**")
                    if not points["value"].count():
                        nothing(look, pl.DataFrame({"not_recorded": [bool(points.height)]}))
                        continue
                    drawn = own_band(points, unit=unit, words=words, colours=ctx.colours, band=band)
                    show_chart(drawn, key=f"agent_trend_{name}", alt=words.text(title), select=False)
                    as_table(look, points, f"agent_trend_{name}")
