"""
Who is looking?

With a section `[auth]` in the secrets, whoever has proven an e-mail address to a provider of identities (OpenID
Connect) and has a role here. Without it, only somebody at this machine, who chooses as whom to look.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from typing import Any

import streamlit as st

from dashboard.access import Viewer, reference_of
from dashboard.errors import DashboardError
from dashboard.settings import Settings
from dashboard.ui.auditing import note_leaving, note_person, note_refusal
from dashboard.ui.demo_access import demo_viewer, is_demo
from dashboard.ui.literal import literal
from dashboard.ui.standing import is_proven, is_same, session_ends, signs_in, standing
from dashboard.ui.states import broken
from dashboard.words import Words

log = logging.getLogger(__name__)

# In pixels.
_WIDTH = 440


def signed_in(settings: Settings, words: Words) -> Viewer | None:
    """
    The viewer of this session; None: nobody, and what to do about it has been drawn, so the caller stops.
    """
    try:
        if not signs_in():
            if is_demo(settings):
                viewer = demo_viewer(settings, words)
                note_person(settings.app, viewer)
                return viewer
            log.warning(
                "sign-in isn't configured: somebody came from elsewhere, or by an address others can reach"
            )
            _says(
                settings,
                words.text("Sign-in isn't configured"),
                words.text("Until whoever runs this dashboard has set it up, nothing is shown here."),
            )
            return None
        claims = st.user.to_dict()
        if not claims.get("is_logged_in"):
            _asks(settings, words, words.text("Sign in to see your figures."))
            return None
        if time.time() >= session_ends(claims, settings.access):
            _asks(settings, words, words.text("Your session is over. Please sign in again."))
            return None
        return _with_role(settings, words, claims)
    except DashboardError as error:
        broken(words, error)
        return None


def sign_out(settings: Settings, words: Words) -> None:
    """
    Draw the button that ends the session; nothing where nobody signs in.
    """
    if signs_in() and st.user.is_logged_in:
        st.button(
            words.text("Sign out"), icon=":material/logout:", on_click=_leave, args=(settings,), key="sign_out"
        )


def _leave(settings: Settings) -> None:
    note_leaving(settings.app, str(st.user.to_dict().get("email") or ""))
    st.logout()


def _with_role(settings: Settings, words: Words, claims: Mapping[str, Any]) -> Viewer | None:
    """
    The viewer an identity stands for, looked after from now on; or a friendly refusal.
    """
    email = str(claims.get("email") or "")
    if not email or not is_proven(claims):
        log.warning("nobody is let in as %s: the address isn't verified by the provider", reference_of(email))
        note_refusal(settings.app, email)
        _refuses(settings, words, email, words.text("The provider hasn't verified this e-mail address."))
        return None
    found = standing(settings, email)
    if not found.has_roles:
        log.warning(
            "nobody has a role: add the fact viewers to a source's queries, or a table [access.viewers.ADDRESS] "
            "with a role to the settings"
        )
        _refuses(settings, words, email, words.text("No roles have been set up yet."))
        return None
    if found.viewer is None:
        note_refusal(settings.app, email)
        _refuses(settings, words, email, words.text("This address has no role here."))
        return None
    note_person(settings.app, found.viewer)
    _look_after(settings, found.viewer)
    return found.viewer


def _look_after(settings: Settings, viewer: Viewer) -> None:
    """
    Ask again while a page only stands there: a changed role, or a session that is over, draws it anew.
    """

    is_drawn = False

    @st.fragment(run_every=settings.access.recheck_seconds)
    def watch() -> None:
        nonlocal is_drawn
        # The first run comes with the page, which has just asked.
        if not is_drawn:
            is_drawn = True
        elif time.time() >= session_ends(st.user.to_dict(), settings.access) or not is_same(settings, viewer):
            st.rerun(scope="app")

    watch()


def _asks(settings: Settings, words: Words, why: str) -> None:
    with _centred():
        _heading(settings, words.text("Insurance Service Dashboard"))
        st.text(why)
        for provider in _providers():
            st.button(
                words.text("Sign in") if provider is None else words.text("Sign in with {name}", name=provider),
                type="primary",
                icon=":material/login:",
                on_click=st.login,
                args=(provider,) if provider else (),
                width="stretch",
                key=f"sign_in_{provider or ''}",
            )


def _refuses(settings: Settings, words: Words, email: str, why: str) -> None:
    with _centred():
        _heading(settings, words.text("No access yet"))
        if email:
            st.text(words.text("You are signed in as {email}.", email=email))
        st.info(why, icon=":material/lock:")
        st.text(words.text("Whoever manages access to this dashboard can give you a role."))
        sign_out(settings, words)


def _says(settings: Settings, title: str, why: str) -> None:
    with _centred():
        _heading(settings, title)
        st.text(why)


def _heading(settings: Settings, title: str) -> None:
    if settings.business.name:
        st.caption(literal(settings.business.name))
    st.title(title, anchor=False)


def _centred() -> Any:
    outer = st.container(horizontal_alignment="center", vertical_alignment="center", height="stretch")
    return outer.container(width=_WIDTH, border=True, gap="medium")


def _providers() -> list[str | None]:
    """
    The names of the providers, as the tables under `[auth]` are called; None is the one without a table.
    """
    auth = st.secrets["auth"].to_dict()
    if "client_id" in auth:
        return [None]
    return [name for name, value in auth.items() if isinstance(value, dict) and "client_id" in value]
