"""
What all panels share: the frame, the chart with its click, the chart as a table, the reason for emptiness.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, cast

import polars as pl
import streamlit as st

from dashboard.charts.drawing import Drawing
from dashboard.charts.theme import CONFIG
from dashboard.ui.page import Look
from dashboard.ui.states import nothing_selected
from dashboard.ui.tables import column_settings
from dashboard.words import Words, msgid

COMPARE_BY: Final = msgid("Compare by")
# Under this and the chart's own key stands whether its table is open.
TABLE_OPEN: Final = "open_table_"
# Parts of a whole, whatever the chart; one decimal of the number itself would say next to nothing.
SHARES: Final = frozenset({"share", "gap_share", "cumulative", "survival", "predicted", "observed", "incidence"})


@contextmanager
def framed(title: str, finding: str, *, alone: bool = False) -> Iterator[None]:
    """
    A panel: its title, the finding under it, and whatever is drawn inside.

    Args:
        title: What it shows.
        finding: What it says, or the question.
        alone: Not one of two side by side, whose places have a frame of their own.
    """
    with st.container(border=alone):
        st.subheader(title, anchor=False)
        st.caption(finding)
        yield


def chosen_of(key: str, offered: Mapping[str, str]) -> str:
    """
    What a panel's own choice stands at, before it is drawn: a finding above it may depend on it.
    """
    chosen = st.session_state.get(key)
    return str(chosen) if chosen in offered else next(iter(offered))


def choose_one(words: Words, key: str, offered: Mapping[str, str], label: str = COMPARE_BY) -> None:
    """
    Draw a panel's own choice, which `chosen_of` reads.

    Args:
        words: The reader's language.
        key: Under which it stands in the session.
        offered: What can be chosen, with its name; the first is chosen at first.
        label: What is chosen, for those who can't see it.
    """
    st.segmented_control(
        words.text(label),
        list(offered),
        default=chosen_of(key, offered),
        format_func=lambda each: words.text(offered[each]),
        key=key,
        label_visibility="collapsed",
        required=True,
    )


def show_chart(drawn: Drawing, *, key: str, alt: str, select: bool = True) -> str | None:
    """
    Draw a figure; return the key of the point a viewer just clicked, if any.
    """
    event = st.plotly_chart(
        drawn.unchecked(),
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


@st.fragment
def as_table(look: Look, points: pl.DataFrame, key: str) -> None:
    """
    The chart's figures as a table, for reading, copying and those who can't see the chart.

    It is sent when somebody opens it: the tables of a page are as large as its charts, and few look at them.
    """
    words = look.ctx.words
    place = st.popover(
        words.text("As a table"),
        icon=":material/table:",
        type="tertiary",
        on_change="rerun",
        key=f"{TABLE_OPEN}{key}",
    )
    if place.open:
        with place:
            _table(points, words, key)


def _table(points: pl.DataFrame, words: Words, key: str) -> None:
    shown = points.drop("not_recorded", "signal", "better", strict=False)
    if "denominator" in shown.columns:
        # A figure's cases are its denominator's; elsewhere they are what the chart shows.
        shown = shown.drop("cases", strict=False)
    # Only a ratio is measured against something; it may be less than one and still is no share.
    is_ratio = "exposure" in shown.columns and shown["exposure"].count() > 0
    if not is_ratio:
        shown = shown.drop("exposure", strict=False)
    settings = column_settings(shown, words)
    if "month" in shown.columns:
        settings["month"] = st.column_config.DateColumn(words.column("month"), format="YYYY-MM")
    for column in ("value", "lower", "upper"):
        if is_ratio:
            settings[column] = st.column_config.NumberColumn(words.column(column), format="%.2f")
        elif column in shown.columns and shown[column].drop_nulls().is_between(0, 1).all():
            settings[column] = st.column_config.NumberColumn(words.column(column), format="percent")
    for column in SHARES & set(shown.columns):
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


def nothing(look: Look, figures: pl.DataFrame) -> None:
    """
    Say why there is no chart: withheld, not recorded, filtered away, out of scope, or no data.
    """
    if "not_recorded" in figures.columns and figures["not_recorded"].any():
        st.info(look.ctx.words.text("Not recorded by the source."), icon=":material/info:")
        return
    nothing_selected(
        look.ctx.words,
        bound=look.ctx.viewer.bound_by is not None,
        filtered=look.is_filtered or look.period.first is not None,
        withheld=look.ctx.reader.is_withheld(look.fact),
    )
