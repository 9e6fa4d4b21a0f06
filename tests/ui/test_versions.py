"""
A new version is shown once what viewers asked of the last one is known of it; of that nothing is held any more.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from dashboard.access import OPERATOR
from dashboard.deadlines import rules_in_force
from dashboard.intake.refresh import refresh
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.ui import forgetting, versions
from dashboard.ui.anticipating import Question
from dashboard.ui.figures import Figures
from tests.operational import NOW, insert, make_database, row, settings_for, write_query
from tests.ui.opening import run_once, serve, wait_until_asked

HELD = forgetting._kept


def _page(settings, asks):
    import streamlit as st

    from dashboard.access import OPERATOR
    from dashboard.deadlines import rules_in_force
    from dashboard.periods import Period
    from dashboard.ui.anticipating import Selected, begin
    from dashboard.ui.figures import Figures
    from dashboard.ui.opening import open_reader

    reader, as_of = open_reader(settings, OPERATOR, "complaints")
    figures = Figures(reader, OPERATOR, settings, rules_in_force(settings), as_of)
    begin(Selected(figures.key, (), (Period(), None)))
    received = figures.one("complaints_received", Period())["numerator"] if asks else None
    st.session_state["told"] = reader.version_id, received


@pytest.fixture
def house(tmp_path, monkeypatch):
    """
    Settings of two complaints in the snapshot; every run looks whether there are more.
    """
    monkeypatch.setattr(versions, "LOOK_AGAIN", 0)
    make_database(tmp_path / "core.db", [row("1"), row("2")])
    write_query(tmp_path / "queries")
    settings = settings_for(tmp_path)
    serve(settings.snapshot.path)
    HELD.clear()
    assert not refresh(settings, now=NOW).problems
    return settings


def told(test):
    return test.run(timeout=60).session_state["told"]


def test_the_last_version_is_shown_until_the_next_one_is_ready(house, tmp_path):
    """
    What the page had asked is known of the new version before anybody sees it, and nothing is held of the old one.
    """
    test = run_once(_page, {"settings": house, "asks": True}, {})
    assert test.session_state["told"] == ("0", 2)

    insert(tmp_path / "core.db", [row("3")])
    assert not refresh(house, now=NOW).problems
    assert told(test) == ("0", 2)
    wait_until_asked()

    assert set(HELD) == {1}
    assert told(test) == ("1", 3)


def test_what_nobody_asked_anything_of_is_exchanged_at_once(house, tmp_path):
    """
    Without a question there is nothing to prepare.
    """
    test = run_once(_page, {"settings": house, "asks": False}, {})
    insert(tmp_path / "core.db", [row("3")])
    assert not refresh(house, now=NOW).problems

    assert told(test) == ("1", None)


def test_a_version_is_not_held_back_for_long(house, tmp_path, monkeypatch):
    """
    However much there is to ask: after so many seconds it is shown, and whoever asks waits.
    """
    monkeypatch.setattr(versions, "MOST_SECONDS", -1)
    test = run_once(_page, {"settings": house, "asks": True}, {})
    insert(tmp_path / "core.db", [row("3")])
    assert not refresh(house, now=NOW).problems
    told(test)
    wait_until_asked()

    assert HELD == {}
    assert told(test) == ("1", 3)


@pytest.mark.parametrize("days", [0, 1])
def test_questions_are_asked_of_the_day_that_has_ended(house, days):
    """
    A refresh after midnight judges by the day that is over then; the period asked for stays.
    """
    before = versions.current(house)
    assert not refresh(house, now=NOW + timedelta(days=days)).problems
    newest = versions.Snapshot(house.snapshot).current()
    figures = Figures(Reader(before, OPERATOR), OPERATOR, house, rules_in_force(house), date(2026, 6, 29))
    june = Period(date(2026, 6, 1), date(2026, 7, 1))
    question = Question(print, (("figures", figures), ("period", june), ("by", ())))
    again = dict(versions._of(question, before, newest).arguments)

    assert again["figures"].version == newest
    assert again["figures"].as_of == date(2026, 6, 29) + timedelta(days=days)
    assert (again["period"], again["by"]) == (june, ())
    assert versions._of(question, newest, newest) is None
