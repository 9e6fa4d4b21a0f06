"""
Which version is looked at, and by which day?
"""

from __future__ import annotations

from datetime import date

import streamlit as st

from dashboard.access import Viewer
from dashboard.reader import Reader, last_complete_day
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot, Version

# A new version is noticed within so many seconds; looking costs a few milliseconds.
LOOK_AGAIN = 5


@st.cache_resource(
    ttl=LOOK_AGAIN, show_spinner=False, hash_funcs={Settings: lambda settings: settings.snapshot.path}
)
def _current(settings: Settings) -> Version | None:
    snapshot = Snapshot(settings.snapshot)
    return snapshot.current() if snapshot.versions() else None


def open_reader(settings: Settings, viewer: Viewer) -> tuple[Reader, date] | None:
    """
    The newest version as this viewer may see it, and the last complete day it holds; None before the first load.

    Raises:
        SnapshotError: It is there and can't be read.
    """
    version = _current(settings)
    if version is None:
        return None
    as_of = settings.business.as_of or last_complete_day(version, settings.business.timezone, "complaints")
    return Reader(version, viewer), as_of
