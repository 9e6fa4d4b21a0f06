"""
What is somebody's role by now? Asked again every few minutes, and at once before a file is made.

An identity that was proven stays proven for the hours of a session. What it is good for is decided here, from the
newest snapshot and the settings as they stand in the file now.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import streamlit as st

from dashboard.access import OPERATOR, Viewer, address_of, problems_of, viewer_of
from dashboard.access.people import COLUMNS
from dashboard.errors import DashboardError, NotAllowed, Problem, SettingsError
from dashboard.reader import Reader
from dashboard.settings import AccessSettings, Settings, read_settings
from dashboard.snapshot import Snapshot
from dashboard.ui.context import Context

# What a provider may write for "proven": some send texts.
_PROVEN: Final = (True, "true", "True")


@dataclass(frozen=True, slots=True)
class Standing:
    """
    Who somebody is here by now; None: nobody. `has_roles` says whether anybody at all has been given one.
    """

    viewer: Viewer | None
    has_roles: bool


def signs_in() -> bool:
    """
    Whether people have to sign in: the secrets have a section `[auth]`.

    Raises:
        SettingsError: There are secrets, and they can't be read; nobody can tell then.
    """
    if st.secrets.load_if_toml_exists():
        return "auth" in st.secrets
    there = [file for file in st.get_option("secrets.files") if Path(file).exists()]
    if there:
        raise SettingsError(Problem("secrets.toml", "can't be read", "mend it; it has to be TOML"))
    return False


def is_proven(claims: Mapping[str, Any]) -> bool:
    """
    Whether the provider says that it has verified the address; one that says nothing hasn't.
    """
    return claims.get("email_verified") in _PROVEN


def session_ends(claims: Mapping[str, Any], access: AccessSettings) -> float:
    """
    When a session is too old, in seconds since 1970: so many hours after the identity was issued.

    A provider that doesn't say when (`iat`) has issued it too long ago.
    """
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, (int, float)):
        return 0.0
    return float(issued) + access.session_hours * 3600


def standing_now(settings: Settings, email: str) -> Standing:
    """
    Who a proven address is, by the newest snapshot and the settings file as it is now.

    Raises:
        SettingsError: The settings file can't be read any more, or names people wrongly.
        SnapshotError: The snapshot can't be read.
    """
    access = read_settings().access
    problems = problems_of(access)
    if problems:
        raise SettingsError(problems)
    snapshot = Snapshot(settings.snapshot)
    rows: list[dict[str, Any]] = []
    if snapshot.versions():
        rows = Reader(snapshot.current(), OPERATOR).rows("viewers").select(COLUMNS).collect().to_dicts()
    viewer = viewer_of(email, verified=True, rows=rows, access=access)
    return Standing(viewer, bool(rows or access.viewers))


# The address and the span of time are all that decides; a standing is never older than a span.
@st.cache_data(
    max_entries=5_000, show_spinner=False, hash_funcs={Settings: lambda settings: settings.snapshot.path}
)
def _kept(settings: Settings, email: str, span: int) -> Standing:  # noqa: ARG001 - part of the key
    return standing_now(settings, email)


def standing(settings: Settings, email: str) -> Standing:
    """
    As `standing_now`, remembered by address for at most `access.recheck_seconds`.
    """
    return _kept(settings, address_of(email), _span(settings))


def is_same(settings: Settings, viewer: Viewer) -> bool:
    """
    Whether a viewer still has the role and the units they had, asked at once; if not, nothing older is remembered.
    """
    try:
        found = standing_now(settings, viewer.name).viewer
    except DashboardError:
        # Drawn anew, the page says what is wrong.
        found = None
    if found is None or found.scope != viewer.scope:
        _kept.clear()
        return False
    return True


def rechecked(settings: Settings, viewer: Viewer) -> Viewer:
    """
    Ask at once whether a viewer still is who they were when their page was drawn. Where nobody signs in, they are.

    Raises:
        NotAllowed: Their role or their units have changed, or they have none any more.
    """
    if not signs_in():
        return viewer
    if not is_same(settings, viewer):
        raise NotAllowed(Problem("sign-in", "the role of this session has changed", "open the page again"))
    return viewer


def allowed(ctx: Context, make: Callable[[], bytes]) -> Callable[[], bytes]:
    """
    A file that is made only if, when it is asked for, the session isn't too old and the viewer has the same role.
    """
    until = session_ends(st.user.to_dict(), ctx.settings.access) if signs_in() else None

    def made() -> bytes:
        if until is not None and time.time() >= until:
            raise NotAllowed(Problem("sign-in", "the session is over", "sign in again"))
        rechecked(ctx.settings, ctx.viewer)
        return make()

    return made


def _span(settings: Settings) -> int:
    return int(time.time() // settings.access.recheck_seconds)
