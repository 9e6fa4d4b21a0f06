"""
What happened when: the dated events that charts point to, and the place where compliance enters them.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import polars as pl
import streamlit as st

from dashboard.access import Viewer
from dashboard.errors import EntryError, SourceError
from dashboard.keeping import AHEAD, EARLIEST, LONGEST, Annotation, Annotations, Concerns
from dashboard.metrics import KPIS, kpi
from dashboard.reader import Reader
from dashboard.settings import AppSettings
from dashboard.ui.page import Look
from dashboard.ui.states import panel
from dashboard.ui.tables import FEW
from dashboard.words import Words, msgid

log = logging.getLogger(__name__)

# Another server's entries are noticed within so many seconds; one's own at once.
LOOK_AGAIN = 10

FIELDS = {
    "kpi": (msgid("Figure"), msgid("All figures")),
    "cause": (msgid("Cause"), msgid("All causes")),
    "product_line": (msgid("Product line"), msgid("All product lines")),
    "branch_id": (msgid("Branch"), msgid("All branches")),
}
# What is said beside a field that can't be kept.
WRONG = {
    "title": msgid("What happened takes one line of 1 to 80 characters, without control characters."),
    "note": msgid("A note has at most 500 characters, without control characters."),
    "on_day": msgid("The day lies before 1990 or more than a year ahead."),
}


@dataclass(frozen=True, slots=True)
class _Known:
    """
    What could be read: the events, or the reference under which the log says why not.
    """

    events: tuple[Annotation, ...] = ()
    reference: str | None = None


@st.cache_data(
    ttl=LOOK_AGAIN,
    max_entries=500,
    show_spinner=False,
    hash_funcs={
        AppSettings: lambda app: app.database.get_secret_value(),
        Viewer: lambda viewer: viewer.scope,
    },
)
def _known(app: AppSettings, viewer: Viewer) -> _Known:
    # A failure is remembered like an answer: every chart of a page would wait for a server that is down.
    try:
        return _Known(tuple(Annotations(app).all(viewer)))
    except SourceError as error:
        reference = secrets.token_hex(4)
        log.error("reference %s: %s", reference, error)  # noqa: TRY400 - the problem says all
        return _Known(reference=reference)


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
    known = _known(look.ctx.settings.app, look.ctx.viewer)
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
        known = _known(look.ctx.settings.app, viewer)
        with st.expander(words.text("Events on the charts"), icon=":material/flag:", key="events"):
            if known.reference:
                st.warning(_unreadable(words, known.reference), icon=":material/database_off:")
                return
            _listed(look, known.events)
            if viewer.rights.annotates:
                with st.container(horizontal=True, key="annotating"):
                    _adding(look)
                    _withdrawing(look, known.events)


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


def _withdrawing(look: Look, events: Sequence[Annotation]) -> None:
    words = look.ctx.words
    if not events:
        return
    named = {
        each.annotation_id: words.text("{day} {title}", day=words.day(each.on_day), title=each.title)
        for each in reversed(events)
    }
    with st.popover(words.text("Withdraw an event"), icon=":material/undo:", type="tertiary", key="withdraw_open"):
        st.caption(words.text("It leaves all charts. Who entered and who withdrew it stays on record."))
        chosen = st.selectbox(
            words.text("Event"),
            list(named),
            index=None,
            format_func=named.__getitem__,
            placeholder=words.text("Choose an event"),
            key="withdraw_event",
        )
        if st.button(words.text("Withdraw the event"), disabled=chosen is None, key="withdraw") and chosen:
            Annotations(look.ctx.settings.app).withdraw(look.ctx.viewer, chosen)
            _drawn_anew()


def _adding(look: Look) -> None:
    words = look.ctx.words
    with (
        st.popover(words.text("Add an event"), icon=":material/add:", type="tertiary", key="annotate_open"),
        st.form("annotate", border=False),
    ):
        on_day = st.date_input(
            words.text("Day"),
            value=look.ctx.as_of,
            min_value=EARLIEST,
            max_value=look.ctx.as_of + AHEAD,
            format="YYYY-MM-DD",
            required=True,
            key="annotate_day",
        )
        title = st.text_input(
            words.text("What happened"),
            max_chars=LONGEST["title"],
            placeholder=words.text("e.g. New wording sent to customers"),
            key="annotate_title",
        )
        note = st.text_area(
            words.text("Note (optional)"),
            max_chars=LONGEST["note"],
            height=80,
            help=words.text("Everybody who sees the charts can read it: name no customer and no colleague."),
            key="annotate_note",
        )
        concerns = Concerns(**{column: _scope(look, column, options) for column, options in _scopes(look).items()})
        sent = st.form_submit_button(words.text("Add the event"), type="primary", key="annotate_add")
    if not sent:
        return
    try:
        Annotations(look.ctx.settings.app).add(look.ctx.viewer, on_day, title, note=note, concerns=concerns)
    except EntryError as error:
        for problem in error.problems:
            st.error(words.text(WRONG[problem.where]), icon=":material/edit_note:")
        return
    _drawn_anew()


def _scopes(look: Look) -> dict[str, dict[str, str]]:
    """
    What an event can concern: by column, each value with its name; what the source doesn't record is left out.
    """
    words = look.ctx.words
    options = {column: {each.value: each.label for each in found} for column, found in look.names.options.items()}
    offered = {
        "kpi": {name: words.text(kpi(name).title) for name in KPIS},
        "cause": {cause: words.code("cause", cause) for cause in _causes(look.figures.reader)},
        "product_line": options.get("product_line", {}),
        "branch_id": options.get("branch_id", {}),
    }
    return {column: found for column, found in offered.items() if found}


def _scope(look: Look, column: str, options: dict[str, str]) -> str | None:
    words = look.ctx.words
    name, every = FIELDS[column]
    return st.selectbox(
        words.text(name),
        list(options),
        index=None,
        format_func=options.__getitem__,
        placeholder=words.text(every),
        key=f"annotate_{column}",
    )


def _reader_key(reader: Reader) -> tuple[str, str]:
    return reader.version_id, reader.viewer.scope


@st.cache_resource(max_entries=200, show_spinner=False, hash_funcs={Reader: _reader_key})
def _causes(reader: Reader) -> list[str]:
    if "cause" not in reader.recorded("complaints"):
        return []
    causes = reader.rows("complaints").select(pl.col("cause").unique().drop_nulls().sort()).collect()
    return causes["cause"].to_list()


def _drawn_anew() -> None:
    """
    Run the page again, so that the charts above the list show what has just been entered.
    """
    _known.clear()
    st.rerun()
