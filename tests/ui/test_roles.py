"""
Every page asks access first, and says what its viewer may see.
"""

from __future__ import annotations

import importlib
from itertools import product
from pathlib import Path

import pytest

from dashboard.access import OPERATOR, PAGES, RIGHTS, Role, Viewer, may_open
from dashboard.charts.theme import LIGHT
from dashboard.deadlines import rules_in_force
from dashboard.errors import NotAllowed
from dashboard.reader import Reader, last_complete_day
from dashboard.snapshot import Snapshot
from dashboard.ui.context import Context
from dashboard.ui.scope import scope_in_words
from dashboard.words import Words
from tests.ui.opening import opened

BUILT = sorted(
    each.stem for each in (Path(__file__).parents[2] / "pages").glob("*.py") if not each.stem.startswith("_")
)
UNITS = {None: frozenset(), "branch_id": {"B01"}, "team_id": {"T02"}, "agent_id": {"A000000036"}}


def of(role: Role) -> Viewer:
    return Viewer(role.value, role, frozenset(UNITS[RIGHTS[role].bound_by]))


def key_of(module: str) -> str:
    return module.replace("_", "-")


def context(insurer, viewer: Viewer) -> Context:
    version = Snapshot(insurer.settings.snapshot).current()
    day = last_complete_day(version, insurer.settings.business.timezone, "complaints")
    rules = rules_in_force(insurer.settings)
    return Context(
        insurer.settings, Words("en"), LIGHT, viewer, Reader(version, viewer), day, rules, lambda *_link: None
    )


def test_the_matrix_knows_every_page():
    """
    A page that the matrix forgot would be nobody's.
    """
    assert {key_of(module) for module in BUILT} <= PAGES


@pytest.mark.parametrize(
    ("module", "role"),
    [pair for pair in product(BUILT, Role) if not may_open(of(pair[1]), key_of(pair[0]))],
)
def test_a_page_of_other_roles_refuses_before_it_draws(insurer, module, role):
    """
    Even called past the navigation: the first line asks.
    """
    page = importlib.import_module(f"pages.{module}")

    with pytest.raises(NotAllowed) as caught:
        page.render(context(insurer, of(role)))
    assert str(caught.value).startswith(key_of(module))


@pytest.mark.parametrize(
    ("module", "role"),
    [
        pair
        for pair in product(BUILT, Role)
        # Whoever is bound opens every page of theirs in test_scopes.
        if may_open(of(pair[1]), key_of(pair[0])) and RIGHTS[pair[1]].bound_by is None
    ],
)
def test_a_page_of_a_role_opens_for_it(insurer, module, role):
    """
    No page asks for a fact that one of its roles may not read, and no panel of it fails.
    """
    test = opened(insurer.settings, module, viewer=of(role))

    assert not test.error


@pytest.mark.parametrize(
    ("viewer", "english", "chinese"),
    [
        (OPERATOR, "whole company", "全公司"),
        (Viewer("x", Role.EXECUTIVE), "whole company · names hidden", "全公司 · 姓名不显示"),
        (Viewer("x", Role.TEAM_LEAD), "no units", "无所属机构"),
        (Viewer("x", Role.AGENT, frozenset({"A1"})), "your own cases", "仅本人案件"),
        (Viewer("x", Role.TEAM_LEAD, frozenset({"gone"})), "gone", "gone"),
    ],
)
def test_the_scope_in_words(insurer, viewer, english, chinese):
    """
    The whole company or a part of it, and whether persons are hidden; a unit nobody belongs to by its id.
    """
    reader = Reader(Snapshot(insurer.settings.snapshot).current(), viewer)

    assert scope_in_words(reader, Words("en")) == english
    assert scope_in_words(reader, Words("zh_CN")) == chinese


def test_units_are_called_by_their_names(insurer):
    """
    A branch by its name and how many teams it has, a team by its branch's and its own.
    """
    version = Snapshot(insurer.settings.snapshot).current()
    agents = Reader(version, OPERATOR).rows("agents").collect()
    own = agents.filter(branch_id="B01")
    team = own.row(0, named=True)
    teams = own["team_id"].n_unique()
    manager = Reader(version, Viewer("x", Role.BRANCH_MANAGER, frozenset({"B01"})))
    lead = Reader(version, Viewer("x", Role.TEAM_LEAD, frozenset({team["team_id"]})))

    assert scope_in_words(manager, Words("en")) == f"{team['branch_name']} · {teams} teams"
    assert scope_in_words(lead, Words("en")) == f"{team['branch_name']} · {team['team_name']}"
