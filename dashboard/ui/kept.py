"""
What is remembered of the dashboard's own database between two looks at it.
"""

from __future__ import annotations

import logging
import secrets
from dataclasses import dataclass

import streamlit as st

from dashboard.access import Viewer
from dashboard.errors import SourceError
from dashboard.keeping import Annotation, Annotations
from dashboard.settings import AppSettings

log = logging.getLogger(__name__)

# Another server's entries are noticed within so many seconds; one's own at once.
LOOK_AGAIN = 10


@dataclass(frozen=True, slots=True)
class Known:
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
def known_events(app: AppSettings, viewer: Viewer) -> Known:
    """
    The events a viewer may see, as they were some seconds ago at most; `known_events.clear()` forgets them.
    """
    # A failure is remembered like an answer: every chart of a page would wait for a server that is down.
    try:
        return Known(tuple(Annotations(app).all(viewer)))
    except SourceError as error:
        return Known(reference=logged(error))


def logged(error: SourceError) -> str:
    """
    Write an error to the log, and return the reference under which it stands there.
    """
    reference = secrets.token_hex(4)
    log.error("reference %s: %s", reference, error)
    return reference
