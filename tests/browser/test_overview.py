"""
The overview in a real browser: one screen, one sheet of paper, and links that keep what is selected.
"""

from __future__ import annotations

import re
import zlib

import pytest

from dashboard.metrics import kpi
from dashboard.words import Words
from pages.overview import MISSION, NEXT
from tests.browser.conftest import settled, text_of

pytestmark = pytest.mark.xdist_group("browser")

SCREEN = 900
LANGUAGES = {"en-GB": Words("en"), "zh-CN": Words("zh_CN")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_board_scrolls_nowhere_and_prints_one_sheet(open_page, language):
    """
    At 1440 by 900 all of it is on the screen; printed it is one page of A4, which holds every figure
    with its denominator and the footer, and nothing that can only be clicked.
    """
    words = LANGUAGES[language]
    page = open_page("", language=language)
    page.get_by_test_id("stHtml").filter(has=page.locator(".paper-footer")).wait_for(state="attached")
    page.wait_for_timeout(500)
    main = page.get_by_test_id("stMain")

    assert main.evaluate("element => element.scrollHeight") <= SCREEN
    assert page.get_by_test_id("stMainBlockContainer").bounding_box()["height"] <= SCREEN

    shares = page.locator('.st-key-cards_overview [data-testid="stButton"] p').all_inner_texts()
    page.emulate_media(media="print")
    printed = text_of(page)
    for name in (*MISSION, *NEXT):
        assert words.text(kpi(name).title) in printed
    assert words.text("Needs attention") in printed
    assert page.locator(".paper-footer").is_visible()
    assert not page.locator(".st-key-filters").is_visible()
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert page.locator(".on-paper").all_inner_texts() == list(dict.fromkeys(shares))

    paper = page.pdf(prefer_css_page_size=True)
    assert len(sheets(paper)) == 1
    assert sheets(paper)[0] == pytest.approx((842, 595), abs=2)


def sheets(paper: bytes) -> list[tuple[float, float]]:
    """
    Width and height of every page of a PDF, in points; what is packed is unpacked first.
    """
    packed = re.findall(rb"/FlateDecode[^>]*>>\s*stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL)
    whole = paper + b"\n".join(unpacked for each in packed if (unpacked := _unpacked(each)))
    boxes = re.findall(rb"/Type\s*/Page\b[^s].*?/MediaBox\s*\[([^\]]*)\]", whole, re.DOTALL)
    return [(float(box.split()[2]), float(box.split()[3])) for box in boxes]


def _unpacked(packed: bytes) -> bytes:
    try:
        return zlib.decompress(packed)
    except zlib.error:
        # Fonts and pictures are packed in other ways; no page is in them.
        return b""


def test_a_line_of_the_table_leads_to_its_page_with_the_filters_kept(open_page):
    """
    The name of a figure is a link; the branch selected stands in the address of the page it leads to.
    """
    page = open_page("?branch=B02")
    page.locator(".st-key-figure_table").get_by_role("link", name="Straight through").click()
    page.wait_for_url(re.compile("automation"))
    settled(page)

    assert page.locator("h1").inner_text() == "Automation"
    assert "branch=B02" in page.url
