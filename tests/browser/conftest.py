"""
A real server and a real browser: Debian's Chromium, or whichever is installed.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from dashboard.settings import PROJECT
from tests.insurer import Insurer

START_SECONDS = 120
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Nobody watches: drawn in software, what moves while a page loads costs as much as the page.
STILL = {"reduced_motion": "reduce"}
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
# What stands where a component's own script is still on its way from the server.
AWAITED = '[data-testid="stSkeleton"]'
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Mobile/15E148"


def installed_browser() -> str | None:
    """
    The path of a Chromium on this machine; None if there is none.
    """
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((path for name in names if (path := shutil.which(name))), None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(
    settings: Path,
    log: Path,
    *,
    script: Path | None = None,
    port: int | None = None,
    options: Sequence[str] = (),
    **environment: str,
) -> Iterator[str]:
    """
    A dashboard of its own process on a free port; stopped by its process id.

    Args:
        settings: The settings file.
        log: Where the server's words go.
        script: What Streamlit runs by itself; none: the dashboard is started as operators start it.
        port: Where to listen; none: any free port.
        options: Further words of the command.
        environment: Further variables.
    """
    port = port or free_port()
    command = [sys.executable, "-m", "dashboard.cli", "serve", "--settings", str(settings), "--port", str(port)]
    if script is not None:
        listening = ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
        command = [sys.executable, "-m", "streamlit", "run", str(script), *listening]
    variables = {**os.environ, "PYTHONPATH": str(PROJECT), "DASHBOARD_SETTINGS": str(settings), **environment}
    with log.open("wb") as output:
        server = subprocess.Popen([*command, *options], cwd=PROJECT, env=variables, stdout=output, stderr=output)
    try:
        _wait_for(f"http://127.0.0.1:{port}/_stcore/health", server, log)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own address
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the server didn't answer: {log.read_text()}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """
    The browser installed on this machine; Playwright's own can't be downloaded everywhere.
    """
    found = installed_browser()
    if found is None:
        pytest.skip("no Chromium is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def address(insurer: Insurer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """
    The address of a dashboard over the made-up insurer, shared by the run.
    """
    with serving(insurer.file, tmp_path_factory.mktemp("server") / "log") as found:
        yield found


Open = Callable[..., Page]


@pytest.fixture(scope="session")
def profiles(chromium: Browser) -> Iterator[dict[tuple[str, str, int], BrowserContext]]:
    """
    Browser profiles by language, mode and width, so that all pages of a server read Streamlit's scripts once.
    """
    kept: dict[tuple[str, str, int], BrowserContext] = {}
    yield kept
    for context in kept.values():
        context.close()


@pytest.fixture
def open_page(
    request: pytest.FixtureRequest, chromium: Browser, profiles: dict[tuple[str, str, int], BrowserContext]
) -> Iterator[Open]:
    """
    Opens a page of the dashboard in a tab of its own and waits until it is drawn; `asked` gets what it fetches.

    The dashboard is the one over the made-up insurer, unless another address is given.
    """
    pages = []

    def opened(
        path: str = "",
        *,
        language: str = "en-GB",
        mode: str = "light",
        width: int = 1440,
        at: str | None = None,
        asked: list[str] | None = None,
    ) -> Page:
        if (language, mode, width) not in profiles:
            phone = {"user_agent": PHONE} if width < 500 else {}
            profiles[language, mode, width] = chromium.new_context(
                viewport={"width": width, "height": 900}, color_scheme=mode, locale=language, **phone, **STILL
            )
        page = profiles[language, mode, width].new_page()
        pages.append(page)
        if asked is not None:
            page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{at or request.getfixturevalue('address')}/{path}")
        settled(page)
        return page

    yield opened
    for page in pages:
        page.close()


def settled(page: Page) -> None:
    """
    Wait until the script has run to its end, the page's title stands and every component has its own script.

    The browser fetches cards, notes and charts when the first of their kind is drawn: on a busy machine that is
    after the page's script has ended.
    """
    page.wait_for_selector('[data-testid="stMainBlockContainer"] h1', timeout=40_000)
    page.wait_for_selector(SETTLED, timeout=40_000)
    page.wait_for_selector(AWAITED, state="detached", timeout=40_000)


def text_of(page: Page) -> str:
    return page.locator('[data-testid="stMain"]').inner_text()
