"""
Where do the four shares of automation stand, what would the goal take, and where does the trend lead?
"""

from __future__ import annotations

from datetime import date
from typing import Final

import streamlit as st

from dashboard.charts.trend import trend
from dashboard.metrics import kpi
from dashboard.metrics.goal import FEWEST_MONTHS, GoalPath, path_to_goal
from dashboard.periods import MONTH, Period, month_start, shift_months
from dashboard.ui.annotations import annotations_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel, side_by_side
from dashboard.ui.trends import trend_period
from dashboard.words import Words

# Never mixed: each is a definition of its own.
SHARES: Final = (
    "auto_adjudication_rate",
    "straight_through_rate",
    "eligible_straight_through_rate",
    "instant_pay_rate",
)
# The guide asks for 80 % automatic claims and doesn't say of what; this is what we take it for.
GUIDED: Final = "auto_adjudication_rate"
# In how many months a goal may be set.
AHEAD: Final = (6, 12, 24, 36)
HEIGHT: Final = 260


def goals_panel(look: Look) -> None:
    """
    Each share by month with its target, the way needed to reach it by a month, and the present trend.
    """
    words = look.ctx.words
    this = month_start(look.ctx.as_of)
    months = [shift_months(this, by) for by in AHEAD]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(words.text("Reach the goal by"), width="content")
        by = st.segmented_control(
            words.text("Reach the goal by"),
            months,
            default=months[1],
            format_func=words.month,
            key="goal_by",
            label_visibility="collapsed",
            required=True,
        )
    for pair in (SHARES[:2], SHARES[2:]):
        for place, name in zip(side_by_side(), pair, strict=True):
            with place:
                _share_panel(look, name, by or months[1])


def _share_panel(look: Look, name: str, by: date) -> None:
    ctx, words = look.ctx, look.ctx.words
    picked = None
    with panel(words, f"goal of {name}"):
        points = look.figures.of([name], trend_period(look), look.selection.values, [MONTH])[name]
        target = ctx.settings.targets.get(name)
        # Without a target there is still a trend; its way to anywhere isn't drawn.
        path = path_to_goal(points, target=target or 0.0, by=by, as_of=ctx.as_of)
        title = words.text(kpi(name).title)
        if name == GUIDED and target is not None:
            title = words.text("{title}: the guide's {target}", title=title, target=words.percent(target, 0))
        finding = _finding(path, target, words)
        with framed(title, finding):
            if not points["value"].drop_nulls().len():
                nothing(look, points)
                return
            drawn = trend(
                points,
                unit=kpi(name).unit,
                words=words,
                colours=ctx.colours,
                target=target,
                annotations=annotations_of(look, name),
                ahead=None if path is None else path.ahead,
                height=HEIGHT,
            )
            picked = show_chart(drawn, key=f"goal_{name}", alt=f"{title}: {finding}")
            as_table(look, points, f"goal_{name}")
    if picked:
        month = date.fromisoformat(picked)
        ask_for_rows(look, name, Period(month, shift_months(month, 1)))


def _finding(path: GoalPath | None, target: float | None, words: Words) -> str:
    """
    What the path says: reached, on course, open or out of reach by then; or what is missing to say so.
    """
    if path is None:
        return words.text("Too few complete months for a trend: {count} are needed", count=FEWEST_MONTHS)
    end = path.end
    blanks = {
        "month": words.month(path.last),
        "value": words.percent(path.value),
        "goal": words.month(end[MONTH]),
        "points": words.points(path.needed),
        "target": words.percent(target, 0),
    }
    trend = {
        "goal": words.month(end[MONTH]),
        "value": words.percent(end["value"]),
        "lower": words.percent(end["lower"]),
        "upper": words.percent(end["upper"]),
    }
    if target is None or not path.needed:
        now = (
            words.text("{month}: {value}. No target is set.", **blanks)
            if target is None
            else words.text("{month}: {value}. The target of {target} is reached.", **blanks)
        )
        ahead = words.text("The present trend leads to {value} by {goal} ({lower} to {upper}, 95 %).", **trend)
        return f"{now} {ahead}"
    now = words.text("{month}: {value}. For {target} by {goal}, {points} a month are needed.", **blanks)
    if end["lower"] >= target:
        ahead = words.text("The present trend gets there: {value} ({lower} to {upper}, 95 %).", **trend)
    elif end["upper"] < target:
        ahead = words.text("The present trend falls short: {value} ({lower} to {upper}, 95 %).", **trend)
    else:
        ahead = words.text("The present trend leaves it open: {value} ({lower} to {upper}, 95 %).", **trend)
    return f"{now} {ahead}"
