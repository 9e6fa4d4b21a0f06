"""
What pages put together: a row of cards, a trend, a comparison of units, a stock by age. Each answers one question.

A panel asks for figures, hands them to a chart and says the finding; a failed panel says so and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, cast

import plotly.graph_objects as go
import polars as pl
import streamlit as st

from dashboard.charts.bands import bands
from dashboard.charts.ranking import ranking
from dashboard.charts.theme import CONFIG
from dashboard.charts.trend import trend
from dashboard.metrics import kpi, status
from dashboard.periods import Period, earlier_day, month_start, shift_months
from dashboard.stats import ProcessLimits, xmr
from dashboard.ui.cards import Card, show_cards, value_in_words
from dashboard.ui.page import Look
from dashboard.ui.rows import ask_for_rows
from dashboard.ui.states import nothing_selected, panel
from dashboard.ui.tables import column_settings
from dashboard.words import Words, msgid

# A year and the month it is compared with.
SPARK_MONTHS = 13
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


def cards(look: Look, ids: Sequence[str], *, key: str) -> None:
    """
    Draw a card for each KPI, and open the rows behind the one that is asked for.
    """
    ctx, selection = look.ctx, look.selection
    with panel(ctx.words, "cards"):
        now = look.figures.of(ids, selection.period, selection.values)
        before = _before(look, ids)
        this_month = month_start(ctx.as_of)
        spark = Period(shift_months(this_month, 1 - SPARK_MONTHS), shift_months(this_month, 1))
        months = look.figures.of(ids, spark, selection.values, ["month"])
        shown = []
        for name in ids:
            figure = now[name].row(0, named=True)
            target = ctx.settings.targets.get(kpi(name).target_key)
            standing = status(
                kpi(name),
                figure,
                look.figures.terms,
                target=target,
                min_n=ctx.settings.display.minimum_cases,
            )
            rows = list(months[name].iter_rows(named=True))
            shown.append(Card(kpi(name), figure, before.get(name), rows, standing, target))
        asked = show_cards(ctx, shown, key=key)
    if asked:
        ask_for_rows(look, asked, selection.period)


def _before(look: Look, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
    """
    The figures compared with. A state is compared with the state as many days earlier.
    """
    selection = look.selection
    if selection.comparison is None:
        return {}
    states = [name for name in ids if kpi(name).day is None]
    flows = [name for name in ids if kpi(name).day is not None]
    found = look.figures.of(flows, selection.comparison, selection.values) if flows else {}
    if states:
        day = earlier_day(look.ctx.as_of, selection.period, selection.comparison)
        found |= look.figures.on(day).of(states, Period(None, None), selection.values)
    return {name: figures.row(0, named=True) for name, figures in found.items()}


def trend_panel(look: Look, name: str) -> None:
    """
    How has one KPI moved by month, against its target and its own process limits?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, f"trend of {name}"):
        points = look.figures.of([name], _trend_period(look), look.selection.values, ["month"])[name]
        judged, limits = _judged_months(points, words, name)
        target = ctx.settings.targets.get(name)
        finding = _finding(judged, name, words)
        with _framed(look, words.text(kpi(name).title), finding):
            if not points["value"].drop_nulls().len():
                _nothing(look, points)
                return
            drawn = trend(
                judged,
                unit=kpi(name).unit,
                words=words,
                colours=ctx.colours,
                target=target,
                limits={"mean": limits.mean, "lower": limits.lower, "upper": limits.upper} if limits else None,
            )
            picked = _chart(drawn, key=f"trend_{name}", alt=f"{words.text(kpi(name).title)}: {finding}")
            _as_table(look, points, f"trend_{name}")
        if picked and look.figures.reader:
            month = date.fromisoformat(picked)
            _rows_of_month(look, name, month)


def _trend_period(look: Look) -> Period:
    """
    The selected months, and those before them that make two years; the month under way is shown as far as it is.
    """
    this_month = month_start(look.ctx.as_of)
    chosen = month_start(look.period.last) if look.period.last else this_month
    last = this_month if chosen >= shift_months(this_month, -1) else chosen
    first = shift_months(last, -TREND_MONTHS)
    return Period(min(look.period.first, first) if look.period.first else first, shift_months(last, 1))


def _rows_of_month(look: Look, name: str, month: date) -> None:
    if kpi(name).day is None:
        return
    ask_for_rows(look, name, Period(month, shift_months(month, 1)))


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
    value = value_in_words(last["value"], kpi(name).unit, words)
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
    points = look.figures.of([name], _trend_period(look), look.selection.values, ["month"])[name]
    judged, _ = _judged_months(points, look.ctx.words, name)
    settled = judged.filter(~pl.col("provisional") & pl.col("value").is_not_null())
    if not settled.height:
        return None
    last = settled.row(settled.height - 1, named=True)
    return (_finding(judged, name, look.ctx.words), bool(last["better"])) if last["signal"] else None


def ranking_panel(look: Look, name: str, dimensions: Mapping[str, str]) -> None:
    """
    How do categories, branches or products compare in one rate, fairly?

    Args:
        look: What the page looks at.
        name: The KPI.
        dimensions: The columns to compare by, with their names; those not recorded are left out.
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, f"ranking of {name}"):
        recorded = [column for column in dimensions if column in look.figures.recorded(look.fact)]
        with _framed(
            look, words.text("Where it differs"), words.text("Differences surer than chance are coloured")
        ):
            if not recorded:
                st.info(words.text("The source records nothing to compare by."), icon=":material/info:")
                return
            chosen = st.segmented_control(
                words.text("Compare by"),
                recorded,
                default=recorded[0],
                format_func=lambda column: words.text(dimensions[column]),
                key=f"compare_{name}",
                label_visibility="collapsed",
                required=True,
            )
            column = chosen or recorded[0]
            overall = look.figures.one(name, look.period, look.selection.values)
            units = look.figures.of([name], look.period, look.selection.values, [column])[name]
            units = units.filter(pl.col("denominator") > 0).rename({column: "unit"})
            labels = [look.names.of(column, unit) for unit in units["unit"]]
            units = units.with_columns(
                label=pl.Series(_distinct(labels, units["unit"].to_list()), dtype=pl.String)
            )
            if not units.height:
                _nothing(look, units)
                return
            drawn = ranking(
                _most(units, overall["value"]),
                words=words,
                colours=ctx.colours,
                overall=overall["value"],
                minimum=ctx.settings.display.minimum_cases,
                higher_is_better=kpi(name).direction == "up",
            )
            alt = words.text(
                "{title} by {dimension}",
                title=words.text(kpi(name).title),
                dimension=words.text(dimensions[column]),
            )
            picked = _chart(drawn, key=f"ranking_{name}_{column}", alt=alt)
            if units.height > MOST_UNITS:
                st.caption(
                    words.text(
                        "{shown} of {total}: those that differ surely, then those with the most cases",
                        shown=MOST_UNITS,
                        total=units.height,
                    )
                )
            _as_table(look, units.drop("unit").select("label", pl.exclude("label")), f"ranking_{name}")
        if picked:
            ask_for_rows(look, name, look.period, {column: picked})


MOST_UNITS = 15


def _most(units: pl.DataFrame, overall: float | None) -> pl.DataFrame:
    """
    The units worth showing first: those that surely differ from the whole, then those with the most cases.
    """
    differs = (pl.col("lower") > overall) | (pl.col("upper") < overall)
    return units.sort(differs.fill_null(value=False), "denominator", descending=True).head(MOST_UNITS)


def _distinct(labels: Sequence[str], keys: Sequence[str | None]) -> list[str]:
    # Two units with one name would share a row of the chart.
    return [
        f"{label} ({key})" if labels.count(label) > 1 else label for label, key in zip(labels, keys, strict=True)
    ]


def ageing_panel(look: Look) -> None:
    """
    How long have open complaints waited, and how many of them too long?
    """
    ctx, words = look.ctx, look.ctx.words
    with panel(words, "ageing"):
        counts = look.figures.ageing(look.selection.values)
        late, total = (
            int(counts.select(part).sum().item()) for part in (pl.col("late"), pl.col("late") + pl.col("not_late"))
        )
        finding = words.text(
            "{late} of {total} open are overdue", late=words.count(late), total=words.count(total)
        )
        with _framed(look, words.text("Open complaints by days since receipt"), finding):
            if "decided_at" not in look.figures.recorded("complaints") and not total:
                st.info(words.text("not recorded"), icon=":material/info:")
                return
            labelled = counts.with_columns(
                label=pl.col("band").str.replace("-", "–").str.replace("61+", "> 60", literal=True)
            )
            drawn = bands(
                labelled,
                words=words,
                colours=ctx.colours,
                late=words.text("overdue"),
                not_late=words.text("not yet due"),
                is_breach=ctx.regime.kind == "law",
            )
            _chart(drawn, key="ageing", alt=finding, select=False)
            _as_table(look, counts, "ageing")


@contextmanager
def _framed(look: Look, title: str, finding: str) -> Iterator[None]:  # noqa: ARG001
    with st.container(border=True, height="stretch"):
        st.subheader(title, anchor=False)
        st.caption(finding)
        yield


def _chart(drawn: go.Figure, *, key: str, alt: str, select: bool = True) -> str | None:
    """
    Draw a figure; return the key of the point a viewer just clicked, if any.
    """
    event = st.plotly_chart(
        drawn,
        theme=None,
        config=CONFIG,
        key=key,
        alt=alt,
        on_select="rerun" if select else "ignore",
        selection_mode="points",
    )
    points = cast("Any", event)["selection"]["points"] if select and event else []
    if not points or st.session_state.get(f"seen_{key}") == points:
        return None
    # A selection stays; its rows are asked for once.
    st.session_state[f"seen_{key}"] = points
    data = points[0].get("customdata")
    return str(data[0]) if data else None


def _as_table(look: Look, points: pl.DataFrame, key: str) -> None:
    """
    The chart's figures as a table, for reading, copying and those who can't see the chart.
    """
    words = look.ctx.words
    with st.popover(words.text("As a table"), icon=":material/table:", type="tertiary"):
        shown = points.drop("not_recorded", "cases", "signal", "better", strict=False)
        settings = column_settings(shown, words)
        if "month" in shown.columns:
            settings["month"] = st.column_config.DateColumn(words.column("month"), format="YYYY-MM")
        for column in ("value", "lower", "upper"):
            if column in shown.columns and shown[column].drop_nulls().is_between(0, 1).all():
                settings[column] = st.column_config.NumberColumn(words.column(column), format="percent")
        st.dataframe(
            shown,
            hide_index=True,
            column_config=settings,
            placeholder=words.text("n/a"),
            width=600,
            key=f"table_{key}",
            lazy=False,
        )


def _nothing(look: Look, figures: pl.DataFrame) -> None:
    if "not_recorded" in figures.columns and figures["not_recorded"].any():
        st.info(look.ctx.words.text("Not recorded by the source."), icon=":material/info:")
        return
    bound = look.ctx.viewer.rights.bound_by is not None
    nothing_selected(look.ctx.words, bound=bound, filtered=look.is_filtered or look.period.first is not None)
