"""
The working list of complaint deadlines: tiles that narrow it, the list itself, and the way to take it along.

It counts down by itself: once a minute it is drawn again, with what the newest version knows.
"""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import Any, Final

import polars as pl
import streamlit as st

from dashboard.facts import FACTS
from dashboard.metrics.urgency import LADDER, in_band
from dashboard.ui.address import write
from dashboard.ui.case import open_picked
from dashboard.ui.export import workbook
from dashboard.ui.live import Live
from dashboard.ui.tables import FEW, SHOWN
from dashboard.ui.tiles import Tile, chosen_tile
from dashboard.words import Words, msgid

BANDS: Final = {
    "overdue": (msgid("Overdue"), msgid("Open, and the due day is over")),
    "today": (msgid("Due today"), msgid("Open, and due by midnight")),
    "within_3d": (msgid("Within 3 days"), msgid("Open, and due today or on one of the two days after it")),
    "within_7d": (msgid("Within 7 days"), msgid("Open, and due today or on one of the six days after it")),
    "within_14d": (msgid("Within 14 days"), msgid("Open, and due today or on one of the 13 days after it")),
    "all": (msgid("All open"), msgid("Everything that waits for an answer")),
}
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
    band = chosen_tile(_tiles(live), words, key="band", default="overdue")
    st.caption(
        words.text(
            "As of this moment, {moment}, and counting down; the figures further below are as of {day}",
            moment=words.instant(live.now),
            day=words.day(live.look.ctx.as_of),
        )
    )
    rows = live.rows.filter(in_band(band)) if band != "all" else live.rows
    day = _day(words)
    if day is not None:
        rows = live.rows.filter(pl.col("due_on") == day)
    said = words.text("due on {day}", day=words.day_in_words(day)) if day else words.text(BANDS[band][0])
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


def _tiles(live: Live) -> list[Tile]:
    words, is_law = live.look.ctx.words, live.look.ctx.regime.kind == "law"
    signs = {
        "overdue": ("■" if is_law else "▼", "red" if is_law else "orange"),
        "today": ("▲", "orange"),
        "within_3d": ("▲", "orange"),
    }
    return [
        Tile(
            band,
            words.text(label),
            int(live.rows.filter(in_band(band) if band != "all" else pl.lit(value=True))["cases"].sum()),
            words.text(meaning),
            *signs.get(band, ("", "gray")),
        )
        for band, (label, meaning) in BANDS.items()
    ]


def listed(live: Live, rows: pl.DataFrame) -> pl.DataFrame:
    """
    The list as people read it: signs, names and codes in words, the time left, the reasons.
    """
    words, names = live.look.ctx.words, live.look.names
    is_law = live.look.ctx.regime.kind == "law"
    late, near = pl.col("is_overdue"), pl.col("ladder") >= LADDER[0]
    worded = {
        column: pl.col(column).replace_strict(
            {value: names.of(column, value) for value in rows[column].unique().drop_nulls()},
            default=None,
            return_dtype=pl.String,
        )
        for column in ("grade", "category", "cause", "branch_id", "team_id", "product_line", "channel")
    }
    return rows.with_columns(
        **worded,
        sign=pl.when(late)
        .then(pl.lit("■" if is_law else "▼"))
        .when(near)
        .then(pl.lit("▲"))
        .otherwise(pl.lit("●")),
        time_left=pl.Series([words.time_left(hours) for hours in rows["hours_left"]], dtype=pl.String),
        limit_used=(pl.col("share_used") * 100).round(0),
        stage=pl.Series([words.text(STAGES[stage]) for stage in rows["stage"]], dtype=pl.String),
        breach_probability=pl.when(~pl.col("is_overdue")).then(pl.col("breach_probability") * 100).round(0),
        why=pl.Series(
            [[words.text(REASONS[reason]) for reason in reasons] for reasons in rows["why"]],
            dtype=pl.List(pl.String),
        ),
    ).select(_SHOWN)


def _table(live: Live, rows: pl.DataFrame) -> None:
    words = live.look.ctx.words
    if rows.height > SHOWN:
        st.caption(
            words.text(
                "{shown} of {total} rows; the export has them all",
                shown=words.count(SHOWN),
                total=words.count(rows.height),
            )
        )
    shown = listed(live, rows.head(SHOWN))
    event = st.dataframe(
        shown,
        hide_index=True,
        column_config=_columns(words),
        placeholder="–",
        height="content" if shown.height <= FEW else 460,
        key="worklist",
        on_select="rerun",
        selection_mode="single-cell",
        lazy=False,
        alt=words.text("Open complaints, the riskiest first"),
    )
    open_picked(event, shown["complaint_id"].to_list(), key="worklist")


def _columns(words: Words) -> dict[str, Any]:
    config = st.column_config
    share: dict[str, Any] = {"format": "%d%%", "min_value": 0, "max_value": 100}
    texts = {
        name: config.TextColumn(words.column(name))
        for name in ("stage", "grade", "category", "cause", "handler_id", "branch_id", "team_id", "product_line")
    }
    days = {
        name: config.DateColumn(words.column(name), format="YYYY-MM-DD")
        for name in ("due_on", "due_strict_on", "received_on")
    }
    return {
        **texts,
        **days,
        "sign": config.TextColumn("", width=36, pinned=True),
        "complaint_id": config.TextColumn(words.column("complaint_id"), pinned=True, width=120),
        "time_left": config.TextColumn(words.column("time_left")),
        "limit_used": config.ProgressColumn(words.column("limit_used"), **share),
        "breach_probability": config.ProgressColumn(
            words.column("breach_probability"),
            help=words.text(
                "How likely it is late in the end, judged by what became of cases as close to their due day"
            ),
            **share,
        ),
        "why": config.ListColumn(words.column("why"), width="medium"),
        "channel": config.TextColumn(words.column("channel")),
    }


def _export(live: Live, rows: pl.DataFrame, said: str) -> None:
    ctx, words = live.look.ctx, live.look.ctx.words
    st.download_button(
        words.text("Export to Excel"),
        data=partial(_workbook, live, rows, said),
        file_name=f"complaint_deadlines_{live.today.isoformat()}_{ctx.viewer.scope}.xlsx",
        mime="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        icon=":material/download:",
        on_click="ignore",
        disabled=not rows.height,
        key="export_worklist",
    )


def _workbook(live: Live, rows: pl.DataFrame, said: str) -> bytes:
    ctx, words = live.look.ctx, live.look.ctx.words
    lists = pl.col("why").list.join(", ")
    return workbook(
        listed(live, rows).with_columns(lists),
        fact=FACTS["complaints"],
        words=words,
        zone=ctx.zone,
        title=words.text("Complaint deadlines"),
        said=[
            said,
            live.look.said,
            words.text("counted down from {moment}", moment=words.instant(live.now)),
            words.text("Rule: {rule}", rule=ctx.regime.id),
            words.text(
                "Snapshot {version}, scope {scope}",
                version=ctx.reader.version_id,
                scope=ctx.viewer.scope,
            ),
        ],
    )
