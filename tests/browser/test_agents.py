"""
The page of agents in a real browser: a dot and a row lead to somebody, and the sheet prints on one page.
"""

from __future__ import annotations

import re

import pytest

from tests.browser.conftest import settled, text_of

pytestmark = pytest.mark.xdist_group("browser")
PAGE = re.compile(rb"/Type\s*/Page(?!s)")


def some_agent(page) -> str:
    """
    The id of the first agent that can be chosen.
    """
    page.get_by_test_id("stSelectbox").filter(has_text="Look at").get_by_role("combobox").click()
    label = page.get_by_role("option").nth(1).inner_text()
    page.keyboard.press("Escape")
    return label.rpartition("(")[2].rstrip(")")


def test_a_choice_leads_to_an_agent_and_back(open_page):
    """
    Who is looked at stands in the address; the way back leads to everybody.
    """
    page = open_page("agents")
    page.get_by_test_id("stSelectbox").filter(has_text="Look at").get_by_role("combobox").click()
    page.get_by_role("option").nth(1).click()
    page.wait_for_url(re.compile(r"agent=A\d+"))
    page.get_by_text("Beside the team and all").first.wait_for()
    settled(page)
    page.get_by_role("button", name="Back to everybody").click()
    page.get_by_text("Comparison in").wait_for()

    assert "agent=" not in page.url


def test_the_sheet_is_all_that_is_printed_on_one_page(open_page):
    """
    One page of A4, upright, whatever the colours on the screen; the filters and the navigation aren't on it.
    """
    agent = some_agent(open_page("agents"))
    for language, mode in (("en-GB", "light"), ("zh-CN", "dark")):
        page = open_page(f"agents?agent={agent}&view=sheet", language=language, mode=mode)
        page.locator(".sheet").wait_for()
        printed = page.pdf(prefer_css_page_size=True)
        page.emulate_media(media="print")

        assert len(PAGE.findall(printed)) == 1, language
        assert agent in text_of(page), language
        assert not page.get_by_test_id("stSidebar").is_visible(), language
        assert not page.get_by_test_id("stSelectbox").first.is_visible(), language
        assert page.locator(".sheet footer").is_visible(), language
