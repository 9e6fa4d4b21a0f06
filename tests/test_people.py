"""
From an address to a viewer: who is let in, as whom, and who is nobody.
"""

from __future__ import annotations

import logging
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.access import Role, problems_of, viewer_of
from dashboard.settings import AccessSettings, Grant

NOBODY_SET = AccessSettings()


def row(email, role, *, branch_id=None, team_id=None, agent_id=None):
    return {"email": email, "role": role, "branch_id": branch_id, "team_id": team_id, "agent_id": agent_id}


def found(rows, email="ann@example.com", *, verified=True, access=NOBODY_SET):
    return viewer_of(email, verified=verified, rows=rows, access=access)


@pytest.mark.parametrize(
    ("entry", "role", "units"),
    [
        (row("ann@example.com", "executive"), Role.EXECUTIVE, set()),
        (row("ann@example.com", "compliance", branch_id="B01"), Role.COMPLIANCE, {"B01"}),
        (row("ann@example.com", "branch_manager", branch_id="B01"), Role.BRANCH_MANAGER, {"B01"}),
        (row("ann@example.com", "team_lead", branch_id="B01", team_id="T7"), Role.TEAM_LEAD, {"T7"}),
        (row("ann@example.com", "agent", team_id="T7", agent_id="A9"), Role.AGENT, {"A9"}),
        (row("ann@example.com", "admin"), Role.ADMIN, set()),
    ],
)
def test_a_role_takes_the_unit_it_is_bound_by(entry, role, units):
    """
    Of branch, team and agent only the one that the role is bound by counts; other roles may be bound to a branch.
    """
    viewer = found([entry])

    assert (role, frozenset(units)) == (viewer.role, viewer.units)


def test_several_branches_of_one_role_are_joined():
    """
    A manager of two branches has two rows and sees both.
    """
    rows = [row("ann@example.com", "branch_manager", branch_id=branch) for branch in ("B01", "B02")]

    assert frozenset({"B01", "B02"}) == found(rows).units


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("ann@example.com", "emperor")],
        [row("ann@example.com", "")],
        [row("ann@example.com", None)],
        [row("ann@example.com", "Executive")],
        [row("ann@example.com", "team_lead")],
        [row("ann@example.com", "team_lead", team_id="  ")],
        [row("ann@example.com", "team_lead", branch_id="B01")],
        [row("ann@example.com", "agent", team_id="T7")],
        [row("ann@example.com", "executive"), row("ann@example.com", "analyst")],
        [row("ann@example.com", "executive"), row("ann@example.com", "emperor")],
        [row("ann@example.com", "team_lead", team_id="T7"), row("ann@example.com", "team_lead")],
        [row("bob@example.com", "executive"), row(None, "executive"), row("", "executive")],
    ],
)
def test_whoever_isnt_named_plainly_is_nobody(rows):
    """
    Unknown roles, missing units, two roles, and other people's rows let nobody in.
    """
    assert found(rows) is None


def test_an_address_has_to_be_proven():
    """
    A provider that doesn't vouch for the address proves nothing; nor does an empty one.
    """
    rows = [row("ann@example.com", "executive"), row("", "executive")]

    assert found(rows, verified=False) is None
    assert found(rows, email="") is None
    assert found(rows, email=None) is None
    assert found(rows) is not None


@pytest.mark.parametrize(
    ("email", "is_same"),
    [
        ("ANN@Example.COM", True),
        ("  ann@example.com\n", True),
        ("аnn@example.com", False),
        ("ann@examplе.com", False),
        ("ann@example.com.evil.example", False),
        ("ann@example.co", False),
        ("a nn@example.com", False),
        ("ann\u200b@example.com", False),
        ("ann@example.com\u0000", False),
        ("ａnn@example.com", False),
    ],
    ids=[
        "capitals",
        "spaces",
        "Cyrillic a",
        "Cyrillic e",
        "longer",
        "shorter",
        "gap",
        "zero width",
        "nul",
        "wide",
    ],
)
def test_only_the_same_address_matches(email, is_same):
    """
    Capitals and spaces around don't matter; letters that only look alike do.
    """
    assert is_same == (found([row("ann@example.com", "executive")], email=email) is not None)


@given(st.text(min_size=1).filter(lambda text: text.strip()))
def test_an_address_matches_however_it_is_composed(text):
    """
    Whatever an address is made of, its decomposed form in capitals finds the row of its composed one.
    """
    given_as = unicodedata.normalize("NFD", f"{text}@example.com")
    rows = [row(unicodedata.normalize("NFC", f"{text}@example.com"), "executive")]

    assert found(rows, email=given_as) is not None


@given(st.emails(), st.emails())
def test_two_people_are_two(first, second):
    """
    Addresses that differ in more than capitals never stand for each other.
    """
    viewer = found([row(first, "executive")], email=second)

    assert (viewer is not None) == (first.lower() == second.lower())


def test_the_settings_win():
    """
    Somebody the settings name has that role and not the fact's, capitals or not.
    """
    access = AccessSettings(viewers={"Ann@Example.com": Grant(role="team_lead", team_ids=["T1", "T2"])})
    viewer = found([row("ann@example.com", "admin")], access=access)

    assert (Role.TEAM_LEAD, frozenset({"T1", "T2"})) == (viewer.role, viewer.units)


def test_a_wrong_grant_doesnt_fall_back_to_the_fact():
    """
    Whoever the settings name wrongly is nobody, even if the fact knows them.
    """
    access = AccessSettings(viewers={"ann@example.com": Grant(role="team_lead")})

    assert found([row("ann@example.com", "admin")], access=access) is None


@pytest.mark.parametrize(
    ("grant", "said"),
    [
        (Grant(role="emperor"), "is no role"),
        (Grant(role="team_lead"), "needs its units"),
        (Grant(role="team_lead", branch_ids=["B01"]), "isn't bound by these"),
        (Grant(role="agent", team_ids=["T1"], agent_ids=["A1"]), "isn't bound by these"),
        (Grant(role="analyst", team_ids=["T1"]), "isn't bound by these"),
        (Grant(role="branch_manager", branch_ids=[" "]), "names an empty id"),
    ],
)
def test_settings_that_name_people_wrongly_are_refused(grant, said):
    """
    An unknown role, units of the wrong kind, none at all.
    """
    problems = problems_of(AccessSettings(viewers={"ann@example.com": grant}))

    assert any(said in problem.what for problem in problems)


@pytest.mark.parametrize(
    "grant",
    [
        Grant(role="executive"),
        Grant(role="compliance", branch_ids=["B01"]),
        Grant(role="branch_manager", branch_ids=["B01", "B02"]),
        Grant(role="agent", agent_ids=["A1"]),
    ],
)
def test_settings_that_name_people_rightly_pass(grant):
    """
    Each role with the units it is bound by; others with branches or nothing.
    """
    assert problems_of(AccessSettings(viewers={"ann@example.com": grant})) == []


def test_an_address_twice_is_refused():
    """
    Two tables for one person, in capitals and without, contradict each other sooner or later.
    """
    twice = {"ann@example.com": Grant(role="admin"), "ANN@example.com": Grant(role="admin")}

    assert ["is there twice"] == [problem.what for problem in problems_of(AccessSettings(viewers=twice))]


def test_the_log_names_nobody(caplog):
    """
    A wrong entry is logged with a reference and without the address, the role or a unit.
    """
    with caplog.at_level(logging.WARNING):
        found([row("ann@example.com", "emperor", branch_id="B-secret")])

    assert "nobody is let in as 71d4f55f72fa" in caplog.text
    assert not any(word in caplog.text for word in ("ann", "example.com", "emperor", "B-secret"))
