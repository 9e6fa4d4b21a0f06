"""
Entering and withdrawing events: the forms of those who may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import polars as pl
import streamlit as st

from dashboard.errors import EntryError, SourceError
from dashboard.keeping import AHEAD, EARLIEST, LONGEST, Annotation, Annotations, Concerns
from dashboard.metrics import KPIS, kpi
from dashboard.reader import Reader
from dashboard.ui.context import Context
from dashboard.ui.kept import known_events, logged
from dashboard.ui.page import Look
from dashboard.words import Words, msgid

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
    "annotation_id": msgid("There is no such event."),
}
# Where sentences about the last try stand in the session.
PROBLEMS = "annotate_problems"


def withdrawing(look: Look, events: Sequence[Annotation]) -> None:
    """
    Draw the way to take an event back.
    """
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
        st.button(
            words.text("Withdraw the event"),
            disabled=chosen is None,
            on_click=_withdraw,
            args=(look.ctx, chosen),
            key="withdraw",
        )


def adding(look: Look) -> None:
    """
    Draw the form that enters an event. What can't be kept stays in it, with the reasons.
    """
    words = look.ctx.words
    with (
        st.popover(words.text("Add an event"), icon=":material/add:", type="tertiary", key="annotate_open"),
        st.form("annotate", border=False),
    ):
        st.date_input(
            words.text("Day"),
            value=look.ctx.as_of,
            min_value=EARLIEST,
            max_value=look.ctx.as_of + AHEAD,
            format="YYYY-MM-DD",
            required=True,
            key="annotate_day",
        )
        st.text_input(
            words.text("What happened"),
            max_chars=LONGEST["title"],
            placeholder=words.text("e.g. New wording sent to customers"),
            key="annotate_title",
        )
        st.text_area(
            words.text("Note (optional)"),
            max_chars=LONGEST["note"],
            height=80,
            help=words.text("Everybody who sees the charts can read it: name no customer and no colleague."),
            key="annotate_note",
        )
        scopes = _scopes(look)
        for column, options in scopes.items():
            _scope(look, column, options)
        for sentence in st.session_state.get(PROBLEMS, []):
            st.error(sentence, icon=":material/edit_note:")
        st.form_submit_button(
            words.text("Add the event"),
            type="primary",
            on_click=_add,
            args=(look.ctx, list(scopes)),
            key="annotate_add",
        )


def _add(ctx: Context, columns: Sequence[str]) -> None:
    """
    Keep what the form holds and empty it; what can't be kept stays in the form, with the reasons.

    As a callback it comes before the page is drawn, so the charts above the form show the new event at once.
    """
    form = st.session_state
    concerns = Concerns(**{column: form[f"annotate_{column}"] for column in columns})
    with _told(ctx.words):
        Annotations(ctx.settings.app).add(
            ctx.viewer, form["annotate_day"], form["annotate_title"], note=form["annotate_note"], concerns=concerns
        )
        form["annotate_title"] = form["annotate_note"] = ""
        form.update({f"annotate_{column}": None for column in columns})


def _withdraw(ctx: Context, annotation_id: int) -> None:
    with _told(ctx.words):
        Annotations(ctx.settings.app).withdraw(ctx.viewer, annotation_id)


@contextmanager
def _told(words: Words) -> Iterator[None]:
    """
    Do something about events; what went wrong is said in the form, and what is remembered is read anew.
    """
    st.session_state[PROBLEMS] = []
    try:
        yield
    except EntryError as error:
        st.session_state[PROBLEMS] = [words.text(WRONG[problem.where]) for problem in error.problems]
    except SourceError as error:
        st.session_state[PROBLEMS] = [
            words.text("Nothing was changed. Reference for support: {reference}", reference=logged(error))
        ]
    known_events.clear()


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


def _scope(look: Look, column: str, options: dict[str, str]) -> None:
    words = look.ctx.words
    name, every = FIELDS[column]
    st.selectbox(
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
