"""
Which version is looked at, by which day, and at which moment?
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import streamlit as st

from dashboard.access import Viewer
from dashboard.reader import Reader, last_complete_day
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot, Version
from dashboard.ui.context import Context
from dashboard.ui.versions import current

# What viewers saw at an instant doesn't change, but is forgotten when nobody asks.
FORGOTTEN_AFTER = 300


def open_reader(settings: Settings, viewer: Viewer, *facts: str) -> tuple[Reader, date] | None:
    """
    The newest version as this viewer may see it, and the last complete day it holds; None before the first load.

    Args:
        settings: Which snapshot.
        viewer: Who looks.
        facts: Whose day it is. A source that is down holds back the day of its own facts and of no others.

    Raises:
        SnapshotError: It is there and can't be read.
    """
    version = current(settings)
    if version is None:
        return None
    as_of = settings.business.as_of or last_complete_day(version, settings.business.timezone, *facts)
    return Reader(version, viewer), as_of


def moment(ctx: Context) -> datetime:
    """
    This moment in the business's zone; where the screens are pinned to a day, the midnight that ended it.
    """
    zone = ZoneInfo(ctx.zone)
    if ctx.settings.business.as_of is None:
        return datetime.now(UTC).astimezone(zone)
    return datetime.combine(ctx.as_of + timedelta(days=1), datetime.min.time(), zone)


@st.cache_resource(
    ttl=FORGOTTEN_AFTER, show_spinner=False, hash_funcs={Settings: lambda settings: settings.snapshot.path}
)
def version_before(settings: Settings, instant: datetime) -> Version | None:
    """
    What readers saw at an instant: the newest version published before it; None if none is kept.

    Raises:
        SnapshotError: The manifest can't be read.
    """
    return Snapshot(settings.snapshot).version_before(instant)
