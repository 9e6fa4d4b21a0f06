"""
What a page shows when there is nothing to show, or when something broke: never a blank, never a stack trace.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboard.errors import DashboardError
from dashboard.words import Words

log = logging.getLogger(__name__)

# In pixels; two years of months need so much.
NARROWEST_CHART = 400


@contextmanager
def panel(words: Words, name: str) -> Iterator[None]:
    """
    Keep one panel's failure to itself: it shows a sentence and a reference, the log has the rest.

    Streamlit steers its scripts with exceptions that aren't `Exception`s; those pass.
    """
    try:
        yield
    except Exception:
        reference = secrets.token_hex(4)
        log.exception("reference %s: panel %s failed", reference, name)
        st.error(
            words.text(
                "This part couldn't be drawn; the rest of the page is right. Reference for support: {reference}",
                reference=reference,
            ),
            icon=":material/error:",
        )


def nothing_selected(words: Words, *, bound: bool, filtered: bool, withheld: bool = False) -> None:
    """
    Say why there is nothing, and the way back.

    Args:
        words: The reader's language.
        bound: The viewer sees a part of the organisation only.
        filtered: They narrowed the selection themselves.
        withheld: The source doesn't say which part a row belongs to, so that none is shown to whoever is bound.
    """
    if withheld:
        st.info(
            words.text("The source doesn't record whose these are, so they are shown only to the whole company."),
            icon=":material/lock:",
        )
    elif filtered:
        st.info(
            words.text("No case matches this selection. Widen the period or clear a filter above."),
            icon=":material/filter_alt_off:",
        )
    elif bound:
        st.info(
            words.text("There are no cases in the part of the organisation that you may see."),
            icon=":material/lock:",
        )
    else:
        st.info(words.text("No cases have been recorded yet."), icon=":material/inbox:")


def refused(words: Words) -> None:
    """
    Say that a page is not for the viewer's role; nothing of what it would show.
    """
    st.title(words.text("Not for your role"), anchor=False)
    st.info(
        words.text(
            "This page isn't among those of your role. The pages that are stand in the navigation; "
            "whoever manages access can change your role."
        ),
        icon=":material/lock:",
    )


def no_snapshot(words: Words) -> None:
    """
    Say that no data has been loaded yet, and what an operator does about it.
    """
    st.info(
        words.text("No data has been loaded yet. An operator loads it with this command:"),
        icon=":material/database:",
    )
    st.code("dashboard refresh", language="shell")


def not_entered(words: Words, reference: str) -> None:
    """
    Say that something isn't shown because the audit log can't be written.
    """
    st.error(
        words.text(
            "This can't be opened now: every look at a case is entered into the audit log, and the log can't be "
            "written. Reference for support: {reference}",
            reference=reference,
        ),
        icon=":material/gpp_maybe:",
    )


def broken(words: Words, error: DashboardError) -> None:
    """
    Say that the dashboard can't start, with a reference to the log, which names every problem for the operator.
    """
    reference = secrets.token_hex(4)
    log.error("reference %s: %s", reference, error)
    st.error(
        words.text(
            "The dashboard isn't set up correctly. The server's log says what to mend. Reference: {reference}",
            reference=reference,
        ),
        icon=":material/settings_alert:",
    )


def side_by_side() -> tuple[DeltaGenerator, DeltaGenerator]:
    """
    Two framed places of equal size that stand below each other where the window is narrow.
    """
    places = st.grid(2, min_column_width=NARROWEST_CHART, gap="small", border=True)
    return places.cell(), places.cell()
