"""
Rules as data: what we ship, what settings may change, what is refused.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date

import pytest

from dashboard.deadlines import Limit, load_regimes, regime, working_days
from dashboard.errors import SettingsError


def test_what_we_ship():
    """
    Each rule has a limit and a source; only the Chinese order is graded and extensible.
    """
    regimes = load_regimes()

    assert {"guide-30", "CN-2020-3", "UK-DISP", "AU-RG271"} <= set(regimes)
    assert all(each.source and each.limit.n > 0 for each in regimes.values())
    assert {"CN-2020-3", "CN-2020-3-customer", "house-24h", "house-48h"} == {
        name for name, each in regimes.items() if each.is_graded
    }
    assert regimes["CN-2020-3"].effective_from == date(2020, 3, 1)
    assert "law" == regimes["CN-2020-3"].kind


def test_a_misspelt_rule_gets_a_suggestion():
    """
    The message names the key, what was found and what was probably meant.
    """
    with pytest.raises(
        SettingsError, match=r'rules\.complaints: no rule is called "CN-2020-03"; did you mean "CN-2020-3"'
    ):
        regime("CN-2020-03")
    with pytest.raises(SettingsError, match="write one of AU-GI, "):
        regime("whatever else")


def test_settings_replace_single_values_and_add_whole_rules():
    """
    A shipped rule keeps what isn't named; a new one stands alone.
    """
    ours = {
        "domain": "complaint",
        "kind": "internal",
        "jurisdiction": "us",
        "country": "CN",
        "limit": {"n": 10, "unit": "bd"},
        "source": "our promise",
    }
    regimes = load_regimes({"guide-30": {"limit": {"n": 20, "unit": "cd"}}, "ours": ours})

    assert (Limit(20, "cd"), "none") == (regimes["guide-30"].limit, regimes["guide-30"].roll)
    assert regimes["ours"] == regime("ours", regimes)
    assert Limit(30, "cd") == load_regimes()["guide-30"].limit


def test_all_that_is_wrong_is_said_at_once():
    """
    A wrong number, an unknown key and a missing source, in one error.
    """
    wrong = {
        "guide-30": {"limit": {"n": "thirty", "unit": "cd"}, "rolls": "none"},
        "ours": {"domain": "complaint", "limit": {"n": 0, "unit": "cd"}},
    }
    with pytest.raises(SettingsError) as raised:
        load_regimes(wrong, where="settings.toml: rules.own")
    places = {problem.where for problem in raised.value.problems}

    assert "settings.toml: rules.own.guide-30.limit.n" in places
    assert "settings.toml: rules.own.guide-30.rolls" in places
    assert {"settings.toml: rules.own.ours.limit.n", "settings.toml: rules.own.ours.source"} <= places
    assert "found 'thirty'" in str(raised.value)


def said_of(own: dict) -> list[str]:
    with pytest.raises(SettingsError) as raised:
        load_regimes(own)
    return [str(problem) for problem in raised.value.problems]


def test_every_shipped_rule_has_a_calendar_and_columns_that_exist():
    """
    A rule nobody can reckon by is no rule; unconfirmed ones are marked.
    """
    regimes = load_regimes()

    for each in regimes.values():
        assert working_days(each.country, date(2024, 1, 1), date(2024, 1, 1)).height == 1
    assert {"complaint", "claim", "policy", "report"} == {each.domain for each in regimes.values()}
    assert {"read", "secondary", "unconfirmed"} == {each.confidence for each in regimes.values()}
    assert ("secondary", "unconfirmed") == (regimes["CN-2020-3"].confidence, regimes["HK"].confidence)


def test_the_customers_view_differs_in_its_start_alone():
    """
    Same limits, pauses, extension and roll as the order; but a figure of the house, no breach of law.
    """
    order, customer = (load_regimes()[name] for name in ("CN-2020-3", "CN-2020-3-customer"))
    differing = {field for field in asdict(order) if getattr(order, field) != getattr(customer, field)}

    assert {"id", "kind", "start", "source"} == differing
    assert "regulator_received" == customer.start


def test_versions_of_a_rule_stand_oldest_first():
    """
    However they are written; the newest is the rule, and knows the others.
    """
    older, newer = ({**OURS, "limit": {"n": n, "unit": "cd"}} for n in (10, 20))
    versions = [{**newer, "effective_from": MARCH}, {**older, "effective_before": MARCH}]
    ours = load_regimes({"ours": versions})["ours"]

    assert [10, 20] == [version.limit.n for version in ours.versions]
    assert () == ours.earlier[0].earlier


def test_a_value_changed_in_settings_is_the_newest_versions():
    """
    What was in force before isn't rewritten.
    """
    changed = load_regimes({"IN-complaint": {"limit": {"n": 10, "unit": "cd"}}})["IN-complaint"]

    assert [Limit(15, "cd"), Limit(10, "cd")] == [version.limit for version in changed.versions]


MARCH = date(2024, 3, 1)
OURS = {
    "domain": "complaint",
    "kind": "internal",
    "jurisdiction": "ours",
    "country": "CN",
    "limit": {"n": 10, "unit": "bd"},
    "source": "our promise",
}


def test_two_versions_may_not_be_in_force_on_one_day():
    """
    The last day of one is before the first of the next; a gap is no mistake.
    """
    newer = {**OURS, "effective_from": MARCH}
    overlap = said_of({"ours": [{**OURS, "effective_before": date(2024, 3, 2)}, newer]})

    assert [
        "rules.own.ours: two versions are in force on 2024-03-01; write effective_before into the older one"
    ] == (overlap)
    assert overlap == said_of({"ours": [OURS, newer]})
    assert load_regimes({"ours": [{**OURS, "effective_before": MARCH}, newer]})
    assert load_regimes({"ours": [{**OURS, "effective_before": date(2024, 2, 1)}, newer]})


def test_versions_are_of_one_rule():
    """
    Another start would be another rule.
    """
    other = {**OURS, "effective_from": MARCH, "start": "regulator_received"}

    assert ["rules.own.ours.start: differs between versions; give the other rule an id of its own"] == said_of(
        {"ours": [{**OURS, "effective_before": MARCH}, other]}
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"limit_by_grade": {"major": {"n": 24, "unit": "h"}}},
            ": limits in hours and in days don't mix in one rule",
        ),
        (
            {"limit": {"n": 24, "unit": "h"}, "roll": "nonworking"},
            ": a limit in hours neither rolls nor is extended",
        ),
        ({"start": "graded"}, ': start = "graded" needs the grades in applies_to'),
        ({"start": "columns"}, ': start = "columns" and start_columns go together'),
        ({"stop_columns": ["closed_at"]}, ': stop = "columns" and stop_columns go together'),
        ({"domain": "claim"}, ": the start and the stop of a claim are columns"),
        ({"pause": "documents"}, ': pause = "documents" is for claims'),
        (
            {"start": "columns", "start_columns": ["recieved_at"]},
            '.start_columns: complaints has no instant called "re',
        ),
        (
            {"start": "columns", "start_columns": ["outcome"]},
            '.start_columns: complaints has no instant called "ou',
        ),
        ({"id": "theirs"}, ".id: is not a value of a rule"),
        ({"earlier": []}, ".earlier: is not a value of a rule"),
        ({"role": "judge"}, ".role: Input should be"),
    ],
)
def test_a_rule_that_contradicts_itself_is_refused(change, said):
    """
    With its key, and what it should be.
    """
    assert said_of({"ours": {**OURS, **change}})[0].startswith(f"rules.own.ours{said}")
