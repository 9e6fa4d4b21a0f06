"""
A foreign table on the screens: what it records is shown, what it doesn't reads "not recorded".
"""

from __future__ import annotations

from datetime import date

from tests.browser.conftest import serving, text_of


def test_texas_on_the_screens(open_page, texas_table, tmp_path):
    """
    3,283 open and 1,763 overdue at the end of June 2024; no branch, team or channel to choose; no grade, no cause,
    no error.
    """
    rule = '[rules]\ncomplaints = "guide-30"\n'
    file = texas_table.settings(tmp_path, more=rule, pinned=date(2024, 6, 30))
    with serving(file, tmp_path / "log") as address:
        page = open_page("complaint-timeliness", at=address)
        shown = text_of(page)
        values = {card.split("\n")[0]: card for card in page.get_by_test_id("stMetric").all_inner_texts()}
        choices = [page.get_by_test_id("stMultiSelect").nth(place).inner_html() for place in range(4)]
        deadlines = open_page("complaint-deadlines?band=all", at=address)
        listed = deadlines.get_by_role("heading", name="open complaints").inner_text()
        broken_list = deadlines.locator('[data-testid="stAlertContentError"]').count()
        causes = open_page("complaint-causes", at=address)
        untold = causes.get_by_text("Not recorded by the source.").count()
        broken_causes = causes.locator('[data-testid="stAlertContentError"]').count()
        health = open_page("data-health", at=address)
        broken = health.locator('[data-testid="stAlertContentError"]').count()

    assert "3,283" in values["Open complaints"]
    assert "1,763" in values["Overdue complaints"]
    assert "356" in values["Due in the next 7 days"]
    assert ["not recorded" in choice for choice in choices] == [True, True, False, True]
    assert "breach of law" not in shown
    assert listed == "All open: 3,283 of 3,283 open complaints"
    assert untold >= 7
    assert (broken, broken_list, broken_causes) == (0, 0, 0)
