"""
The demo, where nobody signs in: whoever sits at the machine chooses as whom to look.
"""

from __future__ import annotations

import ipaddress

import streamlit as st

from dashboard.access import OPERATOR, Role, Viewer, viewer_of
from dashboard.access.people import COLUMNS
from dashboard.reader import Reader
from dashboard.settings import AccessSettings, Settings
from dashboard.ui.address import chosen_one
from dashboard.ui.opening import open_reader
from dashboard.ui.roles import role_in_words
from dashboard.ui.scope import scope_in_words
from dashboard.words import Words

# Of each role so many people are offered.
_OFFERED = 2
# What a proxy adds on behalf of somebody else.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP")


def is_demo(settings: Settings) -> bool:
    """
    Whether somebody may look without sign-in: they sit at this machine, or an operator said that all may.

    The server has to listen on this machine alone, and the request has to come from it, not through a proxy.
    """
    if settings.access.without_sign_in:
        return True
    # None means a loopback address here.
    comes_from_here = st.context.ip_address is None or is_loopback(st.context.ip_address)
    comes_directly = not any(name in st.context.headers for name in _FORWARDED)
    return is_loopback(st.get_option("server.address") or "") and comes_from_here and comes_directly


def is_loopback(address: str) -> bool:
    """
    Whether an address is this machine's alone. An empty one means all of its addresses.
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def demo_viewer(settings: Settings, words: Words) -> Viewer:
    """
    Draw the mark of the demo and the switch of roles in the sidebar; the viewer that is chosen.

    The choice stands in the address as `as=`, under the role and its units.
    """
    opened = open_reader(settings, OPERATOR)
    readers = {_key(OPERATOR): opened[0] if opened else None}
    if opened is not None:
        readers |= {_key(viewer): Reader(opened[0].version, viewer) for viewer in _cast(opened[0])}

    def named(key: str) -> str:
        reader = readers[key]
        role = role_in_words((reader.viewer if reader else OPERATOR).role, words)
        return f"{role} · {scope_in_words(reader, words)}" if reader else role

    with st.sidebar:
        st.badge(words.text("demo access"), icon=":material/science:", color="orange")
        st.caption(
            words.text("Nobody signs in: whoever reaches this address chooses as whom to look.")
            if settings.access.without_sign_in
            else words.text("Nobody signs in: whoever sits at this machine chooses as whom to look.")
        )
        chosen = chosen_one(words.text("Look as"), list(readers), _key(OPERATOR), key="as", name_of=named)
    reader = readers[chosen]
    return reader.viewer if reader else OPERATOR


@st.cache_resource(max_entries=20, show_spinner=False, hash_funcs={Reader: lambda reader: reader.version_id})
def _cast(reader: Reader) -> list[Viewer]:
    """
    Of each role the first people of the viewers fact who differ in what they see, those without units first.
    """
    rows = reader.rows("viewers").select(COLUMNS).collect().to_dicts()
    nobody_set = AccessSettings()
    emails = {str(row["email"]) for row in rows if row["email"]}
    found = [viewer_of(email, verified=True, rows=rows, access=nobody_set) for email in emails]
    people = sorted((each for each in found if each), key=lambda each: (sorted(each.units), each.name))
    offered: list[Viewer] = []
    for role in Role:
        of_role = {each.scope: each for each in reversed(people) if each.role is role}
        offered += list(reversed(of_role.values()))[:_OFFERED]
    return [each for each in offered if each.scope != OPERATOR.scope]


def _key(viewer: Viewer) -> str:
    return "-".join([viewer.role.value, *sorted(viewer.units)])
