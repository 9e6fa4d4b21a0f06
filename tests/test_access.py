"""
What a viewer may see, for every role and every fact, and that doubt means nothing is shown.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.access import RIGHTS, Role, Viewer, may_see_branch, narrow
from dashboard.errors import NotAllowed
from dashboard.facts import FACTS

UNITS = {"branch_id": ["B1", "B2", None], "team_id": ["T1", "T2", None], "agent_id": ["A1", "A2", None]}


def three_rows(fact: str) -> pl.LazyFrame:
    """
    One row of unit 1, one of unit 2 and one that names no unit; everything else has a value.
    """
    values = {}
    for name, dtype in FACTS[fact].schema.items():
        values[name] = UNITS.get(name) or pl.Series([1, 1, 1]).cast(dtype, strict=False)
    return pl.LazyFrame(values, schema=FACTS[fact].schema)


READABLE = [(fact, role) for fact in FACTS for role in Role if fact not in RIGHTS[role].without]


@pytest.mark.parametrize(("fact", "role"), READABLE)
def test_two_viewers_of_different_units_never_share_a_row(fact, role):
    """
    Whoever is bound sees their own unit's rows and nothing else; a row without a unit is nobody's.
    """
    bound_by = RIGHTS[role].bound_by
    rows = three_rows(fact)
    if bound_by is None:
        assert narrow(rows, fact, Viewer("x", role)).collect().height == 3
        return
    one, two = UNITS[bound_by][:2]
    seen_by_one = narrow(rows, fact, Viewer("x", role, frozenset({one}))).collect()
    seen_by_two = narrow(rows, fact, Viewer("y", role, frozenset({two}))).collect()

    assert seen_by_one[bound_by].to_list() == [one]
    assert seen_by_two[bound_by].to_list() == [two]


@pytest.mark.parametrize(("fact", "role"), [pair for pair in READABLE if RIGHTS[pair[1]].bound_by])
def test_a_bound_viewer_without_units_sees_nothing(fact, role):
    """
    A team lead without a team isn't everybody's lead.
    """
    assert narrow(three_rows(fact), fact, Viewer("x", role)).collect().height == 0


@pytest.mark.parametrize(("fact", "role"), READABLE)
def test_persons_are_hidden_from_roles_without_need(fact, role):
    """
    Personal columns are empty for executives and analysts, and full for those who serve customers.
    """
    role_units = frozenset(UNITS.get(RIGHTS[role].bound_by or "", ["-"])[:1])
    seen = narrow(three_rows(fact), fact, Viewer("x", role, role_units)).collect()

    for name in FACTS[fact].personal:
        if name not in UNITS:
            assert (seen[name].null_count() == 0) == RIGHTS[role].personal


@pytest.mark.parametrize("role", [role for role in Role if RIGHTS[role].without])
def test_some_facts_are_refused_outright(role):
    """
    Who reported whom isn't emptied, it is refused.
    """
    for fact in RIGHTS[role].without:
        with pytest.raises(NotAllowed):
            narrow(three_rows(fact), fact, Viewer("x", role, frozenset({"B1"})))


def test_the_scope_differs_where_what_is_seen_differs():
    """
    Role and units are in the digest that keys caches and names exports; the order of units isn't.
    """
    scopes = [
        Viewer("x", Role.TEAM_LEAD, frozenset({"T1"})).scope,
        Viewer("x", Role.TEAM_LEAD, frozenset({"T2"})).scope,
        Viewer("x", Role.TEAM_LEAD, frozenset({"T1", "T2"})).scope,
        Viewer("x", Role.BRANCH_MANAGER, frozenset({"T1"})).scope,
    ]

    assert len(set(scopes)) == 4
    assert Viewer("a", Role.TEAM_LEAD, frozenset({"T2", "T1"})).scope == scopes[2]


def test_only_compliance_and_administrators_enter_events():
    """
    What everybody's charts show is entered by those who answer for it.
    """
    assert {role for role in Role if RIGHTS[role].annotates} == {Role.COMPLIANCE, Role.ADMIN}


@pytest.mark.parametrize("role", Role)
def test_what_concerns_a_branch_is_shown_to_it_and_to_the_unbound(role):
    """
    A manager sees the company's and their own branch's; a team or an agent, whose branch isn't told here, only the
    company's.
    """
    viewer = Viewer("x", role, frozenset({"B1"}))
    bound_by = RIGHTS[role].bound_by
    seen = [branch for branch in (None, "B1", "B2", "") if may_see_branch(viewer, branch)]

    if bound_by is None:
        assert seen == [None, "B1", "B2", ""]
    else:
        assert seen == ([None, "B1"] if bound_by == "branch_id" else [None])
