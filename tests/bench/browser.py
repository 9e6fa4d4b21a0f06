"""
What a viewer waits for before a screen: from the click until nothing moves any more, in a real Chromium.

The clock runs in the page itself: it starts with the navigation or the click, and stops at the last change of the
page after which the script has ended, every component has its own script, and nothing changed for a while.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.bench.measure import Line, process_at, wait_until_idle
from tests.bench.pages import settings_of
from tests.bench.workshop import Workshop
from tests.browser.conftest import AWAITED, QUIET, SETTLED, installed_browser, serving
from tests.servers import NotInstalledError

PAGES: Final = (
    *("overview", "complaint-timeliness", "complaint-deadlines", "complaint-causes", "claim-cycle", "automation"),
    *(
        "renewal-trends",
        "renewals-at-risk",
        "sales-journey",
        "sales-conduct",
        "service",
        "training-ethics",
        "agents",
    ),
)
LARGE_PAGES: Final = ("overview", "complaint-timeliness", "claim-cycle", "automation", "renewal-trends")
# Draws words and no figures: no page of this dashboard could be there sooner.
PLAIN: Final = "method"
AGAINST: Final = "the page Method, which has no figures"
# The list of the filter row that every page has, and how often it is changed.
CHANGED, CHANGES = "Branch", 3
STABLE_MS: Final = 600
PATIENCE_MS: Final = 240_000
FIRST_SECONDS: Final = 1.5

WATCH: Final = """
window.watched = {last: 0, began: null, ran: true};
new MutationObserver((changes) => {
    window.watched.last = performance.now();
    if (changes.some((each) => each.attributeName === "data-test-script-state")) window.watched.ran = true;
}).observe(document, {subtree: true, childList: true, characterData: true, attributes: true});
document.addEventListener("click", () => { window.watched.began ??= performance.now(); }, {capture: true});
"""
IS_STABLE: Final = f"""() => window.watched.ran
    && performance.now() - window.watched.last > {STABLE_MS}
    && document.querySelector('[data-testid="stMainBlockContainer"] h1') !== null
    && document.querySelector('{SETTLED}') !== null
    && document.querySelector('{AWAITED}') === null
"""


def browser(workshop: Workshop) -> Iterator[Line]:
    """
    First paint and a change of the filter on every page at demo scale, and on the largest pages over many claims.

    Raises:
        NotInstalledError: There is no Chromium.
    """
    demo = Path(workshop.loaded_demo.settings.snapshot.path)
    settings = settings_of(workshop.folder / "browser.toml", demo)
    yield from _visited(settings, PAGES, "demo", workshop.folder / "browser.log", FIRST_SECONDS)
    many = workshop.multiplied(workshop.claims)
    settings = settings_of(workshop.folder / "browser-many.toml", many.snapshot)
    yield from _visited(settings, LARGE_PAGES, many.said, workshop.folder / "browser-many.log", None)


def _visited(settings: Path, pages: Sequence[str], size: str, log: Path, first: float | None) -> Iterator[Line]:
    with serving(settings, log) as address, chromium() as opened:
        server = process_at(address)
        with profile(opened) as nobody:
            paint(nobody, address, PLAIN)
        with profile(opened) as stranger:
            plain, plain_again = (paint(stranger, address, PLAIN) for _ in range(2))
        for name in pages:
            page = f"{name.replace('-', ' ')}, {size}, in Chromium"
            with profile(opened) as stranger:
                yield Line(f"{page}: first paint, nothing remembered", "s", None, paint(stranger, address, name))
            # Over many rows the server now prepares what may be chosen; whoever came first is still reading.
            wait_until_idle(server)
            with profile(opened) as viewer:
                new, again = (paint(viewer, address, name) for _ in range(2))
                wait_until_idle(server)
                changes = filter_changes(viewer, address, name)
            yield Line(f"{page}: first paint, warm server, new browser", "s", None, new, plain, AGAINST)
            yield Line(f"{page}: first paint, warm server, seen before", "s", first, again, plain_again, AGAINST)
            yield Line(f"{page}: a filter change, click to stable", "ms", None, 1000 * median(changes))


@contextmanager
def chromium() -> Iterator[Browser]:
    """
    The browser installed on this machine.

    Raises:
        NotInstalledError: There is none.
    """
    found = installed_browser()
    if found is None:
        raise NotInstalledError("no Chromium is installed (Debian: apt-get install chromium)")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=QUIET)
        try:
            yield started
        finally:
            started.close()


@contextmanager
def profile(opened: Browser) -> Iterator[BrowserContext]:
    """
    A browser that has never been anywhere; it keeps what it fetches, as a viewer's does.
    """
    context = opened.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", reduced_motion="reduce")
    context.add_init_script(WATCH)
    try:
        yield context
    finally:
        context.close()


@contextmanager
def tab(viewer: BrowserContext, address: str, name: str) -> Iterator[Page]:
    """
    A page in a tab of its own, drawn to its end.
    """
    page = viewer.new_page()
    try:
        # The first page of a role has no address of its own.
        page.goto(f"{address}/{'' if name == PAGES[0] else name}", timeout=PATIENCE_MS)
        page.wait_for_function(IS_STABLE, timeout=PATIENCE_MS)
        yield page
    finally:
        page.close()


def paint(viewer: BrowserContext, address: str, name: str) -> float:
    """
    Seconds from the navigation until nothing moves any more.
    """
    with tab(viewer, address, name) as page:
        return float(page.evaluate("window.watched.last")) / 1000


def filter_changes(viewer: BrowserContext, address: str, name: str) -> list[float]:
    """
    Seconds from the click on a value of the filter row until nothing moves any more, once for each of some values.

    Each is chosen besides those before it, so that nobody had chosen just these.
    """
    with tab(viewer, address, name) as page:
        found = []
        for number in range(CHANGES):
            page.get_by_test_id("stMultiSelect").filter(has_text=CHANGED).first.get_by_role("combobox").click()
            option = page.get_by_role("option").nth(number)
            option.wait_for()
            page.evaluate("Object.assign(window.watched, {began: null, ran: false})")
            option.click()
            page.wait_for_function(IS_STABLE, timeout=PATIENCE_MS)
            found.append(float(page.evaluate("window.watched.last - window.watched.began")) / 1000)
            page.keyboard.press("Escape")
        return found
