"""
Signing in with a real provider of identities and a real browser: who gets in, what they see, and when it ends.
"""

from __future__ import annotations

import asyncio
import json
import re
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from oidc_provider_mock import User, run_server_in_thread
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as NothingCame
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value, decode_signed_value

from dashboard.access import PAGES
from dashboard.intake.refresh import refresh
from dashboard.settings import PROJECT, read_settings
from tests.browser.conftest import STILL, free_port, serving, settled, text_of
from tests.insurer import NOW, insure
from tests.visitor import Visitor

COOKIE = "_streamlit_user"
SECRET = "only for this run, and only on this machine"
BOSS, OFFICER, MOVING = "boss@example.com", "compliance@example.com", "moving@example.com"
STRANGER, UNPROVEN = "stranger@example.com", "unproven@example.com"
PEOPLE = (BOSS, OFFICER, MOVING, STRANGER, UNPROVEN)
FIGURES = '[data-testid="stMetric"], [data-testid="stPlotlyChart"], [data-testid="stDataFrame"], .js-plotly-plot'
GRANTS = f'[access.viewers."{BOSS}"]\nrole = "executive"\n[access.viewers."{MOVING}"]\nrole = "compliance"\n'


@dataclass(frozen=True)
class House:
    """
    A dashboard with sign-in: its address, its settings file, its database, its log.
    """

    address: str
    settings: Path
    database: Path
    log: Path


@pytest.fixture(scope="module")
def provider():
    people = [
        User(
            sub=email.partition("@")[0], claims={"email": email, "email_verified": email != UNPROVEN, "name": "X"}
        )
        for email in PEOPLE
    ]
    with run_server_in_thread(user_claims=people) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture(scope="module")
def insured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("signin")
    insurer = insure(folder, scale=0.02)
    insurer.file.write_text(insurer.file.read_text() + GRANTS)
    return folder


def secrets(file: Path, provider: str, port: int) -> Path:
    file.parent.mkdir(exist_ok=True, parents=True)
    file.write_text(
        f'[auth]\nredirect_uri = "http://localhost:{port}/oauth2callback"\ncookie_secret = "{SECRET}"\n'
        f'client_id = "dashboard"\nclient_secret = "none"\n'
        f'server_metadata_url = "{provider}/.well-known/openid-configuration"\n'
    )
    return file


@pytest.fixture(scope="module")
def house(insured, provider):
    """
    Started as operators start it; a role is taken to hold for two seconds.
    """
    port = free_port()
    secrets(insured / ".streamlit" / "secrets.toml", provider, port)
    log = insured / "log"
    with serving(insured / "settings.toml", log, port=port, DASHBOARD_ACCESS__RECHECK_SECONDS="2"):
        yield House(f"http://localhost:{port}", insured / "settings.toml", insured / "demo.db", log)


@pytest.fixture(scope="module")
def bare_house(insured, provider):
    """
    Run by Streamlit alone, without our server; a role is taken to hold for five minutes.
    """
    port = free_port()
    file = secrets(insured / "bare" / "secrets.toml", provider, port)
    log = insured / "bare" / "log"
    options = ["--secrets.files", str(file)]
    script = PROJECT / "dashboard" / "app.py"
    with serving(insured / "settings.toml", log, script=script, port=port, options=options):
        yield House(f"http://localhost:{port}", insured / "settings.toml", insured / "demo.db", log)


@pytest.fixture(scope="module")
def profile(chromium):
    """
    One browser that keeps Streamlit's scripts for the whole module.
    """
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", **STILL)
    yield context
    context.close()


@pytest.fixture
def browse(profile):
    """
    A tab of somebody whom no server and no provider knows yet: without a cookie of anybody before.
    """
    profile.clear_cookies()
    pages = []

    def opened() -> Page:
        pages.append(profile.new_page())
        return pages[-1]

    yield opened
    for page in pages:
        page.close()


def sign_in(page: Page, house: House, email: str) -> None:
    """
    From the sign-in page to the provider, and back as somebody.
    """
    page.goto(f"{house.address}/")
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name=email.partition("@")[0], exact=True).click()
    page.wait_for_url(f"{house.address}/**")
    settled(page)


def signed(page: Page, house: House, email: str, *, hours_ago: float = 0) -> None:
    """
    Give a browser what it has after signing in some hours ago, with a signature of this server's secret.
    """
    claims = {
        "email": email,
        "email_verified": True,
        "iat": int(time.time() - hours_ago * 3600),
        "is_logged_in": True,
        "origin": house.address,
        "provider": "default",
    }
    value = create_signed_value(SECRET, COOKIE, json.dumps(claims)).decode()
    page.context.add_cookies([{"name": COOKIE, "value": value, "url": house.address}])


class Listener(Visitor):
    """
    Keeps everything a server sends to one who isn't signed in, whatever a browser would draw of it.
    """

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.elements: list[Element] = []
        self.pages: set[str] = set()

    def see(self, message: ForwardMsg) -> None:
        """
        Keep pages offered and elements sent.
        """
        super().see(message)
        self.pages |= {each.page_name for each in message.navigation.app_pages if not each.is_hidden}
        if message.delta.WhichOneof("type") == "new_element":
            self.elements.append(message.delta.new_element)


def heard(address: str, path: str) -> Listener:
    async def listening() -> Listener:
        async with Listener(address) as listener:
            await listener.open(path, "branch=B01&as=admin")
        return listener

    # This thread's loop is the browser's.
    with ThreadPoolExecutor(1) as other:
        return other.submit(lambda: asyncio.run(listening())).result()


@pytest.mark.parametrize("served", ["bare_house", "house"])
def test_signed_out_nothing_is_sent_to_anybody(request, browse, served):
    """
    On a server where nobody has opened anything before, every address asks to sign in, and sends nothing else.
    """
    house = request.getfixturevalue(served)
    # The first page last: it must not be what opens the door to the others.
    for key in [*sorted(PAGES, reverse=True), ""]:
        listener = heard(house.address, key)
        kinds = [each.WhichOneof("type") for each in listener.elements]

        assert [each for each in listener.faults if "no such page" not in each] == [], key
        assert ["Insurance Service Dashboard"] == [
            each.heading.body for each in listener.elements if each.heading.tag
        ]
        assert ["Sign in"] == [each.button.label for each in listener.elements if each.button.label], key
        assert {"heading", "button", "markdown", "selectbox", "text"} >= set(kinds), key
        assert not [each for each in listener.elements if re.search(r"\d\s*%|B0\d|¥", str(each))], key
        assert not [each for each in listener.elements if "demo access" in str(each)], key
    page = browse()
    page.goto(f"{house.address}/claim-cycle?branch=B01&as=admin")
    settled(page)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()

    assert ["Insurance Service Dashboard"] == page.locator("h1").all_inner_texts()
    assert page.locator(FIGURES).count() == 0
    assert page.locator('[data-testid="stSidebarNavLink"]').count() == 0
    assert page.get_by_text("demo access").count() == 0


def test_somebody_signs_in_and_out(browse, house, provider):
    """
    The provider says who it is, the settings say as what; after signing out, the address asks again.

    The identity other tests start from is the one that a sign-in leaves: address, proof, time of issue, origin.
    """
    page = browse()
    sign_in(page, house, BOSS)
    value = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == COOKIE)
    claims = json.loads(decode_signed_value(SECRET, COOKIE, value.encode()))

    assert (BOSS, True, True) == (claims["email"], claims["email_verified"], claims["is_logged_in"])
    assert house.address == claims["origin"]
    assert abs(claims["iat"] - time.time()) < 600

    seen = text_of(page)
    links = page.locator('[data-testid="stSidebarNavLink"]').all_inner_texts()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{provider}/**")
    page.goto(f"{house.address}/complaint-timeliness")
    settled(page)

    assert "Overview" in seen
    assert "names hidden" in seen
    assert not any("deadlines" in link for link in links)
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.locator(FIGURES).count() == 0
    assert not any(cookie["name"] == COOKIE for cookie in page.context.cookies())


@pytest.mark.parametrize(
    ("email", "why"),
    [(STRANGER, "This address has no role here."), (UNPROVEN, "hasn't verified this e-mail address")],
)
def test_a_stranger_is_refused_kindly(browse, house, email, why):
    """
    Somebody without a role, or whose address isn't proven, reads as whom they are signed in and whom to ask.
    """
    page = browse()
    sign_in(page, house, email)
    seen = text_of(page)

    assert why in seen
    assert email in seen
    assert page.locator(FIGURES).count() == 0
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def test_a_session_ends(browse, house):
    """
    Eleven hours after signing in somebody is still in; thirteen hours after, they are asked to sign in again.
    """
    page = browse()
    signed(page, house, BOSS, hours_ago=11)
    page.goto(f"{house.address}/")
    settled(page)

    assert page.locator(FIGURES).count() > 0

    signed(page, house, BOSS, hours_ago=13)
    page.goto(f"{house.address}/")
    settled(page)

    expect(page.get_by_text("Your session is over")).to_be_visible(timeout=40_000)
    assert page.locator(FIGURES).count() == 0


def test_a_forged_identity_is_none(browse, house):
    """
    Signed with another secret, an identity is worth nothing.
    """
    page = browse()
    claims = {"email": BOSS, "email_verified": True, "iat": int(time.time()), "is_logged_in": True}
    forged = create_signed_value("guessed", COOKIE, json.dumps({**claims, "origin": house.address})).decode()
    page.context.add_cookies([{"name": COOKIE, "value": forged, "url": house.address}])
    page.goto(f"{house.address}/")
    settled(page)

    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.locator(FIGURES).count() == 0


def test_a_role_that_changes_changes_what_is_seen(browse, house):
    """
    The settings file takes a role away: within moments the page is gone, with nobody touching it.
    """
    page = browse()
    signed(page, house, MOVING)
    page.goto(f"{house.address}/complaint-deadlines")
    settled(page)
    before = page.locator("h1").inner_text()
    written = house.settings.read_text()
    try:
        house.settings.write_text(written.replace('role = "compliance"', 'role = "executive"'))
        expect(page.locator("h1")).to_have_text("Not for your role", timeout=30_000)
        house.settings.write_text(written.split(f'[access.viewers."{MOVING}"]')[0])
        expect(page.get_by_text("This address has no role here.")).to_be_visible(timeout=30_000)
    finally:
        house.settings.write_text(written)

    assert before == "Complaint deadlines"


def test_an_export_asks_at_once(browse, bare_house):
    """
    The database locks somebody out and a refresh brings it: the page still stands, and gives no file any more.
    """
    page = browse()
    signed(page, bare_house, OFFICER)
    page.goto(f"{bare_house.address}/complaint-deadlines?band=all")
    settled(page)
    button = page.locator(".st-key-export_worklist button")
    with page.expect_download() as download:
        button.click()
    with sqlite3.connect(bare_house.database) as database:
        database.execute("update app_user set disabled = 1 where email_address = ?", [OFFICER])
    assert refresh(read_settings(bare_house.settings), now=NOW, facts={"viewers"}).succeeded
    with pytest.raises(NothingCame), page.expect_download(timeout=4_000):
        button.click()

    assert download.value.suggested_filename.startswith("complaint_deadlines")
    assert page.locator("h1").inner_text() == "Complaint deadlines"
    assert "the role of this session has changed" in bare_house.log.read_text()


def test_logs_name_nobody(house, bare_house):
    """
    After all that, our server's log holds no address of anybody.
    """
    said = house.log.read_text()

    assert "nobody is let in as" in said
    assert not any(email in said for email in PEOPLE)
