"""
The working list of complaint deadlines: tiles that narrow it, the list itself, and the way to take it along.

It counts down by itself: once a minute it is drawn again, with what the newest version knows.
"""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.ui.address import write
from dashboard.ui.case_parts import open_picked
from dashboard.ui.export import export_button
from dashboard.ui.listing import (
    band_name,
    band_tiles,
    cases_by_band,
    counted,
    list_columns,
    list_table,
    share_column,
    sign,
    within,
    worded,
)
from dashboard.ui.live import Live
from dashboard.ui.tables import SHOWN
from dashboard.ui.tiles import chosen_tile
from dashboard.words import Words, msgid

REASONS: Final = {
    "overdue": msgid("overdue"),
    "due_today": msgid("due today"),
    "ladder_100": msgid("strict limit used up"),
    "ladder_90": msgid("90% of the limit used"),
    "ladder_75": msgid("75% of the limit used"),
    "extension_void": msgid("extension void"),
    "extension_untold": msgid("extension not told"),
    "pause_untold": msgid("pause not told"),
    "not_acknowledged": msgid("not acknowledged"),
    "major_not_started": msgid("major, not started"),
    "high_probability": msgid("likely to be late"),
    "grade_missing": msgid("no grade"),
    "calendar_incomplete": msgid("calendar unknown"),
    "outside_effective": msgid("before the rule"),
}
STAGES: Final = {
    "received": msgid("received"),
    "acknowledged": msgid("acknowledged"),
    "investigating": msgid("under investigation"),
    "mediation_offered": msgid("mediation offered"),
    "in_mediation": msgid("in mediation"),
    "mediation_ended": msgid("mediation ended"),
}
# The day of the calendar that the list is narrowed to, as ISO in the session and the address.
DAY_KEY: Final = "due"

_SHOWN: Final = (
    *("sign", "complaint_id", "due_on", "time_left", "limit_used", "breach_probability", "stage", "why"),
    *("due_strict_on", "grade", "category", "cause", "handler_id", "branch_id", "team_id"),
    *("product_line", "channel", "received_on"),
)


def working_list(live: Live) -> None:
    """
    Draw the tiles and the list they narrow; a click on a row opens its case.
    """
    words = live.look.ctx.words
    tiles = band_tiles(
        cases_by_band(live.rows.lazy()),
        words,
        everything=words.text("Everything that waits for an answer"),
        is_breach=live.look.ctx.regime.kind == "law",
    )
    band = chosen_tile(tiles, words, key="band", default="overdue")
    st.caption(
        words.text(
            "As of this moment, {moment}, and counting down; the figures further below are as of {day}",
            moment=words.instant(live.now),
            day=words.day(live.look.ctx.as_of),
        )
    )
    rows = within(live.rows, band)
    day = _day(words)
    if day is not None:
        rows = live.rows.filter(pl.col("due_on") == day)
    said = words.text("due on {day}", day=words.day_in_words(day)) if day else words.text(band_name(band))
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"):
        st.subheader(
            words.text(
                "{title}: {shown} of {total} open complaints",
                title=said,
                shown=words.count(int(rows["cases"].sum())),
                total=words.count(int(live.rows["cases"].sum())),
            ),
            anchor=False,
        )
        if day is not None:
            st.button(words.text("Show all days"), icon=":material/close:", type="tertiary", on_click=_forget_day)
        _export(live, rows, said)
    if not rows.height:
        st.info(words.text("No open complaint here."), icon=":material/task_alt:")
        return
    _table(live, rows)


def choose_day(day: date) -> None:
    """
    Narrow the list to what falls due on one day.
    """
    st.session_state[DAY_KEY] = day.isoformat()


def _day(words: Words) -> date | None:
    if DAY_KEY not in st.session_state:
        st.session_state[DAY_KEY] = st.query_params.get(DAY_KEY, "")
    written = str(st.session_state[DAY_KEY])
    try:
        day = date.fromisoformat(written) if written else None
    except ValueError:
        st.warning(words.text("The address names a day that isn't one; all days are shown."))
        day = None
    write(DAY_KEY, [day.isoformat()] if day else [], is_default=day is None)
    return day


def _forget_day() -> None:
    st.session_state[DAY_KEY] = ""


def listed(live: Live, rows: pl.DataFrame) -> pl.DataFrame:
    """
    The list as people read it: signs, names and codes in words, the time left, the reasons.
    """
    words, names = live.look.ctx.words, live.look.names
    coded = ("grade", "category", "cause", "branch_id", "team_id", "product_line", "channel")
    return rows.with_columns(
        **worded(rows, names, coded),
        **counted(rows, words, STAGES),
        sign=sign(pl.lit(live.look.ctx.regime.kind == "law")),
        breach_probability=pl.when(~pl.col("is_overdue")).then(pl.col("breach_probability") * 100).round(0),
        why=pl.Series(
            [[words.text(REASONS[reason]) for reason in reasons] for reasons in rows["why"]],
            dtype=pl.List(pl.String),
        ),
    ).select(_SHOWN)


def _table(live: Live, rows: pl.DataFrame) -> None:
    words = live.look.ctx.words
    shown = listed(live, rows.head(SHOWN))
    alt = words.text("Open complaints, the riskiest first")
    event = list_table(shown, words, columns=_columns(words), total=rows.height, key="worklist", alt=alt)
    open_picked(event, shown["complaint_id"].to_list(), key="worklist")


def _columns(words: Words) -> dict[str, Any]:
    return {
        **list_columns(
            words,
            texts=(
                *("stage", "grade", "category", "cause", "handler_id", "branch_id", "team_id"),
                *("product_line", "channel"),
            ),
            days=("due_on", "due_strict_on", "received_on"),
            key="complaint_id",
        ),
        "breach_probability": share_column(
            words.column("breach_probability"),
            words.text(
                "How likely it is late in the end, judged by what became of cases as close to their due day"
            ),
        ),
        "why": st.column_config.ListColumn(words.column("why"), width="medium"),
    }


def _export(live: Live, rows: pl.DataFrame, said: str) -> None:
    ctx, words = live.look.ctx, live.look.ctx.words
    export_button(
        ctx,
        lambda: listed(live, rows).with_columns(pl.col("why").list.join(", ")),
        fact=FACTS["complaints"],
        title=words.text("Complaint deadlines"),
        said=[
            said,
            live.look.said,
            words.text("counted down from {moment}", moment=words.instant(live.now)),
            words.text("Rule: {rule}", rule=ctx.regime.id),
        ],
        name="complaint_deadlines",
        day=live.today,
        key="export_worklist",
        is_empty=not rows.height,
    )
