"""
Viewers who share nothing look at the same pages of one server, one after the other: neither gets the other's.

Pages, facts and figures are found, not listed: what is added later is covered without a change here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import polars as pl
import pytest
from streamlit.testing.v1 import AppTest

from dashboard.access import RIGHTS, Role, Viewer, may_open
from dashboard.errors import NotAllowed
from dashboard.facts import FACTS
from dashboard.metrics import GROUP_KEYS, KPIS, kpi
from dashboard.periods import Period
from dashboard.reader import Reader
from dashboard.snapshot import Snapshot
from tests.ui.caches import Entry, asked_for
from tests.ui.opening import opened, tables_of, texts, with_tables
from tests.ui.test_figures import figures, one

PAGES = sorted(
    each.stem for each in (Path(__file__).parents[2] / "pages").glob("*.py") if not each.stem.startswith("_")
)
PAIRS = {
    "branches": ("branch_id", Role.BRANCH_MANAGER, ("B01", "B02")),
    "teams": ("team_id", Role.TEAM_LEAD, ("T15", "T02")),
    "agents": ("agent_id", Role.AGENT, ("A000000036", "A000000090")),
}
# What two viewers may have in common: answers that no row of theirs decides.
COMMON = {
    "dashboard.ui.opening.version_before": "which version of the whole snapshot there was at an instant",
    "dashboard.ui.falling_due._kept": "the files of the forecast, which are joined to the viewer's own rows",
}
ALL = Period()
WORD = re.compile(r"[\w-]+")
# All that waits, of all time: as many rows as a viewer can be shown.
WIDEST = {"band": "all", "period": "everything"}


def all_rows(insurer, fact: str) -> pl.DataFrame:
    return Snapshot(insurer.settings.snapshot).current().scan(fact).collect()


def telling(fact: str) -> list[str]:
    """
    The columns whose values tell one case, person or unit from another.
    """
    contract = FACTS[fact]
    return [
        name
        for name, dtype in contract.schema.items()
        if dtype == pl.String and (name.endswith("_id") or name in contract.personal)
    ]


def words_in(rows: dict[str, pl.DataFrame], chosen: pl.Expr) -> set[str]:
    """
    What tells cases, persons and units apart in the chosen rows.

    Only what a search for words can find, and no word of the language.
    """
    # A fact's rows repeat most values, so each value is looked at once.
    values = [rows[fact].filter(chosen)[name].drop_nulls().unique() for fact in rows for name in telling(fact)]
    every = pl.concat(values).unique()
    return set(every.filter(every.str.contains(rf"^{WORD.pattern}$") & every.str.contains(r"\d")))


@pytest.fixture(scope="module")
def foreign(insurer) -> dict[tuple[str, str], set[str]]:
    """
    By kind of unit and unit: what stands in rows of others and in none of its own.
    """
    rows = {fact: all_rows(insurer, fact) for fact in FACTS if fact != "viewers"}
    found: dict[tuple[str, str], set[str]] = {}
    for column, _, units in PAIRS.values():
        for unit in units:
            is_own = pl.col(column).eq_missing(pl.lit(unit))
            own, others = (words_in(rows, chosen) for chosen in (is_own, ~is_own))
            found[column, unit] = others - own
    return found


def shown(test: AppTest) -> Iterator[str]:
    """
    Everything a page sends: words, tables cell by cell, charts and pictures as they go to the browser.
    """
    yield texts(test)
    yield from (each.value.to_csv() for each in test.dataframe)
    yield from (str(each.proto) for kind in ("plotly_chart", "image") for each in test.get(kind))
    yield from (f"{each.label} {each.help}" for kind in (test.button, test.multiselect) for each in kind)
    yield from (str(each.options) for kind in (test.multiselect, test.selectbox) for each in kind)


def named(test: AppTest) -> set[str]:
    return {word for part in shown(test) for word in WORD.findall(part)}


def settled(test: AppTest) -> list[str]:
    # Where a picture is kept and how a chart is called differs between sessions; what they show doesn't.
    kept = (each.proto.spec for each in test.get("plotly_chart"))
    return [texts(test), *(each.value.to_csv() for each in test.dataframe), *kept]


@pytest.mark.parametrize(
    ("name", "pair"),
    [
        each
        for each in product(PAGES, PAIRS)
        if may_open(Viewer("x", PAIRS[each[1]][1]), each[0].replace("_", "-"))
    ],
)
def test_two_viewers_share_no_word_and_no_cache_entry(insurer, foreign, name, pair):
    """
    No case, person or unit of anybody else is on the page, and no answer kept for the one is given to the other.
    """
    column, role, units = PAIRS[pair]
    asked: list[set[Entry]] = []
    tables: list[str] = []
    for unit in units:
        open_ones = dict.fromkeys(tables, True)
        with asked_for() as entries:
            test = opened(
                insurer.settings, name, viewer=Viewer(unit, role, frozenset({unit})), **WIDEST, **open_ones
            )
            # What the first one's page has, the second one's page opens at once.
            if set(tables_of(test)) - set(tables):
                with_tables(test)
        tables = tables_of(test)
        asked.append(entries)

        assert not test.error
        assert foreign[column, unit]
        assert named(test) & foreign[column, unit] == set()

    assert {function for function, _ in asked[0] & asked[1]} <= COMMON.keys()


@pytest.mark.parametrize("pair", PAIRS)
def test_each_of_a_pair_has_rows_of_their_own(insurer, pair):
    """
    Two who see nothing would share nothing: complaints and claims that wait, and renewals, are on both sides.
    """
    column, _, units = PAIRS[pair]
    for unit in units:
        for fact in ("complaints", "claims", "renewals"):
            own = all_rows(insurer, fact).filter(pl.col(column) == unit)

            assert own.height
            assert fact == "renewals" or own["decided_at"].null_count()


@pytest.mark.parametrize("fact", [name for name in FACTS if name != "viewers"])
@pytest.mark.parametrize("pair", PAIRS)
def test_two_viewers_share_no_row_of_any_fact(insurer, fact, pair):
    """
    Good or bad: what each sees are the rows of their own unit, all of them and no other.
    """
    column, role, units = PAIRS[pair]
    version = Snapshot(insurer.settings.snapshot).current()
    rows = all_rows(insurer, fact)
    for unit in units:
        reader = Reader(version, Viewer("x", role, frozenset({unit})))
        if fact in RIGHTS[role].without:
            assert fact not in reader.states()
            continue
        keys = list(FACTS[fact].keys)
        seen = pl.concat([reader.rows(fact).select(keys), reader.bad_rows(fact).select(keys)]).collect()

        assert sorted(seen.rows(), key=str) == sorted(
            rows.filter(pl.col(column) == unit).select(keys).rows(), key=str
        )


@pytest.mark.parametrize("name", KPIS)
@pytest.mark.parametrize("pair", PAIRS)
def test_a_figure_counts_ones_own_rows(insurer, name, pair):
    """
    What a viewer's own scope counts is what an operator counts who selects that unit.

    Chances are learnt from the rows a viewer may see, so of expectations only the cases agree.
    """
    column, role, units = PAIRS[pair]
    if column not in GROUP_KEYS[kpi(name).fact]:
        pytest.skip(f"nothing about {kpi(name).fact} can be selected by {column}")
    whole = figures(insurer)
    for unit in units:
        viewer = Viewer("v", role, frozenset({unit}))
        if kpi(name).fact in viewer.rights.without:
            with pytest.raises(NotAllowed):
                one(figures(insurer, viewer), name, ALL)
            continue
        own = one(figures(insurer, viewer), name, ALL)
        chosen = one(whole, name, ALL, ((column, (unit,)),))

        counts = ("denominator",) if kpi(name).unit == "expected" else ("numerator", "denominator", "value")
        assert [own[key] for key in counts] == pytest.approx([chosen[key] for key in counts])


@pytest.mark.parametrize(
    "name", [each for each in PAGES if may_open(Viewer("x", Role.BRANCH_MANAGER), each.replace("_", "-"))]
)
def test_a_filter_of_the_other_in_the_address_shows_nothing_of_them(insurer, name):
    """
    The manager of one branch who writes the other's id, and one of its teams, sees the own branch as ever.
    """
    viewer = Viewer("of B01", Role.BRANCH_MANAGER, frozenset({"B01"}))
    team = all_rows(insurer, "complaints").filter(branch_id="B02")["team_id"].drop_nulls()[0]
    own = settled(opened(insurer.settings, name, viewer=viewer, **WIDEST))

    assert settled(opened(insurer.settings, name, viewer=viewer, branch=["B02"], team=[team], **WIDEST)) == own
