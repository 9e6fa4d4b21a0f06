"""
Whole pages as Streamlit runs them, without a browser: for an insurer, a viewer and a language.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path

import streamlit as st
from streamlit.components.v2 import manifest_scanner
from streamlit.testing.v1 import AppTest

from dashboard.access import OPERATOR
from dashboard.deadlines import Rules, rules_in_force
from dashboard.settings import Settings
from dashboard.snapshot import Snapshot, Version
from dashboard.ui.anticipating import THREAD
from dashboard.ui.frames import TABLE_OPEN

# For each page Streamlit reads anew what every installed package says of itself, in search of components;
# that takes as long as the page. What is installed doesn't change while tests run.
manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def _page(settings, viewer, language, name):
    # Run by Streamlit as a script of its own, so everything it needs is imported within.
    import importlib

    import streamlit as st

    from dashboard.charts.theme import LIGHT
    from dashboard.reader import Reader, last_complete_day
    from dashboard.ui import anticipating
    from dashboard.ui.context import Context
    from dashboard.words import Words
    from tests.ui.opening import rules_of, version_of

    page = importlib.import_module(f"pages.{name}")
    version = version_of(settings)
    day = settings.business.as_of or last_complete_day(version, settings.business.timezone, *page.FACTS)
    rules = rules_of(settings)
    # A link leads nowhere here, but what it says is read.
    ctx = Context(
        settings,
        Words(language),
        LIGHT,
        viewer,
        Reader(version, viewer),
        day,
        rules,
        lambda _key, label, **_address: st.markdown(label) and None,
    )
    page.render(ctx)
    anticipating.stands()


# What a server keeps, too: the version it shows, by what lies in its manifest, and the rules of its settings.
_VERSIONS: dict[str, tuple[list[str], Version]] = {}
_RULES: dict[int, tuple[Settings, Rules]] = {}


def version_of(settings: Settings) -> Version:
    """
    The newest version, opened once.
    """
    path = settings.snapshot.path
    published = sorted(each.name for each in Path(path, "_manifest", "_delta_log").iterdir())
    if path not in _VERSIONS or _VERSIONS[path][0] != published:
        _VERSIONS[path] = published, Snapshot(settings.snapshot).current()
    return _VERSIONS[path][1]


def rules_of(settings: Settings) -> Rules:
    """
    The rules of these settings, read once.
    """
    # Kept beside them: while they are, nothing else has their id.
    if id(settings) not in _RULES:
        _RULES[id(settings)] = settings, rules_in_force(settings)
    return _RULES[id(settings)][1]


# The icon of a panel that failed.
FAILED = ":material/error:"

# Whose versions are remembered in this process.
_SERVED: list[str] = []


def opened(settings, name, *, viewer=OPERATOR, language="en", address=None, is_whole=True, **session) -> AppTest:
    """
    A page that has been drawn once, with nothing raised; `address` holds what stands behind its address's `?`.

    A panel that fails says so in its place, and the page goes on (`dashboard.ui.states.panel`): where none may,
    the page `is_whole`.

    A server has one snapshot, by whose versions it remembers what it worked out; another snapshot's are called the
    same, so what is remembered is forgotten when a test changes from one to the other.
    """
    serve(settings.snapshot.path)
    arguments = {"settings": settings, "viewer": viewer, "language": language, "name": name}
    test = run_once(_page, arguments, session, address)
    assert not is_whole or [each.value for each in test.error if each.icon == FAILED] == []
    return test


def serve(path: str) -> None:
    """
    Begin as a server of this snapshot does, unless one of it was begun.
    """
    if _SERVED != [path]:
        wait_until_asked()
        st.cache_data.clear()
        st.cache_resource.clear()
        _SERVED[:] = [path]


def wait_until_asked() -> None:
    """
    Wait until nothing is asked beforehand any more.
    """
    for each in threading.enumerate():
        if each.name == THREAD:
            each.join()


def run_once(script, arguments, session, address=None) -> AppTest:
    """
    A function that Streamlit has run as a script, with nothing raised, from what session and address hold.
    """
    test = AppTest.from_function(script, kwargs=arguments)
    for key, value in session.items():
        test.session_state[key] = value
    for key, value in (address or {}).items():
        test.query_params[key] = value
    test.run(timeout=120)
    assert not test.exception
    return test


def with_tables(test: AppTest) -> AppTest:
    """
    The page once more, with the table of every chart opened.
    """
    for key in tables_of(test):
        test.session_state[key] = True
    test.run(timeout=120)
    assert not test.exception
    return test


def tables_of(test: AppTest) -> list[str]:
    """
    What stands in the session for each chart's table, once it is open.
    """
    keys = [each.proto.id.partition(f"-{TABLE_OPEN}")[2] for each in test.get("popover")]
    return [f"{TABLE_OPEN}{key}" for key in keys if key]


def texts(test: AppTest) -> str:
    """
    Everything the page says in words, but for charts.
    """
    kinds = (test.title, test.subheader, test.caption, test.markdown, test.text, test.info, test.warning)
    said = [each.value for kind in kinds for each in kind]
    return "\n".join([*said, *(f"{each.label}: {each.value}" for each in test.metric)])
