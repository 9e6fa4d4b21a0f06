"""
Make the README's pictures anew: `python -m tests.browser.screens`.

A demo of full size, pinned to one day, so that two runs show the same figures.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from dashboard.predicting import predicted
from tests.browser.conftest import PHONE, QUIET, installed_browser, serving, settled
from tests.insurer import insure

FOLDER = Path(__file__).parent / "screens"
CASE = "case"
# Where the first row of the list lies: below its heading, and left of what a list of words would take up.
FIRST_ROW = (320, 52)
# Name, path, language, mode, width, height.
PICTURES = (
    ("overview", "", "en-GB", "light", 1440, 900),
    ("timeliness", "complaint-timeliness", "en-GB", "light", 1440, 1500),
    ("timeliness-zh-dark", "complaint-timeliness", "zh-CN", "dark", 1440, 1500),
    ("deadlines", "complaint-deadlines", "en-GB", "light", 1440, 1500),
    ("causes", "complaint-causes", "en-GB", "light", 1440, 2000),
    ("causes-zh-dark", "complaint-causes", "zh-CN", "dark", 1440, 2000),
    ("claim-cycle", "claim-cycle", "en-GB", "light", 1440, 2000),
    ("automation", "automation", "en-GB", "light", 1440, 2000),
    ("renewal-trends", "renewal-trends", "en-GB", "light", 1440, 2000),
    ("renewals-at-risk", "renewals-at-risk", "en-GB", "light", 1440, 2000),
    (CASE, "complaint-deadlines", "en-GB", "light", 1440, 1150),
    ("agents", "agents", "en-GB", "light", 1440, 2000),
    ("audit", "audit", "zh-CN", "dark", 1440, 800),
    ("method", "method", "en-GB", "light", 1440, 1000),
    ("data-health", "data-health", "en-GB", "dark", 1440, 1000),
    ("phone", "complaint-timeliness", "zh-CN", "light", 390, 844),
)


def open_first_case(page: Page) -> None:
    """
    Click the first row of the working list and wait for its case.
    """
    table = page.locator('[data-testid="stDataFrame"] canvas').first.bounding_box()
    assert table is not None
    across, down = FIRST_ROW
    page.mouse.click(table["x"] + across, table["y"] + down)
    page.wait_for_selector("[role=dialog]")


def main() -> None:
    """
    Make the insurer, serve it, take the pictures.
    """
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        insurer = insure(Path(folder), scale=1)
        predicted(insurer.settings, anew=True)
        browser = playwright.chromium.launch(executable_path=installed_browser(), args=QUIET)
        with serving(insurer.file, Path(folder) / "log") as address:
            for name, path, language, mode, width, height in PICTURES:
                phone = {"user_agent": PHONE} if width < 500 else {}
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=mode, locale=language, **phone
                )
                page = context.new_page()
                page.goto(f"{address}/{path}")
                settled(page)
                if name == CASE:
                    open_first_case(page)
                # Charts draw after the script has ended.
                page.wait_for_timeout(2_000)
                page.screenshot(path=FOLDER / f"{name}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
