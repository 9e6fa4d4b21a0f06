"""
Entering what viewers do into the audit log.

A case isn't shown and a file isn't given before its entry is kept: where the log can't be written, neither is.
That somebody came in or opened a page is entered as well, but a page isn't withheld because the log is down: then
the server's log says what could not be entered.
"""

from __future__ import annotations

import logging
import time
from urllib.parse import urlencode

import streamlit as st

from dashboard.access import Viewer
from dashboard.errors import SourceError
from dashboard.keeping import Action, AuditLog, Deed, deed_of
from dashboard.settings import AppSettings
from dashboard.ui.context import Context
from dashboard.ui.kept import logged

log = logging.getLogger(__name__)

# Somebody who stays on a page as it is gets one entry in so many seconds.
SAME_LOOK = 600
# A log that is down isn't tried again by every page for so many seconds: each would wait for it.
DOWN_FOR = 30

_LOOK = "_audited_look"
_CAME = "_audited_person"


@st.cache_resource(show_spinner=False, hash_funcs={AppSettings: lambda app: app.database.get_secret_value()})
def log_in(app: AppSettings) -> AuditLog:
    """
    The audit log of this server, opened once.

    Raises:
        SourceError: The database's URL makes no sense.
    """
    return AuditLog(app)


@st.cache_resource(show_spinner=False)
def _down_until() -> dict[str, float]:
    return {"until": 0.0}


def filters_now() -> str:
    """
    What is selected, as it stands in the address.
    """
    return urlencode({key: st.query_params.get_all(key) for key in sorted(st.query_params)}, doseq=True)


def note(ctx: Context, action: Action, what: str, *, row_count: int | None = None, filters: str = "") -> None:
    """
    Enter a deed before it is done.

    Args:
        ctx: Who does it, over which version.
        action: What they do.
        what: The case or the file.
        row_count: How many rows they take.
        filters: What was selected.

    Raises:
        SourceError: It couldn't be entered, so it mustn't be done.
    """
    more = {"row_count": row_count, "filters": filters, "version": ctx.reader.version_id}
    log_in(ctx.settings.app).record(deed_of(ctx.viewer, action, what, **more))


def note_page(ctx: Context, page: str) -> None:
    """
    Enter that a page was opened: once for the same page with the same filters, until ten minutes have passed.
    """
    _enter_look(
        ctx.settings.app,
        deed_of(ctx.viewer, Action.PAGE, page, filters=filters_now(), version=ctx.reader.version_id),
    )


def note_refused_page(app: AppSettings, viewer: Viewer, page: str) -> None:
    """
    Enter that somebody asked for a page that isn't their role's; as often as a page that is opened.
    """
    _enter_look(app, deed_of(viewer, Action.REFUSED, page, filters=filters_now()))


def _enter_look(app: AppSettings, deed: Deed) -> None:
    last, at = st.session_state.get(_LOOK, (None, 0.0))
    if last != deed or time.monotonic() - at >= SAME_LOOK:
        _enter(app, deed)
        st.session_state[_LOOK] = (deed, time.monotonic())


def note_person(app: AppSettings, viewer: Viewer) -> None:
    """
    Enter that somebody came in: once in a session, and again when their role or their units have changed.
    """
    came = (viewer.name, viewer.scope)
    if st.session_state.get(_CAME) != came:
        _enter(app, deed_of(viewer, Action.SIGNED_IN, "sign-in"))
        st.session_state[_CAME] = came


def note_refusal(app: AppSettings, email: str) -> None:
    """
    Enter that somebody with a proven or unproven address was not let in: once in a session.
    """
    came = (email, Action.REFUSED)
    if st.session_state.get(_CAME) != came:
        _enter(app, Deed(email, "", "", "", Action.REFUSED, "sign-in"))
        st.session_state[_CAME] = came


def note_leaving(app: AppSettings, email: str) -> None:
    """
    Enter that somebody signed out.
    """
    _enter(app, Deed(email, "", "", "", Action.SIGNED_OUT, "sign-in"))


def _enter(app: AppSettings, deed: Deed) -> None:
    down = _down_until()
    if time.monotonic() < down["until"]:
        log.warning("not entered into the audit log, which is down: %s of %s", deed.action, deed.what)
        return
    try:
        log_in(app).record(deed)
    except SourceError as error:
        down["until"] = time.monotonic() + DOWN_FOR
        logged(error)
