"""
The lines one customer holds, those recommended, and the gaps between them.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from dashboard.metrics.customer_lines import LINES, customer_lines, in_force
from tests.metrics.asking import ALL_RECORDED, terms
from tests.rows import local, rows_of_fact

TODAY = date(2026, 6, 30)
RECORDED = ALL_RECORDED["customers"]


def policy(number="P", **more):
    given = {"policy_id": number, "issued_at": local("2026-01-01"), "effective_on": date(2026, 1, 1)}
    return {**given, "product_line": "motor", "premium": Decimal(1000), **more}


def active(**more):
    return in_force(rows_of_fact("policies", [policy(**more)]).collect(), today=TODAY).height == 1


def lines(held, policies=(), advised=(), recorded=RECORDED):
    applications = [
        {
            "application_id": f"Y{index}",
            "started_at": local(at),
            "recommended_product_line": line,
            "channel": "app",
        }
        for index, (line, at) in enumerate(advised)
    ]
    found = customer_lines(
        held,
        rows_of_fact("policies", policies).collect(),
        rows_of_fact("applications", applications).collect(),
        terms(TODAY),
        recorded=recorded,
    )
    return {row["product_line"]: row for row in found.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("more", "is_active"),
    [
        ({}, True),
        ({"effective_on": date(2026, 6, 30)}, True),
        ({"effective_on": date(2026, 7, 1)}, False),
        ({"ended_on": date(2026, 7, 1)}, True),
        ({"ended_on": date(2026, 6, 30)}, False),
        ({"suspended_on": date(2026, 6, 30)}, False),
        ({"suspended_on": date(2026, 7, 1)}, True),
        ({"suspended_on": date(2026, 5, 1), "reinstated_on": date(2026, 6, 1)}, True),
        ({"suspended_on": date(2026, 5, 1), "reinstated_on": date(2026, 7, 1)}, False),
        ({"suspended_on": date(2026, 5, 1), "reinstated_on": date(2026, 4, 1)}, False),
        ({"free_look_cancelled_at": local("2026-01-05")}, False),
    ],
)
def test_which_policies_give_cover(more, is_active):
    """
    Both sides of each day: begun, ended, suspended, brought back, cancelled.
    """
    assert active(**more) is is_active


def test_a_recommended_line_that_is_not_held_is_a_gap():
    """
    One that is held isn't, nor one that nobody recommended; the last recommendation is told, by the local day.
    """
    found = lines(
        "motor, health", advised=[("health", "2026-01-01"), ("life", "2026-02-01"), ("life", "2026-03-02")]
    )

    assert [name for name, row in found.items() if row["is_gap"]] == ["life"]
    assert found["life"]["recommended_on"] == date(2026, 3, 2)
    assert [name for name, row in found.items() if row["is_held"]] == ["health", "motor"]
    assert list(found) == list(LINES)


def test_what_is_in_force_is_counted_and_summed():
    """
    Two motor policies and an ended one; a line without any has no premium, which isn't nothing.
    """
    found = lines("motor", [policy("P1"), policy("P2"), policy("P3", ended_on=date(2026, 2, 1))])

    assert (found["motor"]["policies"], found["motor"]["premium"]) == (2, 2000.0)
    assert (found["life"]["policies"], found["life"]["premium"]) == (0, None)


def test_without_a_list_policies_tell_what_is_held():
    """
    Where the source doesn't record it; where it does, an empty one means nothing is held.
    """
    assert lines(None, [policy()], recorded={"customer_id"})["motor"]["is_held"]
    assert not lines(None, [policy()])["motor"]["is_held"]


def test_a_line_nobody_knows_is_shown_as_it_is():
    """
    After the known ones.
    """
    assert list(lines("pets"))[-1] == "pets"
