"""
What a viewer may see, for every role and every fact, and that doubt means nothing is shown.
"""

from __future__ import annotations

import polars as pl
import pytest

from dashboard.access import (
    FEWEST_TOLD,
    OPERATOR,
    PAGES,
    RIGHTS,
    Role,
    Viewer,
    counted,
    may_open,
    may_see_branch,
    narrow,
)
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
    role_units = frozenset(UNITS.get(RIGHTS[role].bound_by or "", [])[:1])
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


def test_units_that_run_together_are_told_apart():
    """
    One team called "T1|T2" is not the two teams T1 and T2.
    """
    one = Viewer("x", Role.TEAM_LEAD, frozenset({"T1|T2"}))
    two = Viewer("x", Role.TEAM_LEAD, frozenset({"T1", "T2"}))
    three = Viewer("x", Role.TEAM_LEAD, frozenset({"T1", "2:T2"}))

    assert len({one.scope, two.scope, three.scope}) == 3


@pytest.mark.parametrize("role", [role for role in Role if RIGHTS[role].bound_by is None])
def test_a_role_for_the_whole_company_can_be_bound_to_branches(role):
    """
    A branch's own compliance officer sees that branch's rows, of every fact, and another digest.
    """
    officer = Viewer("x", role, frozenset({"B1"}))
    for fact in FACTS:
        if fact not in RIGHTS[role].without:
            assert narrow(three_rows(fact), fact, officer).collect()["branch_id"].to_list() == ["B1"]
    assert officer.scope != Viewer("x", role).scope
    assert may_see_branch(officer, "B1")
    assert not may_see_branch(officer, "B2")


def test_every_role_has_pages_and_no_page_is_unknown():
    """
    The matrix names pages that exist; a page it doesn't know is nobody's.
    """
    for role in Role:
        assert RIGHTS[role].pages
        assert RIGHTS[role].pages <= PAGES
        assert not may_open(Viewer("x", role), "no-such-page")


def test_the_matrix_of_pages():
    """
    Working lists and agents aren't an executive's, the audit log is for compliance and administrators; a customer
    is for roles that see persons.
    """
    theirs = {page: {role for role in Role if may_open(Viewer("x", role), page)} for page in PAGES}

    assert theirs["audit"] == {Role.COMPLIANCE, Role.ADMIN} == {role for role in Role if RIGHTS[role].audits}
    for page in ("complaint-deadlines", "renewals-at-risk", "agents"):
        assert theirs[page] == set(Role) - {Role.EXECUTIVE}
    assert theirs["overview"] == theirs["data-health"] == set(Role) - {Role.AGENT}
    assert theirs["customer"] == {role for role in Role if RIGHTS[role].personal}
    of_some = {"audit", "complaint-deadlines", "renewals-at-risk", "agents", "overview", "data-health", "customer"}
    for page in PAGES - of_some:
        assert theirs[page] == set(Role)


def test_conduct_cases_are_for_compliance_alone():
    """
    Nobody else reads who reported whom; leaders of the company and of branches may count.
    """
    assert {role for role in Role if "conduct_cases" not in RIGHTS[role].without} == {Role.COMPLIANCE}
    counting = {Role.EXECUTIVE, Role.BRANCH_MANAGER, Role.ANALYST, Role.ADMIN}
    assert {role for role in Role if "conduct_cases" in RIGHTS[role].counts} == counting
    assert all(RIGHTS[role].counts <= RIGHTS[role].without for role in Role)


def reports(**cases_by_category: int) -> pl.LazyFrame:
    """
    Conduct cases of branch B1: one row per category, weighing so many cases.
    """
    number = len(cases_by_category)
    given = {
        "conduct_case_id": [str(each) for each in range(number)],
        "category": list(cases_by_category),
        "branch_id": ["B1"] * number,
        "cases": list(cases_by_category.values()),
    }
    schema = FACTS["conduct_cases"].schema
    return pl.LazyFrame({name: given.get(name, [None] * number) for name in schema}, schema=schema, strict=False)


def told(rows: pl.LazyFrame, viewer: Viewer) -> dict[str, int | None]:
    return dict(counted(rows, "conduct_cases", viewer, ["category"]).rows())


def test_small_counts_are_hidden_but_from_compliance():
    """
    Five are told and four aren't; what is hidden takes the next smallest with it until five could be subtracted.
    """
    executive, officer = Viewer("x", Role.EXECUTIVE), Viewer("y", Role.COMPLIANCE)

    assert FEWEST_TOLD == 5
    assert told(reports(a=5, b=6), executive) == {"a": 5, "b": 6}
    assert told(reports(a=4, b=6, c=7), executive) == {"a": None, "b": None, "c": 7}
    assert told(reports(a=4, b=1, c=5), executive) == {"a": None, "b": None, "c": 5}
    assert told(reports(a=1, b=3, c=7, d=9), executive) == {"a": None, "b": None, "c": None, "d": 9}
    assert told(reports(a=4), executive) == {"a": None}
    assert told(reports(a=4, b=6, c=7), officer) == {"a": 4, "b": 6, "c": 7}


def test_what_a_judge_adds_is_counted_under_the_same_rule():
    """
    A judge sees no persons, whatever it calls them; in all there is one number, and it is hidden below five.
    """
    executive = Viewer("x", Role.EXECUTIVE)
    rows = reports(a=5, b=4, c=6).with_columns(agent_id=pl.col("category"))

    def by_agent(given: pl.LazyFrame) -> pl.LazyFrame:
        return given.with_columns(category=pl.col("agent_id"))

    assert counted(rows, "conduct_cases", executive, ["category"], by_agent).rows() == [(None, 15)]
    assert counted(rows, "conduct_cases", executive, []).rows() == [(15,)]
    assert counted(reports(a=4), "conduct_cases", executive, []).rows() == [(None,)]


def test_counts_keep_to_units_and_to_those_who_may_count():
    """
    Another branch's manager counts nothing, a team lead is refused, and nobody counts by person.
    """
    assert told(reports(a=9), Viewer("x", Role.BRANCH_MANAGER, frozenset({"B1"}))) == {"a": 9}
    assert told(reports(a=9), Viewer("x", Role.BRANCH_MANAGER, frozenset({"B2"}))) == {}
    for viewer in (Viewer("x", Role.TEAM_LEAD, frozenset({"T1"})), Viewer("x", Role.AGENT, frozenset({"A1"}))):
        with pytest.raises(NotAllowed):
            told(reports(a=9), viewer)
    for viewer in (OPERATOR, Viewer("x", Role.COMPLIANCE)):
        with pytest.raises(NotAllowed):
            counted(reports(a=9), "conduct_cases", viewer, ["agent_id"])


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

    assert seen == ([None, "B1"] if bound_by in (None, "branch_id") else [None])
    nowhere = [branch for branch in (None, "B1") if may_see_branch(Viewer("x", role), branch)]
    assert nowhere == ([None, "B1"] if bound_by is None else [None])
