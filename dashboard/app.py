"""
The only script Streamlit runs: who looks, at which version, in which language; then the page they asked for.

It lies here and not beside `pages/`, where Streamlit would serve each page by itself, before anybody was asked who
they are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import ModuleType

import streamlit as st

from dashboard.access import Viewer, may_open
from dashboard.charts.theme import theme
from dashboard.deadlines import Rules, rules_in_force
from dashboard.errors import DashboardError
from dashboard.questions import settings_in_force
from dashboard.settings import Settings
from dashboard.ui import anticipating
from dashboard.ui.address import chosen_one
from dashboard.ui.auditing import note_page, note_refused_page
from dashboard.ui.context import Context
from dashboard.ui.opening import open_reader
from dashboard.ui.signin import sign_out, signed_in
from dashboard.ui.states import broken, no_snapshot, panel, refused
from dashboard.words import LANGUAGES, Words, best_language, msgid
from pages import (
    agents,
    audit,
    automation,
    claim_cycle,
    complaint_causes,
    complaint_deadlines,
    complaint_timeliness,
    customer,
    data_health,
    method,
    overview,
    renewal_trends,
    renewals_at_risk,
    sales_conduct,
    sales_journey,
    service,
    training_ethics,
)

log = logging.getLogger(__name__)

# Our own file: an icon by name would be fetched from a server elsewhere.
ICON = Path(__file__).parent / "ui" / "icon.svg"

# Key (its address), module, name and icon of each page, under its section.
PAGES: dict[str, list[tuple[str, ModuleType, str, str]]] = {
    msgid("Board"): [("overview", overview, msgid("Overview"), ":material/dashboard:")],
    msgid("Complaints"): [
        (
            "complaint-timeliness",
            complaint_timeliness,
            msgid("Complaint timeliness"),
            ":material/schedule:",
        ),
        (
            "complaint-deadlines",
            complaint_deadlines,
            msgid("Complaint deadlines"),
            ":material/event_upcoming:",
        ),
        ("complaint-causes", complaint_causes, msgid("Complaint causes"), ":material/account_tree:"),
    ],
    msgid("Claims"): [
        ("claim-cycle", claim_cycle, msgid("Claim cycle"), ":material/hourglass_top:"),
        ("automation", automation, msgid("Automation"), ":material/bolt:"),
    ],
    msgid("Renewals"): [
        ("renewal-trends", renewal_trends, msgid("Renewal trends"), ":material/autorenew:"),
        ("renewals-at-risk", renewals_at_risk, msgid("Renewals at risk"), ":material/crisis_alert:"),
    ],
    msgid("Sales force"): [
        ("sales-journey", sales_journey, msgid("Sales journey"), ":material/route:"),
        ("sales-conduct", sales_conduct, msgid("Sales conduct"), ":material/verified_user:"),
        ("agents", agents, msgid("Agents"), ":material/groups:"),
        ("training-ethics", training_ethics, msgid("Training and ethics"), ":material/school:"),
    ],
    msgid("Customers"): [
        ("service", service, msgid("Service"), ":material/support_agent:"),
        ("customer", customer, msgid("Customer"), ":material/person_search:"),
    ],
    msgid("About the figures"): [
        ("data-health", data_health, msgid("Data health"), ":material/health_metrics:"),
        ("method", method, msgid("Method"), ":material/menu_book:"),
        ("audit", audit, msgid("Audit log"), ":material/policy:"),
    ],
}


@st.cache_resource(show_spinner=False)
def _settings() -> Settings:
    return settings_in_force()


@st.cache_resource(show_spinner=False)
def _rules() -> Rules:
    return rules_in_force(_settings())


def _language(settings: Settings) -> str:
    """
    What the viewer chose, else what the operator set, else what the browser asks for.
    """
    chosen = st.session_state.get("language") or st.query_params.get("language")
    return str(chosen) if chosen in LANGUAGES else _language_by_default(settings)


def _language_by_default(settings: Settings) -> str:
    return settings.display.language or best_language([st.context.locale or ""])


def _run(key: str, page: ModuleType, context: Callable[[ModuleType], Context | None], words: Words) -> None:
    with panel(words, page.__name__):
        ready = context(page)
        if ready is None:
            no_snapshot(words)
        else:
            try:
                page.render(ready)
                anticipating.stands()
            finally:
                # Afterwards: by now the address holds what is selected. Also of a page that broke or began anew.
                note_page(ready, key)


def _refuse(key: str, settings: Settings, viewer: Viewer, words: Words) -> None:
    note_refused_page(settings.app, viewer, key)
    refused(words)


def main() -> None:
    """
    Draw the frame and the page in it.
    """
    st.set_page_config(page_title="Insurance Service Dashboard", page_icon=str(ICON), layout="wide")
    try:
        settings = _settings()
        rules = _rules()
    except DashboardError as error:
        broken(Words(best_language([st.context.locale or ""])), error)
        return
    words = Words(_language(settings), settings.business.currency)
    _sidebar(settings, words)
    viewer = signed_in(settings, words)
    if viewer is None:
        # Each address is known, so that Streamlit doesn't call it missing; there is nothing at any of them.
        addresses = [key for entries in PAGES.values() for key, *_ in entries]
        st.navigation([st.Page(_nothing, title=key, url_path=key) for key in addresses], position="hidden").run()
        return
    links: dict[str, st.Page] = {}

    def link(key: str, label: str, /, **address: str) -> None:
        if may_open(viewer, key):
            st.page_link(links[key], label=label, query_params=address or None)

    def context(page: ModuleType) -> Context | None:
        opened = open_reader(settings, viewer, *page.FACTS)
        if opened is None:
            return None
        reader, as_of = opened
        return Context(settings, words, theme(st.context.theme.type), viewer, reader, as_of, rules, link)

    sections: dict[str, list[st.Page]] = {}
    for section, entries in PAGES.items():
        for key, module, name, icon in entries:
            is_theirs = may_open(viewer, key)
            links[key] = st.Page(
                partial(_run, key, module, context, words)
                if is_theirs
                else partial(_refuse, key, settings, viewer, words),
                title=words.text(name),
                icon=icon,
                url_path=key,
                default=is_theirs and key == "overview",
                visibility="visible" if is_theirs else "hidden",
            )
            sections.setdefault(words.text(section), []).append(links[key])
    if not may_open(viewer, "overview"):
        # The first page has no address of its own, so it mustn't be one that others are sent links to.
        first = next(page for key, page in links.items() if may_open(viewer, key))
        sections[""] = [
            st.Page(
                partial(st.switch_page, first), title="Start", url_path="start", default=True, visibility="hidden"
            )
        ]
    page = st.navigation(sections, expanded=True)
    with st.sidebar:
        sign_out(settings, words)
    page.run()


def _nothing() -> None:
    """
    A page for somebody who isn't signed in.
    """


def _sidebar(settings: Settings, words: Words) -> None:
    with st.sidebar:
        if settings.business.name:
            st.text(settings.business.name)
        # What the browser asks for anyway need not stand in the address.
        chosen_one(
            words.text("Language"),
            list(LANGUAGES),
            _language_by_default(settings),
            key="language",
            name_of=LANGUAGES.__getitem__,
        )


main()
