"""
The working list in a real browser: rows open cases, tiles and days narrow it, it redraws itself and is exported.
"""

from __future__ import annotations

import re
import time
from datetime import date, timedelta

from playwright.sync_api import expect

from dashboard.settings import PROJECT
from tests.browser.conftest import serving, settled, text_of
from tests.insurer import AS_OF
from tests.ui.opening import opened
from tests.xlsx import read_sheet

PATH = "complaint-deadlines"
# Streamlit's tables are drawn on a canvas: so high is a heading, and so high a row, in pixels.
LINE = 35
COLUMN_OF_NUMBERS = 90

# Draws what redraws itself every second instead of every minute, and notes each time that it did.
HURRIED = """
import functools, pathlib, runpy
import streamlit as st

if not hasattr(st, "unhurried"):
    st.unhurried = st.fragment

def fragment(function=None, *, run_every=None, **how):
    if function is None:
        return functools.partial(fragment, run_every=run_every, **how)

    @functools.wraps(function)
    def noted(*args, **kwargs):
        with pathlib.Path({notes!r}).open("a") as notes:
            notes.write("drawn\\n")
        return function(*args, **kwargs)

    return st.unhurried(noted, run_every=1 if run_every else None, **how)

st.fragment = fragment
runpy.run_path({app!r}, run_name="__main__")
"""


def listed(insurer, **session) -> list[str]:
    """
    The numbers in the list, in order, as the same page shows them without a browser.
    """
    test = opened(insurer.settings, "complaint_deadlines", **session)
    return [
        number
        for each in test.dataframe
        if "time_left" in each.value.columns
        for number in each.value["complaint_id"]
    ]


def click_row(page, row: int) -> None:
    rows = page.locator(".st-key-worklist .dvn-scroller")
    place = {"x": COLUMN_OF_NUMBERS, "y": LINE * (row + 1) + LINE // 2}
    # A pointer that comes and presses in the same instant isn't noticed; no hand is so quick.
    rows.hover(position=place)
    page.wait_for_timeout(300)
    rows.click(position=place)


def shown(page) -> str:
    """
    The heading of the list: what it is narrowed to, and how many of how many it shows.
    """
    return page.get_by_role("heading", name=re.compile("open complaints$")).inner_text()


def test_a_row_opens_its_own_case(open_page, insurer):
    """
    The dialog has the row's number, its due day and the rule; Escape closes it and leaves the list.
    """
    row = 2
    number = listed(insurer, band="all")[row]
    page = open_page(f"{PATH}?band=all")
    click_row(page, row)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Why it is due on").wait_for()
    said = dialog.inner_text()

    assert f"Complaint {number}" in said
    assert "under CN-2020-3" in said
    assert re.search(r"Why it is due on \d{4}-\d\d-\d\d", said)
    assert dialog.locator(".js-plotly-plot").count() == 1

    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert shown(page).startswith("All open")


def redrawn(page, notes, *, times: int) -> None:
    """
    Wait until the list has redrawn itself so often again.
    """
    enough = len(notes.read_text().splitlines()) + times
    end = time.monotonic() + 40
    while len(notes.read_text().splitlines()) < enough:
        assert time.monotonic() < end, "the list doesn't redraw itself"
        page.wait_for_timeout(200)


def test_a_case_stays_open_while_the_list_redraws_itself(open_page, insurer, tmp_path):
    """
    The minute strikes, hurried to a second, several times; the case is still there, and the list behind it.
    """
    notes, script = tmp_path / "notes", tmp_path / "hurried.py"
    app = str(PROJECT / "dashboard" / "app.py")
    script.write_text(HURRIED.format(notes=str(notes), app=app), encoding="utf-8")
    with serving(insurer.file, tmp_path / "log", script=script) as hurried:
        page = open_page(f"{PATH}?band=all", at=hurried)
        click_row(page, 0)
        dialog = page.get_by_role("dialog")
        dialog.get_by_text("Why it is due on").wait_for()
        redrawn(page, notes, times=3)

        assert dialog.get_by_text("Why it is due on").is_visible()
        page.keyboard.press("Escape")
        dialog.wait_for(state="detached")
        # Closed is closed: the next strikes don't open it again.
        redrawn(page, notes, times=2)
        settled(page)
        assert page.get_by_role("dialog").count() == 0


def test_a_tile_narrows_the_list_and_stands_in_the_address(open_page, insurer):
    """
    As many as the tile says; a reload shows the same.
    """
    overdue, soon = len(listed(insurer, band="overdue")), len(listed(insurer, band="within_14d"))
    page = open_page(PATH)
    before = shown(page)
    page.locator(".st-key-tile_band_within_14d button").click()
    page.wait_for_url(re.compile("band=within_14d"))
    page.get_by_role("heading", name=re.compile(f"Within 14 days: {soon} of")).wait_for()
    page.reload()
    settled(page)

    assert before.startswith(f"Overdue: {overdue} of")
    assert shown(page).startswith(f"Within 14 days: {soon} of")


def test_a_day_of_the_calendar_narrows_the_list_and_back(open_page, insurer):
    """
    A click on a day shows what falls due then; the button gives all days back.
    """
    test = opened(insurer.settings, "complaint_deadlines", band="all")
    rows = next(each.value for each in test.dataframe if "time_left" in each.value.columns)
    due = rows["due_on"].dt.date
    today = AS_OF + timedelta(days=1)
    day = due[(due >= today) & (due < today + timedelta(days=28))].value_counts().idxmax()
    on_that_day = int((due == day).sum())
    page = open_page(f"{PATH}?band=all")
    everything = shown(page)
    click_day(page, day, today)
    page.wait_for_url(re.compile(f"due={day.isoformat()}"))
    page.get_by_role("heading", name=re.compile(f": {on_that_day} of")).wait_for()
    page.get_by_role("button", name="Show all days").click()
    page.get_by_role("heading", name=everything).wait_for()

    assert "due=" not in page.url


def click_day(page, day: date, today: date) -> None:
    """
    Click the cell of a day: weeks are lines from this week's Monday on, weekdays columns.
    """
    monday = today - timedelta(days=today.weekday())
    week, weekday = divmod((day - monday).days, 7)
    chart = page.locator(".st-key-due_calendar .js-plotly-plot")
    chart.locator(".barlayer .point path").first.wait_for(state="attached")
    chart.scroll_into_view_if_needed()
    place = chart.evaluate(
        """(chart, [column, row]) => {
            const {xaxis, yaxis} = chart._fullLayout, box = chart.getBoundingClientRect();
            return [box.left + xaxis._offset + xaxis.d2p(column), box.top + yaxis._offset + yaxis.d2p(row)];
        }""",
        [weekday, week],
    )
    page.mouse.click(*place)


def test_the_list_is_taken_along_as_it_is_shown(open_page, insurer, tmp_path):
    """
    Every row in the list's order, days as days, the heading frozen and filtered, and above it what was selected.
    """
    numbers = listed(insurer, band="all", product=["motor"])
    page = open_page(f"{PATH}?band=all&product=motor")
    with page.expect_download() as download:
        page.locator(".st-key-export_worklist button").click()
    file = tmp_path / download.value.suggested_filename
    download.value.save_as(file)
    sheet = read_sheet(file)
    heading = sheet.frozen_below
    lines = [line for line in sorted(sheet.rows) if line > heading]
    said = [text for line, cells in sheet.rows.items() if line < heading for text in cells.values()]
    columns = {name: letter for letter, name in sheet.rows[heading].items()}

    assert file.name.startswith(f"complaint_deadlines_{AS_OF + timedelta(days=1)}_")
    assert [sheet.rows[line]["B"] for line in lines] == numbers
    assert len(numbers) > 5
    assert all(isinstance(sheet.rows[line][columns["Due"]], date) for line in lines)
    assert sheet.filtered is not None
    assert re.search(rf"[A-Z]+{heading}:[A-Z]+{lines[-1]}$", sheet.filtered)
    assert "Complaint deadlines" in said
    assert "All open" in said
    assert any("Product line: Motor" in text for text in said)
    assert f"{len(numbers)} rows" in said
    assert "Rule: CN-2020-3" in said
    assert (sheet.formulas, sheet.links) == (0, 0)


def test_the_clock_and_the_filter_go_with_the_viewer(open_page, insurer):
    """
    Chosen on one page, they stand in the address, hold on the next page and the one after, and survive a reload.
    """
    page = open_page("complaint-timeliness?period=everything&branch=B02")
    clock = page.get_by_role("radio", name=re.compile("^Guide"))
    clock.click()
    page.wait_for_url(re.compile("clock=guide-30"))
    page.get_by_text("Judged by guide-30").wait_for()
    settled(page)
    rate = card(page, "Answered on time")
    for title in ("Complaint deadlines", "Complaint causes"):
        page.get_by_test_id("stSidebarNavLink").filter(has_text=title).click()
        expect(page.locator("h1")).to_have_text(title)
        settled(page)
        assert "branch=B02" in page.url
        assert re.search(r"Branch: \S+", text_of(page))
    page.get_by_test_id("stSidebarNavLink").filter(has_text="Complaint timeliness").click()
    expect(page.locator("h1")).to_have_text("Complaint timeliness")
    page.get_by_text("Judged by guide-30").wait_for()
    settled(page)

    assert "clock=guide-30" in page.url
    assert card(page, "Answered on time") == rate
    page.reload()
    settled(page)
    page.get_by_text("Judged by guide-30").wait_for()
    assert "clock=guide-30" in page.url
    assert card(page, "Answered on time") == rate


def card(page, title: str) -> str:
    shown = page.get_by_test_id("stMetric").filter(has_text=title).first
    return shown.get_by_test_id("stMetricValue").inner_text()
