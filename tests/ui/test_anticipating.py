"""
What a page is about to ask is asked beforehand, of what is selected now, and of nobody else's figures.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import replace
from datetime import date

import pytest

from dashboard.periods import Period
from dashboard.ui.anticipating import THREAD, Question, Selected
from tests.ui.opening import opened, run_once, texts, wait_until_asked

JUNE, MAY = (Period(date(2026, month, 1), date(2026, month + 1, 1)) for month in (6, 5))
APRIL, MARCH = (Period(date(2026, month, 1), date(2026, month + 1, 1)) for month in (4, 3))
THEN = Selected(("version 1", "whole company"), (), (JUNE, MAY))
NOW = replace(THEN, values=(("branch_id", ("B1",)),), periods=(APRIL, MARCH))


def _nothing(**_arguments):
    return None


@pytest.mark.parametrize(
    ("name", "asked", "again"),
    [
        ("values", (), (("branch_id", ("B1",)),)),
        ("values", (("channel", ("app",)),), (("channel", ("app",)),)),
        ("period", JUNE, APRIL),
        ("before", MAY, MARCH),
        ("period", Period(date(2025, 7, 1), date(2026, 7, 1)), Period(date(2025, 7, 1), date(2026, 7, 1))),
        ("by", (), ()),
    ],
)
def test_the_same_question_of_what_is_selected_now(name, asked, again):
    """
    Values and periods that were the selection's are exchanged for the new ones; any others stay.
    """
    question = Question(_nothing, ((name, asked),))

    assert question.again(THEN, NOW) == Question(_nothing, ((name, again),))


def test_a_comparison_taken_off_is_not_asked_for():
    """
    Where nothing is compared any more, a question of the earlier period has no period to ask of.
    """
    question = Question(_nothing, (("period", MAY),))

    assert question.again(THEN, replace(NOW, periods=(APRIL, None))) is None


# By question: on which thread it was asked, and of what. Filled by the script below, which Streamlit runs.
ASKED: list[tuple[str, tuple]] = []
ASKED_BEFOREHAND = threading.Event()


def _page(key, waits, ahead=()):
    import threading

    import streamlit as st

    from dashboard.periods import Period
    from dashboard.ui.anticipating import THREAD, Selected, begin, noted, stands
    from tests.ui.test_anticipating import ASKED, ASKED_BEFOREHAND

    def answer(values):
        name = threading.current_thread().name
        ASKED.append((THREAD if name == THREAD else "page", values))
        if name == THREAD:
            ASKED_BEFOREHAND.set()
            raise ValueError("nobody but who asks shall hear of this")

    # The same function in every run, as those of modules are.
    ask = st.session_state.setdefault("ask", noted(answer))
    values = st.session_state.get("values", ())
    begin(Selected((key,), values, (Period(), None)), ahead=ahead)
    if waits:
        ASKED_BEFOREHAND.wait(10)
    ask(values)
    stands()


@pytest.fixture
def asked():
    ASKED.clear()
    ASKED_BEFOREHAND.clear()
    return ASKED


def test_asked_beforehand_of_the_new_selection(asked):
    """
    A second run with other values: they are asked about before the page comes to it; what goes wrong there is left
    to whoever asks.
    """
    test = run_once(_page, {"key": "version 1", "waits": False}, {})
    assert asked == [("page", ())]

    test.session_state["values"] = (("branch_id", ("B1",)),)
    script = run_again(test, waits=True)

    assert asked[1:] == [(THREAD, (("branch_id", ("B1",)),)), ("page", (("branch_id", ("B1",)),))]
    assert not script.exception


def test_nothing_is_asked_of_other_figures(asked):
    """
    Of a newer version, or with other rights, the old questions aren't asked: their figures are another viewer's.
    """
    test = run_once(_page, {"key": "version 1", "waits": False}, {})
    test.session_state["values"] = (("branch_id", ("B1",)),)
    run_again(test, key="version 2", waits=False)

    assert [thread for thread, _ in asked] == ["page", "page"]
    assert not any(each.name == THREAD for each in threading.enumerate())


def test_once_a_page_stands_what_may_be_chosen_next_is_asked(asked):
    """
    A value of each dimension, after the page, once for all who look at the same; where rows are few, nothing.
    """
    branch, channel = (("branch_id", ("B1",)),), (("channel", ("app",)),)
    test = run_once(_page, {"key": "version 3", "waits": False, "ahead": (branch, channel)}, {})
    wait_until_asked()
    assert asked == [("page", ()), (THREAD, branch), (THREAD, channel)]

    run_again(test)
    wait_until_asked()
    assert asked[3:] == [("page", ())]

    asked.clear()
    run_once(_page, {"key": "version 4", "waits": False}, {})
    assert asked == [("page", ())]
    assert not any(each.name == THREAD for each in threading.enumerate())


def test_pages_over_few_rows_prepare_nothing(insurer, monkeypatch):
    """
    The demo is answered at once; were its rows many, one value of each dimension would be asked about.
    """
    few = opened(insurer.settings, "renewal_trends").session_state["_last_run"]
    assert few.ahead == ()
    assert not any(each.name == THREAD for each in threading.enumerate())

    monkeypatch.setattr(sys.modules["dashboard.ui.page"], "MANY_ROWS", 100)
    many = opened(insurer.settings, "renewal_trends").session_state["_last_run"]
    chosen = opened(insurer.settings, "renewal_trends", product=["motor"]).session_state["_last_run"]
    wait_until_asked()

    assert [[name for name, _ in values] for values in many.ahead] == [
        ["branch_id"],
        ["team_id"],
        ["product_line"],
        ["channel"],
    ]
    assert all(len(values) == 1 for chosen_one in many.ahead for _, values in chosen_one)
    assert (chosen.selected.values, chosen.ahead) == ((("product_line", ("motor",)),), ())


def run_again(test, **arguments):
    """
    Run the script once more in the same session with some of its arguments exchanged.
    """
    test.kwargs = test.kwargs | arguments
    return test.run(timeout=60)


def test_a_page_shows_the_same_beforehand_or_not(insurer):
    """
    A filter changed in a session shows word for word what a new session shows that begins with it.
    """
    test = opened(insurer.settings, "claim_cycle")
    test.session_state["product"] = ["motor"]
    changed = texts(test.run(timeout=120))

    assert changed == texts(opened(insurer.settings, "claim_cycle", product=["motor"]))
    assert changed != texts(opened(insurer.settings, "claim_cycle"))
