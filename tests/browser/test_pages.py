"""
Pages in a real browser: every one in both languages, modes and widths; deep links; filters; rows behind figures.
"""

from __future__ import annotations

import re
import zipfile
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from dashboard import access
from dashboard.questions import Question, answer
from dashboard.words import Words
from tests.browser.conftest import serving, settled, text_of

PAGES = {
    "": "Overview",
    "complaint-timeliness": "Complaint timeliness",
    "complaint-deadlines": "Complaint deadlines",
    "complaint-causes": "Complaint causes",
    "claim-cycle": "Claim cycle",
    "automation": "Automation",
    "renewal-trends": "Renewal trends",
    "renewals-at-risk": "Renewals at risk",
    "sales-journey": "Sales journey",
    "service": "Service",
    "sales-conduct": "Sales conduct",
    "agents": "Agents",
    "training-ethics": "Training and ethics",
    "customer": "Customer",
    "data-health": "Data health",
    "method": "Method",
    "audit": "Audit log",
}
# Those that no other test opens as a desk sees them.
ON_A_DESK = (
    "automation",
    "renewals-at-risk",
    "sales-journey",
    "service",
    "sales-conduct",
    "training-ethics",
    "customer",
    "data-health",
    "audit",
)
BROKEN = '[data-testid="stException"], [data-testid="stAlertContentError"]'


def is_drawn(page: Page, title: str) -> None:
    """
    Under its title no part failed, nothing unknown is spelled as programs spell it, nothing scrolls sideways.
    """
    expect(page.locator("h1")).to_have_text(title, timeout=40_000)
    settled(page)

    assert page.locator(BROKEN).all_inner_texts() == [], title
    assert "None" not in text_of(page), title
    assert "NaN" not in text_of(page), title
    main = page.locator('[data-testid="stMain"]')
    assert main.evaluate("element => element.scrollWidth - element.clientWidth") <= 1, title


@pytest.mark.parametrize("path", PAGES)
def test_every_page_is_drawn_on_a_phone(open_page, address, path):
    """
    In the browser's language and mode; at 390 pixels everything that matters fits the width, and the filters fold
    into one line. No font, icon or script comes from another server: what a viewer looks at stays in the house.
    """
    asked: list[str] = []
    page = open_page(path, language="zh-CN", width=390, mode="dark", asked=asked)

    is_drawn(page, Words("zh_CN").text(PAGES[path]))
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert asked


def test_every_page_is_drawn_on_a_desk(open_page, address):
    """
    In English and in daylight, one after the other as somebody goes through them; again all stays in the house.
    """
    asked: list[str] = []
    page = open_page("method", asked=asked)
    for path in ON_A_DESK:
        page.get_by_test_id("stSidebarNavLink").filter(has_text=PAGES[path]).click()
        is_drawn(page, PAGES[path])

        assert page.url.startswith(f"{address}/{path}")
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
    assert asked


def test_no_page_is_left_out():
    """
    Whoever adds one sees it drawn here.
    """
    assert {*PAGES} == {"" if page == "overview" else page for page in access.PAGES}


def test_a_deep_link_into_a_fresh_server(open_page, insurer, tmp_path):
    """
    The very first request of a server's life goes to a page inside: it comes through the front door all the same.
    The branch in its address decides every figure, and the page says so in words.
    """
    of_the_branch = Question(kpis=["complaints_received"], values={"branch": ["B02"]})
    expected = answer(insurer.settings, of_the_branch)[0]["value"]
    with serving(insurer.file, tmp_path / "log") as fresh:
        page = open_page("complaint-timeliness?branch=B02&period=everything", at=fresh)
        card = page.get_by_test_id("stMetric").filter(has_text="Complaints received")

        assert page.locator("h1").inner_text() == "Complaint timeliness"
        assert page.locator(BROKEN).count() == 0
        assert page.get_by_test_id("stSidebarNav").count() == 1
        assert card.get_by_test_id("stMetricValue").inner_text() == Words().count(expected)
        assert re.search(r"Branch: \S+", text_of(page))


def test_a_filter_moves_the_figures_and_survives_a_page_switch(open_page):
    """
    Selecting in the page changes figures and address; the next page keeps both.
    """
    page = open_page("complaint-timeliness?period=everything")
    received = (
        page.get_by_test_id("stMetric").filter(has_text="Complaints received").get_by_test_id("stMetricValue")
    )
    before = received.inner_text()
    page.get_by_test_id("stMultiSelect").nth(2).get_by_role("combobox").click()
    page.get_by_role("option").first.click()
    page.wait_for_url(re.compile(r"product="))
    settled(page)
    expect(received).not_to_have_text(before)
    after = received.inner_text()
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Claim cycle").click()
    expect(page.locator("h1")).to_have_text("Claim cycle")
    settled(page)
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Complaint timeliness").click()
    expect(page.locator("h1")).to_have_text("Complaint timeliness")
    settled(page)

    assert after != before
    assert "product=" in page.url
    assert "period=everything" in page.url
    kept = page.get_by_test_id("stMetric").filter(has_text="Complaints received").get_by_test_id("stMetricValue")
    assert kept.inner_text() == after


def test_a_card_opens_exactly_its_rows(open_page):
    """
    Behind the number of overdue complaints there are as many rows, and an export.
    """
    page = open_page("complaint-timeliness")
    card = page.get_by_test_id("stMetric").filter(has_text="Overdue complaints")
    overdue = card.get_by_test_id("stMetricValue").inner_text()
    page.get_by_role("button", name=f"{overdue} cases").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text(f"{overdue} of {overdue} rows").wait_for()

    with page.expect_download() as download:
        dialog.get_by_role("button", name="Export to Excel").click()
    with zipfile.ZipFile(download.value.path()) as book:
        said = book.read("xl/sharedStrings.xml").decode()

    assert f"{overdue} rows" in said
    assert "CN-2020-3" in said


def test_a_language_is_a_choice(open_page):
    """
    The switch in the sidebar overrules the browser and stays in the address.
    """
    page = open_page("?language=zh_CN")

    assert page.locator("h1").inner_text() == "总览"


def test_an_address_that_names_nonsense_shows_the_default(open_page):
    """
    A branch that doesn't exist, an unknown period: ignored, not an error and not a leak.
    """
    page = open_page("complaint-timeliness?branch=%27%3B+drop+table&period=never&language=xx")

    assert page.locator(BROKEN).count() == 0
    assert "drop table" not in text_of(page)


def test_a_bar_opens_its_rows(open_page):
    """
    Behind a bar of open complaints there are as many rows as its label says.
    """
    page = open_page("complaint-timeliness")
    chart = page.locator(".st-key-ageing")
    chart.locator(".barlayer .trace").nth(1).locator(".point path").first.wait_for()
    label = chart.locator(".scatterlayer .textpoint").first.text_content()
    chart.locator(".barlayer .trace").nth(1).locator(".point path").first.click(force=True)
    dialog = page.get_by_role("dialog")

    dialog.get_by_text(f"{label} of {label} rows").wait_for()


def test_a_custom_range_in_an_address(open_page, insurer):
    """
    Both days of a range count: from 1 May to and including 31 May is what half-open May is.
    """
    may = Question(kpis=["complaints_received"], period_from=date(2026, 5, 1), period_before=date(2026, 6, 1))
    expected = answer(insurer.settings, may)[0]["value"]
    page = open_page("complaint-timeliness?period=custom&from=2026-05-01&to=2026-05-31")
    card = page.get_by_test_id("stMetric").filter(has_text="Complaints received")

    assert card.get_by_test_id("stMetricValue").inner_text() == Words().count(expected)
    assert "1 May 2026 to 31 May 2026" in text_of(page)
