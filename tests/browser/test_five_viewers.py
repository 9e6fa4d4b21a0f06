"""
Five people of different roles look at once, each changing what they select: every figure is their own.

A pass changes what all five select at the same time; `FIVE_VIEWERS_PASSES=40` makes it 200 changes.
"""

from __future__ import annotations

import os
import random

import pytest
from playwright.sync_api import Page

from dashboard.access import Role, Viewer
from dashboard.periods import PRESETS
from dashboard.questions import Question, answer
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from dashboard.words import Words
from tests.browser.conftest import STILL, settled
from tests.insurer import AS_OF

pytestmark = pytest.mark.xdist_group("browser")

PASSES = int(os.environ.get("FIVE_VIEWERS_PASSES", "1"))
WALK = 10
# A page that all five may open, the figures looked at, and the fact they are of.
PAGES = {
    "complaint-timeliness": ("complaints", ("complaints_received", "complaints_overdue")),
    "claim-cycle": ("claims", ("claims_open", "claims_overdue")),
}
TITLES = {
    "complaints_received": "Complaints received",
    "complaints_overdue": "Overdue complaints",
    "claims_open": "Open claims",
    "claims_overdue": "Overdue claims",
}
# What a question calls a filter that the address calls otherwise.
SAID = {"product": "product_line"}
KEYS = {"branch": "branch_id", "product": "product_line", "channel": "channel"}


def five() -> list[Viewer]:
    """
    As the demo offers them, by their keys in its switch.
    """
    return [
        Viewer("operator", Role.ADMIN),
        Viewer("executive", Role.EXECUTIVE),
        Viewer("manager", Role.BRANCH_MANAGER, frozenset({"B02"})),
        Viewer("lead", Role.TEAM_LEAD, frozenset({"T01"})),
        Viewer("agent", Role.AGENT, frozenset({"A000000000"})),
    ]


def switched(viewer: Viewer) -> str:
    return "-".join([viewer.role.value, *sorted(viewer.units)])


def values_of(reader: Reader, fact: str) -> dict[str, list[str]]:
    rows = reader.rows(fact)
    return {
        key: rows.select(column).unique().collect()[column].drop_nulls().sort().to_list()
        for key, column in KEYS.items()
    }


def shown(page: Page, title: str) -> str:
    card = page.get_by_test_id("stMetric").filter(has_text=title).first
    return card.get_by_test_id("stMetricValue").inner_text()


def test_nobody_is_shown_another_ones_figure(chromium, address, insurer):
    """
    Whatever the others select meanwhile, and even if the address names units that aren't theirs: each card says
    what the registry counts among the viewer's own rows.
    """
    draws = random.Random(20_260_630)
    version = Snapshot(insurer.settings.snapshot).current()
    known = {
        (viewer, fact): values_of(Reader(version, viewer), fact) for viewer in five() for fact, _ in PAGES.values()
    }
    contexts = [
        chromium.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB", **STILL) for _ in five()
    ]
    pages = [context.new_page() for context in contexts]
    seen: dict[str, set[str]] = {viewer.name: set() for viewer in five()}
    for _ in range(PASSES):
        asked = []
        for viewer, page in zip(five(), pages, strict=True):
            path = draws.choice(sorted(PAGES))
            fact, ids = PAGES[path]
            everybodys = known[five()[0], fact]
            chosen = {
                key: draws.sample(everybodys[key], draws.randint(0, 2)) for key in draws.sample(sorted(KEYS), 2)
            }
            period = draws.choice(sorted(PRESETS))
            query = "&".join([f"{key}={value}" for key, values in chosen.items() for value in values])
            page.goto(f"{address}/{path}?as={switched(viewer)}&period={period}&{query}", wait_until="commit")
            own = {
                SAID.get(key, key): kept
                for key, values in chosen.items()
                if (kept := [value for value in values if value in known[viewer, fact][key]])
            }
            asked.append((viewer, page, ids, own, PRESETS[period][1](AS_OF)))
        for viewer, page, ids, own, period in asked:
            settled(page)
            # Whoever the switch doesn't offer would look as the operator.
            assert viewer.role is Role.ADMIN or f"as={switched(viewer)}" in page.url
            question = Question(ids, period.first, period.before, AS_OF, own)
            expected = {each["id"]: each["value"] for each in answer(insurer.settings, question, viewer)}
            told = {name: shown(page, TITLES[name]) for name in ids}

            assert told == {name: Words().count(expected[name]) for name in ids}, (viewer, own, period)
            seen[viewer.name] |= set(told.values())
    for context in contexts:
        context.close()

    # One choice may find as many cases among few as among many; a walk doesn't.
    assert PASSES < WALK or len({frozenset(each) for each in seen.values()}) == len(five())
