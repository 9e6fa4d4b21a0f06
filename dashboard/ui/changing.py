"""
What changed since yesterday? The version of the data that was there when the day began, beside today's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.facts import FACTS, Kind
from dashboard.metrics.changes import KINDS, changed_pairs, changes_among, may_have_changed, seen_on
from dashboard.metrics.complaints import judged
from dashboard.periods import DAY
from dashboard.reader import Reader
from dashboard.snapshot import Version
from dashboard.ui.case_parts import open_picked
from dashboard.ui.figures import Figures, Values
from dashboard.ui.frames import framed
from dashboard.ui.live import Live
from dashboard.ui.opening import version_before
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import FEW, column_settings
from dashboard.words import Words, msgid

NAMES: Final = {
    "newly_overdue": msgid("newly overdue"),
    "newly_received": msgid("received"),
    "reopened": msgid("reopened"),
    "open_again": msgid("open again"),
    "regraded": msgid("re-graded"),
    "extended": msgid("extended"),
    "due_moved": msgid("due day moved"),
    "answered": msgid("answered"),
    "withdrawn": msgid("withdrawn"),
    "set_aside": msgid("merged or invalid"),
    "record_corrected": msgid("record corrected"),
    "vanished": msgid("no longer there"),
}
# What somebody has to look at; the rest is counted.
LISTED: Final = (
    "newly_overdue",
    "reopened",
    "open_again",
    "regraded",
    "extended",
    "due_moved",
    "record_corrected",
)
MOST: Final = 200


def changes_panel(live: Live) -> None:
    """
    What became overdue, was reopened, re-graded or extended since the day began, and what came in and went out?
    """
    look, words = live.look, live.look.ctx.words
    with panel(words, "changes"):
        began = datetime.combine(live.today, datetime.min.time(), live.now.tzinfo).astimezone(UTC)
        version = version_before(look.ctx.settings, began)
        found, said = _changes(look, live, version)
        with framed(words.text("What changed since yesterday"), said):
            if not found.height:
                st.markdown(":gray[" + words.text("Nothing changed.") + "]")
                return
            counts = dict(found.group_by("kind").agg(pl.col("cases").sum()).iter_rows())
            parts = [
                words.text("{count} {what}", count=words.count(counts[kind]), what=words.text(NAMES[kind]))
                for kind in KINDS
                if kind in counts
            ]
            st.markdown(" · ".join(parts))
            _listed(look, found.filter(pl.col("kind").is_in(LISTED)).head(MOST))


def _changes(look: Look, live: Live, version: Version | None) -> tuple[pl.DataFrame, str]:
    """
    The changes, and what was compared with what. Without an older version the records' own dates have to do.
    """
    words, figures = look.ctx.words, look.figures
    if not figures.can_tell("complaints_overdue"):
        return pl.DataFrame({"kind": [], "cases": []}), words.text("Not recorded by the source.")
    yesterday = live.today - DAY
    if version is None:
        said = words.text("By the records' own dates: no version of the data from before today is kept yet")
        older = figures
    else:
        said = words.text(
            "Compared with the data as it was before midnight (version {version})", version=version.id
        )
        older = replace(figures, reader=Reader(version, look.ctx.viewer))
    return _between(older.on(yesterday), figures.on(live.today), look.selection.values), said


def _key(figures: Figures) -> tuple[str, ...]:
    return figures.key


# Which complaints differ doesn't depend on what is selected; few do.
@st.cache_resource(max_entries=6, show_spinner=False, hash_funcs={Figures: _key})
def _pairs(older: Figures, newer: Figures) -> pl.DataFrame:
    before = older.known("complaints")
    after = before if older.reader.version_id == newer.reader.version_id else newer.known("complaints")
    named = may_have_changed(before, after, older.terms, newer.terms).lazy()
    was, now = (
        seen_on(judged(rows.join(named, on="complaint_id", how="semi"), each.terms), each.as_of)
        for rows, each in ((before, older), (after, newer))
    )
    return changed_pairs(was, now)


@st.cache_data(max_entries=200, show_spinner=False, hash_funcs={Figures: _key})
def _between(older: Figures, newer: Figures, values: Values) -> pl.DataFrame:
    return changes_among(_pairs(older, newer), values)


def _listed(look: Look, found: pl.DataFrame) -> None:
    words = look.ctx.words
    if not found.height:
        return
    shown = pl.DataFrame(
        {
            "complaint_id": found["complaint_id"],
            words.text("Change"): [_change(row, words) for row in found.iter_rows(named=True)],
            words.text("Before"): [_value(look, row, "was") for row in found.iter_rows(named=True)],
            words.text("After"): [_value(look, row, "now") for row in found.iter_rows(named=True)],
            "due_on": found["due_on"],
        }
    )
    event = st.dataframe(
        shown,
        hide_index=True,
        column_config=column_settings(shown, words),
        placeholder="–",
        height="content" if shown.height <= FEW else 320,
        key="changes",
        on_select="rerun",
        selection_mode="single-cell",
        lazy=False,
    )
    open_picked(event, shown["complaint_id"].to_list(), key="changes")


def _change(row: Mapping[str, Any], words: Words) -> str:
    said = words.text(NAMES[row["kind"]])
    return f"{said} ({words.column(row['column'])})" if row["kind"] == "record_corrected" else said


def _value(look: Look, row: Mapping[str, Any], side: str) -> str | None:
    """
    A value before or after: codes in words, instants by the business's own clock.
    """
    value, column = row[side], FACTS["complaints"].by_name.get(row["column"] or "")
    if value is None or column is None:
        return None if value is None else str(value)
    if column.kind is Kind.INSTANT:
        return look.ctx.words.instant(datetime.fromisoformat(value).astimezone(ZoneInfo(look.ctx.zone)))
    return look.names.of(column.name, value) if column.vocabulary else str(value)
