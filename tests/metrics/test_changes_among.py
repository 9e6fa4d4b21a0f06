"""
What changed for those who see some complaints only: found among the few that can have changed, once for all.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from dashboard.metrics import chosen
from dashboard.metrics.changes import changed_pairs, changes, changes_among, may_have_changed, seen_on
from dashboard.metrics.complaints import judged
from tests.deadlines.random_complaints import batch
from tests.metrics.asking import terms
from tests.rows import local, rows_of_fact

YESTERDAY, TODAY = date(2020, 6, 29), date(2020, 6, 30)
BRANCHES = ("b0", "b1", "b2", None)
LINES = ("motor", "life")
SELECTIONS = [
    (),
    (("branch_id", ("b0",)),),
    (("branch_id", ("b0", "b1")), ("product_line", ("life",))),
    (("branch_id", ("nowhere",)),),
]


def versions(seed: int) -> tuple[pl.LazyFrame, pl.LazyFrame]:
    """
    Two versions of a thousand complaints: some are moved, corrected, gone or new in the second.
    """
    chance = Random(seed)
    older, newer = [], []
    for number, drawn in enumerate(batch(seed, 1_000, days=400)):
        row = drawn | {"complaint_id": str(number), "branch_id": chance.choice(BRANCHES)}
        row["product_line"] = chance.choice(LINES)
        moved = {"branch_id": chance.choice(BRANCHES)} if chance.random() < 0.05 else {}
        answered = {"decided_at": local("2020-06-30 10:00")} if chance.random() < 0.05 else {}
        if chance.random() > 0.02:
            older.append(row)
        if chance.random() > 0.02:
            newer.append(row | moved | answered)
    return rows_of_fact("complaints", older), rows_of_fact("complaints", newer)


def seen(rows: pl.LazyFrame, day: date) -> pl.LazyFrame:
    return seen_on(judged(rows, terms(day)), day)


@pytest.mark.parametrize("values", SELECTIONS, ids=["all", "a branch", "two branches and a line", "none"])
@pytest.mark.parametrize("seed", [1, 2])
def test_found_once_as_found_for_each_selection(seed, values):
    """
    The same list as from judging and comparing all complaints of the selection in both versions.
    """
    before, after = versions(seed)
    sides = ((before, YESTERDAY), (after, TODAY))
    expected = changes(*(chosen(seen(rows, day), values) for rows, day in sides))

    named = may_have_changed(before, after, terms(YESTERDAY), terms(TODAY)).lazy()
    pairs = changed_pairs(*(seen(rows.join(named, on="complaint_id", how="semi"), day) for rows, day in sides))
    assert values == SELECTIONS[-1] or expected.height
    assert_frame_equal(expected, changes_among(pairs, values))


def test_one_version_seen_on_two_days():
    """
    Nothing is recorded differently, but a day has passed.
    """
    _, rows = versions(3)
    named = may_have_changed(rows, rows, terms(YESTERDAY), terms(TODAY)).lazy()
    few = rows.join(named, on="complaint_id", how="semi")

    expected = changes(seen(rows, YESTERDAY), seen(rows, TODAY))
    assert expected.height
    assert_frame_equal(expected, changes(seen(few, YESTERDAY), seen(few, TODAY)))


@pytest.mark.parametrize(
    ("row", "is_named"),
    [
        ({"decided_at": local("2020-06-29 23:59:59")}, False),
        ({"decided_at": local("2020-06-30 00:00")}, True),
        ({"decided_at": local("2020-06-10"), "review_requested_at": local("2020-06-30 12:00")}, True),
        ({}, True),
    ],
    ids=["ended yesterday", "ended today", "something else today", "open"],
)
def test_who_can_have_changed(row, is_named):
    """
    Of one version: what is open, and to what something happened since the end of the earlier day.
    """
    rows = rows_of_fact("complaints", [{"complaint_id": "c", "received_at": local("2020-06-01")} | row])
    named = may_have_changed(rows, rows, terms(YESTERDAY), terms(TODAY))

    assert is_named == bool(named.height)


def test_another_moment_of_change_is_no_other_record():
    """
    Of two versions: a record written anew with the same content isn't looked at, one with another cause is.
    """
    done = {"received_at": local("2020-06-01"), "decided_at": local("2020-06-02")}
    rows = [done | {"complaint_id": name, "updated_at": local("2020-06-02")} for name in ("a", "b")]
    later = [row | {"updated_at": local("2020-06-02") + timedelta(days=20)} for row in rows]
    later[1] |= {"cause": "terms_unclear"}
    before, after = (rows_of_fact("complaints", each) for each in (rows, later))
    named = may_have_changed(before, after, terms(YESTERDAY), terms(TODAY))

    assert ["b"] == named["complaint_id"].to_list()
