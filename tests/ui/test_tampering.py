"""
What somebody may write behind the `?` of an address: nothing breaks, nothing acts, nothing foreign is shown.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from dashboard.access import Role, Viewer
from tests.ui.opening import opened
from tests.ui.test_hostile import RAW, read_as_markdown
from tests.ui.test_scopes import PAGES, settled

# Statements, markup, formulas, signs that steer.
PILE = {
    "sql": "B01' or 1=1; drop table complaints; --",
    "markdown": "**HARMBOLD** [away](http://tracker.example/c) :red[HARMRED] $HARM^2$ `HARMCODE`",
    "html": '<img src="http://tracker.example/a.png" onerror="alert(1)"><script>alert(2)</script>',
    "formula": '=HYPERLINK("http://tracker.example","HARM")',
    "control": "\x00\x01\x1b[31m\u202eB01\u2066\ufeff",
    "blanks": "{0} {harm} %s %(harm)s",
}
# More than anybody sends by mistake.
LONG = "B01" * 3_500_000
FOLDER = Path(__file__).parents[2]
# Every name under which something is read from an address, found in the code.
NAMED = re.compile(r"""(?:query_params(?:\.get|\.get_all)?[(\[]|key=)\s*"([a-z_]+)\"""")
KEYS = sorted(
    {
        key
        for place in ("dashboard/ui", "dashboard/app.py", "pages")
        for file in ([FOLDER / place] if place.endswith(".py") else (FOLDER / place).glob("*.py"))
        for key in NAMED.findall(file.read_text(encoding="utf-8"))
    }
    | {"branch", "team", "product", "channel", "case", "period", "compare", "from", "to"}
)


def test_the_names_in_addresses_are_found():
    """
    The filters' own, the language, a case: this would say if the way of reading them changed.
    """
    assert {"branch", "team", "language", "case", "period", "clock"} <= set(KEYS)


@pytest.mark.parametrize("name", PAGES)
def test_hostile_addresses_select_nothing_and_act_on_nothing(insurer, name):
    """
    Every parameter with every text: the page stands, and reads none of it as markup.
    """
    # Where one value is wanted the last is taken: another on each page.
    at = PAGES.index(name) % len(PILE)
    harm = [*list(PILE.values())[at:], *list(PILE.values())[:at]]
    test = opened(insurer.settings, name, address=dict.fromkeys(KEYS, harm))

    assert [each.value for each in test.error] == []
    for body in read_as_markdown(test):
        assert [raw for raw in (*RAW, "onerror", "drop table") if raw in body] == [], body[:200]


def test_ten_megabytes_in_an_address_are_not_sent_back(insurer):
    """
    A value that isn't offered is dropped, however long; nothing on the page repeats it.
    """
    test = opened(
        insurer.settings, "complaint_timeliness", address={"branch": LONG, "period": LONG, "clock": LONG}
    )

    assert [each.value for each in test.error] == []
    assert test.session_state["branch"] == []
    assert test.session_state["period"] != LONG
    assert max(len(body) for body in read_as_markdown(test)) < 10_000


@pytest.mark.parametrize("name", PAGES)
def test_what_only_an_address_can_name_changes_no_figure(insurer, name):
    """
    A unit, a product or a channel that isn't there is no selection: the page is as it is without.
    """
    viewer = Viewer("of B01", Role.BRANCH_MANAGER, frozenset({"B01"}))
    filters = {key: [PILE["sql"], PILE["control"]] for key in ("branch", "team", "product", "channel")}
    if name == "audit":
        pytest.skip("no page of a branch manager")

    plain = settled(opened(insurer.settings, name, viewer=viewer))
    assert settled(opened(insurer.settings, name, viewer=viewer, address=filters)) == plain
