"""
The data contract keeps its own promises: names say types, keys are required, what came with an instant names one.
"""

from __future__ import annotations

import pytest

from dashboard.facts import FACTS, Kind
from dashboard.facts.model import Column, Fact

COLUMNS = [(fact.name, column) for fact in FACTS.values() for column in fact.columns]
LAST_PARTS = {"_id": {Kind.TEXT}, "_on": {Kind.DAY}, "_at": {Kind.INSTANT}, "_days": {Kind.COUNT}}


@pytest.mark.parametrize(("fact", "column"), COLUMNS, ids=lambda value: getattr(value, "name", value))
def test_a_name_says_its_type(fact, column):
    """
    `_id` is text, `_on` a day, `_at` an instant, `_days` a whole number.
    """
    for ending, kinds in LAST_PARTS.items():
        if column.name.endswith(ending):
            assert column.kind in kinds


@pytest.mark.parametrize("fact", FACTS.values(), ids=lambda fact: fact.name)
def test_every_fact_can_be_counted_kept_fresh_and_narrowed(fact):
    """
    Weights, the watermark and the organisation's keys are columns of every fact.
    """
    assert {"cases", "updated_at", "branch_id", "team_id", "agent_id"} <= set(fact.schema)
    assert set(fact.keys) <= set(fact.schema)


@pytest.mark.parametrize(("fact", "column"), COLUMNS, ids=lambda value: getattr(value, "name", value))
def test_what_came_with_something_names_moments(fact, column):
    """
    A value can only have come with a day or an instant of its own row.
    """
    for name in column.came_with:
        assert FACTS[fact].by_name[name].kind in (Kind.DAY, Kind.INSTANT)


def test_codes_have_a_vocabulary():
    """
    A code without known values would never be translated nor found wrong.
    """
    assert [column.name for _, column in COLUMNS if column.kind is Kind.CODE and not column.vocabulary] == []


def test_a_slip_in_the_contract_is_noticed_at_once():
    """
    A key that is no column, a column twice: the contract doesn't load.
    """
    one = Column("a_id", Kind.TEXT)

    with pytest.raises(ValueError, match="used and not declared"):
        Fact("x", ("b_id",), None, (one,))
    with pytest.raises(ValueError, match="a column twice"):
        Fact("x", ("a_id",), None, (one, one))
