"""
How has one KPI moved by month: against its target, and against what its own process does anyway?
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import polars as pl
import streamlit as st

from dashboard.charts.trend import trend
from dashboard.metrics import kpi
from dashboard.periods import Period, month_start, shift_months
from dashboard.stats import ProcessLimits, xmr
from dashboard.ui.annotations import annotations_of
from dashboard.ui.frames import as_table, framed, nothing, show_chart
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import panel
from dashboard.words import Words, msgid

# Process limits rest on two years where there are two years.
TREND_MONTHS = 24

SIGNALS = {
    ("outside", "high"): msgid("Above the process limit"),
    ("outside", "low"): msgid("Below the process limit"),
    ("run", "high"): msgid("Seven months in a row above the mean"),
    ("run", "low"): msgid("Seven months in a row below the mean"),
    ("trend", "high"): msgid("Seven months in a row rising"),
    ("trend", "low"): msgid("Seven months in a row falling"),
    ("two_of_three", "high"): msgid("Two of three months close to the upper limit"),
    ("two_of_three", "low"): msgid("Two of three months close to the lower limit"),
}


def trend_panel(look: Look, name: str, *, note: Callable[[], str] | None = None) -> None:
    """
    How has one KPI moved by month, against its target and its own process limits?

    Args:
        look: What the page looks at.
        name: The KPI.
        note: Gives what stands below the chart; an empty text is left out.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, f"trend of {name}"):
        points = look.figures.of([name], trend_period(look), look.selection.values, ["month"])[name]
        judged, limits = _judged_months(points, words, name)
        target = ctx.settings.targets.get(name)
        finding = _finding(judged, name, words)
        with framed(words.text(kpi(name).title), finding):
            if not points["value"].drop_nulls().len():
                nothing(look, points)
                return
            drawn = trend(
                judged,
                unit=kpi(name).unit,
                words=words,
                colours=ctx.colours,
                target=target,
                limits={"mean": limits.mean, "lower": limits.lower, "upper": limits.upper} if limits else None,
                annotations=annotations_of(look, name),
            )
            picked = show_chart(drawn, key=f"trend_{name}", alt=f"{words.text(kpi(name).title)}: {finding}")
            said = note() if note else ""
            if said:
                st.caption(said)
            as_table(look, points, f"trend_{name}")
        if picked and kpi(name).day is not None:
            ask_for_rows(look, name, month_picked(picked))


def trend_period(look: Look) -> Period:
    """
    The selected months, and those before them that make two years; the month under way is shown as far as it is.
    """
    this_month = month_start(look.ctx.as_of)
    chosen = month_start(look.period.last) if look.period.last else this_month
    last = this_month if chosen >= shift_months(this_month, -1) else chosen
    first = shift_months(last, -TREND_MONTHS)
    return Period(min(look.period.first, first) if look.period.first else first, shift_months(last, 1))


def month_picked(picked: str) -> Period:
    """
    The month a click on a chart of months carries, as a period.
    """
    month = date.fromisoformat(picked)
    return Period(month, shift_months(month, 1))


def _judged_months(points: pl.DataFrame, words: Words, name: str) -> tuple[pl.DataFrame, ProcessLimits | None]:
    """
    Months with their signals in words. What can still change neither sets limits nor gives signals.
    """
    settled = points.with_columns(value=pl.when(~pl.col("provisional")).then("value"))
    judged, limits = xmr(settled)
    if limits is None or limits.short:
        return points.with_columns(signal=pl.lit(None, pl.String), better=pl.lit(None, pl.Boolean)), None
    up = kpi(name).direction == "up"
    sentences = [
        words.text(SIGNALS[signal, side]) if signal else None
        for signal, side in zip(judged["signal"], judged["side"], strict=True)
    ]
    better = [None if side is None else (side == "high") == up for side in judged["side"]]
    return points.with_columns(
        signal=pl.Series(sentences, dtype=pl.String), better=pl.Series(better, dtype=pl.Boolean)
    ), limits


def _finding(judged: pl.DataFrame, name: str, words: Words) -> str:
    """
    What the series says, as a title: its last signal, or that there is none.
    """
    settled = judged.filter(~pl.col("provisional") & pl.col("value").is_not_null())
    if not settled.height:
        return words.text("No complete month yet")
    last = settled.row(settled.height - 1, named=True)
    value = words.figure(last["value"], kpi(name).unit)
    if last["signal"]:
        return words.text(
            "{month}: {value}. {signal}", month=words.month(last["month"]), value=value, signal=last["signal"]
        )
    return words.text("{month}: {value}, within its usual range", month=words.month(last["month"]), value=value)


def last_signal(look: Look, name: str) -> tuple[str, bool] | None:
    """
    What the last complete month of a KPI's process signals, in words, and whether it is for the better; None if
    nothing.
    """
    points = look.figures.of([name], trend_period(look), look.selection.values, ["month"])[name]
    judged, _ = _judged_months(points, look.ctx.words, name)
    settled = judged.filter(~pl.col("provisional") & pl.col("value").is_not_null())
    if not settled.height:
        return None
    last = settled.row(settled.height - 1, named=True)
    return (_finding(judged, name, look.ctx.words), bool(last["better"])) if last["signal"] else None
