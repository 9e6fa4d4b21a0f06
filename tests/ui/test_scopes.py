"""
Two viewers who share nothing look at the same pages of one server, one after the other: neither sees the other's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import polars as pl
import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.ui.opening import opened, texts
from tests.ui.test_figures import figures

PAGES = ("complaint_timeliness", "complaint_deadlines", "complaint_causes")
PAIRS = {
    "branches": ("branch_id", Role.BRANCH_MANAGER, ("B01", "B02")),
    "teams": ("team_id", Role.TEAM_LEAD, ("T15", "T02")),
}
ALL = Period()
WORD = re.compile(r"[\w-]+")
# All that waits, of all time: as many rows as a viewer can be shown.
WIDEST = {"band": "all", "period": "everything"}


def rows_by(insurer, column: str) -> dict[str, pl.DataFrame]:
    rows = Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR).rows("complaints").collect()
    return {str(unit): own for (unit,), own in rows.partition_by(column, as_dict=True).items()}


def shown(test: AppTest) -> Iterator[str]:
    """
    Everything a page sends: words, tables cell by cell, charts and pictures as they go to the browser.
    """
    yield texts(test)
    yield from (each.value.to_csv() for each in test.dataframe)
    yield from (str(each.proto) for kind in ("plotly_chart", "image") for each in test.get(kind))
    yield from (f"{each.label} {each.help}" for kind in (test.button, test.multiselect) for each in kind)
    yield from (str(each.options) for each in test.multiselect)


def named(test: AppTest) -> set[str]:
    return {word for part in shown(test) for word in WORD.findall(part)}


def settled(test: AppTest) -> list[str]:
    # Where a picture is kept and how a chart is called differs between sessions; what they show doesn't.
    kept = (each.proto.spec for each in test.get("plotly_chart"))
    return [texts(test), *(each.value.to_csv() for each in test.dataframe), *kept]


@pytest.mark.parametrize("pair", PAIRS)
@pytest.mark.parametrize("name", PAGES)
def test_nothing_of_the_other_is_shown_whoever_came_first(insurer, name, pair):
    """
    No complaint, no customer, no unit of the other; and the same page whether or not the other looked before.
    """
    column, role, units = PAIRS[pair]
    rows = rows_by(insurer, column)
    viewers = {unit: Viewer(f"of {unit}", role, frozenset({unit})) for unit in units}
    seen: dict[str, list[list[str]]] = {unit: [] for unit in units}
    for order in (units, units[::-1]):
        st.cache_data.clear()
        st.cache_resource.clear()
        for unit in order:
            test = opened(insurer.settings, name, viewer=viewers[unit], **WIDEST)
            words, other = named(test), next(each for each in units if each != unit)
            seen[unit].append(settled(test))
            for column_of_persons in ("complaint_id", "customer_id", column):
                foreign = set(rows[other][column_of_persons]) - set(rows[unit][column_of_persons])
                assert foreign
                assert not words & foreign, column_of_persons

    assert all(first == second for first, second in seen.values())
    assert seen[units[0]][0] != seen[units[1]][0]


@pytest.mark.parametrize("pair", PAIRS)
def test_the_counts_are_those_of_ones_own_rows(insurer, pair):
    """
    What waits, and what was received, is counted among one's own rows; what is listed is one's own.
    """
    column, role, units = PAIRS[pair]
    rows = rows_by(insurer, column)
    for unit in units:
        viewer = Viewer("v", role, frozenset({unit}))
        deadlines = opened(insurer.settings, "complaint_deadlines", viewer=viewer, **WIDEST)
        timeliness = opened(insurer.settings, "complaint_timeliness", viewer=viewer, **WIDEST)
        tiles = {each.label: each.value for each in deadlines.metric}
        cards = {each.label: each.value for each in timeliness.metric}
        lists = [each.value for each in deadlines.dataframe if "time_left" in each.value.columns]
        listed = {number for each in lists for number in each["complaint_id"]}
        # Counted among everybody's rows, by the filter rather than the scope.
        chosen = ((column, (unit,)),)
        whole = figures(insurer)
        own = figures(insurer, viewer)
        received = whole.rows("complaints_received", ALL, chosen)["cases"].sum()

        assert own.rows("complaints_received", ALL)["cases"].sum() == received
        assert cards["Complaints received"].replace(",", "") == str(received)
        assert tiles["All open"] == str(whole.rows("complaints_open", ALL, chosen)["cases"].sum())
        assert listed <= set(rows[unit]["complaint_id"])
        assert len(listed) == int(tiles["All open"])


@pytest.mark.parametrize("name", PAGES)
def test_a_filter_of_the_other_in_the_address_shows_nothing_of_them(insurer, name):
    """
    The manager of one branch who writes the other's id, and one of its teams, sees the own branch as ever.
    """
    viewer = Viewer("of B01", Role.BRANCH_MANAGER, frozenset({"B01"}))
    foreign = rows_by(insurer, "branch_id")["B02"]
    own = settled(opened(insurer.settings, name, viewer=viewer, **WIDEST))
    team = foreign["team_id"].drop_nulls()[0]

    assert settled(opened(insurer.settings, name, viewer=viewer, branch=["B02"], team=[team], **WIDEST)) == own
