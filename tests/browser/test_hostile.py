"""
Texts that mean harm in a real browser: nothing of them becomes a picture, a link, a script, or bold.
"""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.browser.conftest import STILL, serving, settled
from tests.browser.test_deadlines import click_row
from tests.browser.test_pages import BROKEN
from tests.hostile import CAUSE, CHANNEL, ELSEWHERE, HANDLERS
from tests.ui.opening import opened
from tests.xlsx import read_sheet

# What markup would have become, in the page, its charts and its dialogs.
HARM = ", ".join(
    [
        *(f'{tag}[{at}*="{ELSEWHERE}"]' for tag, at in (("a", "href"), ("img", "src"), ("image", "href"))),
        *(f':is({tag}):has-text("HARM")' for tag in ("strong", "b", "em", "code", "h1", "h2", "li", ".katex")),
        'span[style*="color"]:text-is("HARMRED")',
    ]
)


@pytest.fixture(scope="module")
def hostile_address(hostile, tmp_path_factory):
    with serving(hostile.file, tmp_path_factory.mktemp("server") / "log") as found:
        yield found


def test_nothing_in_the_data_acts(chromium, hostile_address):
    """
    On each page, selected or not: no request to elsewhere, no alert, no element that text has become.
    """
    page = chromium.new_page(viewport={"width": 1440, "height": 900}, **STILL)
    asked: list[str] = []
    alerts: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    selected = f"&channel={quote(CHANNEL)}"
    # Surges need a past, which the channel alone doesn't have.
    for path, chosen in (("timeliness", selected), ("deadlines", selected), ("causes", ""), ("", "")):
        page.goto(f"{hostile_address}/{path and 'complaint-'}{path}?period=everything&band=all{chosen}")
        settled(page)
        # Charts draw after the script has ended.
        page.wait_for_timeout(500)
        assert page.locator(HARM).all_inner_texts() == [], path
        assert page.locator(BROKEN).all_inner_texts() == [], path
    page.close()

    assert [url for url in asked if not url.startswith((hostile_address, "data:", "blob:"))] == []
    assert alerts == []


def test_the_case_and_the_export_take_it_for_text(open_page, hostile, hostile_address, tmp_path):
    """
    The dialog shows the complaint, and the file holds its handler and its cause letter by letter.
    """
    test = opened(hostile.settings, "complaint_deadlines", band="all", channel=[CHANNEL])
    rows = next(each.value for each in test.dataframe if "time_left" in each.value.columns)
    numbers = rows["complaint_id"].to_list()
    page = open_page(f"complaint-deadlines?band=all&channel={quote(CHANNEL)}", at=hostile_address)
    with page.expect_download() as download:
        page.locator(".st-key-export_worklist button").click()
    file = tmp_path / "list.xlsx"
    download.value.save_as(file)
    sheet = read_sheet(file)
    texts = {text for cells in sheet.rows.values() for text in cells.values()}
    click_row(page, 0)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Why it is due on").wait_for()

    assert f"Complaint {numbers[0]}" in dialog.inner_text()
    assert dialog.locator(HARM).count() == 0
    assert (sheet.formulas, sheet.links) == (0, 0)
    assert [sheet.rows[line]["B"] for line in sorted(sheet.rows) if line > sheet.frozen_below] == numbers
    assert set(rows["handler_id"]) <= texts & set(HANDLERS)
    assert CAUSE in texts
