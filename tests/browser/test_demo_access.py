"""
Where nobody signs in: the switch of roles on this machine, and nothing at all on an address that others reach.
"""

from __future__ import annotations

from playwright.sync_api import expect

from dashboard.access import PAGES, Role
from dashboard.settings import PROJECT
from tests.browser.conftest import STILL, serving, settled, text_of


def test_the_demo_is_marked_and_offers_every_role(open_page):
    """
    The operator to begin with; each role of the viewers fact in the switch, by role and unit and not by address.
    """
    page = open_page("complaint-timeliness")
    page.get_by_test_id("stSelectbox").filter(has_text="Look as").get_by_role("combobox").click()
    page.keyboard.press("ArrowDown")
    page.get_by_role("option").first.wait_for()
    offered = page.get_by_role("option").all_inner_texts()

    assert page.get_by_text("demo access").is_visible()
    assert offered[0] == "Administrator · whole company"
    assert all(
        any(each.startswith(name) for each in offered)
        for name in ("Executive", "Compliance", "Branch manager", "Team lead", "Agent", "Analyst")
    )
    assert len(offered) <= 2 * len(Role) + 1
    assert not any("@" in each for each in offered)


def test_the_choice_stands_in_the_address(open_page):
    """
    A link as an executive opens as an executive; one as somebody who isn't offered opens as the operator.
    """
    executive = open_page("complaint-timeliness?as=executive")
    made_up = open_page("complaint-timeliness?as=compliance-B99")

    assert "names hidden" in text_of(executive)
    assert "as=executive" in executive.url
    assert "whole company" in text_of(made_up)
    assert "as=" not in made_up.url


def test_an_address_that_others_reach_shows_nothing(chromium, insurer, tmp_path):
    """
    Run by Streamlit alone on all addresses, without sign-in: no page, even for somebody on this machine.
    """
    options = ["--server.address", "0.0.0.0"]  # noqa: S104 - that is the case in question
    script = PROJECT / "dashboard" / "app.py"
    with serving(insurer.file, tmp_path / "log", script=script, options=options) as address:
        page = chromium.new_page(**STILL)
        for key in ("complaint-deadlines", "", "method"):
            assert not key or key in PAGES
            page.goto(f"{address}/{key}?as=admin")
            settled(page)
            expect(page.locator("h1")).to_have_text("Sign-in isn't configured")

            assert page.locator('[data-testid="stMetric"], [data-testid="stDataFrame"]').count() == 0
        page.close()
