"""
What the whole company comes to, told to somebody who sees a part of it: sums that name nobody and betray nobody.
"""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from dashboard.access import OPERATOR, Role, Viewer, told_apart_from
from dashboard.company import FEWEST_UNITS
from dashboard.deadlines import rules_in_force
from dashboard.errors import NotAllowed
from dashboard.metrics import Terms
from dashboard.metrics.agent_cases import STRATA
from dashboard.metrics.agent_measures import MEASURES
from dashboard.metrics.unit_funnel import cases_of
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot

LEAD = Viewer("lead", Role.TEAM_LEAD, frozenset({"a"}))


def counted(*rows):
    """
    Rows of team, kind and base; a tenth of the base is observed.
    """
    return pl.DataFrame(
        [{"team_id": team, "kind": kind, "observed": base // 10, "base": base} for team, kind, base in rows],
        schema={"team_id": pl.String, "kind": pl.String, "observed": pl.Int64, "base": pl.Int64},
    )


@pytest.mark.parametrize(
    ("others", "is_told"),
    [
        ([("b", 3), ("c", 2)], True),
        ([("b", 2), ("c", 2)], False),
        ([("b", 500)], False),
        ([("b", 500), (None, 500)], False),
        ([("b", 500), ("c", 0)], False),
        ([], False),
    ],
    ids=[
        "five cases of two others",
        "four cases of two others",
        "one other",
        "one other, and those that name no team",
        "one other with cases",
        "the viewer's own alone",
    ],
)
def test_what_is_not_the_viewers_own_is_of_five_cases_and_two_others(others, is_told):
    """
    A lead can take the own team's cases from a sum: the rest must not be a few, nor one other team's.
    """
    rows = counted(("a", "x", 1000), *((team, "x", base) for team, base in others))
    found = told_apart_from(rows, LEAD, ["kind"])

    assert found.height == is_told
    assert told_apart_from(rows, LEAD, []).height == is_told


def test_what_is_left_out_is_in_no_sum():
    """
    The kinds told don't add up to a total from which the hidden one could be taken.
    """
    rows = counted(("b", "x", 50), ("c", "x", 50), ("b", "rare", 4))
    found = told_apart_from(rows, LEAD, ["kind"])

    assert found.rows() == [("x", 10, 100)]


def test_who_sees_all_is_told_all_but_a_few():
    """
    Nothing is kept from whoever sees every row but cells that point at people.
    """
    rows = counted(("b", "x", 5), ("b", "y", 4))

    assert told_apart_from(rows, OPERATOR, ["kind"])["kind"].to_list() == ["x"]


@pytest.fixture
def door(insurer):
    """
    Asks a viewer's reader for the reference of a measure.
    """
    version = Snapshot(insurer.settings.snapshot).current()
    rules = rules_in_force(insurer.settings)
    terms = Terms(date.fromisoformat(insurer.books.as_of), "Asia/Shanghai", rules.calendar, rules.chosen)

    def ask(viewer, name="training_on_time_rate", strata=STRATA, unit="team_id", facts=None, values=()):
        measure = MEASURES[name]
        cases = facts or cases_of(measure, terms, Period())
        company = Reader(version, viewer).company(cases)
        return company.reference(strata=strata, unit=unit, is_share=measure.kind == "rate", values=values)

    return ask


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize(
    "viewer",
    [
        Viewer("x", Role.TEAM_LEAD, frozenset({"T03"})),
        Viewer("x", Role.BRANCH_MANAGER, frozenset({"B02"})),
        Viewer("x", Role.AGENT, frozenset({"A000000001"})),
    ],
    ids=lambda viewer: viewer.role.value,
)
def test_every_reader_is_told_the_companys_rate(door, name, viewer):
    """
    Whatever they see themselves, the rate is that of all; no column names a unit.
    """
    whole, mine = door(OPERATOR, name, strata=()), door(viewer, name, strata=())

    assert whole.cells.rows() == mine.cells.rows()
    assert whole.spread == pytest.approx(mine.spread)
    by_mix = door(viewer, name)
    assert set(by_mix.cells.columns) == {*STRATA, "observed", "base"}
    assert by_mix.cells["base"].min() >= 5


def test_two_leads_are_told_nearly_the_same_and_nobody_without_units_more(door):
    """
    A viewer bound to nothing sees no rows and is told the company's sums all the same.
    """
    nobody = Viewer("x", Role.TEAM_LEAD)
    cells = door(nobody).cells

    assert cells["base"].sum() <= door(OPERATOR).cells["base"].sum()
    assert cells.height > 5


def test_what_is_chosen_is_what_the_split_tells_of_it(door):
    """
    Of one channel the sums are those that stand beside it when the company is split by channel.
    """
    by_channel = door(OPERATOR, "renewal_rate", strata=["channel"]).cells
    for channel, observed, base in by_channel.iter_rows():
        chosen = door(OPERATOR, "renewal_rate", strata=(), values=[("channel", [channel])]).cells
        assert chosen.rows() == [(observed, base)]
    assert by_channel.height > 1


def test_units_are_no_strata(door):
    """
    Nobody gets the company split or chosen by team, by agent, or by what tells persons apart.
    """
    for strange in ("team_id", "agent_id", "customer_id"):
        with pytest.raises(NotAllowed):
            door(LEAD, strata=[strange])
        with pytest.raises(NotAllowed):
            door(LEAD, values=[(strange, ["x"])])


def test_a_unit_dressed_up_as_a_kind_stays_hidden(door):
    """
    Where each kind is one team's, no kind has two others in it.
    """

    def dressed(facts):
        return facts("trainings").select(
            "team_id", channel=pl.col("team_id"), observed=pl.lit(0, pl.Int64), base=pl.lit(1, pl.Int64)
        )

    assert door(LEAD, strata=["channel"], facts=dressed).cells.is_empty()


def test_persons_are_not_at_the_door(door):
    """
    The rows that are summed have no names, whoever asks; a fact the role may not read is refused.
    """
    seen = []

    def named(facts):
        seen.append(facts("agents").select(pl.col("name").is_null().all()).collect().item())
        return facts("agents").select("team_id", observed=pl.lit(0, pl.Int64), base=pl.lit(1, pl.Int64))

    door(OPERATOR, strata=(), facts=named)
    assert seen == [True]
    with pytest.raises(NotAllowed):
        door(LEAD, strata=(), facts=lambda facts: facts("conduct_cases"))


def test_the_spread_of_few_units_is_not_told(door):
    """
    Four teams that differ widely: nought, as if they differed by chance alone; of five it is told.
    """

    def wild(number):
        def cases(facts):
            return pl.LazyFrame(
                [
                    {"team_id": f"t{place}", "observed": 900 if place % 2 else 100, "base": 1000}
                    for place in range(number)
                ]
            )

        return cases

    assert FEWEST_UNITS == 5
    assert door(LEAD, strata=(), facts=wild(4)).spread == 0
    assert door(LEAD, strata=(), facts=wild(6)).spread > 0.1
