"""
The overview, whole: its figures are the registry's, its sentences are worked out, its list is in order.
"""

from __future__ import annotations

import re

import pytest

from dashboard.access import Role, Viewer
from dashboard.metrics import KPIS, kpi
from dashboard.metrics.contributions import Moved, Why
from dashboard.periods import PRESETS
from dashboard.questions import Question, answer
from dashboard.ui.movers import in_words
from dashboard.words import Words
from pages.overview import MISSION, NEXT
from tests.insurer import AS_OF
from tests.ui.opening import opened, texts

PERIOD = PRESETS["last_12_months"][1](AS_OF)

# As the page's filters and as the command line call it.
SELECTIONS = [
    ({}, {}),
    ({"branch": ["B02"]}, {"branch": ["B02"]}),
    ({"product": ["health"]}, {"product_line": ["health"]}),
]


def registry(insurer, ids, **values):
    """
    What the command line tells of the same twelve months.
    """
    asked = Question(list(ids), PERIOD.first, PERIOD.before, values=values)
    return {record["id"]: record for record in answer(insurer.settings, asked)}


def lines(test) -> dict[str, list[str]]:
    """
    The table: by the KPI's order, the words of each line.
    """
    found = [each.proto.body for each in test.get("html")]
    rows = [re.findall(r"<span[^>]*>([^<]*)</span>", body) for body in found if 'class="figures"' in body]
    assert len(rows) == len(NEXT)
    return dict(zip(NEXT, rows, strict=True))


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_nothing_on_the_page_is_broken(insurer, language):
    """
    No part failed, and nothing stands there that no reader should see.
    """
    test = opened(insurer.settings, "overview", language=language)

    assert [each.value for each in test.error] == []
    assert not [word for word in ("None", "NaN", "nan", "null") if word in texts(test).split()]
    assert not [row for row in lines(test).values() if {"None", "nan"} & set(row)]


@pytest.mark.parametrize(("selected", "values"), SELECTIONS)
def test_the_figures_are_the_registrys(insurer, selected, values):
    """
    The four and the dozen, each by its own day, whatever is selected.
    """
    words = Words()
    told = registry(insurer, [*MISSION, *NEXT], **values)
    test = opened(insurer.settings, "overview", **selected)
    shown = {each.label: each.value for each in test.metric}

    for name in MISSION:
        assert shown[kpi(name).title] == words.figure(told[name]["value"], kpi(name).unit)
    for name, line in lines(test).items():
        assert line[0] == words.figure(told[name]["value"], kpi(name).unit), name


def test_a_dozen_and_four_different_figures_are_all_in_the_registry():
    """
    Sixteen, none of them twice.
    """
    assert (len(MISSION), len(NEXT)) == (4, 12)
    assert len(MISSION.keys() | NEXT.keys()) == 16
    assert set(MISSION) | set(NEXT) <= set(KPIS)


def test_breaches_of_law_come_first(insurer):
    """
    Whatever else there is, red stands above orange, and both laws are looked at.
    """
    test = opened(insurer.settings, "overview", viewer=Viewer("v", Role.EXECUTIVE))
    told = registry(insurer, ["complaints_overdue", "claims_overdue"])
    said = [each.value for each in test.markdown]
    colours = [found.group(1) for line in said if (found := re.match(r":(red|orange|gray)\[\*\*.\*\*\] ", line))]

    assert all(record["value"] for record in told.values())
    assert colours.count("red") == 2
    assert colours == sorted(colours, key=["red", "gray", "orange"].index)


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.COMPLIANCE, Role.BRANCH_MANAGER, Role.TEAM_LEAD])
def test_every_role_that_has_the_page_sees_a_whole_one(insurer, role):
    """
    With the rows of their units, and with none at all.
    """
    for units in (frozenset({"B02"}), frozenset()):
        test = opened(insurer.settings, "overview", viewer=Viewer("v", role, units))
        assert [each.value for each in test.error] == [], units


def test_the_footer_of_the_print_says_day_scope_and_selection(insurer):
    """
    A sheet on a table has no filters to look at.
    """
    test = opened(insurer.settings, "overview", product=["health"], viewer=Viewer("v", Role.EXECUTIVE))
    footer = next(each.proto.body for each in test.get("html") if "paper-footer" in each.proto.body)

    for said in ("as of 30 Jun 2026", "whole company", "names hidden", "1 Jun 2025", "Product line: Health"):
        assert said in footer


ROW = {
    "value": 0.85,
    "value_before": 0.92,
    "part": 0.30,
    "part_before": 0.20,
    "rate_effect": -0.02,
    "mix_effect": 0.0,
    "contribution": -0.02,
    "otherwise": 3.5,
}
SENTENCES = [
    ("renewal_rate", Moved(Why.CHANCE), "It moved no more than by chance."),
    ("renewal_rate", Moved(Why.TOO_FEW), "Too few cases to say what moved it."),
    ("renewal_rate", Moved(Why.SPREAD), "Its change is spread: no branch or product line stands out."),
    ("renewal_rate", Moved(Why.NOT_COMPARED), "There is nothing to compare it with."),
    (
        "renewal_rate",
        Moved(Why.GROUP, "product_line", "health", -0.03, ROW),
        "Mostly Health, 92.0% to 85.0%: −2.0 pp of −3.0 pp.",
    ),
    (
        "renewal_rate",
        Moved(Why.GROUP, "product_line", "health", -0.015, ROW),
        "Mostly Health, 92.0% to 85.0%: −2.0 pp, partly made up for elsewhere.",
    ),
    (
        "renewal_rate",
        Moved(Why.GROUP, "product_line", "health", -0.03, ROW | {"rate_effect": 0.0, "mix_effect": -0.02}),
        "Mostly the mix: Health is 30.0% of them, was 20.0%; −2.0 pp of −3.0 pp.",
    ),
    (
        "claim_cycle_days_median",
        Moved(Why.GROUP, "product_line", "health", 1.5, ROW),
        "Mostly Health: had it taken as long as before, it would be 3.5 days.",
    ),
]


@pytest.mark.parametrize(("name", "found", "sentence"), SENTENCES, ids=[sentence for *_, sentence in SENTENCES])
@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_moved_a_figure_is_told_in_a_whole_sentence(name, found, sentence, language):
    """
    Every case has its own, in both languages, and no blank is left unfilled.
    """
    words = Words(language)
    said = in_words(found, kpi(name), words.code("product_line", "health"), words)

    assert language != "en" or said == sentence
    assert said.endswith((".", "。", "）"))
    assert "{" not in said
