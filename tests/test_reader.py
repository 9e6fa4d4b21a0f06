"""
The one door: good rows only, the viewer's rows only, one version only.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.errors import NotAllowed
from dashboard.facts import FACTS
from dashboard.reader import Reader, last_complete_day
from dashboard.snapshot import FactState, Snapshot, Version


@pytest.fixture
def version(insurer) -> Version:
    """
    The made-up insurer's snapshot.
    """
    return Snapshot(insurer.settings.snapshot).current()


def test_bad_rows_are_behind_their_own_door(insurer, version):
    """
    Good and bad rows together are all rows, and no bad one is among the good.
    """
    reader = Reader(version, OPERATOR)
    good, bad = (rows("complaints").collect() for rows in (reader.rows, reader.bad_rows))

    assert bad.height == sum(insurer.books.spoiled["complaints"].values())
    assert good.height + bad.height == version.facts["complaints"].rows
    assert dict(good.schema) == FACTS["complaints"].schema


@pytest.mark.parametrize("fact", [name for name in FACTS if name not in ("viewers", "conduct_cases")])
def test_two_branches_share_no_row_of_any_fact(version, fact):
    """
    On real rows, of every fact: what one manager sees, the other doesn't.
    """
    key = list(FACTS[fact].keys)
    seen = [
        set(
            Reader(version, Viewer("x", Role.BRANCH_MANAGER, frozenset({branch})))
            .rows(fact)
            .select(key)
            .collect()
            .rows()
        )
        for branch in ("B01", "B02")
    ]

    assert not seen[0] & seen[1]


def test_a_refused_fact_is_not_listed(version):
    """
    Data health doesn't even count what a role may not read.
    """
    manager = Reader(version, Viewer("x", Role.BRANCH_MANAGER, frozenset({"B01"})))

    assert "conduct_cases" not in manager.states()
    with pytest.raises(NotAllowed):
        manager.rows("conduct_cases")


@pytest.mark.parametrize(
    ("refreshed_at", "day"),
    [
        # 15:59 UTC is one minute to midnight in Shanghai, 16:00 UTC is midnight.
        (datetime(2026, 6, 30, 15, 59, tzinfo=UTC), date(2026, 6, 29)),
        (datetime(2026, 6, 30, 16, 0, tzinfo=UTC), date(2026, 6, 30)),
    ],
)
def test_the_last_complete_day_ends_at_local_midnight(refreshed_at, day):
    """
    A day is complete when it is over where the insurer is.
    """
    states = {"complaints": FactState("complaints", version=0, refreshed_at=refreshed_at)}

    assert last_complete_day(Version(0, states, "nowhere", {}), "Asia/Shanghai", "complaints") == day


def test_the_oldest_load_decides_the_day():
    """
    A fact whose source has been down since yesterday can't be judged by today.
    """
    states = {
        "complaints": FactState("complaints", version=0, refreshed_at=datetime(2026, 6, 28, 1, tzinfo=UTC)),
        "claims": FactState("claims", version=0, refreshed_at=datetime(2026, 6, 30, 1, tzinfo=UTC)),
    }
    version = Version(0, states, "nowhere", {})

    assert last_complete_day(version, "UTC", "claims", "complaints") == date(2026, 6, 27)
    assert last_complete_day(version, "UTC", "claims") == date(2026, 6, 29)
