"""
What was recommended against what is held, its worth, and profiles: edges, and the door that shows no person.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.access import RIGHTS, Role, Viewer
from dashboard.errors import NotAllowed
from dashboard.metrics.application_journey import judged
from dashboard.metrics.combinations import COMBINATION, advised_and_held, gaps, profiles, typical_premiums
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

ON = terms(date(2024, 6, 30))
JUNE = Period(date(2024, 6, 1), date(2024, 7, 1))


def application(number, **known):
    return {"application_id": str(number), "started_at": local("2024-06-10"), "customer_id": "c"} | known


def customer(name="c", **known):
    return {"customer_id": name, "segment": "family"} | known


def asked(applications, customers, **chosen):
    rows = {
        "applications": rows_of_fact("applications", applications),
        "customers": rows_of_fact("customers", customers),
    }
    return advised_and_held(rows.__getitem__, ON, period=JUNE, **chosen).collect().to_dicts()


@pytest.mark.parametrize(("held", "count"), [("life,health", 3), ("life; motor", 0), ("", 0)])
def test_a_line_is_held_or_a_gap(held, count):
    """
    However the list is written; an empty one holds nothing. A customer of three cases counts three times.
    """
    (found,) = asked([application(1, recommended_product_line="health")], [customer(lines_held=held, cases=3)])

    assert found == {
        "segment": "family",
        "recommended_product_line": "health",
        "recommended": 3,
        "held": count,
    }


def test_who_is_recommended_a_line_twice_counts_once_and_only_in_the_period():
    """
    Two lines are two combinations; what was begun in July, or of whom nobody knows what they hold, isn't counted.
    """
    lines = ("health", "health", "life")
    known = [application(n, recommended_product_line=line) for n, line in enumerate(lines)]
    later = application(8, recommended_product_line="motor", started_at=local("2024-05-31"))
    stranger = application(9, recommended_product_line="motor", customer_id="d")
    found = asked([*known, later, stranger], [customer(lines_held="life"), customer("d")])

    assert sorted((row["recommended_product_line"], row["recommended"], row["held"]) for row in found) == [
        ("health", 1, 0),
        ("life", 1, 1),
    ]


@pytest.mark.parametrize(("issued", "premium"), [(4, None), (5, 300.0)])
def test_a_premium_is_typical_of_five(issued, premium):
    """
    Four issued contracts tell nothing; of five the middle one. Declined ones are no contracts.
    """
    amounts = (100, 200, 300, 900, 1000)[:issued]
    rows = [
        application(n, product_line="health", customer_segment="family", premium=amount, outcome="issued")
        for n, amount in enumerate(amounts)
    ]
    rows.append(rows[0] | {"application_id": "x", "outcome": "declined", "premium": 1})
    typical = typical_premiums(judged(rows_of_fact("applications", rows), ON), period=JUNE)
    counted = pl.DataFrame(
        {"segment": ["family"], "recommended_product_line": ["health"], "recommended": [8], "held": [2]}
    )
    found = gaps(counted, typical).row(0, named=True)

    assert (found["gaps"], found["gap_share"]) == (6, 0.75)
    assert (found["typical_premium"], found["gap_premium"]) == (premium, premium and 6 * premium)


def test_a_profile_counts_once_it_was_complete():
    """
    Completed on the day, it is; a day later it isn't yet; who joins later isn't counted at all.
    """
    rows = [
        customer("a", joined_on=date(2024, 1, 1), profile_completed_at=local("2024-06-30 23:59:59")),
        customer("b", joined_on=date(2024, 6, 30), profile_completed_at=local("2024-07-01 00:00:00")),
        customer("c", joined_on=date(2024, 7, 1), profile_completed_at=local("2024-06-30")),
        customer("d", segment=None),
    ]
    rows = rows_of_fact("customers", rows)
    whole = profiles(rows, ON).row(0, named=True)
    by_segment = profiles(rows, ON, by="segment").select("segment", "numerator", "denominator").rows()

    assert (whole["numerator"], whole["denominator"]) == (1, 3)
    assert by_segment == [("family", 1, 2), (None, 0, 1)]
    assert profiles(rows, ON, values=[("segment", ["young"])]).row(0, named=True)["value"] is None


@pytest.fixture(scope="module")
def version(insurer):
    return Snapshot(insurer.settings.snapshot).current()


def joined(version, viewer, by=COMBINATION):
    def cases(facts):
        return advised_and_held(facts, terms(date(2026, 6, 30)), period=Period())

    return Reader(version, viewer).joined(cases, by=by, base="recommended")


def test_who_may_not_see_persons_sees_the_same_sums(version):
    """
    An executive's and compliance's are alike, though the executive's rows show no customer; none is below 5.
    """
    board, compliance = (Viewer("v", role) for role in (Role.EXECUTIVE, Role.COMPLIANCE))
    found = joined(version, board)
    customers = Reader(version, board).rows("applications").select(pl.col("customer_id").count()).collect().item()

    assert customers == 0
    assert not RIGHTS[Role.EXECUTIVE].personal
    assert found.height > 0
    assert found.equals(joined(version, compliance))
    assert found["recommended"].min() >= 5


def test_a_team_s_sums_are_of_its_own_rows(version):
    """
    Far fewer than the company's; nobody's team has none at all.
    """
    team = (
        Reader(version, Viewer("v", Role.COMPLIANCE))
        .rows("applications")
        .select("team_id")
        .head(1)
        .collect()
        .item()
    )
    own, nobody = (joined(version, Viewer("v", Role.TEAM_LEAD, frozenset({unit}))) for unit in (team, "none"))
    whole = joined(version, Viewer("v", Role.COMPLIANCE))

    assert 0 < own["recommended"].sum() < whole["recommended"].sum() / 4
    assert nobody.is_empty()


def test_nothing_is_summed_by_person(version):
    """
    Asked by customer, the door stays shut, whoever asks.
    """
    with pytest.raises(NotAllowed, match="tells persons apart"):
        joined(version, Viewer("v", Role.COMPLIANCE), by=["customer_id"])
