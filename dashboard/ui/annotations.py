"""
What happened when: the dated events that charts point to, and the place where compliance enters them.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.keeping import Annotation, Concerns
from dashboard.metrics import KPIS
from dashboard.ui.annotating import adding, withdrawing
from dashboard.ui.kept import known_events
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import FEW
from dashboard.words import Words


def annotations_of(look: Look, name: str | None) -> list[tuple[date, str]]:
    """
    The events to draw over a chart, by day.

    Where they can't be read, a line says so, and the chart is drawn without.

    Args:
        look: What the page looks at; events about what is filtered away are left out.
        name: The chart's KPI; None for a chart of no single one.

    Returns:
        Day and title of each.
    """
    known = known_events(look.ctx.settings.app, look.ctx.viewer)
    if known.reference:
        st.caption(_unreadable(look.ctx.words, known.reference))
    selected = dict(look.selection.values)
    return [(each.on_day, each.title) for each in known.events if each.concerns.touch(name, selected)]


def annotate(look: Look) -> None:
    """
    Draw the list of events; for those who may, with the form to add one and the button to withdraw one.
    """
    words, viewer = look.ctx.words, look.ctx.viewer
    with panel(words, "annotations"):
        known = known_events(look.ctx.settings.app, viewer)
        with st.expander(words.text("Events on the charts"), icon=":material/flag:", key="events"):
            if known.reference:
                st.warning(_unreadable(words, known.reference), icon=":material/database_off:")
            else:
                _listed(look, known.events)
            if viewer.rights.annotates:
                with st.container(horizontal=True, key="annotating"):
                    adding(look)
                    withdrawing(look, known.events)


def _unreadable(words: Words, reference: str) -> str:
    return words.text(
        "Events can't be read just now; the figures are right without them. Reference for support: {reference}",
        reference=reference,
    )


def _listed(look: Look, events: Sequence[Annotation]) -> None:
    """
    The events as a table, the latest first: what was written is data there, never Markdown.
    """
    words = look.ctx.words
    if not events:
        st.caption(words.text("No events have been entered yet."))
        return
    latest = list(reversed(events))
    zone = ZoneInfo(look.ctx.zone)
    st.dataframe(
        pl.DataFrame(
            {
                words.text("Day"): [each.on_day for each in latest],
                words.text("What happened"): [each.title for each in latest],
                words.text("Concerns"): [", ".join(_concerned(look, each.concerns)) for each in latest],
                words.text("Note"): pl.Series([each.note for each in latest], dtype=pl.String),
                words.text("Entered by"): [each.created_by for each in latest],
                words.text("Entered"): [each.created_at.astimezone(zone).date() for each in latest],
            }
        ),
        hide_index=True,
        column_config={
            heading: st.column_config.DateColumn(format="YYYY-MM-DD")
            for heading in (words.text("Day"), words.text("Entered"))
        },
        placeholder="–",
        height="content" if len(latest) <= FEW else 460,
        key="events_table",
        lazy=False,
        alt=words.text("Events on the charts"),
    )


def _concerned(look: Look, concerns: Concerns) -> list[str]:
    words = look.ctx.words
    said = []
    if concerns.kpi:
        said.append(words.text(KPIS[concerns.kpi].title) if concerns.kpi in KPIS else concerns.kpi)
    if concerns.cause:
        said.append(words.code("cause", concerns.cause))
    if concerns.product_line:
        said.append(words.code("product_line", concerns.product_line))
    if concerns.branch_id:
        said.append(look.names.of("branch_id", concerns.branch_id))
    return said or [words.text("the whole company")]
