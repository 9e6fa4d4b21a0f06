"""
The page on sales conduct, whole: over selections, every split and every role, and its numbers against the rows.
"""

from __future__ import annotations

import pytest

from dashboard.access import OPERATOR, Role, Viewer
from dashboard.errors import NotAllowed
from dashboard.facts import FACTS
from dashboard.metrics import after_sale, sales_conduct
from dashboard.metrics.after_sale_kpis import AFTER_SALE
from dashboard.metrics.conduct_flags import flags_by_kind
from dashboard.metrics.sales_conduct_kpis import CONDUCT
from dashboard.metrics.suitability import breaches_by_kind
from dashboard.periods import Period
from dashboard.reader import LINKS, Reader
from dashboard.snapshot import Snapshot
from dashboard.words import Words
from tests.insurer import AS_OF
from tests.metrics.asking import terms
from tests.ui.opening import opened, texts, with_tables
from tests.ui.test_figures import figures

PAGE = "sales_conduct"
WORDS = Words("en")
EVER = Period()


def errors(test) -> list[str]:
    return [each.value for each in test.error]


def table(test, column: str):
    (found,) = [each.value for each in test.dataframe if column in each.value.columns]
    return found


@pytest.fixture(scope="module")
def reader(insurer) -> Reader:
    """
    All rows, by somebody who sees everything.
    """
    return Reader(Snapshot(insurer.settings.snapshot).current(), OPERATOR)


def test_the_page_tells_what_its_rows_tell(insurer, reader):
    """
    Every card is there; breaches, flags and what came after the sale are those of the rows.
    """
    test = with_tables(opened(insurer.settings, PAGE, period="everything"))
    said = texts(test)
    rows = sales_conduct.judged(reader.rows("applications"), terms(AS_OF))
    breaches = breaches_by_kind(rows, period=EVER)["breaches"]
    flags = flags_by_kind(rows, period=EVER)
    sold = after_sale.judged(reader.rows("policies"), terms(AS_OF), reader.rows("policies"))
    after = after_sale.after_sale(sold, period=EVER).row(0, named=True)

    assert errors(test) == []
    assert "Not recorded by the source." not in said
    assert not [word for word in ("None", "NaN", "nan", "null") if word in said.split()]
    assert {each.label for each in test.metric} >= {WORDS.text(each.title) for each in (*CONDUCT, *AFTER_SALE)}
    assert sorted(table(test, "Contracts tested")["cases"]) == sorted(each for each in breaches if each)
    assert table(test, "Flags decided")["Flags confirmed"].sum() == flags["confirmed"].sum()
    names = ("replacing", "declared", "undeclared", "same_agent", "early_surrenders")
    assert table(test, "Of")["How many"].to_list() == [after[name] for name in names]
    assert 0 < after["replacing"] < after["watched"]


@pytest.mark.parametrize(
    "chosen",
    [
        {"product": ["life"], "channel": ["counter"], "period": "last_month"},
        {"channel": ["letter"]},
        {"period": "this_month"},
        {"recording_by": "age_band"},
        {"recording_by": "term_band", "recording_share": "recording_pass_rate"},
        {"recording_by": "product_line", "branch": ["B01"]},
    ],
    ids=str,
)
def test_every_choice_is_drawn(insurer, chosen):
    """
    Whatever is chosen, no part fails; what is empty says so.
    """
    assert errors(with_tables(opened(insurer.settings, PAGE, **chosen))) == []


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.ANALYST])
def test_who_sees_no_persons_sees_the_same_figures(insurer, role):
    """
    What an applicant earns and whose contract was given up decide figures for everybody; nobody reads it off.
    """
    every, few = (
        opened(insurer.settings, PAGE, viewer=viewer, period="everything")
        for viewer in (Viewer("all", Role.COMPLIANCE), Viewer("few", role))
    )

    assert errors(few) == []
    assert [(each.label, each.value) for each in every.metric] == [(each.label, each.value) for each in few.metric]


def test_what_is_judged_by_other_rows_names_nobody(insurer):
    """
    Neither what is kept in memory nor the rows behind a figure hold a personal column for who may see none.
    """
    board = figures(insurer, Viewer("v", Role.EXECUTIVE))
    for fact, way, name in (
        ("applications", sales_conduct.judged, "suitability_breach_rate"),
        ("policies", after_sale.judged, "replacement_rate"),
    ):
        personal = set(FACTS[fact].personal)
        listed = board.rows(name, EVER, part="numerator")

        assert not personal & set(board.judged(fact).rows(way).collect_schema())
        assert listed.height
        assert {listed[column].null_count() for column in personal} == {listed.height}


def test_few_columns_are_linked_and_no_fact_that_may_not_be_read(insurer):
    """
    Of all units, as they decide about one's own rows; nothing else of them.
    """
    snapshot = Snapshot(insurer.settings.snapshot).current()
    own = Reader(snapshot, Viewer("v", Role.AGENT, frozenset({"A000000036"})))

    for fact, columns in LINKS.items():
        linked = own.linked(fact)
        assert tuple(linked.collect_schema()) == columns
        assert linked.collect().height > own.rows(fact).collect().height
    with pytest.raises(NotAllowed):
        own.linked("conduct_cases")
